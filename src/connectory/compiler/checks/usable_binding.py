"""An ``http`` binding cannot become a request.

A variable of a path is ``{name}``, or ``{name=**}`` where the value may hold slashes. What stands around variables is
sent as it is written: what no URL holds is percent-encoded, and there is neither a segment .. nor a fragment. ``wrap``
and ``wrapInArray`` are for JSON bodies, as text and bytes have no members; such a body is one input. ``filenames`` are
for multipart bodies.
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

from connectory.compiler.bindings import VARIABLE, Binding, bindings
from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Severity
from connectory.compiler.url_text import path_flaw

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
        path = binding.http.data.get("path")
        wrong = None if binding.unreadable or not isinstance(path, str) else path_flaw(VARIABLE.sub("1", path))
        if wrong:
            at = (*binding.http.path, "path")
            yield definition.finding(globals(), f"the path {wrong[0]}", at, help=wrong[1])
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
