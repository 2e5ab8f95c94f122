"""JSON Schema, draft 2020-12, as a tree: which values inside a schema are schemas."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any
from urllib.parse import quote

import jsonschema_rs

from connectory.compiler.diagnostics import Path
from connectory.pointers import pointer

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_ONE = frozenset(
    (
        "additionalProperties",
        "contains",
        "contentSchema",
        "else",
        "if",
        "items",
        "not",
        "propertyNames",
        "then",
        "unevaluatedItems",
        "unevaluatedProperties",
    )
)
_LIST = frozenset(("allOf", "anyOf", "oneOf", "prefixItems"))
_MAP = frozenset(("$defs", "definitions", "dependentSchemas", "patternProperties", "properties"))


def children(schema: dict[str, Any]) -> Iterator[tuple[Path, Any]]:
    """The schemas directly inside ``schema`` and their paths from it; in a wrong schema they may be anything."""
    for keyword, value in schema.items():
        if keyword in _ONE:
            yield (keyword,), value
        elif keyword in _LIST and isinstance(value, list):
            yield from (((keyword, index), child) for index, child in enumerate(value))
        elif keyword in _MAP and isinstance(value, dict):
            yield from (((keyword, name), child) for name, child in value.items())


def subschemas(schema: Any, path: Path = ()) -> Iterator[tuple[Path, dict[str, Any]]]:
    """``schema`` and every object schema inside it, with their paths, in the order of the text."""
    waiting = [(path, schema)]
    while waiting:
        at, node = waiting.pop()
        if isinstance(node, dict):
            yield at, node
            waiting.extend(reversed([((*at, *step), child) for step, child in children(node)]))


REFERENCES = ("$ref", "$dynamicRef")
"""The keywords whose value is a reference."""


def anchors(schema: Any) -> set[str]:
    """The names that references inside ``schema`` can use."""
    keywords = ("$anchor", "$dynamicAnchor")
    return {node[word] for _, node in subschemas(schema) for word in keywords if isinstance(node.get(word), str)}


def is_valid_schema(schema: dict[str, Any]) -> bool:
    """Whether the meta-schema accepts it, and its patterns compile in the engine of the runtime."""
    try:
        return jsonschema_rs.meta.is_valid(_as_draft_2020_12(schema)) and _patterns_compile(schema)
    except (ValueError, RecursionError):
        return False


def compile_error(schema: dict[str, Any]) -> str | None:
    """Why the engine of the runtime cannot compile a self-contained schema; None where it can."""
    try:
        jsonschema_rs.Draft202012Validator(schema, validate_formats=True, offline=True)
    except (ValueError, RecursionError) as error:
        return str(error).partition("\n")[0]
    return None


def rejecter(root: Mapping[str, Any]) -> Callable[[Path, Any], list[str]]:
    """A function that says why the schema at a path inside ``root`` rejects a value; at most three reasons.

    ``root`` is self-contained. Where the schema cannot be compiled it gives no reason: other rules say why.
    """
    registry = jsonschema_rs.Registry([(_ROOT, dict(root))])

    def rejections(path: Path, value: Any) -> list[str]:
        reference = {"$ref": f"{_ROOT}#{quote(pointer(path))}"}
        try:
            validator = jsonschema_rs.Draft202012Validator(
                reference, registry=registry, validate_formats=True, offline=True
            )
            return [error.message for error in islice(validator.iter_errors(value), 3)]
        except (ValueError, RecursionError):
            return []

    return rejections


_ROOT = "urn:connectory:root"


def _as_draft_2020_12(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema without the dialects that it names: a rule of its own reports those."""
    return {keyword: value for keyword, value in schema.items() if keyword != "$schema"}


def _patterns_compile(schema: dict[str, Any]) -> bool:
    alone = {"allOf": [{"pattern": p} for _, node in subschemas(schema) for p in _patterns(node)]}
    return not alone["allOf"] or compile_error(alone) is None


def _patterns(node: dict[str, Any]) -> Iterator[str]:
    if isinstance(node.get("pattern"), str):
        yield node["pattern"]
    if isinstance(node.get("patternProperties"), dict):
        yield from node["patternProperties"]
