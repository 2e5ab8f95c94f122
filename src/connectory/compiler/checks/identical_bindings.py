"""Two methods make the same request.

They have the same verb, address, constants and inputs, in the same places: one of them was copied and not finished.
Methods that differ in what a path variable may be, or in a constant input, are told apart; so is a method that is
deprecated, which may be the old name of another.

Example:

    - id: get_order
      http: {method: GET, path: "/orders/{id}"}
    - id: delete_order
      http: {method: GET, path: "/orders/{order_id}"}

Instead:

    - id: delete_order
      http: {method: DELETE, path: "/orders/{order_id}"}
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from connectory.compiler.bindings import Binding, bindings
from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Related, Severity
from connectory.compiler.members import parts

_VARIABLE = re.compile(r"\{[^{}]*\}")

CODE = "D025"
SEVERITY: Severity = "error"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """A finding at each binding that is an earlier one's equal."""
    alike: dict[tuple[Any, ...], list[Binding]] = {}
    for binding in bindings(definition):
        alike.setdefault(_address(binding), []).append(binding)
    for several in alike.values():
        if len(several) > 1:
            yield from _repeated(definition, several)


def _repeated(definition: Definition, several: list[Binding]) -> Iterator[Diagnostic]:
    first: dict[str, Binding] = {}
    for binding in several:
        if "deprecated" in binding.method.data:
            continue
        before = first.setdefault(_request(definition, binding), binding)
        if before is not binding:
            ids = [str(one.method.data.get("id")) for one in (binding, before)]
            message = f"{ids[0]!r} makes the same request as {ids[1]!r}"
            related = (Related(definition.span(before.http.path, key=True), "first here"),)
            help_ = "mend the verb or the path, or remove one of the methods"
            yield definition.finding(globals(), message, binding.http.path, key=True, help=help_, related=related)


def _address(binding: Binding) -> tuple[Any, ...]:
    """What tells most bindings apart."""
    path = binding.http.data.get("path")
    plain = _VARIABLE.sub("{}", path) if isinstance(path, str) and "{" in path else path
    fields = (binding.http.data.get(field) for field in ("method", "baseUrl"))
    return tuple(value if isinstance(value, str) else None for value in (plain, *fields))


def _request(definition: Definition, binding: Binding) -> str:
    """What tells the others apart: all that is sent, and what inputs say of their values."""
    placed = sorted((one.kind, "" if one.kind == "path" else one.wire) for one in binding.placed)
    values = [_values(definition, binding, one.input) for one in binding.placed if one.kind == "path"]
    named = {one.input for one in binding.placed}
    rest = sorted(name for name in binding.inputs.schemas if name not in named)
    constant = [(name, _values(definition, binding, name)) for name in rest]
    others = {field: binding.http.data.get(field) for field in ("constants", "body")}
    return json.dumps([placed, values, constant, others], sort_keys=True, default=str)


def _values(definition: Definition, binding: Binding, name: str) -> list[Any]:
    """What an input's schemas say of which values it takes."""
    return [
        {keyword: part[keyword] for keyword in ("pattern", "enum", "const") if keyword in part}
        for schema in binding.inputs.schemas.get(name, ())
        for part in parts(schema, binding.inputs.root, definition.shared)
    ]
