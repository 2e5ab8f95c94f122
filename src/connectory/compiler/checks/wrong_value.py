"""A field has a value that the format does not allow there.

It has another type, is too long or too short, or does not have the shape that the field asks for.

Example:

    version: 1.10

Instead, quote what is text:

    version: "1.10.0"
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Severity
from connectory.compiler.format import Violation

CODE = "D003"
SEVERITY: Severity = "error"

_ELSEWHERE = frozenset(("additionalProperties", "required", "enum"))

_KINDS = {"object": "a mapping", "array": "a list", "string": "text", "integer": "a whole number", "number": "a number"}

_MESSAGES: dict[str, Callable[[Any], str]] = {
    "type": lambda types: f"must be {' or '.join(map(_kind, types if isinstance(types, list) else [types]))}",
    "pattern": lambda pattern: f"must match {pattern}",
    "minLength": lambda length: "must not be empty" if length == 1 else f"must have at least {length} characters",
    "maxLength": lambda length: f"must have at most {length} characters",
    "minimum": lambda limit: f"must be {limit} or more",
    "minProperties": lambda count: f"must have at least {count} field{'s' if count > 1 else ''}",
    "uniqueItems": lambda _: "must not list anything twice",
    "format": lambda name: f"must be a {name}, such as 2027-01-31" if name == "date" else f"must be a {name}",
    "anyOf": lambda _: "must be a list of names, or a mapping of names to names",
    "const": lambda value: f"must be {value!r}",
}


def check(definition: Definition) -> Iterator[Diagnostic]:
    """One finding for each value that its field does not allow."""
    for violation in definition.violations:
        if violation.keyword in _ELSEWHERE or definition.inside_schema(violation.path):
            continue
        explain = _MESSAGES.get(violation.keyword)
        reason = explain(violation.argument) if explain else f"violates {violation.keyword!r}"
        yield definition.finding(
            globals(), f"{_name(violation)} {reason}", violation.path, help=_help(definition, violation)
        )


def _kind(name: str) -> str:
    return _KINDS.get(name, f"a {name}")


def _name(violation: Violation) -> str:
    if not violation.path:
        return "a definition"
    last = violation.path[-1]
    return repr(last) if isinstance(last, str) else f"item {last + 1} of {str(violation.path[-2])!r}"


def _help(definition: Definition, violation: Violation) -> str | None:
    scalar = not isinstance(violation.instance, str | dict | list)
    if violation.keyword == "type" and "string" in violation.argument and scalar:
        raw = definition.source.raw(violation.path)
        return f'quote it: "{raw}"' if raw else "write some text, in quotes"
    return None
