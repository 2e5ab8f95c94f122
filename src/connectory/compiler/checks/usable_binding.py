"""An ``http`` binding cannot become a request.

A variable of a path is ``{name}``, or ``{name=**}`` where the value may hold slashes. ``wrap`` and ``wrapInArray`` are
for JSON bodies, as text and bytes have no members; such a body is one input. ``filenames`` are for multipart bodies.
There has to be an address to append the path to: ``baseUrl``, of the definition or of the binding.

Example:

    http:
      method: POST
      path: /files/{id
      body: {contentType: text/plain, from: "*"}

Instead:

    http:
      method: POST
      path: /files/{id}
      body: {contentType: text/plain, from: content}
"""

from __future__ import annotations

from collections.abc import Iterator

from connectory.compiler.bindings import Binding, bindings
from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Severity

CODE = "D022"
SEVERITY: Severity = "error"

_PLAIN = ("text/plain", "text/csv", "text/html", "application/octet-stream")
"""Bodies that have no members."""


def check(definition: Definition) -> Iterator[Diagnostic]:
    """The findings of each binding, and one for a missing address."""
    has_base = "baseUrl" in definition.data
    for binding in bindings(definition):
        for part in binding.unreadable:
            message = f"{part!r} in the path is no variable"
            help_ = "write {NAME} or {NAME=**}"
            yield definition.finding(globals(), message, (*binding.http.path, "path"), help=help_)
        yield from _body(definition, binding)
        if not has_base and "baseUrl" not in binding.http.data:
            message = "there is no baseUrl to append the path to"
            yield definition.finding(globals(), message, (*binding.http.path, "path"), help="add baseUrl at the top")
            has_base = True  # told once


def _body(definition: Definition, binding: Binding) -> Iterator[Diagnostic]:
    body = binding.http.data.get("body")
    if not isinstance(body, dict):
        return
    kind = body.get("contentType", "application/json")
    path = (*binding.http.path, "body")
    if kind in _PLAIN and binding.takes_rest:
        message = f"a body of type {kind} is one value, not a mapping of inputs"
        yield definition.finding(globals(), message, path, key=True, help="say with from: INPUT which input it is")
    if body.get("filenames") and isinstance(kind, str) and not kind.startswith("multipart/"):
        message = f"filenames is for multipart bodies, but the body is {kind}"
        yield definition.finding(globals(), message, (*path, "filenames"), key=True, help="remove it")
    if isinstance(kind, str) and "json" not in kind:
        for field in ("wrap", "wrapInArray"):
            if body.get(field):
                message = f"{field} is for JSON, but the body is {kind}"
                yield definition.finding(globals(), message, (*path, field), key=True, help="remove it")
