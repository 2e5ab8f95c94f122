"""What can be told of a schema without those that it names; of a shared one it is found out once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from typing import Any, NamedTuple
from urllib.parse import unquote

import msgspec

from connectory.compiler.defs import referenced_defs
from connectory.compiler.schemas import DIALECT, HOLDERS, children, fits_dialect, pattern_compiles
from connectory.components import components

sorted_json = msgspec.json.Encoder(order="sorted", decimal_format="number").encode

_IN_PLACE = frozenset(("not", "if", "then", "else", "allOf", "anyOf", "oneOf", "dependentSchemas"))
_MOVES = frozenset(("$id", "$anchor", "$dynamicAnchor", "$dynamicRef", "dependencies"))
"""What makes references lead elsewhere than to a shared schema, or stand where no schema is looked for."""

_TOLD = HOLDERS | _MOVES | {"$ref", "$schema", "pattern"}
"""Without any of these, nothing is to be told of a schema."""


class _Inside(NamedTuple):
    names: frozenset[str]
    in_place: frozenset[str]
    patterns: frozenset[str]
    is_plain: bool


class Part:
    """A schema, apart from those that it names. It must stay as it is."""

    def __init__(self, schema: Any) -> None:
        self.schema = schema
        self._mentioned: dict[str, bool] = {}

    @cached_property
    def text(self) -> bytes:
        """The schema as sorted JSON."""
        return sorted_json(self.schema)

    @property
    def names(self) -> frozenset[str]:
        """The shared schemas that it names."""
        return self._inside.names

    @property
    def in_place(self) -> frozenset[str]:
        """Those of them that it applies to the value that it is applied to itself."""
        return self._inside.in_place

    @property
    def is_plain(self) -> bool:
        """Whether there is no way out of it but by these names."""
        return self._inside.is_plain

    def mentions(self, keyword: str) -> bool:
        """Whether a keyword may stand in it."""
        if keyword not in self._mentioned:
            self._mentioned[keyword] = f'"{keyword}":'.encode() in self.text
        return self._mentioned[keyword]

    @cached_property
    def is_valid(self) -> bool:
        """Whether it is a valid schema, whatever it names."""
        if not isinstance(self.schema, dict):
            return isinstance(self.schema, bool)
        return fits_dialect(self.schema) and all(map(pattern_compiles, self._inside.patterns))

    @cached_property
    def _inside(self) -> _Inside:
        return _look_inside(self.schema)


_MANY = 200


class Whole:
    """A schema with all that it names. It must stay as it is."""

    def __init__(self, root: Any, part_of: Callable[[Any], Part]) -> None:
        """``part_of`` looks at a shared schema."""
        shared = shared_in(root)
        self.own = Part(root if shared is None else {**root, "$defs": {}})
        self.shared = {name: part_of(schema) for name, schema in (shared or {}).items()}

    def mentions(self, keyword: str) -> bool:
        """Whether a keyword may stand in it, or in what it names."""
        return self.own.mentions(keyword) or any(part.mentions(keyword) for part in self.shared.values())

    @cached_property
    def is_valid(self) -> bool:
        """Whether it is a valid schema; whether a shared one is does not hang on the others."""
        return self.own.is_valid and all(part.is_valid for part in self.shared.values())

    @cached_property
    def is_simple(self) -> bool:
        """Whether every reference names one of its shared schemas, and none leads in a circle in place."""
        known = self.shared.keys()
        if not all(part.is_plain and part.names <= known for part in (self.own, *self.shared.values())):
            return False
        return not _has_circle({name: part.in_place for name, part in self.shared.items() if part.in_place})

    def alike(self, name: str) -> str:
        """One of the shared schemas that lead to the same ones as this does: of a large circle always the same."""
        return self._first_of.get(name, name)

    @cached_property
    def _first_of(self) -> dict[str, str]:
        """Of each shared schema in a circle the first in it; where there are few, looking is not worth it."""
        if len(self.shared) < _MANY:
            return {}
        circles = components(
            {name: [each for each in part.names if each in self.shared] for name, part in self.shared.items()}
        )
        return {name: circle[0] for circle in circles for name in circle}

    def reached_from(self, name: str) -> dict[str, Part] | None:
        """The shared schemas that one leads to, itself included; None where it leads elsewhere, too."""
        found: dict[str, Part] = {}
        waiting = [name]
        while waiting:
            at = waiting.pop()
            if at not in found:
                part = self.shared.get(at)
                if part is None or not part.is_plain:
                    return None
                found[at] = part
                waiting += part.names
        return found

    def equals(self, other: Whole) -> bool:
        """Whether they are equal, but for the order of names."""
        if self.shared.keys() != other.shared.keys() or self.own.text != other.own.text:
            return False
        return all(_is_same(part, other.shared[name]) for name, part in self.shared.items())


class Parts:
    """Schemas that were looked at; each is looked at once."""

    def __init__(self) -> None:
        self._parts: dict[int, Part] = {}
        self._reached: dict[tuple[str, int], tuple[dict[str, Part], frozenset[tuple[str, bytes]]]] = {}
        self._wholes: dict[int, tuple[Any, Whole]] = {}  # each with its schema, so that no other gets its id

    def of(self, shared: Any) -> Part:
        """A shared schema."""
        found = self._parts.get(id(shared))
        if found is None:
            found = self._parts[id(shared)] = Part(shared)
        return found

    def whole(self, root: Any) -> Whole:
        """A schema with all that it names."""
        if id(root) not in self._wholes:
            self._wholes[id(root)] = root, Whole(root, self.of)
        return self._wholes[id(root)][1]

    def reached(self, whole: Whole, name: str) -> frozenset[tuple[str, bytes]] | None:
        """The texts of the shared schemas that one leads to, itself included; None where it leads elsewhere, too."""
        name = whole.alike(name)
        key = name, id(whole.shared.get(name))
        known = self._reached.get(key)
        if known is None or not known[0].items() <= whole.shared.items():  # the others may be other ones here
            parts = whole.reached_from(name)
            if parts is None:
                return None
            known = self._reached[key] = parts, frozenset((other, part.text) for other, part in parts.items())
        return known[1]

    def names_in(self, schema: dict[str, Any]) -> Iterable[str]:
        """As ``referenced_defs``, in any order, each at least once."""
        part = self.of(schema)
        return part.names if part.is_plain else referenced_defs(schema)

    def merged(self, old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
        """The shared schemas of ``new``, each of which is the very object of ``old`` where it is equal to that."""
        return {
            name: old[name] if name in old and _is_same(self.of(old[name]), self.of(schema)) else schema
            for name, schema in new.items()
        }


def _is_same(one: Part, other: Part) -> bool:
    return one is other or one.text == other.text


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


def _look_inside(schema: Any) -> _Inside:
    names: set[str | None] = set()
    in_place: set[str | None] = set()
    patterns: set[str] = set()
    is_plain = True
    waiting = [(schema, True)]
    while waiting:
        node, is_here = waiting.pop()
        if not isinstance(node, dict) or _TOLD.isdisjoint(node):
            continue
        if not _MOVES.isdisjoint(node) or node.get("$schema", DIALECT) not in (DIALECT, f"{DIALECT}#"):
            is_plain = False
        if "$ref" in node:
            (in_place if is_here else names).add(shared_name(str(node["$ref"])))
        if isinstance(node.get("pattern"), str):
            patterns.add(node["pattern"])
        if isinstance(node.get("patternProperties"), dict):
            patterns.update(node["patternProperties"])
        waiting += [(child, is_here and step[0] in _IN_PLACE) for step, child in children(node)]
    names |= in_place
    is_plain = is_plain and None not in names
    return _Inside(frozenset(filter(None, names)), frozenset(filter(None, in_place)), frozenset(patterns), is_plain)


def _has_circle(following: Mapping[str, frozenset[str]]) -> bool:
    try:
        TopologicalSorter(following).prepare()
    except CycleError:
        return True
    return False
