"""What a converted schema says through its references: its parts, and which types its values may have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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


def nodes_of(schemas: Sequence[Schema], converter: Converter) -> Iterator[Schema]:
    """Schemas, what they refer to and consist of, and their alternatives."""
    waiting, seen = list(schemas), set[str]()
    for node in waiting:  # which grows meanwhile
        yield node
        key = key_of(node.get("$ref"))
        if key is not None and key.reference() not in seen:
            seen.add(key.reference())
            waiting.append(converter.components[key])
        waiting += [as_object(part) for word in ("allOf", "anyOf", "oneOf") for part in node.get(word, ())]
