"""Defaults, filled in at every depth where a schema says unambiguously what an absent member is.

Followed are ``properties``, ``items``, ``prefixItems``, ``additionalProperties``, ``allOf`` and
local ``$ref``. Not followed are ``anyOf``, ``oneOf``, ``if`` and ``not``: which of their branches
applies is not known before the value is. A member's own default wins over those that it reaches
through ``$ref`` and ``allOf``; where several of those differ, none is filled in, nor is a default that
would have to contain itself. An object that is absent and has no default stays absent. Where a schema
has ``patternProperties``, its ``additionalProperties`` are not followed. Where the defaults of an object would
together put in more than ``MOST_PUT_IN`` or ``DEEPEST_PUT_IN`` allows, which no schema that passes ``check`` does,
none of them is filled in.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple

from connectory.components import components
from connectory.records import Json
from connectory.references import Schemas, applied, resolve

Fill = Callable[[Json], Json]

MOST_PUT_IN = 1_000_000
"""Characters of JSON that defaults may make of an empty object, about; real ones come to some thousand."""

DEEPEST_PUT_IN = 100
"""How often a default may put in another, and that one another."""

_ABSENT: Any = object()


def compile_defaults(schema: dict[str, Json]) -> Fill | None:
    """What fills the schema's defaults into a value; None where it has none."""
    if not _mentions_default(schema):
        return None
    return _Filler(applied([schema], schema), _Known(schema)).fill


class Growth(NamedTuple):
    """What defaults put in: about how many characters of JSON, and how deep in each other."""

    size: int
    depth: int

    @property
    def is_too_much(self) -> bool:
        """Whether it is more than what is filled in."""
        return self.size > MOST_PUT_IN or self.depth > DEEPEST_PUT_IN


class Group(NamedTuple):
    """Schemas that apply to the same value, what is filled into it where it is an object, and what that comes to."""

    schemas: Schemas
    defaults: dict[str, Json]
    growth: Growth


def groups(schemas: Iterable[dict[str, Json]], root: dict[str, Json]) -> Iterator[Group]:
    """Every group of schemas inside these that ``compile_defaults`` follows, where ``#`` means ``root``."""
    known = _Known(root)
    seen: set[int] = set()
    waiting: list[_Filler | None] = [known.filler([schema]) for schema in schemas]
    waiting.reverse()
    while waiting:
        filler = waiting.pop()
        if filler is not None and id(filler) not in seen:
            seen.add(id(filler))
            yield Group(filler.schemas, filler.defaults(), filler.growth())
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


class _Known:
    """What is known of the fillers for one root: themselves, by their schemas, and what each default comes to."""

    def __init__(self, root: dict[str, Json]) -> None:
        self.root = root
        self.growths: dict[_Member, Growth | None] = {}
        self._fillers: dict[tuple[int, ...], _Filler] = {}

    def filler(self, schemas: list[Json]) -> _Filler | None:
        """What fills what these schemas apply to; None where none of them is an object."""
        group = applied(schemas, self.root)
        if not group:
            return None
        identity = tuple(map(id, group))
        return self._fillers.get(identity) or self._fillers.setdefault(identity, _Filler(group, self))


