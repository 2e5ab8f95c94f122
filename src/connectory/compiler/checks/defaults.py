"""A default does not satisfy its own schema.

Defaults are filled in before a method runs: one that is not valid makes every call fail that leaves
the value out. So does one that its own schema accepts, but not what is said of the object around it:
``patternProperties``, ``propertyNames``, ``maxProperties``, ``dependentRequired`` or another schema.

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
from connectory.compiler.spoiled import spoiled

CODE = "S004"
SEVERITY: Severity = "error"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """One finding for each default that its schema rejects, or for which its object is refused."""
    wrong: set[int] = set()
    defaults = ((node, ("default",), node.data["default"]) for node in definition.nodes_with("default"))
    for node, at, reasons in refused(definition, defaults):
        wrong.add(id(node.data))
        for reason in reasons:
            message = f"the default is not valid under its own schema: {reason}"
            yield definition.finding(globals(), message, (*node.path, *at), help="change it, or remove it")
    for path, has_default, reason in spoiled(definition, wrong):
        message = f"the default makes the object around it invalid: {reason}"
        help_ = "remove it, or what refuses it"
        at = (*path, "default") if has_default else path
        yield definition.finding(globals(), message, at, key=not has_default, help=help_)
