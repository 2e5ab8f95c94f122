"""An example does not satisfy its own schema.

Readers copy examples: one that is refused teaches them the wrong thing.

Example:

    limit: {type: integer, maximum: 100, examples: [500]}

Instead:

    limit: {type: integer, maximum: 100, examples: [50]}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectory.compiler.definition import Definition, Node
from connectory.compiler.diagnostics import Diagnostic, Path, Severity
from connectory.compiler.own_schema import refused

CODE = "S016"
SEVERITY: Severity = "error"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """One finding for each example that its schema rejects."""
    for node, at, reasons in refused(definition, _examples(definition)):
        message = f"the example is not valid under its own schema: {reasons[0]}"
        yield definition.finding(globals(), message, (*node.path, *at), help="change it, or remove it")


def _examples(definition: Definition) -> Iterator[tuple[Node, Path, Any]]:
    for node in definition.nodes_with("examples"):
        if isinstance(node.data["examples"], list):
            yield from ((node, ("examples", index), value) for index, value in enumerate(node.data["examples"]))
