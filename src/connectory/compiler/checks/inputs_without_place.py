"""An ``http`` binding does not say where an input, or a constant of the body, goes.

Each input is a path variable, or listed under ``query``, ``headers`` or ``cookies``, or is the body, or part of it:
with ``from: "*"`` the body carries every input that is placed nowhere else, and what ``constants`` has for it.

Example:

    http: {method: GET, path: "/orders/{id}"}
    inputSchema: {type: object, properties: {id: {type: string}, expand: {type: boolean}}, required: [id]}

Instead:

    http: {method: GET, path: "/orders/{id}", query: [expand]}
"""

from __future__ import annotations

from collections.abc import Iterator

from connectory.compiler.bindings import Binding, bindings
from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Severity

CODE = "D020"
SEVERITY: Severity = "error"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """One finding for each binding, at it, that names what is left."""
    for binding in bindings(definition):
        yield from _constants(definition, binding)
        if binding.takes_rest:
            continue
        placed = {one.input for one in binding.placed}
        left = [name for name in binding.inputs.schemas if name not in placed]
        if left and placed <= binding.inputs.schemas.keys():  # else a name is misspelt, which another rule reports
            names = ", ".join(map(repr, left[:5])) + (", ..." if len(left) > 5 else "")
            message = f"nothing says where {names} {'goes' if len(left) == 1 else 'go'}"
            yield definition.finding(globals(), message, binding.http.path, key=True, help=_help(binding, left))


def _constants(definition: Definition, binding: Binding) -> Iterator[Diagnostic]:
    """What is never sent, as there is no body, or always an input that is the whole of it."""
    constants = binding.http.data.get("constants")
    if not isinstance(constants, dict) or not constants.get("body") or binding.takes_rest:
        return
    whole = next((placed.input for placed in binding.placed if placed.kind == "body"), None)
    if whole is None or whole in binding.inputs.required:
        what = "there is no body" if whole is None else f"the input {whole!r} is the whole body"
        is_read = binding.http.data.get("method") in ("GET", "HEAD")
        help_ = "write them under query" if is_read else 'write body: {from: "*"}'
        path = (*binding.http.path, "constants", "body")
        yield definition.finding(
            globals(), f"the constants of the body are never sent: {what}", path, key=True, help=help_
        )


def _help(binding: Binding, left: list[str]) -> str:
    segments = str(binding.http.data.get("path")).split("/")
    variable = next((name for name in left if f":{name}" in segments), None)
    if variable is not None:
        return f"write {{{variable}}} for :{variable} in the path"
    if binding.http.data.get("method") in ("GET", "HEAD", "DELETE") or "body" in binding.http.data:
        return f"list {'it' if len(left) == 1 else 'them'} under query or headers"
    return 'add body: {from: "*"}, or list what is no part of the body under query or headers'
