"""The types of values that a schema may accept, as far as that is plain to see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from connectory.compiler.members import resolve
from connectory.compiler.vocabulary import types_of

ALL = frozenset(("null", "boolean", "object", "array", "number", "string", "integer"))
"""The types of JSON Schema; each whole number is of two."""

_DEEPEST = 50
"""Schemas inside one another from which on nothing is told."""


def kinds(schemas: Iterable[tuple[Any, Mapping[str, Any]]], shared: Mapping[str, Any]) -> frozenset[str]:
    """The types that a value may have of which any of these schemas is said; too many rather than too few.

    Args:
        schemas: each with the schema that references inside it start from.
        shared: the shared schemas of the definition.
    """
    known: dict[int, frozenset[str]] = {}
    return frozenset().union(*(_kinds(schema, root, shared, known, 0) for schema, root in schemas))


def kinds_of(value: Any) -> frozenset[str]:
    """The types of a value."""
    if value is None or isinstance(value, bool):
        return frozenset(("null" if value is None else "boolean",))
    if isinstance(value, int | float | Decimal):
        is_whole = value == value.to_integral_value() if isinstance(value, Decimal) else value % 1 == 0
        return frozenset(("number", "integer") if is_whole else ("number",))
    return frozenset(("string" if isinstance(value, str) else "array" if isinstance(value, list) else "object",))


def _kinds(
    schema: Any, root: Mapping[str, Any], shared: Mapping[str, Any], known: dict[int, frozenset[str]], depth: int
) -> frozenset[str]:
    if not isinstance(schema, dict):
        return frozenset() if schema is False else ALL
    if id(schema) in known or depth > _DEEPEST:
        return known.get(id(schema), ALL)
    known[id(schema)] = ALL  # in a circle nothing is told
    found = types_of(schema) | ({"integer"} if "number" in types_of(schema) else set())
    if "const" in schema:
        found &= kinds_of(schema["const"])
    if isinstance(schema.get("enum"), list):
        found &= frozenset().union(*map(kinds_of, schema["enum"]))
    if "$ref" in schema:
        target, its_root = resolve(schema["$ref"], root, shared)
        found &= ALL if target is None else _kinds(target, its_root, shared, known, depth + 1)
    for keyword in ("allOf", "anyOf", "oneOf"):
        branches = schema.get(keyword)
        if isinstance(branches, list) and branches:
            inside = [_kinds(branch, root, shared, known, depth + 1) for branch in branches]
            found &= frozenset.intersection(*inside) if keyword == "allOf" else frozenset.union(*inside)
    known[id(schema)] = found
    return found
