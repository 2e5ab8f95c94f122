"""The type of value that the format, or the schema around it, expects at a place of a definition."""

from __future__ import annotations

from typing import Any

from connectory.compiler.diagnostics import Path
from connectory.compiler.format import format_schema

_SCHEMAS = ("jsonSchema", "objectSchema")

_OF_THE_SCHEMA = {"default": 1, "const": 1, "enum": 2, "examples": 2}
"""Keywords whose values, or items, have the type that stands beside them, and how many steps lead to such a value."""


def expected_type(path: Path, data: Any) -> str | None:
    """The one type that the value at ``path`` must have, as JSON Schema names it; None where that is not certain."""
    schema: Any = format_schema()
    inside_schema = False
    for step in path:
        name = str(schema.get("$ref", "")).rpartition("/")[2]
        inside_schema = inside_schema or name in _SCHEMAS
        name = "jsonSchema" if name in _SCHEMAS else name
        schema = _inside(format_schema()["$defs"][name] if name else schema, step)
        if schema is None:
            break
    if inside_schema:
        for keyword, steps in _OF_THE_SCHEMA.items():
            if len(path) > steps and path[-steps] == keyword:
                return _text(_value(data, path[:-steps]).get("type"))
    if schema is None:
        return None
    choices = schema.get("enum")
    if choices and all(isinstance(choice, str) for choice in choices):
        return "string"
    return _text(schema.get("type"))


def _inside(schema: dict[str, Any], step: str | int) -> dict[str, Any] | None:
    if isinstance(step, int):
        found = schema.get("items")
    else:
        found = schema.get("properties", {}).get(step) or schema.get("additionalProperties")
    return found if isinstance(found, dict) else None


def _value(data: Any, path: Path) -> dict[str, Any]:
    for step in path:
        data = data[step]
    return data if isinstance(data, dict) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
