"""A required field is missing.

A definition needs integrationId, name, description, version, methods and authType; a method needs
id, name, inputSchema and outputSchema; a model id, name and capabilities.

Example:

    methods:
      - id: create_invoice
        name: Create invoice

Instead:

    methods:
      - id: create_invoice
        name: Create invoice
        inputSchema: {type: object, properties: {}}
        outputSchema: {type: object, properties: {}}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Severity
from connectory.compiler.format import format_schema

CODE = "D002"
SEVERITY: Severity = "error"
FIXED = True


def check(definition: Definition) -> Iterator[Diagnostic]:
    """One finding for each missing field, at the mapping that lacks it; a misspelt one is unknown_field's to report."""
    lacking = {v.path: v for v in definition.violations if v.keyword == "required"}
    for path, violation in lacking.items():
        if definition.inside_schema(path):
            continue
        known = violation.schema.get("properties", {})
        unknown = [field for field in violation.instance if field not in known and not field.startswith("x-")]
        for name in violation.argument:
            if name not in violation.instance and not definition.close(name, unknown):
                message = f"the required field {name!r} is missing"
                yield definition.finding(globals(), message, path, key=True, help=_help(name, known))


def _help(name: str, known: dict[str, Any]) -> str:
    field = known.get(name, {})
    reference = str(field.get("$ref", "")).rpartition("/")[2]
    description = field.get("description") or format_schema()["$defs"].get(reference, {}).get("description", "")
    return f"add {name}: {description}" if description else f"add {name}"
