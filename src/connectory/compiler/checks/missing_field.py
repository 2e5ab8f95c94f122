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

from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Severity
from connectory.compiler.format import format_schema
from connectory.names import close_matches

CODE = "D002"
SEVERITY: Severity = "error"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """One finding for each missing field, at the mapping that lacks it."""
    for violation in definition.violations:
        if violation.keyword != "required" or definition.inside_schema(violation.path):
            continue
        for name in violation.argument:
            if name not in violation.instance:
                message = f"the required field {name!r} is missing"
                help_ = _help(name, violation.schema, list(violation.instance))
                yield definition.finding(globals(), message, violation.path, key=True, help=help_)


def _help(name: str, schema: dict[str, object], present: list[str]) -> str:
    known = schema.get("properties", {})
    assert isinstance(known, dict)
    misspelt = close_matches(name, [field for field in present if field not in known])
    if misspelt:
        return f"is {misspelt[0]!r} meant to be {name!r}?"
    field = known.get(name, {})
    reference = str(field.get("$ref", "")).rpartition("/")[2]
    description = field.get("description") or format_schema()["$defs"].get(reference, {}).get("description", "")
    return f"add {name}: {description}" if description else f"add {name}"
