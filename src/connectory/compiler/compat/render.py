"""Differences between versions, as text, JSON and Markdown."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import msgspec

from connectory.compiler.compat.changes import Change, needed
from connectory.compiler.compat.kinds import Bump
from connectory.compiler.compat.releases import witness_text
from connectory.compiler.compat.versions import after, step
from connectory.pointers import pointer
from connectory.printable import printable
from connectory.versions import Version

_MOST_ROWS = 60
"""Rows of a table for a pull request, whose comments are bounded."""


class Difference(NamedTuple):
    """An integration as it was and as it is.

    Attributes:
        id: of the integration.
        old, new: the versions; empty where it was not, or is not.
        changes: what changed, what breaks most first.
        left: of a version that is gone, those that are there.
    """

    id: str
    old: str
    new: str
    changes: Sequence[Change]
    left: Sequence[str] = ()

    @property
    def needed(self) -> Bump:
        """The bump that the changes need."""
        return needed(list(self.changes))

    def verdict(self) -> str:
        """The bump that is needed, and whether the versions have it."""
        if not self.old or not self.new:
            return "is new" if self.new else "is gone"
        if not self.changes:
            return "nothing changed"
        said = f"needs a {self.needed} version"
        old, new = Version.read(self.old), Version.read(self.new)
        if old is None or new is None or old == new or new.is_prerelease:
            return said
        if new < old:
            return f"{said} after {old}"
        if step(old, new) < self.needed:
            return f"{said}: {after(old, self.needed)}"
        return said

    def title(self) -> str:
        """What is compared."""
        if not self.old or not self.new:
            return f"{self.id} {self.new or self.old}"
        return f"{self.id} {self.old} -> {self.new}"


def text(differences: Sequence[Difference]) -> str:
    """For people."""
    return "\n".join("".join(f"{line}\n" for line in _text(one)) for one in differences)


def _text(one: Difference) -> Iterator[str]:
    yield f"{printable(one.title())}: {one.verdict()}"
    for change in one.changes:
        place = pointer(change.path) or "/"
        yield f"  {'allowed' if change.allowed else change.bump!s:5}  {change.code}  {printable(change.message)}"
        yield f"                at {printable(place)}"
        shown = witness_text(change.witness)
        if shown:
            yield f"                for example {printable(shown)}"
        if change.allowed:
            yield f"                reason: {printable(change.allowed)}"


def as_json(differences: Sequence[Difference]) -> str:
    """For programs."""
    report = [
        {
            "integrationId": one.id,
            "old": one.old or None,
            "new": one.new or None,
            "needed": str(one.needed),
            "changes": [_plain(change) for change in one.changes],
        }
        for one in differences
    ]
    return json.dumps(report, indent=2, default=str) + "\n"


def _plain(change: Change) -> dict[str, Any]:
    plain = {
        "code": change.code,
        "bump": str(change.bump),
        "message": change.message,
        "path": pointer(change.path),
        "subject": change.subject or None,
    }
    plain |= {"allowed": change.allowed} if change.allowed else {}
    return plain if change.witness is msgspec.UNSET else {**plain, "witness": change.witness}


def markdown(differences: Sequence[Difference]) -> str:
    """For the comment of a pull request: a table for each integration, what breaks first."""
    if not differences:
        return "No definition changed.\n"
    parts = []
    for one in differences:
        lines = [f"### `{_code(one.title())}`: {one.verdict()}", ""]
        if one.changes:
            lines += ["| needs | | change |", "|---|---|---|"]
            lines += [_row(change) for change in one.changes[:_MOST_ROWS]]
            if len(one.changes) > _MOST_ROWS:
                lines += ["", f"... and {len(one.changes) - _MOST_ROWS} more: `connectory diff` shows all."]
            lines.append("")
        parts.append("\n".join(lines))
    return "\n".join(parts)


def _row(change: Change) -> str:
    needed = f"**{change.bump}**" if change.bump is Bump.MAJOR else str(change.bump)
    weight = "allowed" if change.allowed else needed
    shown = witness_text(change.witness)
    example = f"<br>for example `{_code(shown)}`" if shown else ""
    reason = f"<br>reason: {cell(change.allowed)}" if change.allowed else ""
    return f"| {weight} | {change.code} | {cell(change.message)}{example}{reason} |"


def cell(said: str) -> str:
    """A text that stays in its cell, and is no markup."""
    flat = printable(" ".join(said.split()))
    for char in "\\|<>[]*_@`":
        flat = flat.replace(char, {"`": "'", "<": "&lt;", ">": "&gt;", "@": "@\u200b"}.get(char, f"\\{char}"))
    return flat


def _code(said: str) -> str:
    """A text between backticks, in a cell."""
    return printable(" ".join(said.split())).replace("`", "'").replace("|", "\\|")


FORMATS: dict[str, Callable[[Sequence[Difference]], str]] = {"text": text, "json": as_json, "markdown": markdown}
"""Reports by the name that ``--format`` takes."""
