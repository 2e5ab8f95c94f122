"""Which types the values of a converted schema may have."""

from __future__ import annotations

from connectory.importers.convert import Converter
from connectory.importers.references import Schema, as_object, key_of

_DEEPEST = 200
"""References and alternatives inside each other that are followed."""

EVERY = frozenset(("object", "array", "string", "number", "integer", "boolean", "null"))
"""All types."""


def kinds_of(schema: Schema, converter: Converter) -> frozenset[str]:
    """The types that a value of the schema may have; all of them where it does not say."""
    return _kinds(schema, converter, converter.kinds)


def _kinds(schema: Schema, converter: Converter, known: dict[str, frozenset[str]], depth: int = 0) -> frozenset[str]:
    """The types that a value of the schema may have; ``known``: those of components, all of them inside a circle."""
    kinds = EVERY
    if depth > _DEEPEST:
        return kinds
    if "type" in schema:
        kinds = frozenset(schema["type"] if isinstance(schema["type"], list) else [schema["type"]])
    elif "properties" in schema and "required" in schema:
        kinds = frozenset(("object",))
    key = key_of(schema.get("$ref"))
    if key is not None:
        name = key.reference()
        if name not in known:
            known[name] = EVERY
            known[name] = _kinds(converter.components[key], converter, known, depth + 1)
        kinds &= known[name]
    for part in schema.get("allOf", ()):
        kinds &= _kinds(as_object(part), converter, known, depth + 1)
    for word in ("anyOf", "oneOf"):
        if word in schema:
            kinds &= frozenset().union(*(_kinds(as_object(part), converter, known, depth + 1) for part in schema[word]))
    return kinds
