"""The tree of a JSON Schema, which decides where the rules look, and the rules' second opinion on it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import jsonschema_rs
import pytest
from jsonschema import Draft202012Validator

from connectory.compiler.checks import valid_schema
from connectory.compiler.definition import Definition
from connectory.compiler.format import violations
from connectory.compiler.schemas import anchors, explainer, is_valid_schema, patterns, subschemas
from connectory.compiler.text.source import Source, read_text


def paths(schema: Any) -> list[str]:
    return ["/".join(map(str, path)) for path, _ in subschemas(schema)]


def test_what_is_a_schema_inside_a_schema() -> None:
    schema: dict[str, Any] = {
        "properties": {"a": {"items": {"not": {}}}, "default": {"type": "string"}},
        "allOf": [{}, {"if": {}, "then": {}, "else": True}],
        "$defs": {"x": {"dependentSchemas": {"y": {}}}},
        "prefixItems": [{}],
        "additionalProperties": {},
        "patternProperties": {"^x": {}},
    }
    assert paths(schema) == [
        "",
        "properties/a",
        "properties/a/items",
        "properties/a/items/not",
        "properties/default",
        "allOf/0",
        "allOf/1",
        "allOf/1/if",
        "allOf/1/then",
        "$defs/x",
        "$defs/x/dependentSchemas/y",
        "prefixItems/0",
        "additionalProperties",
        "patternProperties/^x",
    ]


@pytest.mark.parametrize("keyword", ["default", "const", "examples", "enum", "x-own", "required", "title"])
def test_what_is_data_inside_a_schema(keyword: str) -> None:
    assert paths({keyword: {"properties": {"a": {"type": "object"}}}}) == [""]
    assert paths({keyword: [{"$ref": "nowhere"}]}) == [""]


@pytest.mark.parametrize("wrong", [None, 5, "x", [], [5], {"a": 5}, [[{}]], True])
@pytest.mark.parametrize("keyword", ["properties", "items", "allOf", "$defs", "not", "prefixItems"])
def test_a_wrong_schema_is_walked_without_complaint(keyword: str, wrong: Any) -> None:
    assert paths({keyword: wrong})[0] == ""
    assert paths(wrong) in ([], paths({}))[: 1 + isinstance(wrong, dict)]


def test_anchors_and_patterns_are_found_at_every_depth() -> None:
    schema = {
        "$anchor": "a",
        "properties": {"x": {"$dynamicAnchor": "b", "pattern": "^p$"}},
        "patternProperties": {"^q$": {}},
        "default": {"$anchor": "c", "pattern": "no"},
    }
    assert anchors(schema) == {"a", "b"}
    assert dict(patterns(schema)) == {
        ("patternProperties", "^q$"): "^q$",
        ("properties", "x", "pattern"): "^p$",
    }


SCHEMAS: list[tuple[Any, bool]] = [
    ({}, True),
    ({"type": "object"}, True),
    ({"type": ["object", "null"]}, True),
    ({"type": []}, False),
    ({"type": ["null", "null"]}, False),
    ({"type": "any"}, False),
    ({"maxLength": 1}, True),
    ({"maxLength": Decimal("1.0")}, True),
    ({"maxLength": Decimal("1.5")}, False),
    ({"multipleOf": Decimal("0.01")}, True),
    ({"multipleOf": 0}, False),
    ({"properties": {"a": True}}, True),
    ({"properties": {"a": None}}, False),
    ({"properties": {"a": {"properties": {"b": {"type": "x"}}}}}, False),
    ({"required": ["a", "b"]}, True),
    ({"required": ["a", "a"]}, False),
    ({"enum": []}, True),
    ({"allOf": []}, False),
    ({"pattern": r"^\p{L}+$"}, True),
    ({"pattern": "^(?!a)b$"}, True),
    ({"pattern": "[^[]"}, True),
    ({"pattern": "("}, False),
    ({"$defs": {"a": {"pattern": "a{2,1}"}}}, False),
    ({"patternProperties": {"(": {}}}, False),
    ({"x-own": {"type": "x"}, "const": {"type": "x"}}, True),
    ({"$ref": "#/$defs/none"}, True),
    ({"$ref": 5}, False),
    ({"dependentRequired": {"a": ["b"]}}, True),
    ({"minimum": "1"}, False),
]


@pytest.mark.parametrize(("schema", "valid"), SCHEMAS, ids=[repr(schema) for schema, _ in SCHEMAS])
def test_which_schemas_are_valid(schema: dict[str, Any], valid: bool) -> None:
    assert is_valid_schema(schema) is valid


@pytest.mark.parametrize(("schema", "valid"), SCHEMAS, ids=[repr(schema) for schema, _ in SCHEMAS])
def test_a_refusal_is_explained(schema: dict[str, Any], valid: bool) -> None:
    """Also where something beside it is wrong, so that jsonschema has to say what."""
    beside = {"a": schema, "b": {"type": "text"}}
    source = read_text("", "catalog/acme/1.0.0.yaml")
    data = {"$defs": {"X": {"properties": beside}}}
    found = list(valid_schema.check(Definition(Source(source.path, source.text, data, source.place))))
    assert bool(found[1:]) is not valid


def test_the_explainer_accepts_what_the_engine_accepts() -> None:
    for schema, value in [
        ({"type": "integer"}, Decimal("5.0")),
        ({"type": "integer"}, Decimal("5.5")),
        ({"type": "integer"}, True),
        ({"type": "integer"}, 5.0),
        ({"type": "number"}, Decimal("0.1")),
        ({"type": "number"}, False),
        ({"pattern": "^a$"}, "a\n"),
        ({"pattern": "^a$"}, "a"),
        ({"pattern": r"\p{Lu}"}, "É"),
        ({"pattern": "x"}, 5),
    ]:
        engine = jsonschema_rs.Draft202012Validator(schema).is_valid(value)
        assert explainer()(schema).is_valid(value) is engine, (schema, value)


def test_the_explainer_leaves_jsonschema_as_it_is() -> None:
    explainer()
    assert Draft202012Validator({"pattern": "^a$"}).is_valid("a\n")


def test_a_definition_is_not_refused_without_a_reason() -> None:
    """A price as an exact decimal, a whole number with a fraction of 0: fine, also beside something that is wrong."""
    text = """
        integrationId: acme
        type: ai
        aiConfig:
          provider: acme
          defaultModel: a
          availableModels:
            - {id: a, name: A, capabilities: [], contextWindow: 8.0, costPerToken: {input: 0.000015}}
    """
    found = violations(read_text(text, "f").data)
    assert {violation.keyword for violation in found} == {"required"}


@pytest.mark.parametrize("value", ["xero\n", "Xero", "", "a b", "é", "x" * 256])
def test_an_integration_id_that_is_refused_has_a_violation_at_its_place(value: str) -> None:
    assert ("integrationId",) in {violation.path for violation in violations({"integrationId": value})}
