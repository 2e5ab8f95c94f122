"""The requests of OAuth 2, as values: RFC 6749, 7009 (revocation), 7523 (assertions) and 7636 (PKCE)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qs, quote_plus

import msgspec

from connectory import templates
from connectory.errors import NotCallable, TokenError, UnsafeValue
from connectory.hidden import Hidden
from connectory.model import NOTHING, OAuth2, Strings
from connectory.printable import printable
from connectory.records import Json
from connectory.request import FORM, JSON, Request, form, json_bytes, redacted_url, scalar, with_query
from connectory.signing import client_assertion
from connectory.templates import Values

_OF_TOKEN_REQUEST = frozenset(
    ("grant_type", "client_secret", "client_assertion", "client_assertion_type", "code_verifier")
)
"""Parameters that belong to the token request where a definition lists them among the additional ones."""
_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class Authorization(Hidden, frozen=True, kw_only=True):
    """Where to send a person, and what to keep until they come back. ``repr`` shows no secret.

    Attributes:
        url: the address to open in a browser.
        state: comes back with the redirect; tells this sign-in from another's.
        code_verifier: for the token request (PKCE); None where the provider has none.
        redirect_uri: where the person comes back to; the token request repeats it.
        scopes: what was asked for.
    """

    url: str
    state: str
    code_verifier: str | None
    redirect_uri: str
    scopes: tuple[str, ...]

    def __repr__(self) -> str:
        return f"<Authorization {redacted_url(self.url)}>"


class Callback(Hidden, frozen=True, kw_only=True):
    """What came back with the redirect; the code is a secret.

    Attributes:
        code: what the token request exchanges.
        captured: what the definition keeps of it, as ``${token.NAME}``.
    """

    code: str
    captured: Strings = NOTHING

    def __repr__(self) -> str:
        return f"<Callback: {', '.join(('code', *self.captured))}>"


def authorization(
    config: OAuth2, values: Values, client_id: str, redirect_uri: str, scopes: Iterable[str] | None, state: str | None
) -> Authorization:
    """See ``Auth.authorization_url``."""
    if config.grant_type != "authorization_code" or config.authorization_url is None:
        raise NotCallable(f"{values.subject} has no authorization URL: nobody is sent anywhere to sign in")
    _require_redirect(redirect_uri)
    asked = config.scopes if scopes is None else tuple(scopes)
    state = secrets.token_urlsafe(32) if state is None else state
    if not state:
        raise UnsafeValue("a state that is empty protects nobody", "state")
    verifier = secrets.token_urlsafe(64) if config.pkce == "S256" else None
    parameters = {"response_type": "code", "client_id": client_id, "redirect_uri": redirect_uri}
    if asked:
        parameters["scope"] = config.scope_separator.join(asked)
    parameters["state"] = state
    if verifier:
        parameters |= {"code_challenge": challenge(verifier), "code_challenge_method": "S256"}
    for name, value in _plain(config.additional_parameters, values).items():
        if name not in _OF_TOKEN_REQUEST:
            parameters.setdefault(name, value)
    url = with_query(templates.url(config.authorization_url, values, "authorizationUrl"), parameters.items())
    return Authorization(url=url, state=state, code_verifier=verifier, redirect_uri=redirect_uri, scopes=asked)


def challenge(verifier: str) -> str:
    """The PKCE challenge of a verifier, S256."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode("ascii")).digest()).rstrip(b"=").decode("ascii")


def callback(config: OAuth2, url: str, state: str) -> Callback:
    """See ``Auth.parse_callback``."""
    query = parse_qs(url.partition("#")[0].partition("?")[2], keep_blank_values=True)
    said = {name: texts[0] for name, texts in query.items() if len(texts) == 1}
    brought = said.get("state", "").encode("utf-8", "replace")
    if not brought or not hmac.compare_digest(brought, state.encode("utf-8", "replace")):
        raise TokenError("state_mismatch", "the redirect does not belong to this sign-in; start again")
    if "error" in said:
        code, description, uri = (
            printable(said.get(name, "")[:300]) for name in ("error", "error_description", "error_uri")
        )
        raise TokenError(code or "invalid_response", description, uri)
    if not said.get("code"):
        raise TokenError("invalid_response", "the redirect has no code, or several")
    kept = {name: said[wire] for name, wire in config.capture_from_callback.items() if wire in said}
    return Callback(code=said["code"], captured=MappingProxyType(kept))


