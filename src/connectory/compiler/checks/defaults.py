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
from itertools import groupby

from connectory.compiler.definition import Definition
from connectory.compiler.defs import SharedDefs
from connectory.compiler.diagnostics import Diagnostic, Severity
from connectory.compiler.schemas import accepts_plainly, rejecter

CODE = "S004"
SEVERITY: Severity = "error"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """One finding for each default that its schema rejects."""
    valid = {schema.path for schema in definition.valid_schemas}
    shared = SharedDefs(definition.shared)
    doubted = [
        node for node in definition.nodes_with("default") if not accepts_plainly(node.data, node.data["default"])
    ]
    for path, nodes in groupby(doubted, lambda node: node.whole.path):
        if path not in valid:
            continue
        several = list(nodes)
        reasons = rejecter(shared.self_contained(several[0].whole.data))
        for node in several:
            for reason in reasons(node.path[len(path) :], node.data["default"]):
                message = f"the default is not valid under its own schema: {reason}"
                yield definition.finding(globals(), message, (*node.path, "default"), help="change it, or remove it")
