"""Schemas that take along the shared definitions that they reach."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from connectory.compiler.defs import referenced_defs, self_contained

A = {"type": "string"}
B = {"type": "object", "properties": {"next": {"$ref": "#/$defs/A"}}}
SHARED: dict[str, Any] = {
    "B": B,
    "A": A,
    "Tree": {"type": "array", "items": {"$ref": "#/$defs/Tree"}},
    "Ping": {"anyOf": [{"$ref": "#/$defs/Pong"}, A]},
    "Pong": {"not": {"$ref": "#/$defs/Ping"}},
    "a/b~c d": {"type": "null"},
    "Anything": True,
    "$ref": {"type": "boolean"},
    "Apart": {"$id": "https://example.com/apart", "$ref": "#/$defs/A", "$defs": {"A": {}}},
}


def taken(schema: dict[str, Any]) -> list[str]:
    return list(self_contained(schema, SHARED).get("$defs", {}))


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/$defs/{name}"}


@pytest.mark.parametrize(
    "place",
    [
        lambda s: s,
        lambda s: {"properties": {"x": s}},
        lambda s: {"properties": {"$ref": s, "const": {}}},
        lambda s: {"patternProperties": {"^x": s}},
        lambda s: {"additionalProperties": s},
        lambda s: {"propertyNames": s},
        lambda s: {"dependentSchemas": {"x": s}},
        lambda s: {"unevaluatedProperties": s},
        lambda s: {"items": s},
        lambda s: {"prefixItems": [True, s]},
        lambda s: {"contains": s},
        lambda s: {"unevaluatedItems": s},
        lambda s: {"allOf": [s]},
        lambda s: {"anyOf": [s]},
        lambda s: {"oneOf": [s]},
        lambda s: {"not": s},
        lambda s: {"if": s},
        lambda s: {"then": s},
        lambda s: {"else": s},
        lambda s: {"contentSchema": s},
        lambda s: {"$defs": {"Own": s}},
        lambda s: {"$id": "https://example.com/root", "items": s},
        lambda s: {"properties": {"default": {"items": {"anyOf": [s]}}}},
    ],
)
def test_a_reference_is_found_wherever_a_schema_stands(place: Any) -> None:
    assert [name for name in taken(place(ref("A"))) if name != "Own"] == ["A"]


@pytest.mark.parametrize(
    "schema",
    [
        {"const": ref("A")},
        {"enum": [ref("A")]},
        {"default": ref("A")},
        {"examples": [ref("A")]},
        {"x-note": ref("A")},
        {"properties": {"$ref": {"type": "string"}}},
        {"properties": {"$ref": True}, "required": ["$ref"]},
        {"required": ["#/$defs/A"]},
        {"description": "#/$defs/A"},
        {"$ref": "#/properties/A"},
        {"$ref": "#"},
        {"$ref": "https://example.com/#/$defs/A"},
        {"items": {"$id": "https://example.com/other", **ref("A")}},
        {"items": {"$id": "https://example.com/other", "items": ref("A")}},
        {"$ref": "#/$defs/Missing"},
        {"$ref": 1},
        {"items": True, "properties": 3, "allOf": "A"},
    ],
)
def test_what_is_no_reference_to_a_shared_definition_takes_nothing(schema: dict[str, Any]) -> None:
    assert self_contained(schema, SHARED) is schema


@pytest.mark.parametrize(
    ("target", "names"),
    [
        ("#/$defs/A", ["A"]),
        ("#/$defs/B", ["B", "A"]),
        ("#/$defs/B/properties/next", ["B", "A"]),
        ("#/$defs/Tree", ["Tree"]),
        ("#/$defs/Pong", ["Ping", "Pong"]),
        ("#/$defs/a~1b~0c%20d", ["a/b~c d"]),
        ("#/%24defs/A", ["A"]),
        ("#/$defs/Anything", ["Anything"]),
        ("#/$defs/$ref", ["$ref"]),
        ("#/$defs/Apart", ["Apart"]),
    ],
)
def test_what_is_reached_comes_along_in_the_order_of_the_definition(target: str, names: list[str]) -> None:
    assert taken({"$ref": target}) == names


def test_own_definitions_come_first_and_win() -> None:
    own = {"type": "integer"}
    schema = {"type": "object", "$defs": {"Z": ref("B"), "A": own}, "items": ref("A"), "title": "t"}
    result = self_contained(schema, SHARED)
    assert result == {**schema, "$defs": {"Z": ref("B"), "A": own, "B": B}}
    assert list(result) == ["type", "$defs", "items", "title"]
    assert list(result["$defs"]) == ["Z", "A", "B"]


def test_own_definitions_are_added_last_where_there_were_none() -> None:
    assert list(self_contained({"type": "object", **ref("A"), "title": "t"}, SHARED)) == [
        "type",
        "$ref",
        "title",
        "$defs",
    ]


def test_nothing_given_is_changed() -> None:
    schema = {"$defs": {"Own": ref("B")}, "properties": {"x": ref("Tree")}}
    before = copy.deepcopy((schema, SHARED))
    once = self_contained(schema, SHARED)
    assert (schema, SHARED) == before
    assert self_contained(once, SHARED) == once


def test_a_dynamic_reference_counts() -> None:
    assert taken({"$dynamicRef": "#/$defs/A"}) == ["A"]


def test_depth_is_no_limit() -> None:
    schema: dict[str, Any] = ref("A")
    for _ in range(100_000):
        schema = {"items": schema}
    assert taken(schema) == ["A"]
    while "items" in schema:  # freed level by level: the interpreter's own recursion is not what is tested
        schema = schema.pop("items")


def test_references_repeat() -> None:
    assert list(referenced_defs({"allOf": [ref("A"), ref("A")]})) == ["A", "A"]
