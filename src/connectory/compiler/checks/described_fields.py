"""A field of the configuration, or of the credentials, has no description.

A form is rendered from configSchema and parametersSchema: without a description, whoever fills it in has the
field's name to guess from.

Example:

    configSchema:
      type: object
      properties:
        tenant: {type: string}

Instead:

        tenant: {type: string, description: "Your organization's id, under Settings > General"}
"""

from __future__ import annotations

from collections.abc import Iterator

from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Severity
from connectory.compiler.members import is_described

CODE = "D039"
SEVERITY: Severity = "warning"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """A finding for each field, at its name."""
    forms = {schema.path: schema for schema in definition.root_schemas if schema.path[0] != "methods"}
    if not forms:
        return
    for node in definition.nodes_with("properties"):
        if node.whole.path not in forms or not isinstance(node.data["properties"], dict):
            continue
        for name, schema in node.data["properties"].items():
            if isinstance(schema, dict) and not is_described(schema, node.whole.data, definition.shared):
                message = f"the field {name!r} has no description"
                path = (*node.path, "properties", name)
                yield definition.finding(
                    globals(), message, path, key=True, help="say what to enter, and where to find it"
                )
