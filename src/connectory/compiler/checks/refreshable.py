"""Signing in ends after an hour or so: the provider gives no refresh token.

Some providers give one only where it is asked for: Google with the parameter access_type, Xero and Microsoft
with the scope offline_access. Without it, everybody has to sign in again when the access token ends.

Example:

    authorizationUrl: https://accounts.google.com/o/oauth2/v2/auth

Instead:

    authorizationUrl: https://accounts.google.com/o/oauth2/v2/auth
    additionalParameters: {access_type: offline, prompt: consent}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

from connectory.compiler.definition import Definition, Part
from connectory.compiler.diagnostics import Diagnostic, Severity
from connectory.compiler.signin import provider_of

CODE = "A007"
SEVERITY: Severity = "warning"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """A finding for each configuration, at its scopes or its authorization URL."""
    for config in definition.auth_configs("oauth2Config"):
        provider = provider_of(config.data)
        needed = provider.get("refresh") if provider else None
        if not provider or not needed or config.data.get("grantType", "authorization_code") != "authorization_code":
            continue
        said = _said(config.data)
        scopes = config.data.get("scopes")
        asked = {scope for scope in scopes if isinstance(scope, str)} if isinstance(scopes, list) else set()
        parameters, choice = needed.get("parameters", {}), needed.get("scopes", ())
        if any(said.get(name) != value for name, value in parameters.items()):
            what = ", ".join(f"{name}: {value}" for name, value in parameters.items())
            yield _finding(definition, config, provider["name"], what, f"add {what} to additionalParameters")
        elif choice and asked.isdisjoint(choice):
            scope = f"the scope {choice[0]}"
            yield _finding(definition, config, provider["name"], scope, f"add {choice[0]!r} to scopes")


def _said(config: dict[str, Any]) -> dict[str, Any]:
    """The parameters of the authorization request, wherever they are said."""
    further = config.get("additionalParameters")
    url = config.get("authorizationUrl")
    query = url.partition("?")[2] if isinstance(url, str) else ""
    return {**dict(parse_qsl(query[:2000])), **(further if isinstance(further, dict) else {})}


def _finding(definition: Definition, config: Part, provider: str, what: str, help_: str) -> Diagnostic:
    message = f"{provider} gives no refresh token without {what}"
    field = "scopes" if "scopes" in config.data and "scope" in what else "authorizationUrl"
    return definition.finding(globals(), message, (*config.path, field), key=True, help=help_)
