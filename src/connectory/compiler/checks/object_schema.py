"""A schema of input, output, configuration or credentials does not describe an object.

What a method takes and returns has names, so the schema's ``type`` is ``object``.

Example:

    inputSchema:
      properties: {id: {type: string}}

Instead:

    inputSchema:
      type: object
      properties: {id: {type: string}}
"""

from __future__ import annotations

from collections.abc import Iterator

from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Severity
from connectory.compiler.schemas import TYPES

CODE = "S002"
SEVERITY: Severity = "error"
FIXED = True


def check(definition: Definition) -> Iterator[Diagnostic]:
    """The finding, at the type, or at the schema that has none."""
    for schema in definition.root_schemas:
        if "type" not in schema.data:
            message = f"{schema.path[-1]} has no type"
            yield definition.finding(globals(), message, schema.path, key=True, help="add type: object")
        elif schema.data["type"] != "object" and _are_types(schema.data["type"]):
            message = f"{schema.path[-1]} must be of type object"
            yield definition.finding(globals(), message, (*schema.path, "type"), help="write type: object")


def _are_types(value: object) -> bool:
    """Whether these are types that JSON Schema has; another rule reports what is none."""
    return value in TYPES or (isinstance(value, list) and all(name in TYPES for name in value))
