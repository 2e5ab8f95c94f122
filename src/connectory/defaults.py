"""Defaults, filled in at every depth where a schema says unambiguously what an absent member is.

Followed are ``properties``, ``items``, ``prefixItems``, ``additionalProperties``, ``allOf`` and
local ``$ref``. Not followed are ``anyOf``, ``oneOf``, ``if`` and ``not``: which of their branches
applies is not known before the value is. A member's own default wins over those that it reaches
through ``$ref`` and ``allOf``; where several of those differ, none is filled in. An object that is
absent and has no default stays absent.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

from connectory.model import Json
from connectory.references import Schemas, applied

Fill = Callable[[Json], Json]

_ABSENT: Any = object()


def compile_defaults(schema: dict[str, Json]) -> Fill | None:
    """What fills the schema's defaults into a value; None where it has none."""
    if not _mentions_default(schema):
        return None
    return _Filler(applied([schema], schema), schema, {}).fill


class _Filler:
    """Fills in what a group of schemas, which apply to the same value, says of its members and items.

    The fillers of members and items are made when a value first has them, so that recursive schemas are no matter.
    """

    def __init__(self, schemas: Schemas, root: dict[str, Json], made: dict[tuple[int, ...], _Filler]) -> None:
        self._root = root
        self._made = made
        self._properties = _merged(schemas)
        self._defaults = {
            name: default
            for name, found in self._properties.items()
            if (default := _default(found, root)) is not _ABSENT
        }
        self._others = [schema["additionalProperties"] for schema in schemas if "additionalProperties" in schema]
        self._first = list(_transposed(schemas))
        self._items = [schema["items"] for schema in schemas if "items" in schema]
        self._children: dict[str | int | None, _Filler | None] = {}

    def fill(self, value: Json) -> Json:
        """``value`` itself where nothing is absent; otherwise a copy that shares what did not change."""
        if isinstance(value, dict):
            return self._fill_members(value)
        return self._fill_items(value) if isinstance(value, list) else value

    def _fill_members(self, value: dict[str, Json]) -> dict[str, Json]:
        filled = value
        for name, member in value.items():
            new = self._fill_child(name, member, self._properties.get(name, self._others))
            if new is not member:
                filled = dict(value) if filled is value else filled
                filled[name] = new
        for name, default in self._defaults.items():
            if name not in value:
                filled = dict(value) if filled is value else filled
                filled[name] = self._fill_child(name, copy.deepcopy(default), self._properties[name])
        return filled

    def _fill_items(self, value: list[Json]) -> list[Json]:
        filled = value
        for index, item in enumerate(value):
            first = index < len(self._first)
            new = self._fill_child(index if first else -1, item, self._first[index] if first else self._items)
            if new is not item:
                filled = list(value) if filled is value else filled
                filled[index] = new
        return filled

    def _fill_child(self, key: str | int, value: Json, schemas: list[Json]) -> Json:
        if not isinstance(value, dict | list):
            return value
        known = key if schemas is not self._others else None
        if known not in self._children:
            self._children[known] = self._child(schemas)
        filler = self._children[known]
        return value if filler is None else filler.fill(value)

    def _child(self, schemas: list[Json]) -> _Filler | None:
        group = applied(schemas, self._root)
        if not group:
            return None
        identity = tuple(map(id, group))
        return self._made.get(identity) or self._made.setdefault(identity, _Filler(group, self._root, self._made))


def _merged(schemas: Schemas) -> dict[str, list[Json]]:
    properties: dict[str, list[Json]] = {}
    for schema in schemas:
        for name, child in schema.get("properties", {}).items():
            properties.setdefault(name, []).append(child)
    return properties


def _transposed(schemas: Schemas) -> Iterator[list[Json]]:
    """For each position, the schemas that prefixItems gives it."""
    lists = [schema["prefixItems"] for schema in schemas if "prefixItems" in schema]
    for position in range(max(map(len, lists), default=0)):
        yield [items[position] for items in lists if position < len(items)]


def _default(schemas: list[Json], root: dict[str, Json]) -> Json:
    """The one default of a member that these schemas describe, or ``_ABSENT``."""
    own = [schema["default"] for schema in schemas if isinstance(schema, dict) and "default" in schema]
    reached = own or [part["default"] for part in applied(schemas, root) if "default" in part]
    if not reached or any(not _same(reached[0], other) for other in reached):
        return _ABSENT
    return reached[0]


def _same(a: Json, b: Json) -> bool:
    return bool(a == b) and isinstance(a, bool) == isinstance(b, bool)


def _mentions_default(node: Json) -> bool:
    waiting = [node]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            if "default" in node:
                return True
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
    return False
