"""Defaults are filled in before a schema is applied: what versions say of inputs has to hold of that."""

from __future__ import annotations

import copy
import random
from collections import Counter
from datetime import date
from typing import Any

import jsonschema_rs
import pytest

import schema_pairs
from connectory.compiler.compat.changes import Change, changes
from connectory.compiler.compat.filled import filled
from connectory.compiler.compat.kinds import Bump
from connectory.compiler.schemas import compile_error, subschemas
from connectory.defaults import compile_defaults

TODAY = date(2026, 1, 1)
NUMBER = {"type": "integer", "default": 1}


def accepts(schema: dict[str, Any], value: Any) -> bool:
    """As the runtime does."""
    fill = compile_defaults(schema)
    engine = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    return bool(engine.is_valid(fill(copy.deepcopy(value)) if fill else value))


def changed(old: dict[str, Any], new: dict[str, Any]) -> list[Change]:
    before, after = ({"methods": [{"id": "do", "inputSchema": schema}]} for schema in (old, new))
    return changes(before, after, TODAY)


def object_of(properties: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, **more}


A = object_of({"a": {"type": "integer"}, "b": {"type": "integer"}})
WITH_DEFAULT = object_of({"a": NUMBER, "b": {"type": "integer"}})


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        # A default stands in for what is required.
        ({**A, "required": ["a"]}, {**WITH_DEFAULT, "required": ["a"]}, ["C015", "C019"]),
        ({**WITH_DEFAULT, "required": ["a"]}, {**A, "required": ["a"]}, ["C002", "C019"]),
        (WITH_DEFAULT, {**WITH_DEFAULT, "required": ["a"]}, ["C042"]),
        ({**WITH_DEFAULT, "required": ["a"]}, WITH_DEFAULT, ["C042"]),
        (object_of({}), object_of({"a": NUMBER}, required=["a"]), ["C016"]),
        (object_of({}), object_of({"a": {"type": "integer"}}, required=["a"]), ["C002"]),
        (object_of({}, required=["a"]), object_of({"a": {"type": "integer"}}), ["C002"]),
        (A, {"allOf": [object_of({"a": NUMBER})], "maxProperties": 2, **A}, ["C012", "C002"]),
        (A, WITH_DEFAULT, ["C019"]),
        (WITH_DEFAULT, A, ["C019"]),
        # Deeper, through references and beside them.
        (object_of({"in": WITH_DEFAULT}), object_of({"in": {**WITH_DEFAULT, "required": ["a"]}}), ["C042"]),
        (object_of({"in": A}), object_of({"in": {**A, "required": ["a"]}}), ["C002"]),
        (
            {"allOf": [WITH_DEFAULT, {"required": ["a"]}]},
            {"allOf": [A, {"required": ["a"]}]},
            ["C002", "C019"],
        ),
        (
            {"$ref": "#/$defs/N", "$defs": {"N": WITH_DEFAULT}},
            {"$ref": "#/$defs/N", "required": ["a"], "$defs": {"N": WITH_DEFAULT}},
            ["C042"],
        ),
        # It counts which members there are.
        ({**A, "not": {"required": ["a", "b"]}}, {**WITH_DEFAULT, "not": {"required": ["a", "b"]}}, ["C012"]),
        ({**WITH_DEFAULT, "maxProperties": 1}, {**A, "maxProperties": 1}, ["C012"]),
        ({**A, "dependentRequired": {"a": ["b"]}}, {**WITH_DEFAULT, "dependentRequired": {"a": ["b"]}}, ["C012"]),
        (
            object_of({"a": {}}, oneOf=[{"required": ["a"]}, {"required": ["c"]}]),
            object_of({"a": {"default": 1}}, oneOf=[{"required": ["a"]}, {"required": ["c"]}]),
            ["C012"],
        ),
        (
            {"allOf": [A, object_of({"b": {}}, additionalProperties=False)]},
            {"allOf": [WITH_DEFAULT, object_of({"b": {}}, additionalProperties=False)]},
            ["C012"],
        ),
        # Nothing is filled in there.
        ({"anyOf": [A, {"type": "string"}]}, {"anyOf": [WITH_DEFAULT, {"type": "string"}]}, ["C019"]),
        (
            {"anyOf": [WITH_DEFAULT, {"type": "string"}]},
            {"anyOf": [{**WITH_DEFAULT, "required": ["a"]}, {"type": "string"}]},
            ["C002"],
        ),
    ],
)
def test_what_a_default_changes(old: dict[str, Any], new: dict[str, Any], codes: list[str]) -> None:
    assert [change.code for change in changed(old, new)] == codes


def test_a_default_is_not_filled_into_credentials() -> None:
    schemas = A, {**WITH_DEFAULT, "required": ["a"]}
    old, new = ({"authType": "custom", "customAuthConfig": {"parametersSchema": schema}} for schema in schemas)
    assert [change.code for change in changes(old, new, TODAY)] == ["C004", "C019"]


def with_defaults(seed: int, schema: dict[str, Any]) -> dict[str, Any]:
    """The schema, in which some members have defaults, or are required."""
    chance = random.Random(seed)
    made = copy.deepcopy(schema)
    defs = {"$defs": made.get("$defs", {})}
    for _, node in list(subschemas(made)):
        if "properties" not in node:
            continue
        for name, child in list(node["properties"].items()):
            default: Any = chance.choice((1, "a", None, True, [], {}, 0.5))
            if isinstance(child, dict) and chance.random() < 0.7 and accepts({**defs, **child}, default):
                child["default"] = default
            if chance.random() < 0.3:
                node["required"] = list(dict.fromkeys([*node.get("required", ()), name]))
    return made


