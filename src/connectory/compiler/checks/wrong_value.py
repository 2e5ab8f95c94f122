"""A field has a value that the format does not allow there.

It has another type, is too long or too short, or does not have the shape that the field asks for.

Example:

    version: 1.10

Instead, quote what is text:

    version: "1.10.0"
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Edit, Severity
from connectory.compiler.format import Violation
from connectory.compiler.words import kind, named

CODE = "D003"
SEVERITY: Severity = "error"
FIXED = True

_ELSEWHERE = frozenset(("additionalProperties", "required", "enum"))

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,18})?")

_SHAPES = {
    "^[a-z0-9_-]+$": "must hold only lower-case letters, digits, _ and -",
    "^/": "must start with /",
    "^[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+$": "must be a media type, such as application/json",
    "^[A-Z]{3}$": "must be three capital letters, such as USD",
}
"""The patterns of the format, in words."""

_MESSAGES: dict[str, Callable[[Any], str]] = {
    "type": lambda types: f"must be {kind(types)}",
    "pattern": lambda pattern: _SHAPES.get(pattern, f"must match {pattern}"),
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
    seen = set()
    for violation in definition.violations:
        what = (violation.path, violation.keyword)
        if violation.keyword in _ELSEWHERE or what in seen or definition.inside_schema(violation.path):
            continue
        seen.add(what)
        explain = _MESSAGES.get(violation.keyword)
        reason = explain(violation.argument) if explain else f"violates {violation.keyword!r}"
        path, again = violation.path, _listed_again(violation)
        if again is not None:
            path, reason = (*path, again), f"must not list {violation.instance[again]!r} twice"
        message = f"{named(violation.path)} {reason}"
        help_, fix = _help(definition, violation), _fix(definition, violation)
        yield definition.finding(globals(), message, path, help=help_, fix=fix)


def _listed_again(violation: Violation) -> int | None:
    """Where a list of texts has one for the second time, if that is what is wrong with it."""
    values = violation.instance
    if violation.keyword not in ("uniqueItems", "anyOf") or not isinstance(values, list):
        return None
    if not all(isinstance(value, str) and value for value in values):
        return None
    first: dict[str, int] = {}
    return next((index for index, value in enumerate(values) if first.setdefault(value, index) != index), None)


def _help(definition: Definition, violation: Violation) -> str | None:
    scalar = not isinstance(violation.instance, str | dict | list)
    if violation.keyword == "type" and "string" in violation.argument and scalar:
        raw = definition.source.raw(violation.path)
        return f'quote it: "{raw}"' if raw else "write some text, in quotes"
    if violation.keyword == "type" and isinstance(violation.instance, str) and _NUMBER.fullmatch(violation.instance):
        return f"remove the quotes: {violation.instance}" if _is_number(violation.argument) else None
    return None


def _fix(definition: Definition, violation: Violation) -> tuple[Edit, ...]:
    """Quotes around a number or a truth value where only text can stand; none around a number where only that can."""
    value = violation.instance
    if violation.keyword != "type":
        return ()
    if violation.argument == "string" and isinstance(value, int | Decimal):
        return definition.writing(violation.path, definition.source.raw(violation.path))
    if violation.argument == "number" and isinstance(value, str) and _NUMBER.fullmatch(value):
        return definition.replacing(violation.path, value)
    if violation.argument == "integer" and isinstance(value, str) and _NUMBER.fullmatch(value) and "." not in value:
        return definition.replacing(violation.path, value)
    return ()


def _is_number(types: str | list[str]) -> bool:
    return "number" in types or "integer" in types
