"""How a definition says to sign in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bundles import open_one
from connectory import Auth
from connectory.model import NOTHING, ApiKey, Apply, CustomAuth, OAuth2, TokenRequest

TOKEN_URL = "https://acme.example/token"


def _auth(folder: Path, **fields: Any) -> Auth:
    return open_one(folder, **fields).auth


def test_oauth2_has_the_formats_defaults(tmp_path: Path) -> None:
    auth = _auth(tmp_path, authType="oauth2", oauth2Config={"tokenUrl": TOKEN_URL})
    assert auth.oauth2 == OAuth2(token_url=TOKEN_URL)
    oauth2 = auth.oauth2
    assert oauth2 is not None
    assert (oauth2.grant_type, oauth2.pkce, oauth2.scope_separator) == ("authorization_code", "S256", " ")
    assert (oauth2.token_auth_method, oauth2.token_body_format) == ("client_secret_basic", "form")
    assert (oauth2.access_token_path, oauth2.rotates_refresh_token, oauth2.scopes) == ("access_token", False, ())
    assert (oauth2.authorization_url, oauth2.refresh_url, oauth2.revocation_url) == (None, None, None)
    assert oauth2.additional_parameters == oauth2.token_parameters == oauth2.refresh_parameters == {}
    assert oauth2.capture_from_token == oauth2.capture_from_callback == {}


def test_oauth2_in_full(tmp_path: Path) -> None:
    config = {
        "authorizationUrl": "https://${config.domain}.acme.example/authorize",
        "tokenUrl": TOKEN_URL,
        "scopes": ["b", "a"],
        "additionalParameters": {"access_type": "offline", "max_age": 5, "ok": True},
        "grantType": "client_credentials",
        "pkce": "none",
        "scopeSeparator": ",",
        "tokenAuthMethod": "private_key_jwt",
        "tokenBodyFormat": "json",
        "tokenParameters": {"audience": "x"},
        "refreshUrl": "https://acme.example/refresh",
        "refreshParameters": {"y": "z"},
        "rotatesRefreshToken": True,
        "revocationUrl": "https://acme.example/revoke",
        "accessTokenPath": "data.token",
        "captureFromToken": ["instance_url"],
        "captureFromCallback": {"realm": "realmId"},
        "x-team": "a",
    }
    oauth2 = _auth(tmp_path, authType="oauth2", oauth2Config=config).oauth2
    assert oauth2 is not None
    assert oauth2 == OAuth2(
        token_url=TOKEN_URL,
        authorization_url="https://${config.domain}.acme.example/authorize",
        scopes=("b", "a"),
        additional_parameters=oauth2.additional_parameters,
        grant_type="client_credentials",
        pkce="none",
        scope_separator=",",
        token_auth_method="private_key_jwt",
        token_body_format="json",
        token_parameters=oauth2.token_parameters,
        refresh_url="https://acme.example/refresh",
        refresh_parameters=oauth2.refresh_parameters,
        rotates_refresh_token=True,
        revocation_url="https://acme.example/revoke",
        access_token_path="data.token",
        capture_from_token=oauth2.capture_from_token,
        capture_from_callback=oauth2.capture_from_callback,
    )
    assert dict(oauth2.additional_parameters) == {"access_type": "offline", "max_age": 5, "ok": True}
    assert dict(oauth2.token_parameters) == {"audience": "x"}
    assert dict(oauth2.refresh_parameters) == {"y": "z"}
    assert dict(oauth2.capture_from_token) == {"instance_url": "instance_url"}
    assert dict(oauth2.capture_from_callback) == {"realm": "realmId"}


def test_api_keys(tmp_path: Path) -> None:
    auth = _auth(tmp_path, authType="apikey", apiKeyConfig={"in": "header", "name": "X-Key"})
    assert auth.api_key == ApiKey(place="header", name="X-Key")
    assert auth.api_key.value_template == "${credentials.apiKey}"
    assert auth.api_key.additional_headers == {}


def test_api_keys_in_full(tmp_path: Path) -> None:
    config = {
        "in": "query",
        "name": "key",
        "valueTemplate": "Bearer ${credentials.apiKey}",
        "additionalHeaders": {"X-Version": "2"},
    }
    api_key = _auth(tmp_path, authType="apikey", apiKeyConfig=config).api_key
    assert api_key is not None
    assert (api_key.place, api_key.name) == ("query", "key")
    assert api_key.value_template == "Bearer ${credentials.apiKey}"
    assert dict(api_key.additional_headers) == {"X-Version": "2"}


def test_an_api_key_may_say_nothing(tmp_path: Path) -> None:
    auth = _auth(tmp_path, authType="apikey")
    assert (auth.type, auth.api_key) == ("apikey", None)


def test_custom(tmp_path: Path) -> None:
    auth = _auth(tmp_path, authType="custom", customAuthConfig={"scheme": "basic"})
    assert auth.custom == CustomAuth(scheme="basic")
    assert (auth.custom.parameters, auth.custom.apply, auth.custom.token_request) == (NOTHING, Apply(), None)


def test_custom_in_full(tmp_path: Path) -> None:
    config = {
        "scheme": "two_step",
        "parameters": {"service": "s3"},
        "parametersSchema": {"type": "object", "properties": {"password": {"type": "string", "writeOnly": True}}},
        "apply": {"headers": {"A": "${token.x}"}, "query": {"q": 1}, "body": {"b": True}},
        "tokenRequest": {"url": TOKEN_URL, "body": {"user": "${credentials.username}"}, "expiresInPath": "exp"},
    }
    custom = _auth(tmp_path, authType="custom", customAuthConfig=config).custom
    assert custom is not None
    assert (custom.scheme, dict(custom.parameters)) == ("two_step", {"service": "s3"})
    applied = custom.apply
    assert (dict(applied.headers), dict(applied.query)) == ({"A": "${token.x}"}, {"q": 1})
    assert dict(applied.body) == {"b": True}
    request = custom.token_request
    assert request is not None
    assert request == TokenRequest(url=TOKEN_URL, body=request.body, expires_in_path="exp")
    assert (request.method, request.body_format, request.access_token_path) == ("POST", None, "access_token")
    assert dict(request.body) == {"user": "${credentials.username}"}


def test_alternatives_are_complete_and_in_order(tmp_path: Path) -> None:
    auth = _auth(
        tmp_path,
        authType="oauth2",
        oauth2Config={"tokenUrl": TOKEN_URL},
        alternativeAuth=[
            {"id": "pat", "name": "Token", "description": "For scripts", "authType": "apikey"},
            {"id": "basic", "authType": "custom", "customAuthConfig": {"scheme": "basic"}},
        ],
    )
    assert (auth.id, auth.name, auth.description) == (None, None, None)
    token, basic = auth.alternatives
    assert (token.id, token.name, token.description, token.type) == ("pat", "Token", "For scripts", "apikey")
    assert (basic.id, basic.type, basic.custom) == ("basic", "custom", CustomAuth(scheme="basic"))
    assert auth.ways == (auth, token, basic)
    assert repr(auth.ways) == "(<Auth acme: oauth2>, <Auth acme pat: apikey>, <Auth acme basic: custom>)"


def test_signing_in_is_frozen_and_shared(tmp_path: Path) -> None:
    config = {"tokenUrl": TOKEN_URL, "additionalParameters": {"a": "b"}}
    integration = open_one(tmp_path, authType="oauth2", oauth2Config=config)
    auth = integration.auth
    assert integration.auth is auth
    assert auth.oauth2 is not None
    with pytest.raises(AttributeError):
        auth.type = "custom"  # type: ignore[misc]  # it is frozen
    with pytest.raises(AttributeError):
        auth.oauth2.token_url = "x"  # type: ignore[misc]  # likewise
    with pytest.raises(TypeError):
        auth.oauth2.additional_parameters["a"] = "c"  # type: ignore[index]  # likewise
    with pytest.raises(AttributeError):
        auth.oauth2.scopes.append("x")  # type: ignore[attr-defined]  # a tuple
