"""What can be told of a schema without those that it names; of a shared one it is found out once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any, NamedTuple
from urllib.parse import unquote

import msgspec

from connectory.compiler.schemas import DIALECT, children, is_valid_schema

sorted_json = msgspec.json.Encoder(order="sorted", decimal_format="number").encode

_IN_PLACE = frozenset(("not", "if", "then", "else", "allOf", "anyOf", "oneOf", "dependentSchemas"))
_MOVES = ("$id", "$anchor", "$dynamicAnchor", "$dynamicRef", "dependencies")
"""What makes references lead elsewhere than to a shared schema, or stand where no schema is looked for."""


class Part(NamedTuple):
    """A schema, apart from those that it names.

    Attributes:
        names: the shared schemas that it names.
        in_place: those of them that it applies to the value that it is applied to itself.
        is_plain: whether there is no way out of it but by these names.
    """

    names: frozenset[str]
    in_place: frozenset[str]
    is_plain: bool


class Parts:
    """What was found out of schemas, which must stay as they are meanwhile."""

    def __init__(self) -> None:
        self._known: dict[tuple[Callable[[Any], Any], int], tuple[Any, Any]] = {}
        self._simple: dict[int, tuple[Any, bool]] = {}

    def of(self, shared: Any) -> Part:
        """What is known of a shared schema."""
        part: Part = self._once(_part, shared)
        return part

    def text(self, shared: Any) -> bytes:
        """A shared schema as sorted JSON."""
        text: bytes = self._once(sorted_json, shared)
        return text

    def are_equal(self, one: Any, other: Any) -> bool:
        """Whether two whole schemas are equal, but for the order of names."""
        if one is other:
            return True
        before, after = shared_in(one), shared_in(other)
        if before is None or after is None:
            return sorted_json(one) == sorted_json(other)
        if before.keys() != after.keys() or sorted_json(_alone(one)) != sorted_json(_alone(other)):
            return False
        return all(self._is_same(schema, after[name]) for name, schema in before.items())

    def merged(self, old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
        """The shared schemas of ``new``, each of which is the very object of ``old`` where it is equal to that."""
        return {
            name: old[name] if name in old and self._is_same(old[name], schema) else schema
            for name, schema in new.items()
        }

    def _is_same(self, one: Any, other: Any) -> bool:
        return one is other or self.text(one) == self.text(other)

    def is_simple(self, root: Any) -> bool:
        """Whether all references in a whole schema name one of its shared ones, and never lead in a circle in place."""
        if id(root) not in self._simple:
            self._simple[id(root)] = root, self._is_simple(root)
        return self._simple[id(root)][1]

    def is_valid(self, root: Any) -> bool:
        """Whether a whole schema is a valid one; whether a shared one is does not hang on the others."""
        shared = shared_in(root)
        if shared is None:
            return _is_valid(root)
        return _is_valid(_alone(root)) and all(self._once(_is_valid, schema) for schema in shared.values())

    def _is_simple(self, root: Any) -> bool:
        shared = shared_in(root) or {}
        if not isinstance(root, dict) or ("$defs" in root and shared_in(root) is None):
            return False
        parts = {name: self.of(schema) for name, schema in shared.items()}
        if not all(part.is_plain and part.names <= parts.keys() for part in (_part(_alone(root)), *parts.values())):
            return False
        return not _has_circle({name: part.in_place for name, part in parts.items() if part.in_place})

    def _once(self, find: Callable[[Any], Any], schema: Any) -> Any:
        """What ``find`` finds of a schema; it is kept with it, so that no other gets its id."""
        known = self._known.get((find, id(schema)))
        if known is None:
            known = self._known[find, id(schema)] = schema, find(schema)
        return known[1]


def _is_valid(schema: Any) -> bool:
    return isinstance(schema, bool) or (isinstance(schema, dict) and is_valid_schema(schema))


def shared_in(root: Any) -> dict[str, Any] | None:
    """The shared schemas of a whole one; None where it has none."""
    shared = root.get("$defs") if isinstance(root, dict) else None
    return shared if isinstance(shared, dict) else None


def shared_name(reference: str) -> str | None:
    """The name in ``#/$defs/name``."""
    head, _, name = reference.partition("#/$defs/")
    name = unquote(name)
    if head or not name or "/" in name:  # %2F parts names as a plain slash does; only ~1 is one inside a name
        return None
    return name.replace("~1", "/").replace("~0", "~")


def is_in_place(keyword: Any) -> bool:
    """Whether what a keyword holds is applied to the value that the schema is applied to."""
    return keyword in _IN_PLACE


def _alone(root: dict[str, Any]) -> dict[str, Any]:
    return {keyword: value for keyword, value in root.items() if keyword != "$defs"}


def _part(schema: Any) -> Part:
    names: set[str | None] = set()
    in_place: set[str | None] = set()
    is_plain = True
    waiting = [(schema, True)]
    while waiting:
        node, is_here = waiting.pop()
        if not isinstance(node, dict):
            continue
        if any(word in node for word in _MOVES) or node.get("$schema", DIALECT) not in (DIALECT, f"{DIALECT}#"):
            is_plain = False
        if "$ref" in node:
            name = shared_name(str(node["$ref"]))
            (in_place if is_here else names).add(name)
        waiting += [(child, is_here and step[0] in _IN_PLACE) for step, child in children(node)]
    names |= in_place
    is_plain = is_plain and None not in names
    return Part(frozenset(filter(None, names)), frozenset(filter(None, in_place)), is_plain)


def _has_circle(following: Mapping[str, frozenset[str]]) -> bool:
    try:
        TopologicalSorter(following).prepare()
    except CycleError:
        return True
    return False
