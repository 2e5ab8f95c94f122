"""A list with ``prefixItems`` may have any further items.

``prefixItems`` describes the first items only. Say what follows them, or that nothing does.

Example:

    point: {type: array, prefixItems: [{type: number}, {type: number}]}

Instead:

    point: {type: array, prefixItems: [{type: number}, {type: number}], items: false}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Severity

CODE = "S022"
SEVERITY: Severity = "warning"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """One finding for each such list."""
    for node in definition.nodes_with("prefixItems"):
        items = node.data["prefixItems"]
        if isinstance(items, list) and not _is_bounded(node.data, len(items)):
            message = f"after {len(items)} item{'s' * (len(items) != 1)} anything may follow"
            help_ = "add items: false, or items with the schema of the others"
            yield definition.finding(globals(), message, (*node.path, "prefixItems"), key=True, help=help_)


def _is_bounded(schema: dict[str, Any], items: int) -> bool:
    most = schema.get("maxItems")
    return "items" in schema or "unevaluatedItems" in schema or (isinstance(most, int) and most <= items)
