"""The request that proves credentials cannot be made.

It is sent to ``baseUrl``, has no inputs, and, with the verb GET or HEAD, no body. Its path is sent as it is written:
what no URL holds is percent-encoded, and there is neither a segment .. nor a fragment.

Example:

    verify: {method: GET, path: "/users/{id}", body: {}}

Instead:

    baseUrl: https://api.example.com
    verify: {method: GET, path: /users/me}
"""

from __future__ import annotations

from collections.abc import Iterator

from connectory.compiler.bindings import VARIABLE
from connectory.compiler.definition import TEMPLATE, Definition
from connectory.compiler.diagnostics import Diagnostic, Severity
from connectory.compiler.signin import keys_in_paths
from connectory.compiler.url_text import path_flaw

CODE = "D029"
SEVERITY: Severity = "error"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """The findings, at what cannot be."""
    verify = definition.data.get("verify")
    if not isinstance(verify, dict):
        return
    if "baseUrl" not in definition.data:
        message = "there is no baseUrl to append the path to"
        yield definition.finding(globals(), message, ("verify", "path"), help="add baseUrl at the top")
    path = verify.get("path")
    plain = TEMPLATE.sub("1", path) if isinstance(path, str) else ""
    for key in keys_in_paths(definition):
        plain = plain.replace(f"{{{key}}}", "1")
    variable, wrong = VARIABLE.search(plain), path_flaw(plain)
    if variable:
        message = f"{variable[0]!r} in the path has no value: the request has no inputs"
        help_ = "write the value, or ${config.NAME}"
        yield definition.finding(globals(), message, ("verify", "path"), help=help_)
    elif wrong:
        yield definition.finding(globals(), f"the path {wrong[0]}", ("verify", "path"), help=wrong[1])
    if "body" in verify and verify.get("method", "GET") in ("GET", "HEAD"):
        message = f"a {verify.get('method', 'GET')} request has no body"
        yield definition.finding(
            globals(), message, ("verify", "body"), key=True, help="set method: POST, or remove it"
        )
