"""A binding names a part of the output, or an input for paging, that there is none of.

``pagination.input`` and ``pagination.limit`` are inputs. ``pagination.output`` and ``pagination.items`` are dotted
paths in the output, as outputSchema declares it; ``response.wrap`` is a member of it.

Example:

    http:
      method: GET
      path: /orders
      pagination: {style: cursor, input: cursor, output: next}
    outputSchema: {type: object, properties: {meta: {type: object, properties: {next: {type: string}}}}}

Instead:

      pagination: {style: cursor, input: cursor, output: meta.next}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectory.compiler.bindings import Binding, bindings
from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Severity
from connectory.compiler.members import reach
from connectory.names import close_matches

CODE = "D023"
SEVERITY: Severity = "error"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """A finding for each name that leads nowhere."""
    for binding in bindings(definition):
        http = binding.http.data
        pagination = http.get("pagination")
        if isinstance(pagination, dict):
            yield from _inputs(definition, binding, pagination)
            yield from _outputs(definition, binding, "pagination", pagination, ("output", "items"))
        if isinstance(http.get("response"), dict):
            yield from _outputs(definition, binding, "response", http["response"], ("wrap",))


def _inputs(definition: Definition, binding: Binding, pagination: dict[str, Any]) -> Iterator[Diagnostic]:
    for field in ("input", "limit"):
        name = pagination.get(field)
        if isinstance(name, str) and name not in binding.inputs.schemas and not binding.inputs.is_open:
            close = close_matches(name, binding.inputs.schemas)
            help_ = f"did you mean {close[0]!r}?" if close else "name an input of the method"
            message = f"pagination.{field} names the input {name!r}, which there is none of"
            yield definition.finding(globals(), message, (*binding.http.path, "pagination", field), help=help_)


def _outputs(
    definition: Definition, binding: Binding, owner: str, said: dict[str, Any], fields: tuple[str, ...]
) -> Iterator[Diagnostic]:
    for field in fields:
        dotted = said.get(field)
        if not isinstance(dotted, str):
            continue
        declared = reach(dotted, binding.method.data.get("outputSchema"), definition.shared)
        if declared is not None:
            close = close_matches(dotted.rpartition(".")[2], declared)
            help_ = f"did you mean {close[0]!r}?" if close else "declare it in outputSchema"
            message = f"{owner}.{field} names {dotted!r}, which outputSchema does not declare"
            yield definition.finding(globals(), message, (*binding.http.path, owner, field), help=help_)
