"""A parameter of the protocol is set by hand.

Each sign-in has a state, a code and a proof of its own, and the client is the one of the service; fixed, they
would be wrong, or defeat what they are there for. ``grant_type`` may be said where it is that of the grant. A
client's id or secret that a provider wants a second time is a template, such as ``${credentials.clientId}``.

Example:

    additionalParameters: {state: abc, scope: orders.read}

Instead:

    scopes: [orders.read]
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

from connectory.compiler.definition import Definition, Part
from connectory.compiler.diagnostics import Diagnostic, Severity

CODE = "A005"
SEVERITY: Severity = "error"

_CLIENT = ("client_id", "client_secret")
_OWN = {
    "additionalParameters": (
        "redirect_uri", "state", "response_type", "scope", "code", "code_challenge", "code_challenge_method",
        "code_verifier", "client_assertion", "client_assertion_type",
    ),
    "tokenParameters": (
        "redirect_uri", "state", "code", "code_verifier", "refresh_token", "client_assertion", "client_assertion_type",
    ),
    "refreshParameters": (
        "redirect_uri", "state", "code", "code_verifier", "refresh_token", "client_assertion", "client_assertion_type",
    ),
}  # fmt: skip
"""The parameters that are made for each request, by the field in which others are said."""

_URLS = {
    "authorizationUrl": "additionalParameters",
    "tokenUrl": "tokenParameters",
    "refreshUrl": "refreshParameters",
}


def check(definition: Definition) -> Iterator[Diagnostic]:
    """A finding for each parameter, at its name, or at the address whose query has it."""
    for config in definition.auth_configs("oauth2Config"):
        for field in _OWN:
            said = config.data.get(field)
            for name, value in said.items() if isinstance(said, dict) else ():
                wrong = _wrong(config, field, name, value)
                if wrong:
                    path = (*config.path, field, name)
                    yield definition.finding(globals(), f"{name!r} {wrong[0]}", path, key=True, help=wrong[1])
        for url, field in _URLS.items():
            for name, value in _query(config.data.get(url)):
                wrong = _wrong(config, field, name, value)
                if wrong:
                    message = f"{name!r} in the query of {url} {wrong[0]}"
                    yield definition.finding(globals(), message, (*config.path, url), help=wrong[1])


def _wrong(config: Part, field: str, name: str, value: Any) -> tuple[str, str] | None:
    """What is wrong with a parameter, and the mend."""
    if name == "grant_type":
        grant = "refresh_token" if field == "refreshParameters" else config.data.get("grantType", "authorization_code")
        return None if value == grant else (f"is {str(value)[:40]!r}, but the grant is {grant}", "remove it")
    if name in _CLIENT:
        is_template = isinstance(value, str) and value.startswith("${credentials.")
        return None if is_template else ("is the client's, which each service has of its own", "remove it")
    if name not in _OWN[field] or (name == "response_type" and value == "code"):
        return None
    return "is set by each request itself", "list scopes under scopes" if name == "scope" else "remove it"


def _query(url: Any) -> list[tuple[str, str]]:
    if not isinstance(url, str) or "?" not in url:
        return []
    try:
        return parse_qsl(url.partition("?")[2].partition("#")[0], keep_blank_values=True, max_num_fields=1000)
    except ValueError:
        return []
