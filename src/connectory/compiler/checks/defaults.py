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
from connectory.compiler.diagnostics import Diagnostic, Severity
from connectory.compiler.own_schema import refused

CODE = "S004"
SEVERITY: Severity = "error"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """One finding for each default that its schema rejects."""
    defaults = ((node, ("default",), node.data["default"]) for node in definition.nodes_with("default"))
    for node, at, reasons in refused(definition, defaults):
        for reason in reasons:
            message = f"the default is not valid under its own schema: {reason}"
            yield definition.finding(globals(), message, (*node.path, *at), help="change it, or remove it")
