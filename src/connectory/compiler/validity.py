"""Schemas whose keywords have values that nobody could object to, told without asking the meta-schema.

The meta-schema goes through every schema again, at ten times the cost. It is asked about the few that this leaves open.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from connectory.compiler.schemas import TYPES

_TYPES = frozenset(TYPES)


def _text(value: Any) -> bool:
    return type(value) is str


def _flag(value: Any) -> bool:
    return type(value) is bool


def _list(value: Any) -> bool:
    return type(value) is list


def _count(value: Any) -> bool:
    return type(value) is int and value >= 0


def _number(value: Any) -> bool:
    return type(value) is int or type(value) is Decimal


def _schema(value: Any) -> bool:
    return type(value) is dict or type(value) is bool


def _schemas(value: Any) -> bool:
    return type(value) is list and len(value) > 0 and all(map(_schema, value))


def _named_schemas(value: Any) -> bool:
    return type(value) is dict and all(map(_schema, value.values()))


def _names(value: Any) -> bool:
    return type(value) is list and all(map(_text, value)) and len(set(value)) == len(value)


def _type(value: Any) -> bool:
    return type(value) is str and value in _TYPES


def _never(value: Any) -> bool:
    return False


PLAIN: Mapping[str, Callable[[Any], bool]] = {
    **dict.fromkeys(("$comment", "$ref", "contentEncoding", "contentMediaType"), _text),
    **dict.fromkeys(("description", "format", "pattern", "title"), _text),
    **dict.fromkeys(("deprecated", "readOnly", "uniqueItems", "writeOnly"), _flag),
    **dict.fromkeys(("maxItems", "maxLength", "maxProperties", "minItems", "minLength", "minProperties"), _count),
    **dict.fromkeys(("exclusiveMaximum", "exclusiveMinimum", "maximum", "minimum"), _number),
    **dict.fromkeys(("additionalProperties", "contains", "else", "if", "items", "not", "propertyNames"), _schema),
    **dict.fromkeys(("then", "unevaluatedItems", "unevaluatedProperties"), _schema),
    **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), _schemas),
    **dict.fromkeys(("$defs", "dependentSchemas", "patternProperties", "properties"), _named_schemas),
    **dict.fromkeys(("enum", "examples"), _list),
    "required": _names,
    "type": _type,
    **dict.fromkeys(("$anchor", "$dynamicAnchor", "$dynamicRef", "$id", "$recursiveAnchor", "$recursiveRef"), _never),
    **dict.fromkeys(("$schema", "$vocabulary", "contentSchema", "definitions", "dependencies"), _never),
    **dict.fromkeys(("dependentRequired", "maxContains", "minContains", "multipleOf"), _never),
}
"""Tells of a keyword's value whether it is plainly right. Under a keyword that is not here, every value is."""
