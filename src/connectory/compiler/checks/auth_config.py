"""The authentication type and its configuration do not fit together.

``authType: oauth2`` needs ``oauth2Config``, and in it an ``authorizationUrl`` unless the grant is
``client_credentials``. A configuration of another type says nothing to anyone: offer a second way
to sign in under ``alternativeAuth``.

Example:

    authType: oauth2

Instead:

    authType: oauth2
    oauth2Config:
      authorizationUrl: https://example.com/authorize
      tokenUrl: https://example.com/token
      scopes: [read]
"""

from __future__ import annotations

from collections.abc import Iterator

from connectory.compiler.definition import Definition, Part
from connectory.compiler.diagnostics import Diagnostic, Severity

CODE = "D009"
SEVERITY: Severity = "error"
FIXED = True

_CONFIGS = {"oauth2": "oauth2Config", "apikey": "apiKeyConfig", "custom": "customAuthConfig"}


def check(definition: Definition) -> Iterator[Diagnostic]:
    """The findings for every way to sign in."""
    for way in definition.signins():
        auth_type = way.data.get("authType")
        if isinstance(auth_type, str) and auth_type in _CONFIGS:
            yield from _missing(definition, way, auth_type)
            yield from _superfluous(definition, way, auth_type)


def _missing(definition: Definition, way: Part, auth_type: str) -> Iterator[Diagnostic]:
    if auth_type != "oauth2":
        return
    config = way.data.get("oauth2Config")
    if config is None:
        message = "authType is oauth2, but there is no oauth2Config"
        help_ = "add oauth2Config with authorizationUrl, tokenUrl and scopes"
        yield definition.finding(globals(), message, (*way.path, "authType"), help=help_)
    elif isinstance(config, dict) and "authorizationUrl" not in config and _asks_a_person(config):
        message = "oauth2Config has no authorizationUrl"
        help_ = "add it, or set grantType: client_credentials"
        yield definition.finding(globals(), message, (*way.path, "oauth2Config"), key=True, help=help_)


def _asks_a_person(config: dict[str, object]) -> bool:
    return config.get("grantType", "authorization_code") == "authorization_code"


def _superfluous(definition: Definition, way: Part, auth_type: str) -> Iterator[Diagnostic]:
    for other, name in _CONFIGS.items():
        if name in way.data and other != auth_type:
            message = f"authType is {auth_type}, but {name} is for {other}"
            help_ = f"set authType: {other}, or move it to alternativeAuth"
            yield definition.finding(globals(), message, (*way.path, name), key=True, help=help_)
