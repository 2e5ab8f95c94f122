"""The format's schema: closed, and explained everywhere, because editors complete from it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from connectory.compiler.format import format_schema, violations

SCHEMA = format_schema()


def objects(node: Any, path: str = "#") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema in the format that declares properties."""
    if isinstance(node, dict):
        if isinstance(node.get("properties"), dict) and isinstance(node.get("title"), str):
            yield path, node
        for key, value in node.items():
            if key != "examples":
                yield from objects(value, f"{path}/{key}")


def fields() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, schema in objects(SCHEMA):
        for name, field in schema["properties"].items():
            yield f"{path}/{name}", field


def resolved(field: dict[str, Any]) -> dict[str, Any]:
    target = SCHEMA["$defs"][field["$ref"].rpartition("/")[2]] if "$ref" in field else {}
    return {**target, **field}


def test_schema_is_valid_2020_12() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize(("path", "field"), list(fields()))
def test_every_field_is_explained(path: str, field: dict[str, Any]) -> None:
    explained = resolved(field)
    assert explained["title"]
    assert explained["description"].endswith(".")
    assert explained["examples"], path


@pytest.mark.parametrize(("path", "field"), list(fields()))
def test_every_example_is_valid(path: str, field: dict[str, Any]) -> None:
    whole = {"$defs": SCHEMA["$defs"], **field}
    validator = jsonschema.Draft202012Validator(whole, format_checker=jsonschema.FormatChecker())
    for example in resolved(field)["examples"]:
        validator.validate(example)


@pytest.mark.parametrize(
    ("path", "schema"),
    [(path, schema) for path, schema in objects(SCHEMA) if "jsonSchema" not in path and "objectSchema" not in path],
)
def test_every_object_is_closed_but_for_extensions(path: str, schema: dict[str, Any]) -> None:
    assert schema["additionalProperties"] is False, path
    assert schema["patternProperties"] == {"^x-": {"$ref": "#/$defs/extension"}}, path


def test_names_of_the_specification() -> None:
    assert SCHEMA["required"] == ["integrationId", "name", "description", "version", "methods", "authType"]
    assert SCHEMA["properties"]["type"]["enum"] == ["integration", "ai", "documents", "database"]
    assert SCHEMA["properties"]["authType"]["enum"] == ["oauth2", "apikey", "custom"]
    assert SCHEMA["$defs"]["method"]["required"] == ["id", "name", "inputSchema", "outputSchema"]
    assert SCHEMA["$defs"]["model"]["required"] == ["id", "name", "capabilities"]
    assert SCHEMA["$defs"]["aiConfig"]["required"] == ["provider", "availableModels", "defaultModel"]


def test_extensions_are_allowed_at_every_level() -> None:
    document = {
        "integrationId": "a",
        "name": "A",
        "description": "",
        "version": "1.0.0",
        "authType": "custom",
        "x-a": [1],
        "methods": [
            {"id": "m", "name": "M", "x-b": {}, "inputSchema": {"type": "object"}, "outputSchema": {"type": "object"}}
        ],
    }
    assert violations(document) == []
    assert [violation.keyword for violation in violations({**document, "y": 1})] == ["additionalProperties"]
