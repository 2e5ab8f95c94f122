"""Suppressions that stand in a definition, as comments: ``# connectory: allow D033 -- the vendor's id is spelt so``.

A comment at the end of a line is about what begins on that line, a text with all its lines; one with a line of its own
is about the field or the item that follows, with all that it holds.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate, islice

import msgspec

from connectory.compiler.diagnostics import Span
from connectory.compiler.text import Source
from connectory.compiler.text.events import Mark
from connectory.compiler.text.lines import lines_of
from connectory.compiler.text.places import Place

_COMMENT = re.compile(r"(?:^|(?<=[ \t]))#[ \t]*connectory:[ \t]*(.*)$")
_ALLOW = re.compile(
    r"allow[ \t]+(?P<codes>[^ \t,]+(?:[ \t]*,[ \t]*[^ \t,]+)*)(?:[ \t]*$|[ \t]+(?:--|—)[ \t]*(?P<reason>.*))"
)
_CODE = re.compile(r"[^ \t,]+")
_HASH = re.compile(r"(?:^|[ \t])(#)")


class Suppression(msgspec.Struct, frozen=True):
    """Says that findings of one code are no mistakes.

    Attributes:
        code: as it is written.
        reason: why; empty where it is not said.
        span: where it is written.
        first, last: the lines that such findings start in.
    """

    code: str
    reason: str
    span: Span
    first: int
    last: int


class Unclear(msgspec.Struct, frozen=True):
    """A comment that is meant for this tool, and says nothing that it knows."""

    text: str
    span: Span


_MOST = 10_000
"""Suppressions of a file that count; whoever has so many findings that are no mistakes lowers the level of the rule."""


def suppressions(source: Source) -> Iterator[Suppression | Unclear]:
    """What the comments of a file say, in order; of very many, the first. JSON has no comments."""
    return islice(_every(source), _MOST)


def _every(source: Source) -> Iterator[Suppression | Unclear]:
    if "connectory:" not in source.text or source.path.endswith(".json"):
        return
    lines = lines_of(source.text)
    layout = None
    for number, line in enumerate(lines, 1):
        comment = _COMMENT.search(line)
        if comment is None:
            continue
        layout = layout or _Layout(source.place, lines)
        if not layout.is_text((number, comment.start() + 1)):
            alone = not line[: comment.start()].strip()
            lines_meant = layout.lines_below(number) if alone else layout.lines_on(number)
            yield from _read(source.path, comment, number, lines_meant)


def is_meant(comment: str) -> bool:
    """Whether a comment is meant for this tool."""
    return _COMMENT.search(comment) is not None


def reaches(source: Source) -> list[tuple[Suppression, int]]:
    """The suppressions of a YAML file, each with a number that says what it allows where, whatever the text's order.

    The number is made of hashes: in one run it is the same for the same code, reason, values and comments.
    """
    said = [one for one in suppressions(source) if isinstance(one, Suppression)]
    if not said:
        return []
    lines = lines_of(source.text)
    sums = [0] * (len(lines) + 1)
    _add_places(source.place, 0, sums)
    layout = _Layout(source.place, lines)
    for number, line in enumerate(lines, 1):
        starts = (found.start(1) for found in _HASH.finditer(line))
        start = next((start for start in starts if not layout.is_text((number, start + 1))), None)
        sums[number] += hash(line[start:].rstrip()) if start is not None else 0
    until = list(accumulate(sums))
    return [(one, hash((one.code, one.reason, until[one.last] - until[one.first - 1]))) for one in said]


def _add_places(place: Place, path: int, sums: list[int]) -> None:
    """Add the hash of everything that a finding can be at to the sum of the line that it is on."""
    if place.key:
        sums[place.key[0][0]] += hash((path, "key"))
    sums[place.start[0]] += hash((path, "start"))
    if not place.inside:
        sums[_last_of_text(place)] += hash((path, "end"))
    for step, inner in place.inside.items():
        _add_places(inner, hash((path, step)), sums)


def _read(
    path: str, comment: re.Match[str], number: int, lines_meant: tuple[int, int]
) -> Iterator[Suppression | Unclear]:
    said = _ALLOW.fullmatch(comment[1].rstrip())
    if said is None:
        end = comment.start() + len(comment[0].rstrip()) + 1
        yield Unclear(comment[1].strip(), Span(path, number, comment.start() + 1, number, end))
        return
    for code in _CODE.finditer(said["codes"]):
        start = comment.start(1) + said.start("codes") + code.start() + 1
        span = Span(path, number, start, number, start + len(code[0]))
        yield Suppression(code[0], (said["reason"] or "").strip(), span, *lines_meant)


def _last_of_text(place: Place) -> int:
    """The line on which a text ends; that of a block does before the start of the line behind it."""
    line, column = place.end
    return max(place.start[0], line - (column == 1))


class _Layout:
    """Where the texts, fields and items of a file stand, so that any number of comments is placed in no time."""

    def __init__(self, root: Place, lines: list[str]) -> None:
        self._lines = lines
        self._texts: list[tuple[Mark, Mark]] = []
        self._elements: list[tuple[Mark, int]] = []
        self._below: dict[int, int] = {}
        for place in root.inside.values():  # the whole file is no field: what is above its first is about that one
            self._last_line(place)
        self._texts.sort()
        self._elements.sort(key=lambda element: (element[0], -element[1]))

    def _last_line(self, place: Place) -> int:
        """The line on which a place ends, or the last thing inside it; what is learnt on the way is kept."""
        if place.key:
            self._texts.append(place.key)
        line, column = place.start
        if not place.inside and self._lines[line - 1][column - 1 : column] not in ("{", "["):
            self._texts.append((place.start, place.end))
        last = max(map(self._last_line, place.inside.values())) if place.inside else _last_of_text(place)
        self._elements.append((place.key[0] if place.key else place.start, last))
        if place.key and place.key[1][0] < place.start[0]:
            self._goes_on(place.key[1][0], last)
        if not place.inside and place.start[0] < last:
            self._goes_on(place.start[0], last)
        return last

    def _goes_on(self, line: int, last: int) -> None:
        self._below[line] = max(last, self._below.get(line, 0))

    def is_text(self, at: Mark) -> bool:
        """Whether a # at a place is part of a text; behind the | or > that a text begins with, it is not."""
        index = bisect_right(self._texts, at, key=lambda text: text[0]) - 1
        if index < 0:
            return False
        (line, column), end = self._texts[index]
        is_header = line == at[0] and self._lines[line - 1][column - 1 : column] in ("|", ">")
        return at < end and not is_header

    def lines_below(self, number: int) -> tuple[int, int]:
        """The lines of the first field or item that begins below a line, with all that it holds."""
        index = bisect_right(self._elements, number, key=lambda element: element[0][0])
        if index == len(self._elements):
            return number, number
        start, last = self._elements[index]
        return start[0], last

    def lines_on(self, number: int) -> tuple[int, int]:
        """A line, with all that a name at its end holds, or a text that starts there."""
        return number, self._below.get(number, number)