class _Filler:
    """Fills in what a group of schemas, which apply to the same value, says of its members and items.

    The fillers of members and items are made when a value first has them, so that recursive schemas are no matter.
    """

    def __init__(self, schemas: Schemas, known: _Known) -> None:
        self.schemas = schemas
        self._known = known
        properties = _properties(schemas)
        self._members = {name: found + _others(schemas, name) for name, found in properties.items()}
        self._others = _others(schemas)
        self._first = list(_first(schemas))
        self._items = [schema["items"] for schema in schemas if "items" in schema]
        self._children: dict[str | int | None, _Filler | None] = {}
        self.stated = {
            name: default
            for name, found in properties.items()
            if (default := _default(found, known.root)) is not _ABSENT
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
            put_in = {} if self.growth().is_too_much else self.stated
            self._defaults = {name: put_in[name] for name in put_in if self._growth_of(name) is not None}
        return self._defaults

    def growth(self) -> Growth:
        """What these put into an empty object."""
        grown = [self._growth_of(name) for name in self.stated]
        return _together(each for each in grown if each is not None)

    def _growth_of(self, name: str) -> Growth | None:
        """What the default of a member comes to; None where it would have to contain itself."""
        default = self.stated[name]
        if not isinstance(default, dict | list):
            return Growth(_size(name) + _size(default), 1)
        if (self, name) not in self._known.growths:
            _learn(self, self._known.growths)
        return self._known.growths[self, name]

    def inner(self) -> Iterator[_Filler | None]:
        """What fills members and items that have some of their own, each once."""
        said: list[tuple[str | int, list[Json]]] = [*self._members.items(), *enumerate((*self._first, self._items))]
        yield from (self._child(key) for key, schemas in said if any(map(_has_inside, schemas)))
        yield self._known.filler(self._others)

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
            self._children[known] = self._known.filler(schemas)
        return self._children[known]

    def puts_in(self, name: str) -> Iterator[_Member]:
        """The members that the default of a member lacks and that have a default, at any depth, and whose they are."""
        default = self.stated[name]
        inner = self._child(name) if isinstance(default, dict | list) else None
        return iter(()) if inner is None else inner._lacking(default)

    def _lacking(self, value: Json) -> Iterator[_Member]:
        if isinstance(value, dict):
            yield from ((self, name) for name in self.stated if name not in value)
        for key, inner in _pairs(value):
            filler = self._child(key) if isinstance(inner, dict | list) else None
            if filler is not None:
                yield from filler._lacking(inner)


_Member = tuple[_Filler, str]
"""A member that has a default."""


def _learn(filler: _Filler, growths: dict[_Member, Growth | None]) -> None:
    """Add what the defaults of a filler come to, and those that they put in.

    Where that takes more steps than they may put in, they put in too much: each step is a member.
    """
    graph: dict[_Member, list[_Member]] = {}
    waiting: list[_Member] = [(filler, name) for name in filler.stated]
    steps = 0
    while waiting:
        member = waiting.pop()
        if member in graph or member in growths:
            continue
        left = MOST_PUT_IN // _LEAST - steps
        graph[member] = list(islice(member[0].puts_in(member[1]), left + 1))
        steps += len(graph[member])
        if len(graph[member]) > left:
            growths.update({(filler, name): Growth(MOST_PUT_IN + 1, 1) for name in filler.stated})
            return
        waiting += graph[member]
    unknown = {member: [other for other in graph[member] if other not in growths] for member in graph}
    for several in components(unknown):
        first = several[0]
        if len(several) > 1 or first in graph[first]:
            growths.update(dict.fromkeys(several))
            continue
        put_in = _together(found for other in graph[first] if (found := growths[other]) is not None)
        own = _size(first[1]) + _size(first[0].stated[first[1]])
        growths[first] = Growth(min(own + put_in.size, MOST_PUT_IN + 1), put_in.depth + 1)


def _together(growths: Iterable[Growth]) -> Growth:
    size = depth = 0
    for growth in growths:
        size += growth.size
        depth = max(depth, growth.depth)
    return Growth(size, depth)


_LEAST = 4
"""What ``_size`` gives at least."""


def _size(value: Json) -> int:
    """About how many characters of JSON a value is."""
    size = 0
    waiting = [value]
    while waiting:
        value = waiting.pop()
        size += _LEAST
        if isinstance(value, str):
            size += len(value)
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, dict):
            waiting += value
            waiting += value.values()
    return size


_INSIDE = frozenset(("$ref", "additionalProperties", "allOf", "items", "prefixItems", "properties"))
"""Keywords that say something of members and items, or lead to what does."""


def _has_inside(schema: Json) -> bool:
    return isinstance(schema, dict) and not _INSIDE.isdisjoint(schema)


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
