"""What is said of an OAuth 2 grant contradicts it.

The client-credentials grant signs in an application by its secret or key: nobody is sent to an authorization
URL, nothing comes back from there, and there is no refresh token. A client that has neither a secret nor PKCE
proves nothing at all.

Example:

    grantType: client_credentials
    authorizationUrl: https://example.com/authorize
    tokenAuthMethod: none

Instead:

    grantType: client_credentials
    tokenAuthMethod: client_secret_basic
"""

from __future__ import annotations

from collections.abc import Iterator

from connectory.compiler.definition import Definition, Part
from connectory.compiler.diagnostics import Diagnostic, Severity

CODE = "A006"
SEVERITY: Severity = "error"

_OF_A_PERSON = ("authorizationUrl", "captureFromCallback", "rotatesRefreshToken", "refreshUrl", "refreshParameters")


def check(definition: Definition) -> Iterator[Diagnostic]:
    """The findings of each configuration, at the fields that contradict the grant."""
    for config in definition.auth_configs("oauth2Config"):
        grant = config.data.get("grantType", "authorization_code")
        if grant == "client_credentials":
            yield from _application(definition, config)
        elif config.data.get("tokenAuthMethod") == "none" and config.data.get("pkce") == "none":
            message = "the client has neither a secret nor PKCE: whoever gets hold of a code can use it"
            help_ = "remove pkce: none, or let the client authenticate"
            yield definition.finding(globals(), message, (*config.path, "pkce"), key=True, help=help_)


def _application(definition: Definition, config: Part) -> Iterator[Diagnostic]:
    for field in _OF_A_PERSON:
        if config.data.get(field):
            message = f"{field} says nothing where grantType is client_credentials"
            help_ = "remove it, or the grantType"
            yield definition.finding(globals(), message, (*config.path, field), key=True, help=help_)
    if config.data.get("tokenAuthMethod") == "none":
        message = "client_credentials is a grant for clients that authenticate, but tokenAuthMethod is none"
        help_ = "set how the client authenticates, such as client_secret_basic"
        yield definition.finding(globals(), message, (*config.path, "tokenAuthMethod"), help=help_)
