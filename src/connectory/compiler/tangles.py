"""Schemas that keep a validator busy without end, as they lead back to themselves, or too long, in too many ways; and
those that it has to go too deep for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from connectory.compiler.in_place import InPlace, Place
from connectory.components import components

MOST_WAYS = 10_000
"""Ways from one schema to those that it applies to the same value; a validator may go all of them."""

LONGEST_CHAIN = 100
"""Schemas that lead to each other for the same value; jsonschema for Python runs out of stack at some two hundred."""

_TOO_MANY = -1


class Tangles(NamedTuple):
    """What was found.

    Attributes:
        circles: the schemas that lead back to themselves, a tuple for each circle, in the order of the text.
        crowded: the schemas with too many ways, that lead to none of these, nor on through too long a chain.
        distant: the schemas from which on a chain is too long, that lead to none of these.
        ways: how many ways lead on from each schema, itself counted, by its identity; -1 where those are too many.
            Nothing where no reference leads to a schema that leads on.
    """

    circles: tuple[tuple[Place, ...], ...] = ()
    crowded: tuple[Place, ...] = ()
    distant: tuple[Place, ...] = ()
    ways: Mapping[int, int] = MappingProxyType({})

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.circles or self.crowded or self.distant)


def tangles(in_place: InPlace, places: Iterable[Place]) -> Tangles:
    """The tangles among these schemas, which are all that lead to others."""
    graph, known = in_place.graph(places)
    circles: list[tuple[Place, ...]] = []
    crowded: list[Place] = []
    distant: list[Place] = []
    ways: dict[int, int] = {}
    lengths: dict[int, int] = {}
    for group in components(graph):
        if len(group) > 1 or group[0] in graph[group[0]]:
            circles.append(tuple(known[one] for one in group))
            ways.update(dict.fromkeys(group, 1))
            lengths.update(dict.fromkeys(group, 1))
            continue
        (one,) = group
        following = [ways[other] for other in graph[one]]
        ways[one] = _TOO_MANY if _TOO_MANY in following else 1 + sum(following)
        lengths[one] = 1 + max((lengths[other] for other in graph[one]), default=0)
        if ways[one] > MOST_WAYS:
            crowded += [known[one]] if lengths[one] <= LONGEST_CHAIN else []  # or else the chain makes them so many
            ways[one] = _TOO_MANY
        if lengths[one] == LONGEST_CHAIN + 1:
            distant.append(known[one])
    return Tangles(tuple(circles), tuple(crowded), tuple(distant), ways)
