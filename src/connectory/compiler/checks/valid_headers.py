"""A header cannot be sent.

A header's name is letters, digits and hyphens; its value printable ASCII without spaces around it. Templates
stand in values only: a name that users configure could be any header. The headers of the connection itself,
such as Host, are the client's business. A cookie's name ends where its value starts: it holds neither = nor a
semicolon.

Example:

    headers: {"X-${config.name}": "1", "X-Note": "naïve"}

Instead:

    headers: {X-Name: "${config.name}", X-Note: naive}
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from connectory.compiler.bindings import bindings
from connectory.compiler.definition import TEMPLATE, Definition
from connectory.compiler.diagnostics import Diagnostic, Path, Severity
from connectory.compiler.signin import fixed_headers
from connectory.request import OF_CONNECTION

CODE = "A001"
SEVERITY: Severity = "error"

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_NO_COOKIE = re.compile(r"[^\x21-\x7e]|[;=]")
_REFUSED = re.compile(r"[^\t\x20-\x7e]")


def check(definition: Definition) -> Iterator[Diagnostic]:
    """The findings of every mapping of headers, and of headers that carry inputs or a key."""
    for path, headers in fixed_headers(definition):
        for name, value in headers.items():
            yield from _name(definition, (*path, name), name, key=True)
            if isinstance(value, str):
                yield from _value(definition, (*path, name), name, value)
    for config in definition.auth_configs("apiKeyConfig"):
        key = config.data.get("name")
        if config.data.get("in") == "header" and isinstance(key, str):
            yield from _name(definition, (*config.path, "name"), key)
            template = config.data.get("valueTemplate")
            if isinstance(template, str):
                yield from _value(definition, (*config.path, "valueTemplate"), key, template)
    for binding in bindings(definition):
        for placed in binding.placed:
            if placed.kind == "headers":
                yield from _name(definition, placed.path, placed.wire)
            refused = _NO_COOKIE.search(placed.wire) if placed.kind == "cookies" else None
            if refused:
                message = f"the cookie's name {placed.wire!r} holds {refused[0]!r}"
                yield definition.finding(globals(), message, placed.path, help="use letters, digits and hyphens")


def _name(definition: Definition, path: Path, name: str, *, key: bool = False) -> Iterator[Diagnostic]:
    if TEMPLATE.search(name):
        message = f"the header's name {name!r} holds a template"
        help_ = "write the name out; templates stand in values"
        yield definition.finding(globals(), message, path, key=key, help=help_)
    elif not _NAME.fullmatch(name):
        help_ = "use letters, digits and hyphens"
        yield definition.finding(globals(), f"{name!r} is no name of a header", path, key=key, help=help_)
    elif name.lower() in OF_CONNECTION:
        message = f"the header {name!r} is set by whatever sends the request"
        yield definition.finding(globals(), message, path, key=key, help="remove it")


def _value(definition: Definition, path: Path, name: str, value: str) -> Iterator[Diagnostic]:
    refused = _REFUSED.search(value)
    if refused:
        message = f"the value of the header {name!r} holds {refused[0]!r}"
        yield definition.finding(globals(), message, path, help="use printable ASCII")
    elif value != value.strip():
        message = f"the value of the header {name!r} has spaces around it"
        yield definition.finding(globals(), message, path, help="remove them")
