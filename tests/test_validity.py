"""Schemas that are plainly valid are valid under the meta-schema, and no keyword of the meta-schema is forgotten."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema_specifications import REGISTRY  # type: ignore[import-untyped]  # ships no type information

from connectory.compiler.definition import Definition
from connectory.compiler.lower import lower
from connectory.compiler.schemas import is_valid_schema
from connectory.compiler.text.source import read_text
from connectory.compiler.validity import PLAIN

VOCABULARIES = ("core", "applicator", "unevaluated", "validation", "meta-data", "format-annotation", "content")
KEYWORDS = sorted(
    {
        keyword
        for name in VOCABULARIES
        for keyword in REGISTRY.contents(f"https://json-schema.org/draft/2020-12/meta/{name}")["properties"]
    }
    | set(REGISTRY.contents("https://json-schema.org/draft/2020-12/schema")["properties"])
)
VALUES: list[Any] = [
    None, True, False, 0, 1, -1, 7, 2.5, Decimal("2.5"), Decimal("-0.5"), "", "a", "string", "null", "(", "#/$defs/A",
    "https://json-schema.org/draft/2020-12/schema", [], [""], ["a", "a"], ["a", "b"], ["string", "null"],
    ["string", "string"], [1], [[]], [{}], [True], [{}, 5], {}, {"a": {}}, {"a": True}, {"a": 5}, {"a": ["b"]},
    {"type": "text"}, {"(": {}},
]  # fmt: skip


def test_every_keyword_of_the_meta_schema_is_known() -> None:
    assert set(PLAIN) == set(KEYWORDS) - {"const", "default"}


@pytest.mark.parametrize("keyword", KEYWORDS)
def test_what_is_plainly_right_is_right(keyword: str) -> None:
    for value in VALUES:
        if keyword not in PLAIN or PLAIN[keyword](value):
            inner = value if isinstance(value, dict) else {}
            assert jsonschema_rs.meta.is_valid({keyword: value}) or not _is_valid_inside(inner), value


def _is_valid_inside(value: dict[str, Any]) -> bool:
    """Whether the schemas inside a value are valid: a rule looks at each of them by itself."""
    schemas = [value, *(each for each in value.values() if isinstance(each, dict | bool))]
    return all(map(jsonschema_rs.meta.is_valid, schemas))


SCHEMAS = st.recursive(
    st.dictionaries(st.sampled_from([*KEYWORDS, "x-own"]), st.sampled_from(VALUES), max_size=3),
    lambda inner: st.fixed_dictionaries(
        {},
        optional={
            "properties": st.dictionaries(st.sampled_from("abc"), inner, max_size=2),
            "items": inner,
            "anyOf": st.lists(inner, min_size=1, max_size=2),
            "$defs": st.dictionaries(st.sampled_from("ABC"), inner, max_size=2),
            "description": st.sampled_from(VALUES),
        },
    ),
    max_leaves=6,
)


@settings(derandomize=True, deadline=None, database=None, max_examples=400)
@given(SCHEMAS)
def test_a_definition_finds_the_schemas_valid_that_the_meta_schema_finds_valid(schema: dict[str, Any]) -> None:
    written = json.dumps({"configSchema": schema}, default=float)
    definition = Definition(read_text(written, "catalog/acme/1.0.0.json", ".json"))
    assert bool(definition.valid_schemas) is is_valid_schema(definition.data["configSchema"])


REFERENCES = st.recursive(
    st.fixed_dictionaries(
        {},
        optional={
            "$ref": st.sampled_from(["#/$defs/A", "#/$defs/B", "#/$defs/C/items", "#/$defs/%41", "#", "#/$defs/None"]),
            "$dynamicRef": st.sampled_from(["#/$defs/A", "#/$defs/C"]),
            "$id": st.just("https://example.com/x"),
        },
    ),
    lambda inner: st.fixed_dictionaries({}, optional={"items": inner, "not": inner, "allOf": st.lists(inner)}),
)


@settings(derandomize=True, deadline=None, database=None, max_examples=200)
@given(REFERENCES, REFERENCES, REFERENCES)
def test_what_the_rules_know_of_references_leads_to_the_same_output(
    first: dict[str, Any], second: dict[str, Any], third: dict[str, Any]
) -> None:
    data = {
        "integrationId": "acme",
        "name": "Acme",
        "description": "Orders",
        "version": "1.0.0",
        "authType": "custom",
        "methods": [{"id": "a", "name": "A", "inputSchema": first, "outputSchema": second}],
        "$defs": {"A": third, "B": {"$ref": "#/$defs/A"}, "C": {"items": {"$ref": "#/$defs/B"}}},
    }
    definition = Definition(read_text(json.dumps(data), "catalog/acme/1.0.0.json", ".json"))
    assert lower(definition.data, definition.shared_defs) == lower(definition.data)
