"""A schema is not valid JSON Schema, draft 2020-12.

A keyword has a value that it cannot have, or a pattern cannot be compiled by the engine that
validates at run time.

Example:

    name: {type: text, maxLength: "255"}

Instead:

    name: {type: string, maxLength: 255}
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import jsonschema_rs

from connectory.compiler.definition import Definition, Part
from connectory.compiler.diagnostics import Diagnostic, Path, Severity
from connectory.compiler.schemas import TYPES, compile_error, explainer, is_valid_schema, patterns
from connectory.compiler.words import kind, named
from connectory.names import close_matches

CODE = "S001"
SEVERITY: Severity = "error"

_SCHEMA = ["object", "boolean"]

_MESSAGES: dict[str, Callable[[Any], str]] = {
    "type": lambda types: f"must be {'a schema, true or false' if types == _SCHEMA else kind(types)}",
    "minItems": lambda _: "must not be empty",
    "uniqueItems": lambda _: "must not list anything twice",
    "minimum": lambda limit: f"must be {limit} or more",
    "exclusiveMinimum": lambda limit: f"must be greater than {limit}",
}


def check(definition: Definition) -> Iterator[Diagnostic]:
    """One finding for each keyword with a wrong value."""
    for schema in definition.schemas:
        if is_valid_schema(schema.data):
            continue
        findings = {path: (message, help_) for path, message, help_ in _all(schema.data)}
        for path, (message, help_) in findings.items():
            at = (*schema.path, *path)
            is_name = len(path) > 1 and path[-2] == "patternProperties" and path[-1] in message
            yield definition.finding(globals(), message, at, key=is_name, help=help_)


def _all(schema: dict[str, Any]) -> Iterator[tuple[Path, str, str | None]]:
