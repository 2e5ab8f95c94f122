"""A property can never be given.

``additionalProperties: false`` looks at the ``properties`` beside it, not at those of ``allOf``, ``anyOf`` or a
reference: it refuses what these declare. ``unevaluatedProperties: false`` sees them.

Example:

    allOf: [{$ref: "#/$defs/Person"}]
    properties: {role: {type: string}}
    additionalProperties: false

Instead:

    allOf: [{$ref: "#/$defs/Person"}]
    properties: {role: {type: string}}
    unevaluatedProperties: false
"""

from __future__ import annotations

from collections.abc import Iterator

from connectory.compiler.closed import Closed, closed
from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Path, Related, Severity

CODE = "S021"
SEVERITY: Severity = "error"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """One finding for each schema that closes out properties of another."""
    if definition.closers and not definition.tangles:
        for around in definition.combined:
            for found in closed(definition.in_place, around):
                yield _finding(definition, found)


def _finding(definition: Definition, found: Closed) -> Diagnostic:
    names = ", ".join(map(repr, list(found.names)[:3])) + (", ..." if len(found.names) > 3 else "")
    message = f"{names} can never be given: additionalProperties: false does not see where it is declared"
    if len(found.names) > 1:
        message = f"{names} can never be given: additionalProperties: false does not see where they are declared"
    closing = (*found.closer.path, "additionalProperties")
    declaring = next(iter(found.names.values()))
    if found.closer.data is found.around.data:
        path, other, key = closing, declaring, False
        help_ = "write unevaluatedProperties: false instead, which sees them"
    elif _inside(closing, found.around.path):
        path, other, key = closing, declaring, False
        help_ = "leave it out here, and write unevaluatedProperties: false around"
    else:
        path, other, key = declaring, closing, True
        help_ = "leave additionalProperties: false out there, and write unevaluatedProperties: false here"
    what = "it is declared here" if path == closing else "it is closed out here"
    related = (Related(definition.span(other, key=path == closing), what),)
    return definition.finding(globals(), message, path, key=key, help=help_, related=related)


def _inside(path: Path, around: Path) -> bool:
    return path[: len(around)] == around
