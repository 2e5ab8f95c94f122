"""Where the values of a JSON text stand, found out on the way to the one that is asked for.

What lies beside that way is skipped at the speed of the standard library's parser.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cached_property

from connectory.compiler.text.lines import Lines
from connectory.compiler.text.places import Place

_SPACE = re.compile(r"[ \t\r\n]*")
_BEFORE_NEXT = re.compile(r"[ \t\r\n,]*")
_BEFORE_VALUE = re.compile(r"[ \t\r\n:]*")
_CLOSERS = ("}", "]")


class _Text:
    """A text that is known to be JSON, without a key that is given twice."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.mark = Lines(text).mark
        self.value = json.JSONDecoder().raw_decode

    def after(self, space: re.Pattern[str], at: int) -> int:
        """Where the next value starts."""
        match = space.match(self.text, at)
        return match.end() if match else at

    def place(self, start: int, end: int, key: tuple[int, int] | None = None) -> Place:
        """The place of the value between two indices, and of the name before it."""
        first = self.text[start]
        raw = json.loads(self.text[start:end]) if first == '"' else "" if first in "{[" else self.text[start:end]
        named = (self.mark(key[0]), self.mark(key[1])) if key else None
        place = Place(self.mark(start), self.mark(end), raw, named)
        if first in "{[":
            place.inside = _Inside(self, start)
        return place

    def inside(self, start: int) -> Iterator[tuple[str | int, Place]]:
        """What is in the container that starts at an index, and its name or number there."""
        is_mapping = self.text[start] == "{"
        at, index = self.after(_SPACE, start + 1), 0
        while self.text[at] not in _CLOSERS:
            token: str | int = index
            key = None
            if is_mapping:
                token, end = self.value(self.text, at)
                key, at = (at, end), self.after(_BEFORE_VALUE, end)
            _, end = self.value(self.text, at)
            yield token, self.place(at, end, key)
            at, index = self.after(_BEFORE_NEXT, end), index + 1


class _Inside(Mapping[str | int, Place]):
    """What is in a container; it is found out when it is asked for."""

    def __init__(self, text: _Text, start: int) -> None:
        self._text = text
        self._start = start

    @cached_property
    def _found(self) -> dict[str | int, Place]:
        return dict(self._text.inside(self._start))

    def __getitem__(self, token: str | int) -> Place:
        return self._found[token]

    def __iter__(self) -> Iterator[str | int]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


def json_place(text: str) -> Place:
    """Where everything in a text stands that is JSON and says no key twice."""
    source = _Text(text)
    start = source.after(_SPACE, 0)
    return source.place(start, source.value(text, start)[1])
