"""Diagnostics as text for people, and as JSON for programs."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from connectory.compiler.diagnostics import Diagnostic, Related, Span, Suppressed
from connectory.compiler.text.lines import BREAK
from connectory.printable import printable

_WIDEST = 140
"""Characters of a source line that are shown."""

_LONGEST = 400
"""Characters of a message that are shown; longer ones are cut in the middle."""

_STYLES = {"error": "1;31", "warning": "1;33", "bold": "1", "rule": "1;34", "help": "1;36", "allowed": "1;32"}


class Findings(NamedTuple):
    """What a report is made of.

    Attributes:
        diagnostics: in the order in which they are shown.
        texts: the text of each file that a diagnostic points into, by its path.
        files: how many files were checked.
        suppressed: the findings that are said to be no mistakes. Text shows those of compatibility (C), and counts all.
        show_suppressed: whether text shows all of them.
    """

    diagnostics: Sequence[Diagnostic]
    texts: Mapping[str, str]
    files: int
    suppressed: Sequence[Suppressed] = ()
    show_suppressed: bool = False

    def shows(self, one: Suppressed) -> bool:
        """Whether text shows a finding that is suppressed."""
        return self.show_suppressed or one.finding.code.startswith("C")


def text(findings: Findings, *, color: bool = False) -> str:
    """For people: each finding with its source line, then a summary."""
    paint = _painter(color)
    lines = {path: BREAK.split(content) for path, content in findings.texts.items()}
    blocks = [_block(found, lines, paint, found.severity) for found in findings.diagnostics]
    blocks += [_suppressed(one, lines, paint) for one in findings.suppressed if findings.shows(one)]
    return "\n".join([*("\n".join(block) + "\n" for block in blocks), _summary(findings, paint)]) + "\n"


def as_json(findings: Findings, *, color: bool = False) -> str:
    """For programs: one JSON object with every finding and the counts."""
    report = {
        "diagnostics": msgspec.to_builtins(findings.diagnostics),
        "suppressed": [
            {**msgspec.to_builtins(one.finding), "reason": one.reason, "allowed_at": msgspec.to_builtins(one.span)}
            for one in findings.suppressed
        ],
        "errors": _count(findings, "error"),
        "warnings": _count(findings, "warning"),
        "files": findings.files,
    }
    return json.dumps(report, indent=2) + "\n"


FORMATS: dict[str, Callable[..., str]] = {"text": text, "json": as_json}
"""Reports by the name that ``--format`` takes. Each has the parameters of ``text``."""


def _block(
    found: Diagnostic, lines: Mapping[str, list[str]], paint: Callable[[str, str], str], label: str
) -> Iterator[str]:
    message = printable(_cut(found.message))
    yield f"{paint(label, f'{label}[{found.code}]')}{paint('bold', ': ' + message)}"
    yield from _excerpt(found.span, lines, paint, label)
    for related in found.related:
        yield from _related(related, lines, paint)
    if found.help:
        yield f"   {paint('rule', '=')} {paint('help', 'help')}: {printable(_cut(found.help))}"


def _suppressed(one: Suppressed, lines: Mapping[str, list[str]], paint: Callable[[str, str], str]) -> Iterator[str]:
    yield from _block(msgspec.structs.replace(one.finding, help=None), lines, paint, "allowed")
    reason = f"{printable(_cut(one.reason))} ({printable(str(one.span))})"
    yield f"   {paint('rule', '=')} {paint('help', 'reason')}: {reason}"


def _related(related: Related, lines: Mapping[str, list[str]], paint: Callable[[str, str], str]) -> Iterator[str]:
    yield f"   {paint('rule', '=')} {printable(related.message)}"
    yield from _excerpt(related.span, lines, paint, "rule")


def _excerpt(span: Span, lines: Mapping[str, list[str]], paint: Callable[[str, str], str], style: str) -> Iterator[str]:
    """The place, the source line and carets below what is meant."""
    yield f"  {paint('rule', '-->')} {printable(str(span))}"
    known = lines.get(span.path, [])
    if not 0 < span.line <= len(known) or not known[span.line - 1]:
        return
    line = known[span.line - 1]
    first = span.column - 1
    last = span.end_column - 1 if span.end_line == span.line else len(line)
    start = max(0, min(first - _WIDEST // 2, len(line) - _WIDEST))
    window = line[start : start + _WIDEST]
    before, marked = line[start:first], line[first : min(max(last, first + 1), start + _WIDEST)]
    number = str(span.line)
    margin = " " * len(number)
    yield f" {margin} {paint('rule', '|')}"
    yield f" {paint('rule', f'{number} |')} {printable(window)}".rstrip()
    yield f" {margin} {paint('rule', '|')} {' ' * _width(before)}{paint(style, '^' * max(1, _width(marked.rstrip())))}"


def _summary(findings: Findings, paint: Callable[[str, str], str]) -> str:
    errors, warnings = _count(findings, "error"), _count(findings, "warning")
    checked = f"{findings.files} file{'s' if findings.files != 1 else ''} checked"
    suppressed = f" ({len(findings.suppressed)} suppressed)" if findings.suppressed else ""
    if not errors and not warnings:
        return f"{checked}: no findings{suppressed}"
    counts = [f"{n} {word}{'s' if n != 1 else ''}" for n, word in ((errors, "error"), (warnings, "warning")) if n]
    return f"{checked}: {paint('error' if errors else 'warning', ', '.join(counts))}{suppressed}"


def _count(findings: Findings, severity: str) -> int:
    return sum(found.severity == severity for found in findings.diagnostics)


def _cut(message: str) -> str:
    return message if len(message) <= _LONGEST else f"{message[: _LONGEST - 100]} ... {message[-100:]}"


def _width(line: str) -> int:
    """The columns that a terminal gives to a text."""
    return sum(_columns(char) for char in line)


def _columns(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _painter(color: bool) -> Callable[[str, str], str]:
    if not color:
        return lambda style, line: line
    return lambda style, line: f"\x1b[{_STYLES[style]}m{line}\x1b[0m"
