"""A schema is not valid JSON Schema, draft 2020-12.

A keyword has a value that it cannot have, or a pattern cannot be compiled by the engine that
validates at run time.

Example:

    name: {type: text, maxLength: "255"}

Instead:

    name: {type: string, maxLength: 255}
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from connectory.compiler.definition import Definition, Part
from connectory.compiler.diagnostics import Diagnostic, Path, Severity
from connectory.compiler.schemas import compile_error, is_valid_schema
from connectory.names import close_matches

CODE = "S001"
SEVERITY: Severity = "error"

_TYPES = ("null", "boolean", "object", "array", "number", "string", "integer")


def check(definition: Definition) -> Iterator[Diagnostic]:
    """One finding for each keyword with a wrong value."""
    for schema in definition.schemas:
        if is_valid_schema(schema.data):
            continue
        for path, message, value in _errors(schema):
            yield definition.finding(globals(), message, path, help=_help(path, value))


def _errors(schema: Part) -> Iterator[tuple[Path, str, Any]]:
    seen = set()
    for error in sorted(_validator().iter_errors(schema.data), key=lambda found: list(map(str, found.absolute_path))):
        path = (*schema.path, *error.absolute_path)
        if path not in seen:
            seen.add(path)
            yield path, _message(path, error), error.instance
    if not seen:
        yield schema.path, f"the schema cannot be compiled: {compile_error(schema.data)}", None


def _message(path: Path, error: Any) -> str:
    keyword = next((step for step in reversed(path) if isinstance(step, str)), "the schema")
    value = error.instance
    if keyword == "type":
        return f"{value!r} is not a type"
    if keyword == "pattern" or error.validator == "format":
        return f"{value!r} is not a regular expression"
    expected = {"array": "a list", "object": "a schema"}.get(str(error.validator_value))
    if error.validator == "type":
        kind = expected or error.validator_value
        words = " or ".join(kind) if isinstance(kind, list) else kind
        return f"{keyword!r} must be {'a schema, true or false' if kind == ['object', 'boolean'] else words}"
    return f"{keyword!r} is not valid: {error.message[:120]}"


def _help(path: Path, value: Any) -> str | None:
    if path[-1] == "type" or (len(path) > 1 and path[-2] == "type"):
        close = close_matches(value, _TYPES)
        return f"did you mean {close[0]!r}?" if close else f"choose one of {', '.join(_TYPES)}"
    if path[-1] == "required" and isinstance(value, bool):
        return "list the required names beside properties: required: [NAME]"
    return None


@cache
def _validator() -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(Draft202012Validator.META_SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)
