"""Two methods make the same request.

They have the same verb, address, constants, inputs in the same places and output: one of them was copied and not
finished. Methods whose schemas differ are told apart, as with vendors that take an id or a name at the same place, or
answer differently; so is a method that is deprecated, which may be the old name of another.

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

_WORDS = frozenset(("title", "description", "examples", "$comment", "deprecated"))

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
    """What tells the others apart: all that is sent, what schemas say of its values, and what comes back."""
    placed = sorted((one.kind, "" if one.kind == "path" else one.wire) for one in binding.placed)
    variables = [one.input for one in binding.placed if one.kind == "path"]
    values = [_values(definition, binding, name) for name in variables]
    rest = sorted(name for name in binding.inputs.schemas if name not in variables)
    inputs = [(name, _values(definition, binding, name)) for name in rest]
    others = {field: binding.http.data.get(field) for field in ("constants", "body")}
    answer = _without_words(binding.method.data.get("outputSchema"))
    return json.dumps([placed, values, inputs, others, answer], sort_keys=True, default=str)


def _values(definition: Definition, binding: Binding, name: str) -> list[Any]:
    """What an input's schemas say of which values it takes."""
    return [
        _without_words({keyword: value for keyword, value in part.items() if keyword != "$ref"})
        for schema in binding.inputs.schemas.get(name, ())
        for part in parts(schema, binding.inputs.root, definition.shared)
    ]


def _without_words(schema: Any) -> Any:
    """A schema without what it says to people."""
    if isinstance(schema, list):
        return [_without_words(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        keyword: {name: _without_words(inner) for name, inner in value.items()}
        if keyword == "properties" and isinstance(value, dict)
        else _without_words(value)
        for keyword, value in schema.items()
        if keyword not in _WORDS
    }
