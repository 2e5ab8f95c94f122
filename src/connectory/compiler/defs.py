"""Schemas that stand alone: shared definitions moved into the schemas that use them.

Within a method's schema ``#/$defs/X`` means the schema's own ``$defs`` first, then the definition's. A schema
that leaves its definition therefore has to take along what it reaches there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from connectory.pointers import unescape

_SCHEMA = (
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
_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
_MAPS = ("$defs", "definitions", "dependencies", "dependentSchemas", "patternProperties", "properties")
_REFERENCES = ("$ref", "$dynamicRef")
_PREFIX = "#/$defs/"


def self_contained(schema: Mapping[str, Any], shared_defs: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema with each shared definition that it reaches, directly or through others, in its own ``$defs``.

    Its own definitions come first and win over shared ones of the same name; shared ones follow in their order
    in ``shared_defs``. All other keys keep their places. A schema that reaches none is returned as it is.
    References that nobody defines stay. Neither argument is changed; the result shares their values.
    """
    own = schema.get("$defs", {})
    reached = _reached(schema, {name: body for name, body in shared_defs.items() if name not in own})
    if not reached:
        return schema
    merged = {**own, **{name: body for name, body in shared_defs.items() if name in reached}}
    return {**schema, "$defs": merged}


def _reached(schema: Mapping[str, Any], shared: Mapping[str, Any]) -> set[str]:
    reached: set[str] = set()
    pending = [schema] if shared else []
    while pending:
        named = {name for name in referenced_defs(pending.pop()) if name in shared} - reached
        reached |= named
        pending.extend(shared[name] for name in named if _in_place(shared[name]))
    return reached


def referenced_defs(schema: Mapping[str, Any]) -> Iterator[str]:
    """The ``X`` of each ``#/$defs/X`` that the schema refers to, or into, by a keyword; with repetitions.

    Values that are data (``const``, ``enum``, ``default``, ``examples``, unknown keywords) are not looked at,
    nor is what lies below a nested ``$id``: ``#`` means something else there.
    """
    pending = [schema]
    while pending:
        node = pending.pop()
        for keyword in _REFERENCES:
            target = node.get(keyword)
            if isinstance(target, str) and unquote(target).startswith(_PREFIX):
                yield _name(unquote(target))
        pending.extend(child for child in _children(node) if _in_place(child))


def _in_place(schema: object) -> bool:
    """Whether this is a schema, other than true and false, in which ``#`` means the schema around it."""
    return isinstance(schema, Mapping) and "$id" not in schema


def _children(schema: Mapping[str, Any]) -> Iterator[Any]:
    for keyword, value in schema.items():
        if keyword in _SCHEMA:
            yield value
        elif keyword in _LISTS and isinstance(value, list):
            yield from value
        elif keyword in _MAPS and isinstance(value, Mapping):
            yield from value.values()


def _name(pointer: str) -> str:
    """The definition's name in ``#/$defs/NAME`` or ``#/$defs/NAME/...``, as decoded from its URI form."""
    return unescape(pointer.removeprefix(_PREFIX).split("/", 1)[0])
