"""Lines and columns. What else some readers take for the end of a line is refused (Y009)."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection

from connectory.compiler.text.events import Mark

BREAK = re.compile(r"\r\n?|\n")
"""The end of a line."""


def lines_of(text: str) -> list[str]:
    """The lines of a text, without their ends."""
    return BREAK.split(text) if "\r" in text else text.split("\n")


def lines_at(text: str, numbers: Collection[int]) -> dict[int, str]:
    """The lines of these numbers, as far as there are any; no others are held."""
    found: dict[int, str] = {}
    last, start, number = max(numbers, default=0), 0, 1
    for end in BREAK.finditer(text):
        if number > last:
            return found
        if number in numbers:
            found[number] = text[start : end.start()]
        start, number = end.end(), number + 1
    if number in numbers:
        found[number] = text[start:]
    return found


def line_breaks(text: str) -> int:
    """How many lines of a text have an end; quick, and without a list of them."""
    returns = text.count("\r")
    return text.count("\n") + returns - (text.count("\r\n") if returns else 0)


def mark_of(text: str, at: int) -> Mark:
    """The line and column of one index; ``Lines`` is for many."""
    before = text[:at]
    return line_breaks(before) + 1, at - max(before.rfind("\n"), before.rfind("\r"))


class Lines:
    """Where the lines of a text start."""

    def __init__(self, text: str) -> None:
        self._length = len(text)
        self._starts = [0, *(match.end() for match in BREAK.finditer(text))]

    def mark(self, at: int) -> Mark:
        """The line and column of the character at an index."""
        line = bisect_right(self._starts, at)
        return line, at - self._starts[line - 1] + 1

    def index(self, mark: Mark) -> int:
        """The index of the character at a line and a column; the end of the text for a line behind the last."""
        line, column = mark
        return self._starts[line - 1] + column - 1 if line <= len(self._starts) else self._length
