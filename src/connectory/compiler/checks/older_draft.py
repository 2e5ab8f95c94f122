"""A schema has a keyword of an older draft of JSON Schema, or of OpenAPI.

Draft 2020-12 says the same in other words, and ignores these.

Example:

    name: {type: string, nullable: true, example: Ada}

Instead:

    name: {type: [string, "null"], examples: [Ada]}
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Severity

CODE = "S007"
SEVERITY: Severity = "error"

LEFTOVERS: dict[str, str | Callable[[dict[str, Any]], str]] = {
    "$recursiveAnchor": "write $dynamicAnchor: NAME",
    "$recursiveRef": 'write $ref: "#", or $dynamicRef with the name of a $dynamicAnchor',
    "additionalItems": "write items for the items after those of prefixItems",
    "definitions": "write $defs, and refer to #/$defs/NAME",
    "dependencies": "write dependentRequired for lists of names, dependentSchemas for schemas",
    "disallow": "write not: {type: ...}",
    "discriminator": "give each schema of oneOf the property with a const",
    "divisibleBy": "write multipleOf",
    "example": "write examples: [...]",
    "extends": "write allOf: [...]",
    "externalDocs": "write the address into the description",
    "id": lambda schema: (
        "write $id" if isinstance(schema["id"], str) else "to declare a property, put it under properties"
    ),
    "nullable": lambda schema: _with_null(schema),
    "xml": "remove it; to keep it, write x-xml",
}
"""What to write instead, by keyword."""


def check(definition: Definition) -> Iterator[Diagnostic]:
    """One finding for each such keyword."""
    for keyword, instead in LEFTOVERS.items():
        for node in definition.nodes_with(keyword):
            help_ = instead if isinstance(instead, str) else instead(node.data)
            message = f"draft 2020-12 of JSON Schema has no keyword {keyword!r}"
            yield definition.finding(globals(), message, (*node.path, keyword), key=True, help=help_)


def _with_null(schema: dict[str, Any]) -> str:
    if schema["nullable"] is False:
        return "remove it: null is only valid where the type says so"
    if isinstance(schema.get("type"), str):
        return f'write type: [{schema["type"]}, "null"]'
    return 'add "null" to the type'
