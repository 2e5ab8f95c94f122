"""What schemas consist of, through references and allOf, and which names a direction leaves out of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from connectory.importers.references import Direction
from connectory.importers.source import Documents, Located, SourceError, Unresolved, as_text, mapping

_MARKS = {"input": "readOnly", "output": "writeOnly"}
_OF_MEMBERS = frozenset(("properties", "allOf", "$ref"))
_MOST = 100
"""Parts of one schema that are looked at; what vendors write has far fewer."""

_ALL = 2_000_000
"""Parts of all schemas together that are looked at."""

_LONGEST = 20
"""References behind each other that lead to a property's own schema."""


class _Names(NamedTuple):
    """The names of the properties that one schema itself declares: those left out, and those that stay."""

    hidden: frozenset[str]
    shown: frozenset[str]


class Parts:
    """Looks at the schemas of one source; what was seen once is known."""

    def __init__(self, documents: Documents, *, siblings: bool) -> None:
        """``siblings``: keywords beside ``$ref`` count."""
        self._documents = documents
        self._siblings = siblings
        self._looked = 0
        self._own: dict[tuple[int, Direction], _Names] = {}
        self._hidden: dict[tuple[int, Direction], frozenset[str]] = {}
        self._required: dict[int, frozenset[str]] = {}
        self._alive: list[Any] = []

    def followed(self, at: Located) -> Located:
        """What a value refers to; itself where it refers to nothing."""
        reference = at.value.get("$ref") if isinstance(at.value, dict) else None
        if not isinstance(reference, str):
            return at
        try:
            return self._documents.resolve(at.document, reference)
        except Unresolved:
            return at

    def of(self, at: Located) -> Iterator[Located]:
        """A schema and what it consists of: what it refers to, and what its allOf lists; of very many, the first.

        Raises:
            SourceError: there are more than can be looked at.
        """
        waiting, seen = [at], set[int]()
        while waiting and len(seen) < _MOST:
            at = waiting.pop()
            if not isinstance(at.value, dict) or id(at.value) in seen:
                continue
            seen.add(id(at.value))
            self._looked += 1
            if self._looked > _ALL:
                raise SourceError("the schemas of the source consist of too many parts; import some with --select")
            target = self.followed(at)
            if target is not at:
                waiting.append(target)
            if target is at or self._siblings:
                yield at
                members = at.value.get("allOf")
                waiting += [at.below("allOf", i) for i in range(len(members))] if isinstance(members, list) else []

    def hidden(self, at: Located, direction: Direction) -> frozenset[str]:
        """The names that a direction leaves out of a schema and its parts, unless one of them keeps it."""
        if direction == "exact" or not _OF_MEMBERS & mapping(at.value).keys():
            return frozenset()
        known = (id(at.value), direction)
        if known not in self._hidden:
            self._alive.append(at.value)  # so that no other gets its id
            names = [self._names(part, direction) for part in self.of(at)]
            hidden = frozenset[str]().union(*(one.hidden for one in names))
            self._hidden[known] = hidden.difference(*(one.shown for one in names)) if hidden else hidden
        return self._hidden[known]

    def _names(self, at: Located, direction: Direction) -> _Names:
        known = (id(at.value), direction)
        if known not in self._own:
            self._alive.append(at.value)
            names = mapping(at.value.get("properties"))
            hidden = frozenset(name for name in names if self.is_hidden(at.below("properties", name), direction))
            self._own[known] = _Names(hidden, frozenset(names) - hidden)
        return self._own[known]

    def is_hidden(self, at: Located, direction: Direction) -> bool:
        """Whether a direction leaves out a property with this schema."""
        mark = _MARKS.get(direction)
        for _ in range(_LONGEST):
            if not isinstance(at.value, dict) or mark is None:
                return False
            if at.value.get(mark) is True and (self._siblings or "$ref" not in at.value):
                return True
            members = at.value.get("allOf")
            target = at.below("allOf", 0) if isinstance(members, list) and len(members) == 1 else self.followed(at)
            if target is at:
                return False
            at = target
        return False

    def required(self, at: Located) -> frozenset[str]:
        """The names that a schema or one of its parts requires."""
        if id(at.value) not in self._required:
            self._alive.append(at.value)
            listed = [part.value.get("required") for part in self.of(at)]
            names = (as_text(name) for one in listed if isinstance(one, list) for name in one)
            self._required[id(at.value)] = frozenset(names)
        return self._required[id(at.value)]

    def declared(self, at: Located, name: str) -> Located | None:
        """Where a schema or one of its parts declares a property."""
        for part in self.of(at):
            if isinstance(mapping(part.value.get("properties")).get(name), dict):
                return part.below("properties", name)
        return None
