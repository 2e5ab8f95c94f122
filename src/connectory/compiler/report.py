"""Diagnostics as text for people, and as JSON for programs."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from connectory.compiler.diagnostics import Diagnostic, Related, Span, Suppressed
from connectory.compiler.text.lines import lines_of
from connectory.printable import printable

if TYPE_CHECKING:
    from connectory.compiler.pipeline import Checked

WIDEST = 140
"""Columns of a source line that are shown at most."""

UNBOUNDED = 1_000_000
"""Columns of what is no terminal."""

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
        quoted: lines that are known without their text, by path and number.
    """

    diagnostics: Sequence[Diagnostic]
    texts: Mapping[str, str]
    files: int
    suppressed: Sequence[Suppressed] = ()
    show_suppressed: bool = False
    quoted: Mapping[str, Mapping[int, str]] = MappingProxyType({})

    @classmethod
    def of(cls, checked: Checked, *, show_suppressed: bool = False) -> Findings:
        """What was found by a check."""
        files = len(checked.files)
        return cls(
            checked.diagnostics, checked.texts, files, checked.suppressed, show_suppressed, quoted=checked.quoted
        )

    def shows(self, one: Suppressed) -> bool:
        """Whether text shows a finding that is suppressed."""
        return self.show_suppressed or one.finding.code.startswith("C")


class _Look(NamedTuple):
    """How findings are shown: a line of a file by its number, what colours a text, and the columns of a line."""

    line: Callable[[str, int], str]
    paint: Callable[[str, str], str]
    width: int


def text(findings: Findings, *, color: bool = False, width: int = UNBOUNDED) -> str:
    """For people: each finding with its source line, then a summary."""

    @lru_cache(maxsize=2)  # findings come file by file, and may point to another
    def lines(path: str) -> list[str]:
        return lines_of(findings.texts.get(path, ""))

    def line(path: str, number: int) -> str:
        known = findings.quoted.get(path, {}).get(number)
        if known is not None:
            return known
        return lines(path)[number - 1] if 0 < number <= len(lines(path)) else ""

    look = _Look(line, _painter(color), width)
    blocks = [_block(found, look, found.severity) for found in findings.diagnostics]
    blocks += [_suppressed(one, look) for one in findings.suppressed if findings.shows(one)]
    return "\n".join([*("\n".join(block) + "\n" for block in blocks), _summary(findings, look.paint)]) + "\n"


def as_json(findings: Findings, *, color: bool = False, width: int = UNBOUNDED) -> str:
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
"""Reports by the name that ``--format`` takes. Each is called as ``text`` is."""


def _block(found: Diagnostic, look: _Look, label: str) -> Iterator[str]:
    paint = look.paint
    message = printable(_cut(found.message))
    yield f"{paint(label, f'{label}[{found.code}]')}{paint('bold', ': ' + message)}"
    yield from _excerpt(found.span, look, label)
    for related in found.related:
        yield from _related(related, look)
    if found.help:
        yield f"   {paint('rule', '=')} {paint('help', 'help')}: {printable(_cut(found.help))}"


def _suppressed(one: Suppressed, look: _Look) -> Iterator[str]:
    yield from _block(msgspec.structs.replace(one.finding, help=None), look, "allowed")
    reason = f"{printable(_cut(one.reason))} ({printable(str(one.span))})"
    yield f"   {look.paint('rule', '=')} {look.paint('help', 'reason')}: {reason}"


def _related(related: Related, look: _Look) -> Iterator[str]:
    yield f"   {look.paint('rule', '=')} {printable(related.message)}"
    yield from _excerpt(related.span, look, "rule")


def _excerpt(span: Span, look: _Look, style: str) -> Iterator[str]:
    """The place, the source line and carets below what is meant."""
    paint = look.paint
    yield f"  {paint('rule', '-->')} {printable(str(span))}"
    line = look.line(span.path, span.line)
    if not line:
        return
    first = span.column - 1
    last = span.end_column - 1 if span.end_line == span.line else len(line)
    number = str(span.line)
    margin = " " * len(number)
    before, rest = _around(line, first, min(WIDEST, look.width - len(number) - 4))
    carets = max(1, _width(rest[: max(last, first + 1) - first].rstrip()))
    yield f" {margin} {paint('rule', '|')}"
    yield f" {paint('rule', f'{number} |')} {printable(before + rest)}".rstrip()
    yield f" {margin} {paint('rule', '|')} {' ' * _width(before)}{paint(style, '^' * carets)}"


def _around(line: str, at: int, room: int) -> tuple[str, str]:
    """What stands before an index and what follows it, as much of both as fits in so many columns."""
    rest = _cut_to(line[at : at + room], room)
    before = _cut_to(line[max(0, at - room) : at][::-1], max(room // 2, room - _width(rest)))[::-1]
    return before, _cut_to(rest, room - _width(before))


def _cut_to(line: str, room: int) -> str:
    """As much of the start of a line as fits in so many columns."""
    if line.isascii():
        return line[: max(room, 0)]
    taken = 0
    for index, char in enumerate(line):
        taken += _columns(char)
        if taken > room:
            return line[:index]
    return line


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
    return len(line) if line.isascii() else sum(_columns(char) for char in line)


def _columns(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _painter(color: bool) -> Callable[[str, str], str]:
    if not color:
        return lambda style, line: line
    return lambda style, line: f"\x1b[{_STYLES[style]}m{line}\x1b[0m"
