"""Optional properties that a version adds: the one change that may refuse what was accepted, and counts as minor."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from connectory.compiler.compat.walk import Pair, pairs, rebuilt
from connectory.compiler.diagnostics import Path
from connectory.compiler.in_place import LINKS, branches
from connectory.compiler.schemas import REFERENCES, subschemas
from connectory.references import resolve

_CLOSING = ("additionalProperties", "patternProperties", "propertyNames", "unevaluatedProperties")


def with_new_properties(old: dict[str, Any], new: dict[str, Any], *, is_simple: bool = False) -> dict[str, Any]:
    """``old`` as if its open objects had said of the properties that ``new`` adds what ``new`` says.

    Of the instances of ``old`` it refuses only some that use a name which nobody had spoken of. It is ``old`` itself
    where there is nothing to add. ``is_simple`` says that all references in it name shared schemas.
    """
    at: dict[Path, list[Pair]] = {}
    for pair in pairs(old, new):
        at.setdefault(pair.old_path, []).append(pair)
    if not any(_added(pair) for found in at.values() for pair in found):
        return old
    made: dict[str, Any] = _grafted(at, _Together(old, is_simple=is_simple), (), old)
    missing = {name: schema for name, schema in new.get("$defs", {}).items() if name not in old.get("$defs", {})}
    return {**made, "$defs": {**made.get("$defs", {}), **missing}} if missing else made


def _added(pair: Pair) -> Iterator[tuple[str, Any]]:
    """The properties that only the new schema of a pair has."""
    known = pair.before.get("properties", {})
    return ((name, schema) for name, schema in (pair.after.get("properties") or {}).items() if name not in known)


def _grafted(at: dict[Path, list[Pair]], together: _Together, path: Path, node: Any) -> Any:
    if path not in at:
        return node
    made = rebuilt(node, path, partial(_grafted, at, together))
    before = at[path][0].before
    added: dict[str, Any] = {}
    for pair in at[path]:
        for name, schema in _added(pair):
            if together.is_silent(before, name):
                added.setdefault(name, schema)
    return {**made, "properties": {**made.get("properties", {}), **added}} if added else made


class _Together:
    """The schemas inside a whole one, by what else may apply to the same values; in doubt, more than does."""

    def __init__(self, root: dict[str, Any], *, is_simple: bool) -> None:
        self._root = root
        self._stands_alone = is_simple and LINKS.isdisjoint(root)
        self._leader: dict[int, int] = {}
        self._members: dict[int, list[dict[str, Any]]] = {}
        self._astray: set[int] = set()

    def is_silent(self, node: dict[str, Any], name: str) -> bool:
        """Whether nobody speaks of a property of the objects that a schema describes, or of others than they name."""
        return not any(
            id(each) in self._astray or _is_closed(each) or name in _names(each) for each in self._beside(node)
        )

    def _beside(self, node: dict[str, Any]) -> list[dict[str, Any]]:
        """The schemas that may apply to the same value as one, itself included."""
        if node is self._root and self._stands_alone:
            return [node]
        if not self._leader:
            self._join_all()
        return self._members[self._leader[id(node)]]

    def _join_all(self) -> None:
        for _, node in subschemas(self._root):
            self._leader[id(node)] = id(node)
            self._members[id(node)] = [node]
        self._astray = {id(node) for node in self._nodes() if not self._join_in_place(node)}
        waiting = list(self._members)
        while waiting:
            leader = waiting.pop()
            if leader in self._members and self._join_inside(self._members[leader]):
                waiting = list(self._members)

    def _nodes(self) -> list[dict[str, Any]]:
        return [node for members in self._members.values() for node in members]

    def _join(self, one: Any, other: Any) -> bool:
        """Have two schemas apply to the same values; whether that is new."""
        if not isinstance(one, dict) or not isinstance(other, dict):
            return False
        kept, gone = self._leader[id(one)], self._leader[id(other)]
        if kept == gone:
            return False
        if len(self._members[kept]) < len(self._members[gone]):
            kept, gone = gone, kept
        for node in self._members[gone]:
            self._leader[id(node)] = kept
        self._members[kept] += self._members.pop(gone)
        return True

    def _join_in_place(self, node: dict[str, Any]) -> bool:
        """Join what a schema applies in place; whether all of that is known."""
        for _, child in branches(node):
            self._join(node, child)
        for word in REFERENCES:
            if word in node:
                target = resolve(str(node[word]), self._root)
                if id(target) not in self._leader:
                    return False
                self._join(node, target)
        return "$id" not in node

    def _join_inside(self, members: list[dict[str, Any]]) -> bool:
        """Join what schemas that apply to the same values say of the same members and items; whether that is new."""
        if len(members) == 1:
            return False
        properties: dict[str, Any] = {}
        items: list[Any] = []
        others: list[Any] = []
        is_new = False
        for each in members:
            for name, child in (each.get("properties") or {}).items():
                is_new |= self._join(properties.setdefault(name, child), child)
            others += [each.get("additionalProperties"), each.get("unevaluatedProperties")]
            others += (each.get("patternProperties") or {}).values()
            items += [
                each.get("items"),
                each.get("unevaluatedItems"),
                each.get("contains"),
                *each.get("prefixItems", ()),
            ]
        described = [schema for schema in others if isinstance(schema, dict)]
        for group in ([*described, *properties.values()] if described else [], items):
            schemas = [schema for schema in group if isinstance(schema, dict)]
            for schema in schemas[1:]:
                is_new |= self._join(schemas[0], schema)
        return is_new


def _is_closed(schema: dict[str, Any]) -> bool:
    """Whether a schema says something of properties that it does not name, or lists whole values."""
    return "const" in schema or "enum" in schema or any(schema.get(word) not in (None, True) for word in _CLOSING)


def _names(schema: dict[str, Any]) -> Iterable[str]:
    """The properties that a schema speaks of."""
    dependent = schema.get("dependentRequired") or {}
    yield from schema.get("properties") or ()
    yield from schema.get("required") or ()
    yield from schema.get("dependentSchemas") or ()
    yield from schema.get("dependencies") or ()
    yield from dependent
    for needed in dependent.values():
        yield from needed
