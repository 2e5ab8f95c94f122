"""Where every key and value of a document stands."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from connectory.compiler.diagnostics import Path, Span
from connectory.compiler.text.events import Mark

_NOTHING: Mapping[str | int, Place] = MappingProxyType({})


class Place:
    """Where a value stands, and the places inside it.

    Attributes:
        start, end: the value's text; the end is exclusive.
        key: the same for the name before it, in a mapping.
        inside: the places of its members or items.
        raw: a scalar's text.
    """

    __slots__ = ("end", "inside", "key", "raw", "start")

    def __init__(self, start: Mark, end: Mark, raw: str = "", key: tuple[Mark, Mark] | None = None) -> None:
        self.start = start
        self.end = end
        self.raw = raw
        self.key = key
        self.inside: Mapping[str | int, Place] = _NOTHING  # a scalar stays so: there are many of them

    def find(self, path: Path) -> Place:
        """The place of the value at ``path``, or of the innermost container on the way that exists."""
        place = self
        for token in path:
            if token not in place.inside:
                break
            place = place.inside[token]
        return place

    def at(self, mark: Mark) -> tuple[Path, bool] | None:
        """The path of the scalar that starts at a mark, and whether it is the name before a value."""
        path: Path = ()
        place = self
        while True:
            for step, inner in place.inside.items():
                if inner.key and inner.key[0] == mark:
                    return (*path, step), True
                if inner.start == mark and not inner.inside:
                    return (*path, step), False
                if inner.start <= mark < inner.end:
                    place, path = inner, (*path, step)
                    break
            else:
                return None

    def span(self, file: str, *, key: bool = False) -> Span:
        """The span of the value; of the name before it where ``key`` asks for that and there is one."""
        start, end = self.key if key and self.key else (self.start, self.end)
        return Span(file, *start, *end)
