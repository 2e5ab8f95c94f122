"""The hints about a method contradict each other, or its request.

Agents let a method that only reads run without asking. One that is also destructive, or that deletes, does not
only read.

Example:

    annotations: {readOnlyHint: true}
    http: {method: DELETE, path: "/orders/{id}"}

Instead:

    annotations: {readOnlyHint: false, destructiveHint: true}
"""

from __future__ import annotations

from collections.abc import Iterator

from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Severity

CODE = "D048"
SEVERITY: Severity = "warning"

_CHANGING = ("DELETE", "PUT", "PATCH")


def check(definition: Definition) -> Iterator[Diagnostic]:
    """A finding at each readOnlyHint that something speaks against."""
    for method in definition.methods:
        hints = method.data.get("annotations")
        if not isinstance(hints, dict) or hints.get("readOnlyHint") is not True:
            continue
        http = method.data.get("http")
        verb = http.get("method") if isinstance(http, dict) else None
        reason = "it is destructive too" if hints.get("destructiveHint") is True else None
        if verb in _CHANGING:
            reason = f"its request is a {verb}"
        if reason:
            message = f"{str(method.data.get('id'))!r} is said to be read-only, but {reason}"
            yield definition.finding(
                globals(), message, (*method.path, "annotations", "readOnlyHint"), help="correct one"
            )
