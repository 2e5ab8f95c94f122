"""Random pairs of schemas, each from a seed, and a small universe of instances to try them on."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from typing import Any, NamedTuple

import jsonschema_rs

from connectory.compiler.compat import Verdict, subset
from connectory.compiler.schemas import explainer

_NAMED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("$ref", {"$dynamicAnchor": "node"}),
    ("$dynamicRef", {"$dynamicAnchor": "node"}),
    ("$ref", {"$anchor": "node"}),
    ("$ref", {"$id": "node.json"}),
)
"""Ways to name a shared schema, and keywords that refer to it."""

NAMES = ("a", "b", "ab", "x1")
SCALARS: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    1,
    2,
    3,
    -1,
    1.5,
    0.5,
    4,
    10,
    "",
    "a",
    "b",
    "ab",
    "x1",
    "aa",
    "abc",
    "é😀",
)
PATTERNS = ("^a", "b$", "^x[0-9]+$", "a", "^[a-z]*$", "^(ab|b)?$", "^.{2}$")
FORMATS = ("date", "email", "uuid", "int32")
STRINGS = (*[value for value in SCALARS if isinstance(value, str)], "2024-02-29", "a@example.com", "x12")


def universe(seed: int = 7, size: int = 420) -> list[Any]:
    """Instances: scalars, and small arrays and objects of them and of each other."""
    chance = random.Random(seed)
    found: list[Any] = [*SCALARS, *STRINGS, [], {}]
    inner: list[Any] = [None, True, 0, 1, 1.5, 2, "", "a", "ab", [], {}, [1], {"a": 1}]
    found += [[value] for value in inner] + [{name: value} for name in NAMES for value in inner]
    while len(found) < size:
        if chance.random() < 0.5:
            found.append([chance.choice(inner) for _ in range(chance.choice((2, 2, 3, 4)))])
        else:
            names = chance.sample((*NAMES, "zz", ""), chance.choice((2, 2, 3, 4)))
            found.append({name: chance.choice(inner) for name in names})
    return found


def nearby(chance: random.Random, schemas: tuple[Any, ...], size: int = 60) -> list[Any]:
    """Instances of the names, values and bounds that schemas mention, and what lies beside them."""
    names, values = _mentioned(schemas)
    names, found = [*names, "zz"], [*values, None, True, 0, "", [], {}]
    while len(found) < size + len(values):
        if chance.random() < 0.4:
            found.append([chance.choice(found) for _ in range(chance.choice((1, 2, 2, 3)))])
        else:
            some = chance.sample(names, min(len(names), chance.choice((1, 2, 2, 3))))
            found.append({name: chance.choice(found) for name in some})
    return found


def _mentioned(schemas: tuple[Any, ...]) -> tuple[list[str], list[Any]]:
    names: dict[str, None] = {}
    values: list[Any] = []
    waiting: list[Any] = list(schemas)
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            for keyword, value in node.items():
                if keyword in ("properties", "dependentSchemas", "dependentRequired") and isinstance(value, dict):
                    names.update(dict.fromkeys(value))
                values += (
                    value if keyword == "enum" and isinstance(value, list) else [value] if keyword == "const" else []
                )
                if isinstance(value, int | float) and not isinstance(value, bool):
                    values += [value, value + 1, value - 1, value + 0.5, "a" * int(value), [None] * int(value)]
                waiting.append(value)
    return list(names), values


def keywords(schema: Any) -> set[str]:
    """The keywords in a schema; also those that an example or a name looks like."""
    known = {*_LEAVES, *_NESTED, "type", "$ref", "$dynamicRef", "$defs", "$dynamicAnchor", "$anchor", "$id"}
    found: set[str] = set()
    waiting = [schema]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            found |= known & node.keys()
        waiting += node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return found


class Maker:
    """Makes schemas."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.about: str | None = None

    def schema(self, depth: int = 2) -> Any:
        """A schema of a few keywords, nested at most so deeply."""
        chance = self.chance
        if chance.random() < 0.06:
            return chance.random() < 0.6
        made: dict[str, Any] = {}
        about = self.about if self.about and chance.random() < 0.9 else self._type()
        if chance.random() < (0.2 if self.about else 0.7):
            made["type"] = about
        about = about if isinstance(about, str) else about[0]
        keywords = [*_ABOUT.get(about, ()) * 2, *_ABOUT["any"]]
        if chance.random() < 0.1:
            keywords = [*_LEAVES, *_NESTED]
        makers = [(word, {**_LEAVES, **_NESTED}[word]) for word in keywords if depth > 0 or word in _LEAVES]
        before = self.about
        for keyword, make in chance.sample(makers, min(len(makers), chance.choice((1, 1, 2, 2, 3)))):
            self.about = about if keyword in _IN_PLACE else None
            made[keyword] = make(self, depth - 1)
            for other in _TOGETHER.get(keyword, ()) if depth > 0 else ():
                if chance.random() < 0.5:
                    self.about = about if other in _IN_PLACE else None
                    made[other] = {**_LEAVES, **_NESTED}[other](self, depth - 1)
        self.about = before
        return made

    def root(self) -> Any:
        """A whole schema; at times with shared schemas that refer to themselves."""
        made = self.schema()
        if isinstance(made, dict) and self.chance.random() < 0.25:
            place: dict[str, Any] = {"$ref": "#/$defs/node"}
            named: dict[str, Any] = {}
            if self.chance.random() < 0.3:
                keyword, named = self.chance.choice(_NAMED)
                place = {keyword: "node.json" if "$id" in named else "#node"}
            node = self.schema(1)
            node = node if isinstance(node, dict) else {}
            inner = {"$ref": "#"} if "$id" in named else copy.deepcopy(place)
            if self.chance.random() < 0.6:
                node["properties"] = {**node.get("properties", {}), self.chance.choice(NAMES): inner}
            else:
                node["items"] = inner
            node |= named
            made["$defs"] = {"node": node}
            keyword = self.chance.choice(("$ref", "items", "additionalProperties", "anyOf"))
            if keyword == "$ref":
                made.update(place)
            else:
                made[keyword] = [place, self.schema(1)] if keyword == "anyOf" else place
        return made

    def mutated(self, schema: Any) -> Any:
        """A schema with one change somewhere."""
        made = copy.deepcopy(schema)
        places: list[Any] = []
        waiting = [made]
        while waiting:
            node = waiting.pop()
            if isinstance(node, dict):
                places += [node] if node else []
                waiting += node.values()
            elif isinstance(node, list):
                places += [node] if node else []
                waiting += node
        if not places:
            return self.root()
        place = self.chance.choice(places)
        key = self.chance.choice(list(place) if isinstance(place, dict) else range(len(place)))
        if key in ("$defs", "$id", "$anchor", "$dynamicAnchor"):
            return made
        old = place[key]
        if isinstance(old, int) and not isinstance(old, bool):
            place[key] = max(0, old + self.chance.choice((-1, 1))) if key != "multipleOf" else old + 1
        elif isinstance(old, str) and old in STRINGS:
            place[key] = self.chance.choice(STRINGS)
        elif isinstance(place, dict) and self.chance.random() < 0.5 and key not in ("$ref", "$dynamicRef"):
            del place[key]
        elif isinstance(old, dict | bool):
            place[key] = self.schema(1) if self.chance.random() < 0.5 and "properties" not in (key,) else old
        return made

    def _type(self) -> Any:
        names = ("null", "boolean", "object", "object", "array", "array", "number", "integer", "string")
        if self.chance.random() < 0.8:
            return self.chance.choice(names)
        return sorted(set(self.chance.choices(names, k=2)))

    def value(self) -> Any:
        """A value for enum and const."""
        roll = self.chance.random()
        if roll < 0.8 and self.about in _VALUES:
            return self.chance.choice(_VALUES[self.about])
        if roll < 0.9:
            return self.chance.choice(SCALARS)
        return self.chance.choice(([], {}, [1], [1, "a"], {"a": 1}, {"a": [1]}, {"b": None}, [[]]))


