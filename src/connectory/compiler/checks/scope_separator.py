"""A scope holds what separates scopes.

Scopes are joined by scopeSeparator, a space where nothing else is said: the provider would read one that holds
it as several.

Example:

    scopes: ["read write"]

Instead:

    scopes: [read, write]
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Path, Severity

CODE = "A004"
SEVERITY: Severity = "error"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """A finding for each scope, of signing in and of methods."""
    separators = [_separator(config.data) for config in definition.auth_configs("oauth2Config")]
    for config in definition.auth_configs("oauth2Config"):
        yield from _several(definition, (*config.path, "scopes"), config.data.get("scopes"), _separator(config.data))
    for method in definition.methods if separators else ():
        needed = method.data.get("scopes")
        if isinstance(needed, dict):
            for field, names in needed.items():
                yield from _several(definition, (*method.path, "scopes", field), names, separators[0])


def _several(definition: Definition, path: Path, scopes: Any, separator: str) -> Iterator[Diagnostic]:
    for index, scope in enumerate(scopes if isinstance(scopes, list) else ()):
        if not isinstance(scope, str):
            continue
        if separator in scope:
            what = "a space" if separator == " " else repr(separator)
            help_ = "list each scope by itself, or correct scopeSeparator"
            message = f"the scope {scope[:80]!r} holds {what}, which separates scopes"
            yield definition.finding(globals(), message, (*path, index), help=help_)
        elif any(map(str.isspace, scope)):
            message = f"the scope {scope[:80]!r} holds a space"
            yield definition.finding(globals(), message, (*path, index), help="list each scope by itself")


def _separator(config: dict[str, Any]) -> str:
    said = config.get("scopeSeparator")
    return said if isinstance(said, str) and said else " "
