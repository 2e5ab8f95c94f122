"""An input of a method has no description.

Whoever calls the method, a person or a model that is offered it as a tool, has the name to guess from: what the value
means, in which unit it is, where it is found. One finding names all such inputs of a method.

Example:

    inputSchema:
      type: object
      properties:
        window: {type: integer}

Instead:

        window: {type: integer, description: "Days to look back, today included"}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Severity
from connectory.compiler.members import is_described

CODE = "D049"
SEVERITY: Severity = "warning"

_MOST = 5


def check(definition: Definition) -> Iterator[Diagnostic]:
    """A finding for each method, at the name of its first such input."""
    for method in definition.methods:
        schema = method.data.get("inputSchema")
        names = _undescribed(schema, definition.shared) if isinstance(schema, dict) else []
        if names:
            path = (*method.path, "inputSchema", "properties", names[0])
            yield definition.finding(
                globals(), _message(names), path, key=True, help="say what it means, and in which unit it is"
            )


def _undescribed(schema: dict[str, Any], shared: dict[str, Any]) -> list[str]:
    inputs = schema.get("properties")
    if not isinstance(inputs, dict):
        return []
    return [name for name, said in inputs.items() if isinstance(said, dict) and not is_described(said, schema, shared)]


def _message(names: list[str]) -> str:
    if len(names) == 1:
        return f"the input {names[0]!r} has no description"
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    return f"{len(names)} inputs have no description: {', '.join(map(repr, names[:_MOST]))}{more}"
