"""The requests of OAuth 2, and what providers answer to them."""

from __future__ import annotations

import base64
import hashlib
import json
import pickle
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from rich.pretty import pretty_repr

from bundles import open_one
from connectory import (
    Auth,
    Authorization,
    InvalidConfig,
    InvalidCredentials,
    NotCallable,
    Request,
    Token,
    TokenError,
    UnsafeValue,
)
from connectory.flow import Response
from connectory.oauth2 import Callback
from connectory.templates import Values

CLIENT = {"clientId": "the id", "clientSecret": "s&cret"}
CONFIG = {
    "authorizationUrl": "https://acme.example/authorize?a=b",
    "tokenUrl": "https://acme.example/token",
    "revocationUrl": "https://acme.example/revoke",
    "scopes": ["read", "write"],
}
BASIC = "Basic " + base64.b64encode(b"the+id:s%26cret").decode()
BACK = "https://app.example/back"


def auth(folder: Path, **fields: Any) -> Auth:
    schema = {"type": "object", "properties": {"sub": {"type": "string"}}}
    return open_one(folder, authType="oauth2", oauth2Config={**CONFIG, **fields}, configSchema=schema).auth


def query(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))


def test_the_address_to_sign_in_at(tmp_path: Path) -> None:
    fields = {"additionalParameters": {"access_type": "offline", "grant_type": "authorization_code", "state": "fixed"}}
    made = auth(tmp_path, **fields).authorization_url(client_id="the id", redirect_uri=BACK)
    assert made.code_verifier is not None
    assert len(made.code_verifier) >= 43
    assert len(made.state) >= 43
    assert query(made.url) == {
        "a": "b",
        "response_type": "code",
        "client_id": "the id",
        "redirect_uri": BACK,
        "scope": "read write",
        "state": made.state,
        "code_challenge": base64.urlsafe_b64encode(hashlib.sha256(made.code_verifier.encode()).digest()).decode()[:-1],
        "code_challenge_method": "S256",
        "access_type": "offline",
    }
    assert made.url.startswith("https://acme.example/authorize?a=b&response_type=code&client_id=the%20id&")
    assert made.state not in repr(made)
    assert made.code_verifier not in repr(made)


def test_two_sign_ins_share_nothing(tmp_path: Path) -> None:
    first, second = (auth(tmp_path).authorization_url(client_id="a", redirect_uri=BACK) for _ in range(2))
    assert first.state != second.state
    assert first.code_verifier != second.code_verifier


def test_scopes_are_the_callers_and_joined_as_the_provider_wants(tmp_path: Path) -> None:
    way = auth(tmp_path, scopeSeparator=",", pkce="none")
    made = way.authorization_url(client_id="a", redirect_uri=BACK, scopes=["x", "y"], state="s")
    assert (query(made.url)["scope"], made.scopes, made.code_verifier, made.state) == ("x,y", ("x", "y"), None, "s")
    assert "code_challenge" not in query(made.url)
    assert "scope" not in query(way.authorization_url(client_id="a", redirect_uri=BACK, scopes=[]).url)


@pytest.mark.parametrize("uri", ["", "/back", "https://app.example/#x", "https://app.example/ü", "https://a\r\nb"])
def test_no_redirect_uri(uri: str, tmp_path: Path) -> None:
    with pytest.raises(UnsafeValue, match="redirect_uri: a redirect URI is an absolute address"):
        auth(tmp_path).authorization_url(client_id="a", redirect_uri=uri)


def test_what_the_redirect_brings_back(tmp_path: Path) -> None:
    way = auth(tmp_path, captureFromCallback={"realm": "realmId", "none": "x"})
    pending = way.authorization_url(client_id="a", redirect_uri=BACK)
    back = way.parse_callback(f"{BACK}?code=C%20D&state={pending.state}&realmId=42", pending)
    assert (back.code, dict(back.captured)) == ("C D", {"realm": "42"})
    assert repr(back) == "<Callback: code, realm>"


