"""What a user supplies, and how it gets into a request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import msgspec

from connectory import templates
from connectory.errors import InvalidCredentials, Issue, NotCallable, UnsafeValue
from connectory.model import ApiKey, CustomAuth
from connectory.oauth2 import basic, with_parameters
from connectory.records import Json
from connectory.request import JSON, Request, require_https, scalar
from connectory.signing import sign_aws, signed
from connectory.templates import Values
from connectory.tokens import Shape

if TYPE_CHECKING:
    from connectory.auth import Auth

_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_CREDENTIAL = re.compile(r"\$\{credentials\.([^{}]*)\}")

_FIELDS: Mapping[str, dict[str, Json]] = {
    "apiKey": {"title": "API key", "description": "The key that the vendor issued", "writeOnly": True},
    "username": {"title": "User name", "description": "Name of the account to sign in as"},
    "password": {"title": "Password", "description": "Password of the account", "writeOnly": True},
    "clientId": {"title": "Client id", "description": "Id of the application, as registered with the provider"},
    "clientSecret": {"title": "Client secret", "description": "Secret of the application", "writeOnly": True},
    "privateKey": {
        "title": "Private key",
        "description": "The key that signs: PEM, or a JWK as JSON",
        "writeOnly": True,
    },
    "keyId": {"title": "Key id", "description": "Id of the key, where the provider has several"},
    "accessToken": {"title": "Access token", "description": "A token that was issued before", "writeOnly": True},
    "refreshToken": {"title": "Refresh token", "description": "Gets a new access token", "writeOnly": True},
    "accessKeyId": {"title": "Access key id", "description": "Id of an AWS access key"},
    "secretAccessKey": {"title": "Secret access key", "description": "Secret of the access key", "writeOnly": True},
    "sessionToken": {"title": "Session token", "description": "Of temporary AWS credentials", "writeOnly": True},
}
_OF_SCHEME: Mapping[str, tuple[str, ...]] = {
    "basic": ("username", "password"),
    "jwt_bearer": ("clientId", "privateKey"),
    "aws_sigv4": ("accessKeyId", "secretAccessKey"),
}
_MAY_LACK: Mapping[str, tuple[str, ...]] = {"jwt_bearer": ("keyId",), "aws_sigv4": ("sessionToken",)}
_OF_CLIENT: Mapping[str, tuple[str, ...]] = {
    "client_secret_basic": ("clientId", "clientSecret"),
    "client_secret_post": ("clientId", "clientSecret"),
    "private_key_jwt": ("clientId", "privateKey"),
    "none": ("clientId",),
}


def schema_of(auth: Auth, given: dict[str, Json] | None) -> dict[str, Json]:
    """See ``Auth.credentials_schema``; ``given`` is the definition's own ``parametersSchema``."""
    if given is not None:
        return given
    needed: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    if auth.oauth2 is not None:
        method = auth.oauth2.token_auth_method
        needed, optional = _OF_CLIENT[method], ("keyId",) if method == "private_key_jwt" else ()
    elif auth.custom is not None:
        needed, optional = _OF_SCHEME.get(auth.custom.scheme, ()), _MAY_LACK.get(auth.custom.scheme, ())
    elif auth.type == "apikey" and auth.api_key is None:
        needed = ("apiKey",)
    needed = tuple(dict.fromkeys((*needed, *_named(auth))))
    return {
        "type": "object",
        "required": list(needed),
        "properties": {
            name: {"type": "string", "minLength": 1, **_FIELDS.get(name, {"writeOnly": True})}
            for name in (*needed, *optional)
        },
    }


def _named(auth: Auth) -> Iterable[str]:
    """The credentials that templates name, in their order."""
    parts = [part for part in (auth.oauth2, auth.api_key, auth.custom) if part is not None]
    for text in _texts(msgspec.to_builtins(parts, enc_hook=dict)):
        yield from _CREDENTIAL.findall(text)


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)


def shape_of(auth: Auth) -> Shape:
    """Where the provider's answer says what."""
    if auth.oauth2 is not None:
        return Shape(
            access_token=auth.oauth2.access_token_path,
            separator=auth.oauth2.scope_separator,
            captured=auth.oauth2.capture_from_token,
        )
    if auth.custom is not None and auth.custom.token_request is not None:
        said = auth.custom.token_request
        return Shape(access_token=said.access_token_path, expires_in=said.expires_in_path or "expires_in")
    raise NotCallable(f"{auth.integration_id} gets no tokens in this way")


def token_request(auth: Auth, values: Values, now: float | None) -> Request:
    """The request for the token of two steps, or for the one that an assertion gets (RFC 7523)."""
    custom = auth.custom
    if custom is None or custom.token_request is None:
        raise NotCallable(f"{auth.integration_id} gets no tokens in this way")
    said = custom.token_request
    members: dict[str, Json] = {name: templates.plain(value, values) for name, value in said.body.items()}
    form = said.body_format or ("form" if custom.scheme == "jwt_bearer" else "json")
    if custom.scheme == "jwt_bearer":
        members = {"grant_type": _GRANT, "assertion": _assertion(custom, values, now), **members}
    url, shown = (make(said.url, values, "tokenRequest.url") for make in (templates.url, templates.shown))
    made = Request(method=said.method, url=url, shown=shown).with_headers({"Accept": JSON})
    made = made.with_query((name, scalar(templates.plain(value, values))) for name, value in said.query.items())
    made = made.with_headers({name: templates.header(name, text, values) for name, text in said.headers.items()})
    return with_parameters(made, members, form) if members and said.method != "GET" else made


