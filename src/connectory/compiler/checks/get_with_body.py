"""A GET or HEAD request has a body.

Many servers, proxies and clients drop it. With ``from: "*"`` it also swallows every input that was not listed
under query. Few vendors mean it.

Example:

    http: {method: GET, path: /orders, body: {from: "*"}}

Instead:

    http: {method: GET, path: /orders, query: [status, limit]}
"""

from __future__ import annotations

from collections.abc import Iterator

from connectory.compiler.bindings import bindings
from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Severity

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