@pytest.mark.parametrize(
    ("answer", "code", "message"),
    [
        ("code=C&state=other", "state_mismatch", "state_mismatch; the redirect does not belong to this sign-in"),
        ("code=C", "state_mismatch", "state_mismatch"),
        ("code=C&state=S&state=S", "state_mismatch", "state_mismatch"),
        ("code=C&state=%FF", "state_mismatch", "state_mismatch"),
        ("state=S", "invalid_response", "the redirect has no code"),
        ("code=C&code=D&state=S", "invalid_response", "the redirect has no code, or several"),
        ("error=access_denied&error_description=No+way&state=S", "access_denied", "access_denied; No way"),
        ("error=a%1B%5B2J&error_description=b%0D%0Ac&state=S", "a\ufffd[2J", r"^a\ufffd\[2J; b  c$"),
        ("error=&code=C&state=S", "invalid_response", "invalid_response"),
    ],
)
def test_a_redirect_that_brings_nothing(answer: str, code: str, message: str, tmp_path: Path) -> None:
    way = auth(tmp_path)
    pending = way.authorization_url(client_id="a", redirect_uri=BACK, state="S")
    with pytest.raises(TokenError, match=message) as raised:
        way.parse_callback(f"{BACK}?{answer}", pending)
    assert raised.value.code == code


@pytest.mark.parametrize("url", ["", "http://[x?code=C&state=", "//?code=C&state=S\ud800", "?code=C"])
def test_an_address_that_is_no_redirect(url: str, tmp_path: Path) -> None:
    way = auth(tmp_path)
    pending = way.authorization_url(client_id="a", redirect_uri=BACK, state="S")
    with pytest.raises(TokenError, match=r"^state_mismatch"):
        way.parse_callback(url, pending)
    with pytest.raises(UnsafeValue, match="state: a state that is empty protects nobody"):
        way.authorization_url(client_id="a", redirect_uri=BACK, state="")


def test_what_came_with_the_redirect_chooses_no_host(tmp_path: Path) -> None:
    fields = {"captureFromToken": ["api"], "captureFromCallback": ["region"], "rotatesRefreshToken": True}
    for name, refused in (("api", False), ("region", True)):
        way = auth(tmp_path, **fields, refreshUrl=f"https://${{token.{name}}}/token")
        token = Token.from_dict({"accessToken": "A", "refreshToken": "R", "captured": {name: "eu.acme.example"}})
        if refused:
            with pytest.raises(UnsafeValue, match="only a value of the token response may be a whole host"):
                way.refresh_request(CLIENT, token=token)
        else:
            assert way.refresh_request(CLIENT, token=token).url == "https://eu.acme.example/token"


def test_defaults_of_the_configuration_are_filled_in(tmp_path: Path) -> None:
    schema = {"type": "object", "properties": {"sub": {"type": "string", "default": "www"}}}
    address = "https://${config.sub}.acme.example/x"
    config = dict.fromkeys(("authorizationUrl", "tokenUrl", "revocationUrl"), address)
    way = open_one(tmp_path, authType="oauth2", oauth2Config=config, configSchema=schema).auth
    made = [
        way.authorization_url(client_id="a", redirect_uri=BACK).url.partition("?")[0],
        way.token_request(CLIENT, code="C", redirect_uri=BACK).url,
        way.refresh_request(CLIENT, token="R").url,
        way.revocation_request(CLIENT, {"sub": "eu"}, token="R").url,
    ]
    assert made == ["https://www.acme.example/x"] * 3 + ["https://eu.acme.example/x"]
    with pytest.raises(InvalidConfig, match="/sub: must be string"):
        way.token_request(CLIENT, {"sub": 5}, code="C", redirect_uri=BACK)


def test_a_secret_in_the_path_of_a_token_request_is_not_shown(tmp_path: Path) -> None:
    way = auth(tmp_path, tokenUrl="https://acme.example/${credentials.clientSecret}/token", tokenAuthMethod="none")
    made = way.token_request(CLIENT, code="C", redirect_uri=BACK)
    assert made.url == "https://acme.example/s%26cret/token"
    assert repr(made) == "<Request POST https://acme.example/***/token: Accept, Content-Type, 99 bytes>"


FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("fields", "headers", "body"),
    [
        ({}, {"Authorization": BASIC, "Content-Type": FORM}, {}),
        (
            {"tokenAuthMethod": "client_secret_post"},
            {"Content-Type": FORM},
            {"client_id": "the id", "client_secret": "s&cret"},
        ),
        ({"tokenAuthMethod": "none"}, {"Content-Type": FORM}, {"client_id": "the id"}),
        (
            {"tokenBodyFormat": "json", "tokenParameters": {"audience": "${config.sub}", "n": 1}},
            {"Authorization": BASIC, "Content-Type": "application/json"},
            {"audience": "eu", "n": "1"},
        ),
        (
            {"additionalParameters": {"grant_type": "authorization_code", "prompt": "consent"}},
            {"Authorization": BASIC, "Content-Type": FORM},
            {},
        ),
    ],
)
def test_a_code_is_exchanged(
    fields: dict[str, Any], headers: dict[str, str], body: dict[str, str], tmp_path: Path
) -> None:
    way = auth(tmp_path, **fields)
    made = way.token_request(CLIENT, {"sub": "eu"}, code="C", redirect_uri=BACK, code_verifier="V")
    assert (made.method, made.url) == ("POST", "https://acme.example/token")
    assert dict(made.headers) == {"Accept": "application/json", **headers}
    assert made.body is not None
    given = json.loads(made.body) if headers["Content-Type"] != FORM else dict(parse_qsl(made.body.decode()))
    code = {"grant_type": "authorization_code", "code": "C", "redirect_uri": BACK, "code_verifier": "V"}
    assert given == {**code, **body}


def test_an_application_signs_in(tmp_path: Path) -> None:
    way = auth(tmp_path, grantType="client_credentials", tokenParameters={"grant_type": "account_credentials"})
    made = way.token_request(CLIENT)
    assert made.body == b"grant_type=account_credentials&scope=read+write"
    with pytest.raises(NotCallable, match="acme has no authorization URL"):
        way.authorization_url(client_id="a", redirect_uri=BACK)


def test_a_token_is_refreshed(tmp_path: Path) -> None:
    way = auth(tmp_path, refreshUrl="https://${config.sub}.acme.example/r", refreshParameters={"a": "b"})
    token = Token(access_token="A", refresh_token="R")
    made = way.refresh_request(CLIENT, {"sub": "eu"}, token=token)
    assert (made.url, made.body) == ("https://eu.acme.example/r", b"grant_type=refresh_token&refresh_token=R&a=b")
    assert way.refresh_request(CLIENT, {"sub": "eu"}, token="R", scopes=["x"]).body == (
        b"grant_type=refresh_token&refresh_token=R&scope=x&a=b"
    )
    with pytest.raises(InvalidCredentials, match="lacks a refresh token; sign in again"):
        way.refresh_request(CLIENT, token=Token(access_token="A"))


def test_a_token_is_revoked(tmp_path: Path) -> None:
    way = auth(tmp_path)
    made = way.revocation_request(CLIENT, token=Token(access_token="A", refresh_token="R"))
    assert (made.url, made.body) == ("https://acme.example/revoke", b"token=R&token_type_hint=refresh_token")
    assert way.revocation_request(CLIENT, token="A").body == b"token=A"


@pytest.mark.parametrize("name", ["clientId", "clientSecret"])
def test_what_the_client_lacks(name: str, tmp_path: Path) -> None:
    given = {key: value for key, value in CLIENT.items() if key != name}
    with pytest.raises(InvalidCredentials, match=f"lacks '{name}'"):
        auth(tmp_path).token_request(given, code="C", redirect_uri=BACK)


JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("fields", "headers", "body", "token"),
    [
        ({}, JSON, {"access_token": "A"}, Token(access_token="A")),
        (
            {},
            JSON,
            {"access_token": "A", "refresh_token": "R", "expires_in": 3600, "scope": "read write"},
            Token(access_token="A", refresh_token="R", expires_at=4600.0, scopes=("read", "write")),
        ),
        ({}, JSON, {"access_token": "A", "expires_in": "60"}, Token(access_token="A", expires_at=1060.0)),
        ({}, JSON, {"access_token": "A", "expires_in": 0}, Token(access_token="A")),
        ({}, JSON, {"access_token": "A", "expires_in": "-1"}, Token(access_token="A")),
        ({}, JSON, {"access_token": "A", "expires_in": True}, Token(access_token="A")),
        ({}, JSON, {"access_token": "A", "expires_in": 10**400}, Token(access_token="A")),
        ({}, JSON, {"access_token": "A", "expires_in": "soon"}, Token(access_token="A")),
        ({}, JSON, {"access_token": "A", "scope": ["a"]}, Token(access_token="A", scopes=("a",))),
        (
            {"scopeSeparator": ","},
            JSON,
            {"access_token": "A", "scope": "a,b"},
            Token(access_token="A", scopes=("a", "b")),
        ),
        (
            {},
            {"content-type": FORM},
            b"access_token=A&scope=repo%2Cgist",
            Token(access_token="A", scopes=("repo", "gist")),
        ),
        (
            {"accessTokenPath": "authed_user.access_token", "captureFromToken": {"team": "team.id", "gone": "x.y"}},
            JSON,
            {
                "ok": True,
                "team": {"id": "T1"},
                "authed_user": {"access_token": "A", "refresh_token": "R", "scope": "a"},
            },
            Token(access_token="A", refresh_token="R", scopes=("a",), captured={"team": "T1"}),  # type: ignore[arg-type]
        ),
    ],
)
def test_a_token_is_read(
    fields: dict[str, Any], headers: dict[str, str], body: Any, token: Token, tmp_path: Path
) -> None:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    assert auth(tmp_path, **fields).parse_token_response(200, headers, content, now=1000.0) == token


