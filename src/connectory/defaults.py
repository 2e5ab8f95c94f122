"""Defaults, filled in at every depth where a schema says unambiguously what an absent member is.

Followed are ``properties``, ``items``, ``prefixItems``, ``additionalProperties``, ``allOf`` and
local ``$ref``. Not followed are ``anyOf``, ``oneOf``, ``if`` and ``not``: which of their branches
applies is not known before the value is. A member's own default wins over those that it reaches
through ``$ref`` and ``allOf``; where several of those differ, none is filled in, nor is a default that
would have to contain itself. An object that is absent and has no default stays absent. Where a schema
has ``patternProperties``, its ``additionalProperties`` are not followed.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from connectory.records import Json
from connectory.references import Schemas, applied, resolve

Fill = Callable[[Json], Json]

_ABSENT: Any = object()


def compile_defaults(schema: dict[str, Json]) -> Fill | None:
    """What fills the schema's defaults into a value; None where it has none."""
    if not _mentions_default(schema):
        return None
    return _Filler(applied([schema], schema), schema, {}).fill


class Group(NamedTuple):
    """Schemas that apply to the same value, and what is filled into it where it is an object."""

    schemas: Schemas
    defaults: dict[str, Json]


def groups(schema: dict[str, Json]) -> Iterator[Group]:
    """Every group of schemas inside a schema that ``compile_defaults`` follows."""
    first = _Filler(applied([schema], schema), schema, {})
    seen: set[int] = set()
    waiting: list[_Filler | None] = [first]
    while waiting:
        filler = waiting.pop()
        if filler is not None and id(filler) not in seen:
            seen.add(id(filler))
            yield Group(filler.schemas, filler.defaults())
            waiting += filler.inner()


def with_defaults_required(schema: dict[str, Json]) -> dict[str, Json] | None:
    """A schema that accepts a value only where ``schema`` does and ``compile_defaults`` has nothing to fill in.

    What is followed for defaults is copied, with every member required that has one; everything else stays, and refers
    to what it referred to. None where references are not all to ``#/$defs``, which such a copy cannot keep apart.
    """
    if not _refers_to_defs_only(schema):
        return None
    return _Strict(schema).root()


class _Strict:
    """Makes the copy; a followed reference leads to a copy of its own."""

    def __init__(self, schema: dict[str, Json]) -> None:
        self._schema = schema
        self._copies: dict[str, str] = {}
        self._waiting: list[str] = []

    def root(self) -> dict[str, Json]:
        made: dict[str, Json] = self._copy(self._schema)
        defs = dict(self._schema.get("$defs", {}))
        while self._waiting:
            reference = self._waiting.pop()
            defs[self._copies[reference]] = self._copy(resolve(reference, self._schema))
        return {**made, "$defs": defs} if defs else made

    def _copy(self, node: Json) -> Json:
        if not isinstance(node, dict):
            return node
        made = dict(node)
        if "$ref" in made:
            made["$ref"] = "#/$defs/" + self._copy_of(made["$ref"])
        for keyword in ("items", "additionalProperties"):
            if keyword in made:
                made[keyword] = self._copy(made[keyword])
        for keyword in ("allOf", "prefixItems"):
            if keyword in made:
                made[keyword] = [self._copy(part) for part in made[keyword]]
        if "properties" in made:
            made["properties"] = {name: self._copy(child) for name, child in made["properties"].items()}
            needed = [name for name, child in node["properties"].items() if self._has_default(child)]
            if needed:
                made["required"] = list(dict.fromkeys([*made.get("required", ()), *needed]))
        return made

    def _copy_of(self, reference: str) -> str:
        if reference not in self._copies:
            name = f"complete {len(self._copies)}"
            while name in self._schema.get("$defs", {}):
                name += "_"
            self._copies[reference] = name
            self._waiting.append(reference)
        return self._copies[reference].replace(" ", "%20")

    def _has_default(self, child: Json) -> bool:
        return any("default" in part for part in applied([child], self._schema))


def _refers_to_defs_only(schema: dict[str, Json]) -> bool:
    waiting: list[Json] = [schema]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            if not {"$id", "$anchor", "$dynamicRef", "$dynamicAnchor"}.isdisjoint(node):
                return False
            reference = node.get("$ref", "#/$defs/")
            if not isinstance(reference, str) or not reference.startswith("#/$defs/"):
                return False
            if "$ref" in node and resolve(reference, schema) is None:
                return False
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
    return True


