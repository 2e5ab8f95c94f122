"""``additionalProperties: false`` stands beside ``allOf``.

It does not see the properties of ``allOf`` or of a reference, so that each of them has to be repeated beside it, and
one that is added later can never be given. ``unevaluatedProperties: false`` sees them.

Example:

    allOf: [{$ref: "#/$defs/Person"}]
    properties: {name: true, role: {type: string}}
    additionalProperties: false

Instead:

    allOf: [{$ref: "#/$defs/Person"}]
    properties: {role: {type: string}}
    unevaluatedProperties: false
"""

from __future__ import annotations

from collections.abc import Iterator

from connectory.compiler.closed import ALWAYS, closed, closes, reached
from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Severity

CODE = "S023"
SEVERITY: Severity = "warning"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """One finding for each; none where a property is closed out, which is an error of its own."""
    if not definition.closers or definition.tangles:
        return
    for around in definition.combined:
        if closes(around) and not any(closed(definition.in_place, around)):
            others = list(reached(definition.in_place, around, ALWAYS).values())[1:]
            if any(other.data.get("properties") for other in others):
                message = "additionalProperties: false does not see the properties that are declared elsewhere"
                help_ = "write unevaluatedProperties: false, and declare each property once"
                path = (*around.path, "additionalProperties")
                yield definition.finding(globals(), message, path, key=True, help=help_)
