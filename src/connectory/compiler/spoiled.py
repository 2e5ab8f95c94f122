"""Objects that are valid until defaults are filled in."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, NamedTuple

import jsonschema_rs

from connectory.compiler.contradicted import contradicted
from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Path
from connectory.compiler.filling import Filled, filled_groups
from connectory.references import applied

_BY_VALUE = frozenset(("additionalProperties", "patternProperties", "properties"))
_BY_NAME = frozenset(("dependentRequired", "maxProperties", "propertyNames"))
_AS_A_WHOLE = frozenset(("anyOf", "dependentSchemas", "if", "not", "oneOf"))
_ASKING = _BY_NAME | _AS_A_WHOLE | {"patternProperties"}
"""Keywords by which an object can be refused for a member whose own schema accepts it."""
_DECLARING = frozenset(("additionalProperties", "properties"))
_COMBINING = frozenset(("$defs", "$ref", "allOf"))

_MOST_COMPILED = 50_000
"""Shared schemas, counted for each object whose schema they are compiled with, after which no more are looked at."""

_Refusal = Callable[[dict[str, Any]], str | None]
"""Why an object is refused; None where it is not."""


class Spoiled(NamedTuple):
    """A default for which its object is refused.

    Attributes:
        path: where the property is declared that has it.
        has_default: whether the default stands there itself, and not where a reference leads.
        reason: why.
    """

    path: Path
    has_default: bool
    reason: str


def spoiled(definition: Definition, wrong: Collection[int]) -> Iterator[Spoiled]:
    """The defaults that make every object invalid that lacks them; ``wrong`` are schemas whose default they refuse.

    Only what is certain: an object without members is valid and no longer is with a default, or whatever an object has
    that is required, one keyword refuses the default beside it.
    """
    if definition.tangles or not definition.nodes_with("default") or not _may_ask(definition):
        return
    if len(definition.valid_schemas) < len(definition.schemas):
        return
    paths = {id(node.data): node.path for node in definition.nodes_with("properties")}
    never = {one.path for one in contradicted(definition)}
    left = _MOST_COMPILED
    for filled in filled_groups(definition):
        if filled.group.defaults and _asks(filled.group.schemas):
            left -= 1 + len(_around(definition, filled, list(filled.group.schemas)).get("$defs", ()))
            if left < 0:
                return
            for found in _spoiled(definition, filled, paths, wrong):
                if found.path not in never:
                    yield found


def _may_ask(definition: Definition) -> bool:
    combined = (node for node in definition.nodes_with("$ref") if not node.data.keys().isdisjoint(_DECLARING))
    return bool(definition.nodes_with(*_ASKING, "allOf")) or next(combined, None) is not None


def _asks(schemas: tuple[dict[str, Any], ...]) -> bool:
    return sum("properties" in schema for schema in schemas) > 1 or any(
        not _ASKING.isdisjoint(schema) for schema in schemas
    )


def _spoiled(
    definition: Definition, filled: Filled, paths: Mapping[int, Path], wrong: Collection[int]
) -> Iterator[Spoiled]:
    schemas = filled.group.schemas
    defaults = {
        name: value
        for name, value in filled.group.defaults.items()
        if not any(id(part) in wrong for part in applied(_declared(schemas, name), filled.root))
    }
    reasons = list(_refused(definition, filled, defaults))
    for name, reason in reasons:
        schema = next(schema for schema in schemas if name in schema.get("properties", ()) and id(schema) in paths)
        child = schema["properties"][name]
        yield Spoiled((*paths[id(schema)], "properties", name), isinstance(child, dict) and "default" in child, reason)


def _declared(schemas: tuple[dict[str, Any], ...], name: str) -> list[Any]:
    return [schema["properties"][name] for schema in schemas if name in schema.get("properties", ())]


def _refused(definition: Definition, filled: Filled, defaults: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The names of the defaults for which an object is refused, and why."""
    parts = [_without_closing(schema) for schema in filled.group.schemas]
    whole = _refusal(definition, filled, parts)
    if whole({}) is None:
        alone = [(name, reason) for name in defaults if (reason := whole({name: defaults[name]}))]
        together = [(name, reason) for name in list(defaults)[-1:] if (reason := whole(defaults))]
        yield from alone or together
        return
    by_value = _refusal(definition, filled, [_only(part, _BY_VALUE) for part in parts])
    by_name = _refusal(definition, filled, [_only(part, _BY_NAME) for part in parts])
    given = {name: None for part in parts for name in part.get("required", ())}
    if by_name(given) is None:
        for name, value in defaults.items():
            reason = by_value({name: value}) or by_name({**given, name: None})
            if reason:
                yield name, reason


def _without_closing(schema: dict[str, Any]) -> dict[str, Any]:
    """A part of a group without what the group has as parts of its own, and what rules of their own look at."""
    left = {word: value for word, value in schema.items() if word not in _COMBINING}
    return (
        left if left.get("additionalProperties") is not False else _only(left, left.keys() - {"additionalProperties"})
    )


def _only(schema: dict[str, Any], keywords: Collection[str]) -> dict[str, Any]:
    return {word: value for word, value in schema.items() if word in keywords}


def _refusal(definition: Definition, filled: Filled, parts: list[dict[str, Any]]) -> _Refusal:
    """What says why an object is refused by all of these; where they cannot be compiled it says nothing."""
    made = _around(definition, filled, parts)
    try:
        validator = jsonschema_rs.Draft202012Validator(made, validate_formats=True, offline=True)
    except (ValueError, RecursionError):
        return lambda value: None
    return lambda value: next((error.message for error in validator.iter_errors(value)), None)


def _around(definition: Definition, filled: Filled, parts: list[dict[str, Any]]) -> dict[str, Any]:
    """A schema of objects that all of these apply to, with what they refer to."""
    schema: dict[str, Any] = {"type": "object", "allOf": parts}
    is_shared = filled.root["$defs"] is definition.shared
    return definition.shared_defs.self_contained(schema) if is_shared else {**schema, "$defs": filled.root["$defs"]}
