"""Properties that one schema declares and another, which applies to the same object, closes out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import NamedTuple

from connectory.compiler.declarations import declared_by
from connectory.compiler.diagnostics import Path
from connectory.compiler.in_place import InPlace, Place

ALWAYS = frozenset(("allOf", "$ref"))
_MAYBE = ALWAYS | {"anyOf", "oneOf", "then", "else", "dependentSchemas"}

_SHOWN = 4
"""Properties after which no more are looked for: a report names three."""

_MOST_COMPARED = 2_500_000
"""Pairs of a schema that refuses properties and one of these; real schemas come to some thousand."""

Places = dict[int, Place]
"""Schemas by their identities, in the order in which they are reached."""


class Closed(NamedTuple):
    """Properties that can never be given.

    Attributes:
        around: the schema that applies the other two.
        closer: the one with ``additionalProperties: false``.
        names: the first of the properties, and where each is declared.
    """

    around: Place
    closer: Place
    names: dict[str, Path]


def closed(in_place: InPlace, around: Place) -> Iterator[Closed]:
    """What is closed out under a schema, and under none of those that it applies.

    Nothing where there is too much to compare.
    """
    closers = [place for place in reached(in_place, around, ALWAYS).values() if closes(place)]
    if not closers:
        return
    parts = [{id(around.data): around}, *(reached(in_place, part, _MAYBE) for part in in_place.next(around, _MAYBE))]
    declaring = [(part, list(_properties(part))) for part in parts]
    if len(closers) * sum(1 + len(properties) for _, properties in declaring) > _MOST_COMPARED:
        return
    for closer in closers:
        declared = declared_by([closer.data])
        others = (properties for part, properties in declaring if id(closer.data) not in part)
        names = ((name, path) for name, path in chain.from_iterable(others) if not declared.has(name))
        first = dict(islice(names, _SHOWN))
        if first:
            yield Closed(around, closer, first)


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
