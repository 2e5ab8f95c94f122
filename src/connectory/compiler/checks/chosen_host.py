"""A template would choose the host of an address, and may not.

Credentials are sent to that host. What users configure may be a part of it where a domain of two labels or more
follows, as in ``https://${config.shop}.example.com``; it may be the whole host where its schema has
``format: hostname``, and end it where its schema lists the values. A value of the token response may be the whole host;
credentials and what came with the redirect may not. No request could be made otherwise.

Example:

    baseUrl: https://${config.server}/api
    configSchema: {type: object, properties: {server: {type: string}}}

Instead:

    configSchema: {type: object, properties: {server: {type: string, format: hostname}}}
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Severity
from connectory.compiler.members import Members, members, parts
from connectory.compiler.signin import addresses, captured
from connectory.templates import choosers, is_host

CODE = "A012"
SEVERITY: Severity = "error"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """A finding for each address whose host no value may choose."""
    schema = definition.data.get("configSchema")
    config = members(schema, definition.shared)
    brought = {
        name for one in definition.auth_configs("oauth2Config") for name in captured(one.data, "captureFromCallback")
    }
    wrong = cache(lambda url: list(_wrong(url, config, definition.shared, brought)))
    for path, url in addresses(definition):
        for template, reason, help_ in wrong(url):
            message = f"${{{template}}} would choose the host of {path[-1]}, {reason}"
            yield definition.finding(globals(), message, path, help=help_)


def _wrong(url: str, config: Members, shared: dict[str, Any], brought: set[str]) -> Iterator[tuple[str, str, str]]:
    """The templates that may not choose the host of an address, why, and what to do."""
    for template in choosers(url):
        space, _, name = template.partition(".")
        if space == "config" and name not in config.schemas:
            continue  # another rule says that it is not declared
        schemas = config.schemas[name] if space == "config" else ()
        said = [part for one in schemas for part in parts(one, config.root, shared)]
        reason = _reason(space, name, said, is_host(url), name in brought)
        if reason:
            yield template, *reason


def _reason(space: str, name: str, said: list[Any], is_whole: bool, is_brought: bool) -> tuple[str, str] | None:
    """Why a value may not choose the host, and what to do; None where it may."""
    if space == "config":
        if any("enum" in part or "const" in part for part in said):
            return None
        if not is_whole:
            return "for no domain of two labels follows", "list the values with enum, or write the domain out"
        if any(part.get("format") == "hostname" for part in said):
            return None
        return "but is no host by its schema", f"add format: hostname to {name!r} in configSchema"
    if space == "token" and is_whole and not is_brought:
        return None
    if space == "token" and is_brought:
        return "but comes with the redirect", "take it from the token response, or from the configuration"
    return "and may not", "write the domain out, or use a field of configSchema with format: hostname"
