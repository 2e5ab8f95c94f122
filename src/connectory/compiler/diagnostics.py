"""Diagnostics: what is wrong, where, and what to do, as values."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Severity = Literal["error", "warning"]

Path = tuple[str | int, ...]
"""Where a value stands in a document: member names and indexes, from the root."""


class Span(Struct, frozen=True, order=True):
    """A stretch of a file's text. Lines and columns count from 1, in characters; the end is exclusive.

    ``line`` 0 means the file as a whole.
    """

    path: str
    line: int = 0
    column: int = 0
    end_line: int = 0
    end_column: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}" if self.line else self.path


class Related(Struct, frozen=True):
    """A place that explains a diagnostic, such as where a name was defined first."""

    span: Span
    message: str


class Edit(Struct, frozen=True):
    """What to write in place of a stretch of text."""

    span: Span
    text: str


class Diagnostic(Struct, frozen=True):
    """One finding.

    Attributes:
        code: the rule's code; it never changes its meaning. ``connectory explain CODE`` prints the rule's manual.
        severity: an error keeps a build from being written, a warning does not.
        message: what is wrong, in one sentence, quoting the author's text.
        span: where.
        help: the likely mend.
        related: places that explain it.
        pointer: JSON Pointer of what it is about, where that is a value of a definition.
        fix: edits that mend it, where that is mechanical and certain; all of them or none are made.
    """

    code: str
    severity: Severity
    message: str
    span: Span
    help: str | None = None
    related: tuple[Related, ...] = ()
    pointer: str | None = None
    fix: tuple[Edit, ...] = ()


class Suppressed(Struct, frozen=True):
    """A finding that is no mistake, and who says so.

    Attributes:
        finding: at the level that it would count at.
        reason: why it is none.
        span: where that is said: in the finding's file, or in connectory.toml.
    """

    finding: Diagnostic
    reason: str
    span: Span


MOST = 100
"""Findings in one file's text after which the rest of it is not read."""


def in_order(diagnostics: list[Diagnostic]) -> list[Diagnostic]:
    """Sorted by file, place and code, each once."""
    unique = dict.fromkeys(diagnostics)
    return sorted(unique, key=lambda found: (found.span, found.code, found.message))


def has_errors(diagnostics: list[Diagnostic]) -> bool:
    """Whether any of them is an error."""
    return any(found.severity == "error" for found in diagnostics)
