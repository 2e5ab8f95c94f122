"""Which schemas apply to the same value: through references, ``allOf``, ``anyOf``, ``not``, ``if`` and the like."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote

from connectory.compiler.diagnostics import Path
from connectory.compiler.schemas import REFERENCES, subschemas
from connectory.compiler.vocabulary import IN_PLACE
from connectory.pointers import unescape
from connectory.references import resolve

LINKS = frozenset((*IN_PLACE, *REFERENCES))
"""The keywords that lead to other schemas that apply to the same value."""


class Home(NamedTuple):
    """The whole schema around a schema, in which its references are looked up.

    Attributes:
        path: where it stands.
        scope: what ``#`` means, with the shared definitions among its own.
        own: the names of its own definitions.
        named: its schemas with an anchor, by that, and where they stand.
    """

    path: Path
    scope: dict[str, Any]
    own: frozenset[str]
    named: Mapping[str, tuple[Path, dict[str, Any]]]


class Place(NamedTuple):
    """A schema, where it stands, and the whole around it."""

    home: Home
    path: Path
    data: dict[str, Any]


class InPlace:
    """The schemas of one definition, as far as they lead to others that apply to the same value."""

    def __init__(self, shared: Mapping[str, Any]) -> None:
        """``shared`` are the definition's shared schemas."""
        self._shared = Home((), {"$defs": shared}, frozenset(), {})
        self._homes: dict[Path, Home] = {}
        self._targets: dict[tuple[Path, str], Place | None] = {}

    def home(self, path: Path, whole: dict[str, Any]) -> Home:
        """The home of the schemas inside a whole schema that stands at ``path``."""
        if path[0] == "$defs":
            return self._shared
        found = self._homes.get(path)
        if found is None:
            own = whole.get("$defs")
            defs = own if isinstance(own, dict) else {}
            scope = {**whole, "$defs": {**self._shared.scope["$defs"], **defs}}
            found = self._homes[path] = Home(path, scope, frozenset(defs), _anchored(path, whole))
        return found

    def target(self, home: Home, reference: Any) -> Place | None:
        """What a reference leads to; None where that is no object, or no reference that can be followed here."""
        if not isinstance(reference, str):
            return None
        if not home.own and reference.startswith("#/$defs/"):
            home = self._shared
        key = (home.path, reference)
        if key not in self._targets:
            self._targets[key] = self._followed(home, reference)
        return self._targets[key]

    def _followed(self, home: Home, reference: str) -> Place | None:
        if reference[1:] in home.named:
            path, data = home.named[reference[1:]]
            return Place(home, path, data)
        found = resolve(reference, home.scope)
        if not isinstance(found, dict):
            return None
        steps = _steps(reference, home.scope)
        if home is self._shared and steps[:1] != ("$defs",):
            return None
        if steps[:1] == ("$defs",) and steps[1:2] and steps[1] not in home.own:
            return Place(self._shared, steps, found)
        return Place(home, (*home.path, *steps), found)

    def next(self, place: Place, keywords: Container[str] = LINKS) -> list[Place]:
        """The schemas that a schema directly applies to the same value by these keywords, booleans apart."""
        home, path, data = place
        found = [
            Place(home, (*path, *step), child)
            for step, child in branches(data)
            if step[0] in keywords and isinstance(child, dict)
        ]
        targets = [self.target(home, data.get(keyword)) for keyword in REFERENCES if keyword in keywords]
        return found + [target for target in targets if target]

    def relatives(self, places: Iterable[Place]) -> dict[int, list[dict[str, Any]]]:
        """What applies to the same value as what, directly and in both directions, by the identities of schemas."""
        found: dict[int, list[dict[str, Any]]] = {}
        for place in places:
            for other in self.next(place):
                found.setdefault(id(place.data), []).append(other.data)
                found.setdefault(id(other.data), []).append(place.data)
        return found

    def graph(self, places: Iterable[Place]) -> tuple[dict[int, list[int]], dict[int, Place]]:
        """What leads to what, from these on, by the identities of the schemas; and the schemas."""
        known: dict[int, Place] = {}
        graph: dict[int, list[int]] = {}
        waiting = list(places)[::-1]
        while waiting:
            place = waiting.pop()
            if id(place.data) not in graph:
                known[id(place.data)] = place
                following = [] if LINKS.isdisjoint(place.data) else self.next(place)
                graph[id(place.data)] = [id(other.data) for other in following]
                waiting.extend(reversed(following))
        return graph, known


def _steps(reference: str, scope: Any) -> Path:
    """The path of a reference that leads somewhere."""
    steps: list[str | int] = []
    for token in map(unescape, unquote(reference[1:]).split("/")[1:]):
        step = int(token) if isinstance(scope, list) else token
        steps.append(step)
        scope = scope[step]
    return tuple(steps)


def branches(schema: dict[str, Any]) -> Iterator[tuple[Path, Any]]:
    """The schemas inside ``schema`` that apply to the same value, references apart, and their paths from it."""
    for keyword in IN_PLACE:
        value = schema.get(keyword)
        if isinstance(value, list):
            yield from (((keyword, index), child) for index, child in enumerate(value))
        elif isinstance(value, dict) and keyword == "dependentSchemas":
            yield from (((keyword, name), child) for name, child in value.items())
        elif value is not None:
            yield (keyword,), value


def _anchored(path: Path, whole: dict[str, Any]) -> dict[str, tuple[Path, dict[str, Any]]]:
    """The schemas that have an anchor; none where one of them has another base."""
    found: dict[str, tuple[Path, dict[str, Any]]] = {}
    for at, node in subschemas(whole, path):
        for word in ("$dynamicAnchor", "$anchor"):
            if isinstance(node.get(word), str):
                found[node[word]] = (at, node)
    return found
