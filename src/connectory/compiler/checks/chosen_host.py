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
from typing import Any

from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Severity
from connectory.compiler.members import members, parts
from connectory.compiler.signin import addresses
from connectory.templates import choosers, is_host

CODE = "A012"
SEVERITY: Severity = "error"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """A finding for each address whose host no value may choose."""
    schema = definition.data.get("configSchema")
    config = members(schema, definition.shared)
    brought = set(_brought(definition))
    for path, url in addresses(definition):
        for template in choosers(url):
            space, _, name = template.partition(".")
            said = [part for one in config.schemas.get(name, ()) for part in parts(one, config.root, definition.shared)]
            reason = _reason(space, name, said if space == "config" else [], is_host(url), name in brought)
            if reason and (
                space != "config" or name in config.schemas
            ):  # else another rule says that it is not declared
                message = f"${{{template}}} would choose the host of {path[-1]}, {reason[0]}"
                yield definition.finding(globals(), message, path, help=reason[1])


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


def _brought(definition: Definition) -> Iterator[str]:
    """What comes with the redirect."""
    for config in definition.auth_configs("oauth2Config"):
        kept = config.data.get("captureFromCallback")
        yield from (name for name in kept if isinstance(name, str)) if isinstance(kept, dict | list) else ()
