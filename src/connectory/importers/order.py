"""The order of a schema's keywords."""

from __future__ import annotations

from connectory.importers.references import Schema

_ORDER = (
    *("$ref", "title"),
    *("type", "format", "contentEncoding", "contentMediaType", "const", "enum"),
    *("multipleOf", "minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"),
    *("minLength", "maxLength", "pattern"),
    *("minItems", "maxItems", "uniqueItems", "minContains", "maxContains", "minProperties", "maxProperties"),
    *("description", "deprecated", "readOnly", "writeOnly", "default", "examples", "x-xml"),
    *("contentSchema", "allOf", "anyOf", "oneOf", "not", "if", "then", "else"),
    *("prefixItems", "items", "contains", "unevaluatedItems"),
    *("propertyNames", "additionalProperties", "unevaluatedProperties", "patternProperties"),
    *("dependentRequired", "dependentSchemas", "required", "properties"),
)
_PLACES = {keyword: place for place, keyword in enumerate(_ORDER)}


def ordered(schema: Schema) -> Schema:
    """The schema with its keywords in the order in which an author would write them."""
    return dict(sorted(schema.items(), key=lambda item: _PLACES.get(item[0], len(_ORDER))))
