"""Makes the edits that findings carry: ``connectory check --fix``."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from connectory.compiler.check import is_readable
from connectory.compiler.config import Configuration
from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, in_order
from connectory.compiler.examine import examine
from connectory.compiler.judge import Extent, judge
from connectory.compiler.text import content_of, read_content
from connectory.compiler.text.lines import Lines

_ROUNDS = 10
"""Times that a file is mended and looked at again: a mend may show what was hidden behind it."""


_Round = tuple[Definition, list[Diagnostic]]


class Mended(NamedTuple):
    """What mending a file came to.

    Attributes:
        before, after: its text, not written yet.
        made: the findings that are mended.
        left: those that have a mend which is not made.
        more: whether mending it again makes some of those; if not, nobody could read the file after them.
    """

    before: str
    after: str
    made: Sequence[Diagnostic] = ()
    left: Sequence[Diagnostic] = ()
    more: bool = False


def mended(file: Path, shown: str, configuration: Configuration) -> Mended:
    """The text of a file with everything mended that can be.

    Raises:
        OSError, ValueError: it cannot be read.
    """
    definition = _read(content_of(file), file, shown)
    before = definition.source.text
    made: list[Diagnostic] = []
    for _ in range(_ROUNDS):
        found = _findings(definition, shown, configuration)
        definition, done = _round(definition, found, file, shown)
        made += done
        if not done:
            return Mended(before, definition.source.text, made, found)
    left = _findings(definition, shown, configuration)
    return Mended(before, definition.source.text, made, left, more=bool(left))


def _round(definition: Definition, findings: list[Diagnostic], file: Path, shown: str) -> _Round:
    """The definition with the edits of findings, and those that were mended.

    Edits that would break the file are a bug of ours: they are found by halves, and left out.
    """
    best: _Round = definition, []
    sound: list[Diagnostic] = []
    waiting = [findings] if findings else []
    while waiting:
        group = waiting.pop()
        text, made = apply(definition.source.text, [*sound, *group])
        again = _read(text.encode("utf-8", "surrogatepass"), file, shown)
        if is_readable(again) or not is_readable(definition):
            best = again, made
            sound += group
        elif len(group) > 1:
            half = len(group) // 2
            waiting += [group[half:], group[:half]]
    return best


def apply(text: str, findings: Iterable[Diagnostic]) -> tuple[str, list[Diagnostic]]:
    """The text with the edits of findings, and those that were mended; of two that touch the same text, the first."""
    lines = Lines(text)
    taken: list[tuple[int, int, str]] = []
    made = []
    for finding in findings:
        edits = [
            (lines.index((edit.span.line, edit.span.column)), lines.index((edit.span.end_line, edit.span.end_column)))
            for edit in finding.fix
        ]
        if edits and not any(start <= other[1] and other[0] <= end for start, end in edits for other in taken):
            taken += [(*place, edit.text) for place, edit in zip(edits, finding.fix, strict=True)]
            made.append(finding)
    for start, end, new in sorted(taken, reverse=True):
        text = text[:start] + new + text[end:]
    return text, made


def _read(content: bytes, file: Path, shown: str) -> Definition:
    return Definition(read_content(content, shown, file.suffix), os.path.abspath(file))


def _findings(definition: Definition, shown: str, configuration: Configuration) -> list[Diagnostic]:
    """What counts of what is wrong with a file by itself, and can be mended."""
    found = examine(definition)
    judged = judge(found.diagnostics, {shown: found.suppressions}, configuration, Extent([shown]))
    return [one for one in in_order(judged.diagnostics) if one.fix]
