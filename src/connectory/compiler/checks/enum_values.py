"""An enum has no values, or the same one twice.

Nothing is valid under an empty enum. Of two equal values (1 and 1.0 are equal) one is a mistake.

Example:

    status: {type: string, enum: [open, closed, open]}

Instead:

    status: {type: string, enum: [open, closed]}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectory.compiler.definition import Definition, Node
from connectory.compiler.diagnostics import Diagnostic, Related, Severity
from connectory.compiler.equality import identity
from connectory.compiler.words import as_json

CODE = "S014"
SEVERITY: Severity = "error"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """One finding for each empty enum, and for each value that was there before."""
    for node in definition.nodes_with("enum"):
        values = node.data["enum"]
        if isinstance(values, list) and not values:
            message = "the enum is empty: nothing is valid"
            yield definition.finding(globals(), message, (*node.path, "enum"), help="list the values, or remove it")
        elif isinstance(values, list) and not _all_differ(values):
            yield from _repeated(definition, node, values)


def _all_differ(values: list[Any]) -> bool:
    """Whether that is plain to see; False for values that need a closer look."""
    try:
        return len(set(values)) == len(values)
    except TypeError:
        return False


def _repeated(definition: Definition, node: Node, values: list[Any]) -> Iterator[Diagnostic]:
    seen: dict[Any, int] = {}
    for index, value in enumerate(values):
        first = seen.setdefault(identity(value), index)
        if first != index:
            related = (Related(definition.span((*node.path, "enum", first)), "it is listed here first"),)
            message = f"the enum lists {as_json(value)} twice"
            path = (*node.path, "enum", index)
            yield definition.finding(globals(), message, path, help="remove one of them", related=related)
