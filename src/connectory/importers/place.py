"""Where a schema stands in its source, and what it is converted for."""

from __future__ import annotations

from typing import Any, NamedTuple

from connectory.importers.discriminators import NO_PINS, Pins
from connectory.importers.references import Direction
from connectory.importers.source import Located
from connectory.pointers import pointer

BESIDE = "\0beside"
"""A step, which no source has, from a schema to what stands around it and says something of its values, too."""


class Place(NamedTuple):
    """A place of a schema.

    Attributes:
        hidden: the names that its neighbours in allOf leave out.
        pins: what the discriminator asks of its alternatives.
    """

    document: str
    path: tuple[str | int, ...]
    direction: Direction
    hidden: frozenset[str] = frozenset()
    pins: Pins = NO_PINS

    def below(self, *steps: str | int) -> Place:
        """The place of another value inside the schema."""
        return self._replace(path=(*self.path, *steps), hidden=frozenset(), pins=NO_PINS)

    def beside(self, *steps: str | int) -> Place:
        """The place of another schema for the same value."""
        return self._replace(path=(*self.path, *steps), pins=NO_PINS)

    def located(self, value: Any) -> Located:
        """A value that stands there."""
        return Located(self.document, self.path, value)

    def __str__(self) -> str:
        path = self.path
        if BESIDE in path:
            at = path.index(BESIDE)
            path = (*path[: at - (path[at - 1 : at] == ("schema",))], *path[at + 1 :])
        return f"{self.document}#{pointer(path)}"