def _names(maker: Maker) -> list[str]:
    return maker.chance.sample(NAMES, maker.chance.choice((1, 1, 2)))


def _schemas(maker: Maker, depth: int) -> list[Any]:
    return [maker.schema(depth) for _ in range(maker.chance.choice((1, 2, 2, 3)))]


def _distinct(maker: Maker) -> list[Any]:
    found: list[Any] = []
    for _ in range(maker.chance.choice((1, 2, 3, 4))):
        value = maker.value()
        if not any(_same(value, other) for other in found):
            found.append(value)
    return found


def _same(one: Any, other: Any) -> bool:
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


Make = Callable[[Maker, int], Any]

_LEAVES: dict[str, Make] = {
    "enum": lambda maker, _: _distinct(maker),
    "const": lambda maker, _: maker.value(),
    "minimum": lambda maker, _: maker.chance.choice((0, 1, 1.5, -1)),
    "maximum": lambda maker, _: maker.chance.choice((0, 1, 2, 2.5)),
    "exclusiveMinimum": lambda maker, _: maker.chance.choice((0, 1, -1)),
    "exclusiveMaximum": lambda maker, _: maker.chance.choice((1, 2, 3)),
    "multipleOf": lambda maker, _: maker.chance.choice((1, 2, 3, 0.5, 1.5)),
    "minLength": lambda maker, _: maker.chance.choice((0, 1, 2)),
    "maxLength": lambda maker, _: maker.chance.choice((0, 1, 2)),
    "pattern": lambda maker, _: maker.chance.choice(PATTERNS),
    "format": lambda maker, _: maker.chance.choice(FORMATS),
    "required": lambda maker, _: _names(maker),
    "minProperties": lambda maker, _: maker.chance.choice((0, 1, 2)),
    "maxProperties": lambda maker, _: maker.chance.choice((0, 1, 2)),
    "dependentRequired": lambda maker, _: {name: _names(maker) for name in _names(maker)},
    "minItems": lambda maker, _: maker.chance.choice((0, 1, 2)),
    "maxItems": lambda maker, _: maker.chance.choice((0, 1, 2, 3)),
    "uniqueItems": lambda maker, _: maker.chance.random() < 0.9,
    "minContains": lambda maker, _: maker.chance.choice((0, 1, 2)),
    "maxContains": lambda maker, _: maker.chance.choice((0, 1, 2)),
}

