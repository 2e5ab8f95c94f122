"""Properties that one schema declares and another, which applies to the same object, closes out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from connectory.compiler.declarations import declared_by
from connectory.compiler.diagnostics import Path
from connectory.compiler.in_place import InPlace, Place

ALWAYS = frozenset(("allOf", "$ref"))
_MAYBE = ALWAYS | {"anyOf", "oneOf", "then", "else", "dependentSchemas"}

Places = dict[int, Place]
"""Schemas by their identities, in the order in which they are reached."""


class Closed(NamedTuple):
    """Properties that can never be given.

    Attributes:
        around: the schema that applies the other two.
        closer: the one with ``additionalProperties: false``.
        names: the properties, and where each is declared.
    """

    around: Place
    closer: Place
    names: dict[str, Path]


def closed(in_place: InPlace, around: Place) -> Iterator[Closed]:
    """What is closed out under a schema, and under none of those that it applies."""
    parts = [reached(in_place, part, _MAYBE) for part in in_place.next(around, _MAYBE)]
    closers = [place for place in reached(in_place, around, ALWAYS).values() if closes(place)]
    for closer in closers:
        declared = declared_by([closer.data])
        names: dict[str, Path] = {}
        for part in ({id(around.data): around}, *parts):
            if id(closer.data) not in part:
                names |= {name: path for name, path in _properties(part) if not declared.has(name)}
        if names:
            yield Closed(around, closer, names)


def closes(place: Place) -> bool:
    """Whether a schema refuses what it does not declare itself."""
    return place.data.get("additionalProperties") is False


def reached(in_place: InPlace, start: Place, keywords: frozenset[str]) -> Places:
    """A schema, and those that it applies to the same value by these keywords."""
    found: Places = {}
    waiting = [start]
    while waiting:
        place = waiting.pop()
        if id(place.data) not in found:
            found[id(place.data)] = place
            waiting.extend(reversed(in_place.next(place, keywords)))
    return found


def _properties(places: Places) -> Iterable[tuple[str, Path]]:
    """The properties that these declare, false ones apart, and where."""
    for place in places.values():
        properties = place.data.get("properties")
        for name, schema in properties.items() if isinstance(properties, dict) else ():
            if schema is not False:
                yield name, (*place.path, "properties", name)