def code_request(
    config: OAuth2, values: Values, *, code: str, redirect_uri: str, code_verifier: str | None, now: float | None
) -> Request:
    """The request that exchanges a code for a token."""
    parameters = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
    if code_verifier is not None:
        parameters["code_verifier"] = code_verifier
    return _token_request(config, values, config.token_url, _for_token(config, values, parameters), "tokenUrl", now)


def client_request(config: OAuth2, values: Values, scopes: Iterable[str] | None, now: float | None) -> Request:
    """The request of the client-credentials grant."""
    asked = config.scopes if scopes is None else tuple(scopes)
    parameters = {"grant_type": "client_credentials"}
    if asked:
        parameters["scope"] = config.scope_separator.join(asked)
    return _token_request(config, values, config.token_url, _for_token(config, values, parameters), "tokenUrl", now)


def refresh_request(
    config: OAuth2, values: Values, refresh_token: str, scopes: Iterable[str] | None, now: float | None
) -> Request:
    """The request for a new token; see ``Auth.refresh_request``."""
    parameters = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    if scopes is not None:
        parameters["scope"] = config.scope_separator.join(scopes)
    further = _plain(config.refresh_parameters, values)
    where = "tokenUrl" if config.refresh_url is None else "refreshUrl"
    return _token_request(config, values, config.refresh_url or config.token_url, parameters | further, where, now)


def revocation_request(config: OAuth2, values: Values, token: str, hint: str | None, now: float | None) -> Request:
    """The request that ends a token (RFC 7009)."""
    if config.revocation_url is None:
        raise NotCallable(f"{values.subject} has no revocation URL: its tokens end by themselves, or at the provider")
    parameters = {"token": token} | ({"token_type_hint": hint} if hint else {})
    return _token_request(config, values, config.revocation_url, parameters, "revocationUrl", now)


def _for_token(config: OAuth2, values: Values, parameters: dict[str, str]) -> dict[str, str]:
    """The parameters of a token request, with the definition's own, which may be another grant type."""
    further = _plain(config.additional_parameters, values)
    moved = {name: value for name, value in further.items() if name in _OF_TOKEN_REQUEST}
    return moved | parameters | _plain(config.token_parameters, values)


def _plain(parameters: Mapping[str, Any], values: Values) -> dict[str, str]:
    return {name: scalar(templates.plain(value, values)) for name, value in parameters.items()}


def _token_request(
    config: OAuth2, values: Values, template: str, parameters: dict[str, str], where: str, now: float | None
) -> Request:
    """A request to the provider's own addresses, in which the client says who it is."""
    url, shown = (make(template, values, where) for make in (templates.url, templates.shown))
    made = Request(method="POST", url=url, shown=shown).with_headers({"Accept": JSON})
    client_id = values.value("credentials.clientId")
    if config.token_auth_method == "client_secret_basic":
        secret = values.value("credentials.clientSecret")
        made = made.with_headers({"Authorization": basic(quote_plus(client_id), quote_plus(secret))})
    else:
        parameters = {**parameters, "client_id": client_id}
    if config.token_auth_method == "client_secret_post":
        parameters["client_secret"] = values.value("credentials.clientSecret")
    elif config.token_auth_method == "private_key_jwt":
        parameters |= {
            "client_assertion_type": _ASSERTION_TYPE,
            "client_assertion": client_assertion(
                values, client_id, templates.url(config.token_url, values, where), now
            ),
        }
    return with_parameters(made, parameters, config.token_body_format)


def with_parameters(request: Request, members: Mapping[str, Json], body_format: str) -> Request:
    """The request with these as its body: a form, or a JSON object."""
    if body_format == "json":
        kind, body = JSON, json_bytes(members)
    else:
        kind, body = FORM, form((name, scalar(value)) for name, value in members.items())
    return msgspec.structs.replace(request.with_headers({"Content-Type": kind}), body=body)


def basic(username: str, password: str) -> str:
    """The value of an Authorization header (RFC 7617)."""
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode("ascii")


def _require_redirect(uri: str) -> None:
    if not uri.isascii() or not uri.isprintable() or " " in uri or "#" in uri or ":" not in uri:
        raise UnsafeValue("a redirect URI is an absolute address without a fragment", "redirect_uri")