_NESTED: dict[str, Make] = {
    "properties": lambda maker, depth: {name: maker.schema(depth) for name in _names(maker)},
    "patternProperties": lambda maker, depth: {maker.chance.choice(PATTERNS): maker.schema(depth)},
    "additionalProperties": lambda maker, depth: maker.schema(depth) if maker.chance.random() < 0.5 else False,
    "propertyNames": lambda maker, _: maker.chance.choice(({"pattern": "^a"}, {"maxLength": 1}, {"enum": ["a", "b"]})),
    "dependentSchemas": lambda maker, depth: {name: maker.schema(depth) for name in _names(maker)},
    "unevaluatedProperties": lambda maker, depth: maker.schema(depth) if maker.chance.random() < 0.3 else False,
    "prefixItems": _schemas,
    "items": lambda maker, depth: maker.schema(depth) if maker.chance.random() < 0.8 else False,
    "contains": lambda maker, depth: maker.schema(depth),
    "unevaluatedItems": lambda maker, depth: maker.schema(depth) if maker.chance.random() < 0.3 else False,
    "allOf": _schemas,
    "anyOf": _schemas,
    "oneOf": _schemas,
    "not": lambda maker, depth: maker.schema(depth),
    "if": lambda maker, depth: maker.schema(depth),
    "then": lambda maker, depth: maker.schema(depth),
    "else": lambda maker, depth: maker.schema(depth),
}

