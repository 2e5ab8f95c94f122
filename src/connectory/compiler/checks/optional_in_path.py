"""A path variable is an input that may be missing.

A path without the value of a variable leads elsewhere: ``DELETE /orders/`` may mean all of them. The input has to be
required, or to have a default.

Example:

    http: {method: DELETE, path: "/orders/{id}"}
    inputSchema: {type: object, properties: {id: {type: string}}}

Instead:

    inputSchema: {type: object, properties: {id: {type: string}}, required: [id]}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectory.compiler.bindings import Binding, bindings
from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Severity
from connectory.compiler.members import parts

CODE = "D021"
SEVERITY: Severity = "error"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """A finding for each variable whose input may be missing."""
    for binding in bindings(definition):
        for placed in binding.placed:
            if placed.kind != "path" or placed.input in binding.inputs.required:
                continue
            said = binding.inputs.schemas.get(placed.input)
            if said and not any(_has_default(definition, binding, one) for one in said):
                message = f"the path needs {placed.input!r}, which is not required"
                help_ = f"add {placed.input!r} to required, or give it a default"
                yield definition.finding(globals(), message, placed.path, help=help_)


def _has_default(definition: Definition, binding: Binding, schema: Any) -> bool:
    return any("default" in part for part in parts(schema, binding.inputs.root, definition.shared))
