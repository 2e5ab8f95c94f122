"""A default does not satisfy its own schema.

Defaults are filled in before a method runs: one that is not valid makes every call fail that leaves
the value out.

Example:

    temperature: {type: number, maximum: 1, default: 7}

Instead:

    temperature: {type: number, maximum: 1, default: 0.7}
"""

from __future__ import annotations

from collections.abc import Iterator

from connectory.compiler.definition import Definition
from connectory.compiler.defs import self_contained
from connectory.compiler.diagnostics import Diagnostic, Severity
from connectory.compiler.schemas import is_valid_schema, rejections, subschemas

CODE = "S004"
SEVERITY: Severity = "error"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """One finding for each default that its schema rejects."""
    for schema in definition.schemas:
        if not is_valid_schema(schema.data):
            continue
        whole = self_contained(schema.data, definition.shared)
        for path, node in subschemas(schema.data, schema.path):
            if "default" in node:
                for reason in rejections(node, whole, node["default"]):
                    message = f"the default is not valid under its own schema: {reason}"
                    yield definition.finding(globals(), message, (*path, "default"), help="change it, or remove it")