def pair(seed: int) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Two schemas with defaults that the runtime can use."""
    _, old, new = schema_pairs.pair(seed)
    if not isinstance(old, dict) or not isinstance(new, dict):
        return None
    made = with_defaults(seed // 2 if seed % 3 else seed, old), with_defaults(seed, new)
    return made if all(compile_error(schema) is None for schema in made) else None


def texts_in(value: Any) -> set[str]:
    """Every text in a schema, names included: the properties that it may speak of."""
    if isinstance(value, dict):
        return set(value).union(*map(texts_in, value.values()))
    return set().union(*map(texts_in, value)) if isinstance(value, list) else {value} & {str(value)}


def with_a_new_property(seed: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """An object and the same with one property more, beside and inside what else says something of it."""
    chance = random.Random(seed)

    def about(name: str) -> dict[str, Any]:
        said = {"type": chance.choice(("integer", "string"))} if chance.random() < 0.8 else {"maximum": 0}
        return {"properties": {name: said}}

    def part() -> dict[str, Any]:
        name = chance.choice(("a", "b", "x1"))
        return chance.choice((
            about(name), about(name), {}, {"required": [name]}, {"dependentRequired": {"a": [name]}},
            {"dependentSchemas": {"a": about(name)}}, {"additionalProperties": {"type": "integer"}},
            {"patternProperties": {"^b": {"type": "integer"}}}, {"propertyNames": {"maxLength": 1}},
            {"properties": {"ab": about(name)}}, {"properties": {"ab": {"required": [name]}}},
        ))  # fmt: skip

    old: dict[str, Any] = {"type": "object", "properties": {"ab": {"type": "object"}}}
    keyword = chance.choice(("allOf", "anyOf", "oneOf", "$ref", "if", "not", "nothing"))
    if keyword in ("allOf", "anyOf", "oneOf"):
        old |= {keyword: [part(), {"$ref": "#/$defs/S"}], "$defs": {"S": part()}}
    elif keyword == "$ref":
        old |= {"$ref": "#/$defs/S", "$defs": {"S": part()}}
    elif keyword != "nothing":
        old |= {keyword: part(), "then": part()}
    new = copy.deepcopy(old)
    places = [node for _, node in subschemas(new)]
    place = chance.choice([new, new["properties"]["ab"], *places])
    place["properties"] = {**place.get("properties", {}), **about(chance.choice(("a", "b", "x1")))["properties"]}
    return old, new


def spoken_of(schema: dict[str, Any]) -> tuple[set[str], set[str]]:
    """The texts in what a schema says of the property ``ab``, and in all the rest."""
    rest = copy.deepcopy(schema)
    inside = [node["properties"].pop("ab") for _, node in subschemas(rest) if "ab" in node.get("properties", {})]
    return texts_in(inside), texts_in(rest) | {"ab"}


def names_in(values: list[Any]) -> set[str]:
    """Every name of a member in some values."""
    found: set[str] = set()
    for value in values:
        inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
        found |= names_in(inner) | (set(value) if isinstance(value, dict) else set())
    return found


def judged(seed: int, universe: list[Any]) -> str:
    """What a pair shows: nothing of it, or that what is no major change refuses nothing."""
    schemas = pair(seed)
    if schemas is None:
        return "no schemas"
    old, new = schemas
    size = len(universe)
    for schema in schemas:
        made = filled(schema)
        if made.defaults and all(made.is_plain.values()):
            for value in universe:
                engine = jsonschema_rs.Draft202012Validator(made.schema, validate_formats=True)
                assert engine.is_valid(value) == accepts(schema, value), (seed, schema, value)
    found = changed(old, new)
    broken = any(change.bump is Bump.MAJOR for change in found)
    if any(change.code == "C016" for change in found):
        spoken = texts_in(old)
        universe = [value for value in universe if names_in([value]) <= spoken]
    if not broken:
        for value in universe:
            assert accepts(new, value) or not accepts(old, value), (seed, old, new, value)
    for change in found:
        if change.code == "C002":
            assert accepts(old, change.witness), (seed, change)
            assert not accepts(new, change.witness), (seed, change)
    return "broken" if broken else "new property" if len(universe) < size else "kept"


@pytest.mark.parametrize("start", range(0, 1500, 500))
def test_random_schemas_with_defaults(start: int) -> None:
    universe = schema_pairs.universe(size=60)
    seen = Counter(judged(seed, universe) for seed in range(start, start + 500))
    assert seen["kept"] > 30
    assert seen["broken"] > 80


@pytest.mark.parametrize("start", range(0, 3000, 1500))
def test_a_new_property_is_minor_only_where_nobody_spoke_of_it(start: int) -> None:
    members: list[dict[str, Any]] = [{}]
    for name in ("a", "b", "x1"):
        members += [{**one, name: value} for one in members for value in (1, "s")]
    universe = [*members, *({"ab": one} for one in members), *({"a": 1, "ab": one} for one in members)]
    seen: Counter[str] = Counter()
    for seed in range(start, start + 1500):
        old, new = with_a_new_property(seed)
        found = changed(old, new)
        codes = {change.code for change in found}
        inside, outside = spoken_of(old)
        if all(change.bump < Bump.MAJOR for change in found):
            values = [
                value
                for value in universe
                if "C016" not in codes or (set(value) <= outside and set(value.get("ab", ())) <= inside)
            ]
            assert [one for one in values if accepts(old, one) and not accepts(new, one)] == [], (seed, old, new)
        for change in found:
            if change.code == "C002":
                assert accepts(old, change.witness), (seed, change)
                assert not accepts(new, change.witness), (seed, change)
        seen[max(found, key=lambda change: change.bump).code if found else "nothing"] += 1
    assert seen["C016"] > 50
    assert seen["C002"] > 200
