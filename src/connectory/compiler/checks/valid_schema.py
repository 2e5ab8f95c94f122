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
from itertools import chain
from typing import Any

import jsonschema_rs

from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Path, Severity
from connectory.compiler.patterns.syntax import portable, read
from connectory.compiler.schemas import TYPES, explainer, pattern_compiles, patterns
from connectory.compiler.words import kind, named
from connectory.names import close_matches

CODE = "S001"
SEVERITY: Severity = "error"
FIXED = True

_SCHEMA = ["object", "boolean"]

_LIMITS = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}

_OTHERWISE = {
    "any": "leave it out: without a type any value is valid",
    "date": "write {type: string, format: date}",
    "datetime": "write {type: string, format: date-time}",
    "decimal": "write number",
    "dict": "write object",
    "double": "write number",
    "enum": "write {type: string, enum: [...]}",
    "file": "write {type: string, contentEncoding: base64}",
    "float": "write number",
    "list": "write array",
    "long": "write integer",
    "map": "write object",
}
"""What to write instead of names that are no types."""

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
        if schema.path in definition.valid_paths:
            continue
        for path, message, help_ in _wrong(schema.data):
            at = (*schema.path, *path)
            yield definition.finding(globals(), message, at, key=at[-2:-1] == ("patternProperties",), help=help_)


_Found = tuple[Path, str, str | None]


def _wrong(schema: dict[str, Any]) -> Iterator[_Found]:
    """What is wrong with a schema, one after the other: whoever asks may have enough at any time."""
    found = None
    for found in chain(_wrong_keywords(schema), _wrong_patterns(schema)):
        yield found
    if found is None:
        yield from _refused(schema)


def _wrong_keywords(schema: dict[str, Any]) -> Iterator[_Found]:
    """What the meta-schema refuses: where, why, and the mend."""
    validator = explainer()
    seen: set[Path] = set()
    for error in validator(validator.META_SCHEMA).iter_errors(schema):
        path = tuple(error.absolute_path)
        if path in seen or (
            error.validator == "type" and validator({"type": error.validator_value}).is_valid(error.instance)
        ):
            continue  # the parts of the meta-schema name their dialect, and so get jsonschema's own types
        seen.add(path)
        if error.validator == "anyOf":  # the meta-schema has one, for the value of type
            yield from _wrong_types(path, error.instance)
        else:
            explain = _MESSAGES.get(error.validator)
            reason = explain(error.validator_value) if explain else f"is not valid: {error.message[:120]}"
            yield path, f"{named(path)} {reason}", _help(path, error)


def _wrong_types(path: Path, value: Any) -> Iterator[_Found]:
    if not isinstance(value, list) or not value:
        yield path, f"{_quoted(value)} is not a type", _choose(value)
        return
    unknown = [(index, name) for index, name in enumerate(value) if name not in TYPES]
    for index, name in unknown:
        yield (*path, index), f"{_quoted(name)} is not a type", _choose(name)
    if not unknown:
        yield path, f"{named(path)} must not list anything twice", None


def _quoted(value: Any) -> str:
    return "null" if value is None else repr(value)


def _choose(name: Any) -> str:
    if name is None:
        return 'quote it: "null"'
    if isinstance(name, str) and name.casefold() in _OTHERWISE:
        return _OTHERWISE[name.casefold()]
    close = close_matches(name, TYPES)
    return f"did you mean {close[0]!r}?" if close else f"choose one of {', '.join(TYPES)}"


def _help(path: Path, error: Any) -> str | None:
    if path[-1] in _LIMITS and isinstance(error.instance, bool):
        return f"write {path[-1]}: NUMBER instead of {_LIMITS[str(path[-1])]}: NUMBER"
    if path[-1] == "items" and isinstance(error.instance, list):
        return "write prefixItems for the first items, and items for those after them"
    if path[-1] == "required" and isinstance(error.instance, bool):
        return "list the required names beside properties: required: [NAME]"
    if error.validator_value == _SCHEMA and error.instance in TYPES:
        return f"write {{type: {error.instance}}}"
    return None


def _wrong_patterns(schema: dict[str, Any]) -> Iterator[_Found]:
    """The regular expressions that the engine of the runtime cannot compile."""
    for path, pattern in patterns(schema):
        if not pattern_compiles(pattern):
            yield path, f"{pattern!r} is not a regular expression", _help_for(pattern)


def _help_for(pattern: str) -> str | None:
    mended = portable(pattern)
    if mended is not None and mended != pattern and pattern_compiles(mended):
        return f"write {mended}"
    problems = read(pattern).problems
    if problems:
        return problems[0].message
    return "it gets too large where each repetition is written out: repeat less" if "{" in pattern else None


def _refused(schema: dict[str, Any]) -> Iterator[_Found]:
    """Why the engine of the runtime refuses a schema that nothing else refuses."""
    try:
        jsonschema_rs.meta.validate(schema)
    except jsonschema_rs.ValidationError as error:
        yield tuple(error.instance_path), error.message[:120], None
    except (ValueError, RecursionError) as error:
        yield (), f"the schema cannot be compiled: {str(error)[:120]}", None
