"""The keywords and formats of JSON Schema, draft 2020-12, and the types of values that they are about."""

from __future__ import annotations

from typing import Any

_BY_TYPE: dict[str, tuple[str, ...]] = {
    "string": ("contentEncoding", "contentMediaType", "contentSchema", "maxLength", "minLength", "pattern"),
    "number": ("exclusiveMaximum", "exclusiveMinimum", "maximum", "minimum", "multipleOf"),
    "array": (
        *("contains", "items", "maxContains", "maxItems", "minContains", "minItems", "prefixItems", "unevaluatedItems"),
        "uniqueItems",
    ),
    "object": (
        *("additionalProperties", "dependentRequired", "dependentSchemas", "maxProperties", "minProperties"),
        *("patternProperties", "properties", "propertyNames", "required", "unevaluatedProperties"),
    ),
}

TYPE_OF = {keyword: type_ for type_, keywords in _BY_TYPE.items() for keyword in keywords}
"""The type of values that a keyword is about, for those that leave all others alone."""

KEYWORDS = frozenset(TYPE_OF) | frozenset(
    (
        *("$anchor", "$comment", "$defs", "$dynamicAnchor", "$dynamicRef", "$id", "$ref", "$schema", "$vocabulary"),
        *("allOf", "anyOf", "const", "default", "deprecated", "description", "else", "enum", "examples", "format"),
        *("if", "not", "oneOf", "readOnly", "then", "title", "type", "writeOnly"),
    )
)
"""The keywords that there are."""

IN_PLACE = ("allOf", "anyOf", "oneOf", "if", "then", "else", "not", "dependentSchemas")
"""The keywords that apply schemas to the same value."""

ASSERTED = frozenset(
    (
        *("date", "date-time", "duration", "email", "hostname", "idn-email", "idn-hostname", "ipv4", "ipv6", "iri"),
        *("iri-reference", "json-pointer", "regex", "relative-json-pointer", "time", "uri", "uri-reference"),
        *("uri-template", "uuid"),
    )
)
"""The formats of JSON Schema: values are held to them. They are about text."""

_NUMERIC = frozenset(
    (
        *("decimal", "decimal128", "double", "double-int", "float", "int8", "int16", "int32", "int64", "single-int"),
        *("uint8", "uint16", "uint32", "uint64", "unixtime"),
    )
)

_TEXTUAL = frozenset(
    (
        *("base64url", "binary", "byte", "char", "commonmark", "date-time-local", "html", "http-date", "media-range"),
        *("password", "sf-binary", "sf-string", "sf-token", "time-local"),
    )
)

FORMATS = ASSERTED | _NUMERIC | _TEXTUAL
"""The formats that there are: those of JSON Schema, and those of OpenAPI's registry, which only describe."""

_ALL = frozenset(("null", "boolean", "object", "array", "number", "string", "integer"))


def types_of(schema: dict[str, Any]) -> frozenset[str]:
    """The types that a schema names; all of them where it names none, or none that is known."""
    named = schema.get("type")
    types = frozenset((named,) if isinstance(named, str) else _texts(named)) & _ALL
    return types or _ALL


def _texts(value: Any) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def concerns(keyword: str, types: frozenset[str]) -> bool:
    """Whether a keyword says anything about values of these types."""
    about = TYPE_OF.get(keyword)
    return about is None or about in types or (about == "number" and "integer" in types)


def format_concerns(name: str, types: frozenset[str]) -> bool:
    """Whether a format that there is says anything about values of these types; numbers may be written as text."""
    return "string" in types or (name in _NUMERIC and not types.isdisjoint(("number", "integer")))
