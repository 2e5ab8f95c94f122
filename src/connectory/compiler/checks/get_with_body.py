"""A GET or HEAD request has a body.

Many servers, proxies and clients drop it. With ``from: "*"`` it also swallows every input that was not listed
under query. Few vendors mean it. A key, or what else signing in puts into the body, makes a body for every request.

Example:

    http: {method: GET, path: /orders, body: {from: "*"}}

Instead:

    http: {method: GET, path: /orders, query: [status, limit]}
"""

from __future__ import annotations

from collections.abc import Iterator

from connectory.compiler.bindings import bindings
from connectory.compiler.definition import Definition, Part
from connectory.compiler.diagnostics import Diagnostic, Related, Severity
from connectory.compiler.signed import sent_by, ways_of

CODE = "D045"
SEVERITY: Severity = "warning"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """A finding for each body."""
    for binding in bindings(definition):
        verb = binding.http.data.get("method")
        if verb in ("GET", "HEAD") and "body" in binding.http.data:
            message = f"a {verb} request with a body, which few servers read"
            help_ = "list the inputs under query, or correct the verb"
            yield definition.finding(globals(), message, (*binding.http.path, "body"), key=True, help=help_)
    for way in definition.signins():
        yield from _signed(definition, way)


def _signed(definition: Definition, way: Part) -> Iterator[Diagnostic]:
    """A finding for a way to sign in that makes bodies, with the first request that should have none."""
    member = next((one for one in sent_by(way) if one.kind == "body"), None)
    taken = (one for one in bindings(definition) if way in ways_of(definition, one.method)) if member else ()
    for binding in taken:
        verb = binding.http.data.get("method")
        if member and verb in ("GET", "HEAD") and "body" not in binding.http.data:
            name = binding.method.data.get("id")
            message = f"signing in makes a body for {name!r}, a {verb} request, and few servers read it"
            help_ = "put it into a header, or correct the verb"
            related = (Related(definition.span((*binding.http.path, "method")), "the request"),)
            yield definition.finding(globals(), message, member.path, help=help_, related=related)
            return