class _Filler:
    """Fills in what a group of schemas, which apply to the same value, says of its members and items.

    The fillers of members and items are made when a value first has them, so that recursive schemas are no matter.
    """

    def __init__(self, schemas: Schemas, root: dict[str, Json], made: dict[tuple[int, ...], _Filler]) -> None:
        self.schemas = schemas
        self._root = root
        self._made = made
        properties = _properties(schemas)
        self._members = {name: found + _others(schemas, name) for name, found in properties.items()}
        self._others = _others(schemas)
        self._first = list(_first(schemas))
        self._items = [schema["items"] for schema in schemas if "items" in schema]
        self._children: dict[str | int | None, _Filler | None] = {}
        self._stated = {
            name: default for name, found in properties.items() if (default := _default(found, root)) is not _ABSENT
        }
        self._defaults: dict[str, Json] | None = None

    def fill(self, value: Json) -> Json:
        """``value`` itself where nothing is absent; otherwise a copy that shares what did not change."""
        if isinstance(value, dict):
            return self._fill_members(value)
        return self._fill_items(value) if isinstance(value, list) else value

    def _fill_members(self, value: dict[str, Json]) -> dict[str, Json]:
        filled = value
        for name, member in value.items():
            new = self._fill_child(name, member) if isinstance(name, str) else member
            if new is not member:
                filled = dict(value) if filled is value else filled
                filled[name] = new
        for name, default in self.defaults().items():
            if name not in value:
                filled = dict(value) if filled is value else filled
                filled[name] = self._fill_child(name, copy.deepcopy(default))
        return filled

    def defaults(self) -> dict[str, Json]:
        """The defaults of absent members."""
        if self._defaults is None:
            self._defaults = {name: self._stated[name] for name in self._stated if not self._is_endless(name)}
        return self._defaults

    def inner(self) -> Iterator[_Filler | None]:
        """What fills members and items, each once."""
        keys = (*self._members, *range(len(self._first) + 1))
        yield from map(self._child, keys)
        yield self._made_for(self._others)

    def _fill_items(self, value: list[Json]) -> list[Json]:
        filled = value
        for index, item in enumerate(value):
            new = self._fill_child(index, item)
            if new is not item:
                filled = list(value) if filled is value else filled
                filled[index] = new
        return filled

    def _fill_child(self, key: str | int, value: Json) -> Json:
        if not isinstance(value, dict | list):
            return value
        filler = self._child(key)
        return value if filler is None else filler.fill(value)

    def _child(self, key: str | int) -> _Filler | None:
        """The filler of the member of this name, or of the item at this index."""
        if isinstance(key, int):
            known: str | int | None = min(key, len(self._first))
            schemas = self._first[key] if key < len(self._first) else self._items
        else:
            known = key if key in self._members else None
            schemas = self._members.get(key, self._others)
        if known not in self._children:
            self._children[known] = self._made_for(schemas)
        return self._children[known]

    def _made_for(self, schemas: list[Json]) -> _Filler | None:
        group = applied(schemas, self._root)
        if not group:
            return None
        identity = tuple(map(id, group))
        return self._made.get(identity) or self._made.setdefault(identity, _Filler(group, self._root, self._made))

    def _is_endless(self, name: str) -> bool:
        """Whether the default of a member puts in, at some depth, that same default again."""
        seen: set[tuple[_Filler, str]] = set()
        waiting = [(self, name)]
        while waiting:
            filler, member = waiting.pop()
            inner = filler._child(member)
            new = set() if inner is None else set(inner._put_in(filler._stated[member])) - seen
            seen |= new
            waiting.extend(new)
        return (self, name) in seen

    def _put_in(self, value: Json) -> Iterator[tuple[_Filler, str]]:
        """The members that ``value`` lacks and that have a default, at any depth, and whose they are."""
        if isinstance(value, dict):
            yield from ((self, name) for name in self._stated if name not in value)
        for key, inner in _pairs(value):
            filler = self._child(key)
            if filler is not None:
                yield from filler._put_in(inner)


def _pairs(value: Json) -> Iterable[tuple[str | int, Json]]:
    if isinstance(value, dict):
        return value.items()
    return enumerate(value) if isinstance(value, list) else ()


def _properties(schemas: Schemas) -> dict[str, list[Json]]:
    properties: dict[str, list[Json]] = {}
    for schema in schemas:
        for name, child in schema.get("properties", {}).items():
            properties.setdefault(name, []).append(child)
    return properties


def _others(schemas: Schemas, name: str | None = None) -> list[Json]:
    """What additionalProperties says of a member of this name, or of one that no schema names."""
    return [
        schema["additionalProperties"]
        for schema in schemas
        if "additionalProperties" in schema
        and "patternProperties" not in schema
        and name not in schema.get("properties", {})
    ]


def _first(schemas: Schemas) -> Iterator[list[Json]]:
    """For each position that a prefixItems names, what all schemas say of it."""
    for position in range(max((len(schema.get("prefixItems", ())) for schema in schemas), default=0)):
        lists = ((*schema.get("prefixItems", ())[position : position + 1], schema.get("items")) for schema in schemas)
        yield [said[0] for said in lists if said[0] is not None]


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