def _assertion(custom: CustomAuth, values: Values, now: float | None) -> str:
    """A signed token whose claims are the scheme's parameters; ``alg`` is of its header."""
    claims = {name: templates.plain(value, values) for name, value in custom.parameters.items() if name != "alg"}
    if "iss" not in claims and values.credentials.get("clientId"):
        claims["iss"] = values.credentials["clientId"]
    if "aud" not in claims and custom.token_request is not None:
        claims["aud"] = templates.url(custom.token_request.url, values, "tokenRequest.url")
    algorithm = custom.parameters.get("alg")
    return signed(claims, values, {"alg": algorithm} if algorithm else {}, now)


def apply(auth: Auth, request: Request, values: Values) -> Request:
    """See ``Auth.apply``."""
    require_https(request.url, "what credentials are sent to")
    if auth.oauth2 is not None:
        return _bearer(_with_headers(request, auth.oauth2.additional_headers, values), values)
    if auth.type == "apikey":
        if auth.api_key is None:
            raise NotCallable(f"the definition of {auth.integration_id} does not say where the API key goes")
        return _api_key(auth.api_key, request, values)
    if auth.custom is None:
        raise NotCallable(f"the definition of {auth.integration_id} does not say how requests are authenticated")
    said = auth.custom.apply
    if auth.custom.scheme not in _SCHEMES and not (said.headers or said.query or said.body):
        scheme = auth.custom.scheme[:40]
        raise NotCallable(f"the definition of {auth.integration_id} does not say how {scheme!r} authenticates requests")
    return _SCHEMES.get(auth.custom.scheme, _templates)(auth.custom, request, values)


def _bearer(request: Request, values: Values) -> Request:
    token = values.token.get("accessToken")
    if not token:
        raise InvalidCredentials(values.subject, [Issue("", "lacks an access token; sign in first", "required")])
    return request.with_headers({"Authorization": f"Bearer {token}"})


def _api_key(key: ApiKey, request: Request, values: Values) -> Request:
    request = _with_headers(request, key.additional_headers, values)
    if key.place == "header":
        return request.with_headers({key.name: templates.header(key.name, key.value_template, values)})
    text = str(templates.plain(key.value_template, values))
    if key.place == "query":
        return request.with_query([(key.name, text)])
    if key.place == "body":
        return request.with_members({key.name: text})
    return _in_path(request, key.name, text)


def _with_headers(request: Request, headers: Mapping[str, str], values: Values) -> Request:
    return request.with_headers({name: templates.header(name, text, values) for name, text in headers.items()})


def _in_path(request: Request, name: str, text: str) -> Request:
    """The request with ``{name}`` in its path replaced."""
    parts = urlsplit(request.url)
    place = "{" + name + "}"
    if place not in parts.path:
        raise NotCallable(f"the path of the request has no {place} for the API key")
    if text in ("", ".", ".."):
        raise UnsafeValue("a part of a path cannot be empty, . or ..", name)
    shown = urlsplit(request.shown or request.url)
    return msgspec.structs.replace(
        request,
        url=parts._replace(path=parts.path.replace(place, quote(text, safe=":"))).geturl(),
        shown=shown._replace(path=shown.path.replace(place, "***")).geturl(),
    )


def _basic(custom: CustomAuth, request: Request, values: Values) -> Request:
    username = str(values.credentials.get("username", ""))
    password = str(values.credentials.get("password", ""))
    if not username and not password:
        raise InvalidCredentials(values.subject, [Issue("", "lacks 'username'", "required")])
    if ":" in username:
        raise InvalidCredentials(values.subject, [Issue("/username", "must not hold a colon", "pattern")])
    return _templates(custom, request.with_headers({"Authorization": basic(username, password)}), values)


def _two_step(custom: CustomAuth, request: Request, values: Values) -> Request:
    """What ``apply`` says, and the token as a bearer where it says nothing."""
    said = custom.apply
    return _templates(custom, request, values) if said.headers or said.query or said.body else _bearer(request, values)


def _jwt_bearer(custom: CustomAuth, request: Request, values: Values) -> Request:
    """The token that the assertion got; the assertion itself where there is no token request."""
    if custom.token_request is None and "accessToken" not in values.token:
        values = values._replace(token={**values.token, "accessToken": _assertion(custom, values, None)})
    return _two_step(custom, request, values)


def _sigv4(custom: CustomAuth, request: Request, values: Values) -> Request:
    parameters = {name: scalar(templates.plain(value, values)) for name, value in custom.parameters.items()}
    return sign_aws(_templates(custom, request, values), parameters, values.credentials, values.subject)


def _templates(custom: CustomAuth, request: Request, values: Values) -> Request:
    """What ``apply`` says."""
    said = custom.apply
    request = _with_headers(request, said.headers, values)
    request = request.with_query([(name, scalar(templates.plain(text, values))) for name, text in said.query.items()])
    return request.with_members({name: templates.plain(text, values) for name, text in said.body.items()})


_SCHEMES = {
    "basic": _basic,
    "two_step": _two_step,
    "jwt_bearer": _jwt_bearer,
    "aws_sigv4": _sigv4,
    "none": _templates,
}
"""How a scheme authenticates; any other one does what ``apply`` says."""