@pytest.mark.parametrize(
    ("status", "body", "message"),
    [
        (400, {"error": "invalid_grant", "error_description": "expired"}, "invalid_grant; expired (HTTP 400)"),
        (
            200,
            {"error": "bad_verification_code", "error_uri": "https://x"},
            "bad_verification_code; https://x (HTTP 200)",
        ),
        (200, {"ok": False, "error": "invalid_code"}, "invalid_code (HTTP 200)"),
        (401, {"error": {"code": 190, "message": "gone"}}, "190; gone (HTTP 401)"),
        (401, {"error": {"message": "gone\u001b"}}, "invalid_response; gone\ufffd (HTTP 401)"),
        (403, {"errors": [{"detail": "No such key"}]}, "invalid_response; No such key (HTTP 403)"),
        (200, {"access_token": ""}, "invalid_response; the answer holds no access token (HTTP 200)"),
        (200, {"access_token": 5}, "invalid_response; the answer holds no access token (HTTP 200)"),
        (200, [], "invalid_response; the answer holds no access token (HTTP 200)"),
        (500, "<html>", "invalid_response; the answer holds no access token (HTTP 500)"),
    ],
)
def test_a_provider_refuses(status: int, body: Any, message: str, tmp_path: Path) -> None:
    with pytest.raises(TokenError) as raised:
        auth(tmp_path).parse_token_response(status, JSON, json.dumps(body))
    assert str(raised.value) == message
    assert pickle.loads(pickle.dumps(raised.value)).args == raised.value.args


def test_what_the_provider_does_not_repeat_is_kept(tmp_path: Path) -> None:
    way = auth(tmp_path, captureFromToken=["site"])
    first = way.parse_token_response(
        200, JSON, '{"access_token": "A", "refresh_token": "R", "scope": "a", "site": "s"}', captured={"realm": "1"}
    )
    second = way.parse_token_response(200, JSON, '{"access_token": "B"}', previous=first)
    assert second.to_dict() == {
        "accessToken": "B",
        "refreshToken": "R",
        "expiresAt": None,
        "scopes": ["a"],
        "captured": {"realm": "1", "site": "s"},
    }
    rotated = way.parse_token_response(200, JSON, '{"access_token": "C", "refresh_token": "S"}', previous=second)
    assert rotated.refresh_token == "S"


def test_a_token_is_stored_and_read_and_never_shown() -> None:
    token = Token(access_token="SECRET", refresh_token="SECRET", expires_at=5.0, scopes=("a",))
    assert Token.from_dict(json.loads(json.dumps(token.to_dict()))) == token
    assert repr(token) == "<Token: expires at 5, with a refresh token>"
    pending = Authorization(url="SECRET", state="SECRET", code_verifier="SECRET", redirect_uri=BACK, scopes=())
    sent = Request(method="GET", url="https://acme.example/SECRET", body=b"SECRET")
    answer = Response(200, {"X": "SECRET"}, b"SECRET")
    values = Values("acme", {}, {"apiKey": "SECRET"}, {}, {})
    for one in (token, pending, Callback(code="SECRET"), sent, answer, values):
        assert "SECRET" not in pretty_repr(one)
    assert (repr(answer), repr(values)) == ("<Response 200: 6 bytes>", "<Values of acme>")
    with pytest.raises(ValueError, match="this is no stored token") as raised:
        Token.from_dict({"accessToken": 7, "refreshToken": "SECRET"})
    assert "SECRET" not in str(raised.value)


@pytest.mark.parametrize(
    ("ends", "within", "found"), [(None, 60, False), (1100, 60, False), (1060, 60, True), (1, 0, True)]
)
def test_when_a_token_ends(ends: float | None, within: float, found: bool) -> None:
    assert Token(access_token="A", expires_at=ends).expires_within(within, now=1000.0) is found
