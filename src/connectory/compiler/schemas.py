"""JSON Schema, draft 2020-12, as a tree: which values inside a schema are schemas."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import cache, lru_cache
from itertools import islice
from typing import Any
from urllib.parse import quote

import jsonschema_rs

from connectory.compiler.diagnostics import Path
from connectory.pointers import pointer

DIALECT = "https://json-schema.org/draft/2020-12/schema"

TYPES = ("null", "boolean", "object", "array", "number", "string", "integer")

_ONE = frozenset(
    {
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
    }
)
_LIST = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
_MAP = frozenset({"$defs", "definitions", "dependentSchemas", "patternProperties", "properties"})

HOLDERS = _ONE | _LIST | _MAP
"""The keywords that hold schemas."""


def children(schema: dict[str, Any]) -> Iterator[tuple[Path, Any]]:
    """The schemas directly inside ``schema`` and their paths from it; in a wrong schema they may be anything."""
    for keyword, value in schema.items():
        if keyword in _ONE:
            yield (keyword,), value
        elif keyword in _LIST and isinstance(value, list):
            yield from (((keyword, index), child) for index, child in enumerate(value))
        elif keyword in _MAP and isinstance(value, dict):
            yield from (((keyword, name), child) for name, child in value.items())


def inner(schema: dict[str, Any]) -> list[Any]:
    """The schemas directly inside ``schema``, as ``children`` has them, without their paths."""
    found: list[Any] = []
    for keyword, value in schema.items():
        if keyword in _ONE:
            found.append(value)
        elif keyword in _LIST and isinstance(value, list):
            found.extend(value)
        elif keyword in _MAP and isinstance(value, dict):
            found.extend(value.values())
    return found


def subschemas(schema: Any, path: Path = ()) -> Iterator[tuple[Path, dict[str, Any]]]:
    """``schema`` and every object schema inside it, with their paths, in the order of the text.

    It goes through every schema of a catalog, and so does without ``children``.
    """
    waiting = [(path, schema)] if isinstance(schema, dict) else []
    while waiting:
        at, node = waiting.pop()
        yield at, node
        inside: list[tuple[Path, dict[str, Any]]] = []
        for keyword, value in node.items():
            if keyword in _MAP and isinstance(value, dict):
                inside += [((*at, keyword, name), child) for name, child in value.items() if isinstance(child, dict)]
            elif keyword in _ONE and isinstance(value, dict):
                inside.append(((*at, keyword), value))
            elif keyword in _LIST and isinstance(value, list):
                inside += [
                    ((*at, keyword, place), child) for place, child in enumerate(value) if isinstance(child, dict)
                ]
        inside.reverse()
        waiting += inside


def is_schema_place(path: Path) -> bool:
    """Whether what stands at a path inside a schema is a schema, and not data or a table of schemas."""
    steps = iter(path)
    return all(step in _ONE or ((step in _LIST or step in _MAP) and next(steps, None) is not None) for step in steps)


REFERENCES = ("$ref", "$dynamicRef")
"""The keywords whose value is a reference."""


def anchors(schema: Any) -> set[str]:
    """The names that references inside ``schema`` can use."""
    keywords = ("$anchor", "$dynamicAnchor")
    return {node[word] for _, node in subschemas(schema) for word in keywords if isinstance(node.get(word), str)}


@cache
def explainer() -> Any:
    """jsonschema's validator, made to accept what the engine of the runtime accepts: it only says why something is not.

    5.0 is an integer also as a Decimal, and patterns are those of the engine.
    """
    from jsonschema import Draft202012Validator, validators

    types = Draft202012Validator.TYPE_CHECKER.redefine("integer", _is_integer)
    extend: Any = validators.extend
    return extend(Draft202012Validator, {"pattern": _explain_pattern}, type_checker=types)


def _is_integer(_: Any, value: Any) -> bool:
    if isinstance(value, bool):
        return False
    return isinstance(value, int) or (isinstance(value, float | Decimal) and value == int(value))


def _explain_pattern(_: Any, pattern: str, value: Any, schema: Any) -> Iterator[Any]:
    from jsonschema import ValidationError

    if isinstance(value, str) and not matcher(pattern)(value):
        yield ValidationError(f"{value!r} does not match {pattern!r}")


@cache
def matcher(pattern: str) -> Callable[[Any], bool]:
    """A function that tells whether a pattern of the engine matches a text; it must compile."""
    return jsonschema_rs.Draft202012Validator({"pattern": pattern}).is_valid


def is_valid_schema(schema: dict[str, Any]) -> bool:
    """Whether the meta-schema accepts it, and its patterns compile in the engine of the runtime."""
    return fits_dialect(schema) and all(pattern_compiles(pattern) for _, pattern in patterns(schema))


def fits_dialect(schema: dict[str, Any]) -> bool:
    """Whether the meta-schema accepts it; whether its patterns compile is another question."""
    try:
        return bool(jsonschema_rs.meta.is_valid(_as_draft_2020_12(schema)))
    except (ValueError, RecursionError):
        return False


@lru_cache(maxsize=1 << 14)
def pattern_compiles(pattern: str) -> bool:
    """Whether the engine of the runtime compiles a regular expression."""
    return compile_error({"pattern": pattern}) is None


def compile_error(schema: dict[str, Any]) -> str | None:
    """Why the engine of the runtime cannot compile a self-contained schema; None where it can."""
    try:
        jsonschema_rs.Draft202012Validator(schema, validate_formats=True, offline=True)
    except (ValueError, RecursionError) as error:
        return str(error).partition("\n")[0]
    return None


_PLAIN = frozenset(
    ("type", "enum", "default", "title", "description", "examples", "deprecated", "readOnly", "writeOnly")
)


def accepts_plainly(schema: dict[str, Any], value: Any) -> bool:
    """Whether a schema of nothing but a type and an enum accepts a scalar; False where that takes more to know."""
    if not schema.keys() <= _PLAIN or _PLAIN_TYPES.get(type(value)) != schema.get("type"):
        return False
    return "enum" not in schema or (
        isinstance(value, str) and isinstance(schema["enum"], list) and value in schema["enum"]
    )


_PLAIN_TYPES: dict[type, str] = {str: "string", bool: "boolean", int: "integer"}


def rejecter(root: Mapping[str, Any]) -> Callable[[Path, Any], list[str]]:
    """A function that says why the schema at a path inside ``root`` rejects a value; at most three reasons.

    ``root`` is self-contained. Where the schema cannot be compiled it gives no reason: other rules say why.
    """
    try:
        registry = jsonschema_rs.Registry([(_ROOT, dict(root))])
    except ValueError:
        return lambda path, value: []

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


_ROOT = "json-schema:///root"


def _as_draft_2020_12(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema without the dialects that it names: a rule of its own reports those."""
    return {keyword: value for keyword, value in schema.items() if keyword != "$schema"}


def patterns(schema: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    """Every regular expression in a schema, and where it, or what it is the name of, stands."""
    for path, node in subschemas(schema):
        if isinstance(node.get("pattern"), str):
            yield (*path, "pattern"), node["pattern"]
        if isinstance(node.get("patternProperties"), dict):
            yield from (((*path, "patternProperties", pattern), pattern) for pattern in node["patternProperties"])
