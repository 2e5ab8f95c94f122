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
from connectory.compiler.schemas import is_valid_schema, rejecter, subschemas

CODE = "S004"
SEVERITY: Severity = "error"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """One finding for each default that its schema rejects."""
    for schema in definition.schemas:
        if not is_valid_schema(schema.data):
            continue
        with_default = [(path, node["default"]) for path, node in subschemas(schema.data) if "default" in node]
        reasons = rejecter(self_contained(schema.data, definition.shared)) if with_default else None
        for path, default in with_default:
            for reason in reasons(path, default) if reasons else ():
                message = f"the default is not valid under its own schema: {reason}"
                at = (*schema.path, *path, "default")
                yield definition.finding(globals(), message, at, help="change it, or remove it")