_ABOUT: dict[str, tuple[str, ...]] = {
    "any": ("enum", "const", "allOf", "anyOf", "oneOf", "not", "if"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf") * 2,
    "string": ("minLength", "maxLength", "pattern", "format") * 2,
    "object": (
        *("required", "minProperties", "maxProperties", "dependentRequired", "properties", "properties"),
        *("patternProperties", "additionalProperties", "propertyNames", "dependentSchemas", "unevaluatedProperties"),
    ),
    "array": (
        *("minItems", "maxItems", "uniqueItems", "prefixItems", "items", "items", "contains", "contains"),
        "unevaluatedItems",
    ),
}
_ABOUT["integer"] = _ABOUT["number"]

_IN_PLACE = ("enum", "const", "allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas")

_VALUES: dict[str | None, tuple[Any, ...]] = {
    "integer": (0, 1, 2, 3, -1, 4, 1.0),
    "number": (0, 1, 1.5, 0.5, 2, 3),
    "string": STRINGS,
    "array": ([], [1], [1, "a"], [None], [1, 1]),
    "object": ({}, {"a": 1}, {"b": None}, {"a": 1, "b": ""}),
}

_TOGETHER = {
    "if": ("then", "else"),
    "contains": ("minContains", "maxContains"),
    "additionalProperties": ("properties", "patternProperties"),
    "unevaluatedProperties": ("properties", "anyOf", "allOf", "if"),
    "unevaluatedItems": ("prefixItems", "anyOf", "contains"),
    "items": ("prefixItems", "minItems"),
    "required": ("properties",),
}


def pair(seed: int) -> tuple[str, Any, Any]:
    """The pair of a seed: how the two are related, and both."""
    maker = Maker(random.Random(seed))
    a, c = maker.root(), maker.schema(1)
    kind = ("independent", "mutated", "mutated", "a in anyOf", "allOf in a", "a in a")[seed % 6]
    if kind == "independent":
        return kind, a, maker.root()
    if kind == "mutated":
        pair = [a, maker.mutated(a)]
        maker.chance.shuffle(pair)
        return kind, pair[0], pair[1]
    if kind == "a in a":
        return kind, a, {"description": "the same", **a} if isinstance(a, dict) else a
    defs = a.pop("$defs", None) if isinstance(a, dict) else None
    own = {"$defs": defs} if defs else {}
    whole = {**a, **own} if isinstance(a, dict) else a
    if kind == "a in anyOf":
        return kind, whole, {"anyOf": [a, c], **own}
    return kind, {"allOf": [a, c], **own}, whole


RELATED = ("a in a", "a in anyOf", "allOf in a")
"""The kinds of pairs of which the first is within the second by the way they are made."""

FALSE = ("false yes", "false witness")
"""Results that must not be."""


class Judged(NamedTuple):
    """A pair, and what came of it.

    Attributes:
        kind: how the two are related.
        result: yes, no, unknown, false yes, false witness; no schema where the engine refuses one of the two.
        why: the verdict's reason; of what is false, an instance that shows it.
    """

    kind: str
    result: str
    a: Any
    b: Any
    why: Any


def judge(seed: int, instances: list[Any], thorough: bool = False) -> Judged:
    """What subset says of the pair of a seed, judged by brute force; ``thorough``: also on instances of its own."""
    kind, a, b = pair(seed)
    return judged(kind, a, b, [*instances, *nearby(random.Random(seed), (a, b))] if thorough else instances)


def judged(kind: str, a: Any, b: Any, instances: list[Any]) -> Judged:
    """What subset says of a pair, judged by instances. Whether formats are checked or not, a yes has to be right."""
    try:
        engines = [_engine(a, True), _engine(b, True)]
        unchecked = [_engine(a, False), _engine(b, False)] if "format" in keywords([a, b]) else engines
    except ValueError as error:
        return Judged(kind, "no schema", a, b, error)
    verdict = subset(a, b)
    if verdict.answer == "yes":
        for each in instances:
            if _is_witness(each, *engines) or _is_witness(each, *unchecked):
                return Judged(kind, "false yes", a, b, each)
    if verdict.answer == "no" and not (_is_witness(verdict.witness, *engines) and _is_for_jsonschema(verdict, a, b)):
        return Judged(kind, "false witness", a, b, verdict.witness)
    return Judged(kind, verdict.answer, a, b, verdict.reason)


def _engine(schema: Any, formats: bool) -> Any:
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=formats, offline=True)


def _is_for_jsonschema(verdict: Verdict, a: Any, b: Any) -> bool:
    validator = explainer()
    return _is_witness(verdict.witness, *(validator(each, format_checker=validator.FORMAT_CHECKER) for each in (a, b)))


def _is_witness(value: Any, first: Any, second: Any) -> bool:
    return bool(first.is_valid(value) and not second.is_valid(value))
