"""Credentials in requests: each way to sign in, against a server that takes nothing else."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bundles import method, open_one
from connectory import (
    Auth,
    CallFailed,
    InvalidCredentials,
    MissingExtra,
    NotCallable,
    Request,
    Token,
    UnsafeValue,
    signing,
)
from servers import Answered, Got, sent, serving

EC_KEY = """-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgevZzL1gdAFr88hb2
OF/2NxApJCzGCEDdfSp6VQO30hyhRANCAAQRWz+jn65BtOMvdyHKcvjBeBSDZH2r
1RTwjmYSi9R/zpBnuQ4EiMnCqfMPWiZqB4QdbAd0E7oH50VpuZ1P087G
-----END PRIVATE KEY-----"""
"""A key that is good for nothing but this."""

HEADER = {"in": "header", "name": "X-Key"}
GET = Request(method="GET", url="https://api.acme.example/a?b=c")
POST = Request(method="POST", url="https://api.acme.example/a").with_members({"n": 1})
FORM = Request(method="POST", url="https://a.example", body=b"n=1").with_headers(
    {"content-type": "application/x-www-form-urlencoded"}
)
BY_NAME = {"scheme": "x", "apply": {"query": {"u": "${credentials.username}"}}}


def auth(folder: Path, **fields: Any) -> Auth:
    return open_one(folder, **fields).auth


def key(folder: Path, **config: Any) -> Auth:
    return auth(folder, authType="apikey", apiKeyConfig=config)


def custom(folder: Path, **config: Any) -> Auth:
    return auth(folder, authType="custom", customAuthConfig=config)


def test_a_key_in_a_header(tmp_path: Path) -> None:
    way = key(tmp_path, **HEADER, valueTemplate="Key ${credentials.apiKey}", additionalHeaders={"X-V": "2"})
    assert dict(way.apply(GET, {"apiKey": "K"}).headers) == {"X-V": "2", "X-Key": "Key K"}


def test_a_key_in_the_query(tmp_path: Path) -> None:
    made = key(tmp_path, **{"in": "query", "name": "key"}).apply(GET, {"apiKey": "a&b=c"})
    assert made.url == "https://api.acme.example/a?b=c&key=a%26b%3Dc"


@pytest.mark.parametrize(
    ("request_", "body"),
    [(POST, b'{"n":1,"api_key":"K"}'), (FORM, b"n=1&api_key=K"), (GET, b'{"api_key":"K"}')],
)
def test_a_key_in_the_body(request_: Request, body: bytes, tmp_path: Path) -> None:
    assert key(tmp_path, **{"in": "body", "name": "api_key"}).apply(request_, {"apiKey": "K"}).body == body


def test_a_key_that_the_body_cannot_take(tmp_path: Path) -> None:
    way = key(tmp_path, **{"in": "body", "name": "api_key"})
    text = Request(method="POST", url="https://a.example", body=b"x").with_headers({"Content-Type": "text/plain"})
    with pytest.raises(UnsafeValue, match="a body of type text/plain takes no further members"):
        way.apply(text, {"apiKey": "K"})


def test_a_key_in_the_path(tmp_path: Path) -> None:
    integration = open_one(
        tmp_path,
        baseUrl="https://api.acme.example/bot{token}",
        authType="apikey",
        apiKeyConfig={"in": "path", "name": "token"},
        methods=[method(http={"method": "GET", "path": "/getMe"})],
    )
    made = integration.methods["ping"].request({}, {"apiKey": "12:a/b"})
    assert made.url == "https://api.acme.example/bot12:a%2Fb/getMe"
    assert "12:a" not in repr(made)
    assert made.redacted().url == "https://api.acme.example/bot***/getMe"
    with pytest.raises(UnsafeValue):
        integration.methods["ping"].request({}, {"apiKey": ".."})
    with pytest.raises(NotCallable, match=r"has no \{token\} for the API key"):
        integration.auth.apply(GET, {"apiKey": "K"})


@pytest.mark.parametrize("value", ["a\r\nX: y", "ключ", ""])
def test_a_key_that_is_no_key(value: str, tmp_path: Path) -> None:
    way = key(tmp_path, **HEADER)
    if value:
        with pytest.raises(UnsafeValue) as raised:
            way.apply(GET, {"apiKey": value})
        assert value not in str(raised.value)
    with pytest.raises(InvalidCredentials, match="lacks 'apiKey'"):
        way.apply(GET, {})


def test_a_definition_that_does_not_say_where_the_key_goes(tmp_path: Path) -> None:
    with pytest.raises(NotCallable, match="does not say where the API key goes"):
        auth(tmp_path, authType="apikey").apply(GET, {"apiKey": "K"})
    with pytest.raises(NotCallable, match="does not say how requests are authenticated"):
        auth(tmp_path, authType="custom").apply(GET, {})


def test_basic(tmp_path: Path) -> None:
    way = custom(tmp_path, scheme="basic")
    made = way.apply(GET, {"username": "ü", "password": "p:q"})
    assert made.headers["Authorization"] == "Basic " + base64.b64encode("ü:p:q".encode()).decode()
    with pytest.raises(InvalidCredentials, match="/username: must not hold a colon"):
        way.apply(GET, {"username": "a:b", "password": "p"})
    with pytest.raises(InvalidCredentials, match="lacks 'username'"):
        way.apply(GET, {})


def test_no_scheme_and_one_of_the_vendors_own(tmp_path: Path) -> None:
    assert custom(tmp_path, scheme="none").apply(GET, {}) == GET
    apply = {"headers": {"X-U": "${credentials.user}"}, "query": {"v": 2}, "body": {"s": "${config.s}", "t": True}}
    schema = {"type": "object", "properties": {"user": {"type": "string"}}}
    way = custom(tmp_path, scheme="acme", parametersSchema=schema, apply=apply)
    made = way.apply(POST, {"user": "U"}, {"s": "S"})
    assert (made.url, made.headers["X-U"]) == ("https://api.acme.example/a?v=2", "U")
    assert made.body == b'{"n":1,"s":"S","t":true}'


def _basic(got: Got) -> bool:
    scheme, _, coded = got.headers.get("authorization", "").partition(" ")
    return scheme == "Basic" and base64.b64decode(coded).decode() == "ü:p:q"


def _asked(got: Got) -> dict[str, list[str]]:
    return parse_qs(urlsplit(got.target).query)


USER = {"username": "ü", "password": "p:q"}
OTHER = {"username": "ü", "password": "q"}


@pytest.mark.parametrize(
    ("fields", "good", "bad", "accepts"),
    [
        (
            {"authType": "apikey", "apiKeyConfig": {**HEADER, "valueTemplate": "Key ${credentials.apiKey}"}},
            {"apiKey": "a=b"},
            {"apiKey": "a=c"},
            lambda got: got.headers.get("x-key") == "Key a=b",
        ),
        (
            {"authType": "apikey", "apiKeyConfig": {"in": "query", "name": "key"}},
            {"apiKey": "a&b=c+d"},
            {"apiKey": "a"},
            lambda got: _asked(got) == {"key": ["a&b=c+d"]},
        ),
        (
            {"authType": "apikey", "apiKeyConfig": {"in": "body", "name": "api_key"}},
            {"apiKey": '"K"'},
            {"apiKey": "K"},
            lambda got: json.loads(got.body or "{}") == {"api_key": '"K"'},
        ),
        (
            {"authType": "apikey", "apiKeyConfig": {"in": "path", "name": "token"}},
            {"apiKey": "12:a/b"},
            {"apiKey": "12:a"},
            lambda got: got.target.removeprefix("/bot") == "12:a%2Fb/me",
        ),
        ({"authType": "custom", "customAuthConfig": {"scheme": "basic"}}, USER, OTHER, _basic),
        (
            {
                "authType": "custom",
                "customAuthConfig": {
                    "scheme": "acme",
                    "parametersSchema": {"type": "object", "properties": {"user": {"type": "string"}}},
                    "apply": {"headers": {"X-U": "u ${credentials.user}"}, "query": {"v": 2}},
                },
            },
            {"user": "U"},
            {"user": "V"},
            lambda got: (got.headers.get("x-u"), _asked(got)) == ("u U", {"v": ["2"]}),
        ),
    ],
    ids=["header", "query", "body", "path", "basic", "a vendor's own"],
)
def test_against_a_server_that_takes_nothing_else(
    fields: dict[str, Any], good: dict[str, str], bad: dict[str, str], accepts: Callable[[Got], bool], tmp_path: Path
) -> None:
    verb = "POST" if fields.get("apiKeyConfig", {}).get("in") == "body" else "GET"
    place = "/bot{token}" if fields.get("apiKeyConfig", {}).get("in") == "path" else ""
    with serving(lambda got: (200, {"ok": True}) if accepts(got) else (401, {"error": "denied"})) as address:
        binding = method(http={"method": verb, "path": "/me"})
        called = open_one(tmp_path, baseUrl=f"{address}{place}", methods=[binding], **fields).methods["ping"]
        answer = called.parse_response(*sent(called.request({}, good)))
        assert answer.output == {"ok": True}
        with pytest.raises(CallFailed) as raised:
            called.parse_response(*sent(called.request({}, bad)))
        assert raised.value.status == 401


def test_two_steps_against_a_server(tmp_path: Path) -> None:
    def answer(got: Got) -> Answered:
        if got.target == "/login?app=x":
            good = json.loads(got.body) == {"user": "u", "pw": "p"} and got.headers["x-tenant"] == "t"
            return (200, {"data": {"token": "T", "life": 60}}) if good else (401, {"error": "denied"})
        return (200, {"ok": True}) if got.headers.get("x-auth") == "T" else (403, {})

    with serving(answer) as address:
        integration = open_one(
            tmp_path,
            baseUrl=address,
            authType="custom",
            configSchema={"type": "object", "properties": {"tenant": {"type": "string"}}},
            customAuthConfig={
                "scheme": "two_step",
                "tokenRequest": {
                    "url": f"{address}/login",
                    "query": {"app": "x"},
                    "headers": {"X-Tenant": "${config.tenant}"},
                    "body": {"user": "${credentials.username}", "pw": "${credentials.password}"},
                    "accessTokenPath": "data.token",
                    "expiresInPath": "data.life",
                },
                "apply": {"headers": {"X-Auth": "${token.accessToken}"}},
            },
            methods=[method(http={"method": "GET", "path": "/me"})],
        )
        way, given, config = integration.auth, {"username": "u", "password": "p"}, {"tenant": "t"}
        assert way.needs_token
        token = way.parse_token_response(*sent(way.token_request(given, config)), now=0.0)
        assert token == Token(access_token="T", expires_at=60.0)
        called = integration.methods["ping"]
        answered = called.parse_response(*sent(called.request({}, given, config, token=token)))
        assert answered.output == {"ok": True}
        with pytest.raises(InvalidCredentials, match="lacks 'password'"):
            way.token_request({"username": "u"}, config)


@pytest.mark.parametrize("kind", ["application/x-amz-json-1.1", "text/json; charset=utf-8", "application/vnd.a+json"])
def test_a_key_in_a_body_that_is_json_by_another_name(kind: str, tmp_path: Path) -> None:
    request = Request(method="POST", url="https://a.example", body=b'{"n":1}').with_headers({"Content-Type": kind})
    made = key(tmp_path, **{"in": "body", "name": "api_key"}).apply(request, {"apiKey": "K"})
    assert (made.header("Content-Type"), made.body) == (kind, b'{"n":1,"api_key":"K"}')


def test_a_token_request_with_members_inside_members(tmp_path: Path) -> None:
    body = {"credentials": {"name": "${credentials.username}", "sites": [{"id": "${config.site}", "all": True}]}}
    fields = {"scheme": "two_step", "tokenRequest": {"url": "https://acme.example/in", "body": body}}
    schema = {"type": "object", "properties": {"site": {"type": "string", "default": "s"}}}
    way = auth(tmp_path, authType="custom", customAuthConfig=fields, configSchema=schema)
    made = way.token_request({"username": "u"})
    assert made.body == b'{"credentials":{"name":"u","sites":[{"id":"s","all":true}]}}'
    assert way.credentials_schema["required"] == ["username"]


@pytest.mark.parametrize("wrong", ["none", "HS256", "ES384", "x"])
def test_an_assertion_is_signed_with_what_the_key_is_for(wrong: str, tmp_path: Path) -> None:
    given = {"clientId": "id", "privateKey": EC_KEY}
    good, bad = (custom(tmp_path, scheme="jwt_bearer", parameters={"aud": "a", "alg": alg}) for alg in ("ES256", wrong))
    assert good.apply(GET, given).headers["Authorization"].startswith("Bearer eyJ")
    with pytest.raises(InvalidCredentials, match=f"/privateKey: is no private key that can sign with {wrong}: give"):
        bad.apply(GET, given)


def test_an_assertion_gets_a_token(tmp_path: Path) -> None:
    from joserfc import jwt
    from joserfc.jwk import ECKey

    config = {
        "scheme": "jwt_bearer",
        "parameters": {"scope": "a b", "sub": "${credentials.username}"},
        "tokenRequest": {"url": "https://acme.example/token"},
    }
    way = custom(tmp_path, **config)
    given = {"clientId": "id", "username": "u", "privateKey": EC_KEY, "keyId": "k1"}
    made = way.token_request(given, now=1000.0)
    assert made.body is not None
    members = {name: texts[0] for name, texts in parse_qs(made.body.decode()).items()}
    assert members["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
    read = jwt.decode(members["assertion"], ECKey.import_key(EC_KEY), algorithms=["ES256"])
    assert read.header == {"alg": "ES256", "typ": "JWT", "kid": "k1"}
    assert read.claims == {
        "iss": "id",
        "sub": "u",
        "aud": "https://acme.example/token",
        "scope": "a b",
        "iat": 970,
        "exp": 1270,
    }
    assert way.apply(GET, given, token=Token(access_token="T")).headers["Authorization"] == "Bearer T"
    for wrong in ("no key", "{}", '{"kty": "EC"}'):
        with pytest.raises(InvalidCredentials, match="/privateKey: is no private key that can sign") as raised:
            way.token_request({**given, "privateKey": wrong})
        assert wrong not in str(raised.value)


def test_an_assertion_that_is_the_token(tmp_path: Path) -> None:
    way = custom(tmp_path, scheme="jwt_bearer", parameters={"aud": "appstore"})
    given = {"clientId": "id", "privateKey": EC_KEY}
    assert not way.needs_token
    assert way.apply(GET, given).headers["Authorization"].startswith("Bearer eyJ")


@pytest.mark.parametrize("service", ["s3", "dynamodb"])
def test_aws_signatures_are_those_that_botocore_verifies_with(service: str, tmp_path: Path) -> None:
    from botocore.auth import S3SigV4Auth, SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    config = {"scheme": "aws_sigv4", "parameters": {"service": service, "region": "${config.region}"}}
    schema = {"type": "object", "properties": {"region": {"type": "string"}}}
    way = auth(tmp_path, authType="custom", customAuthConfig=config, configSchema=schema)
    given = {"accessKeyId": "AKID", "secretAccessKey": "SECRET", "sessionToken": "S"}
    made = way.apply(POST.with_query([("a b", "c/d")]), given, {"region": "eu-west-1"})
    shown = made.headers["Authorization"]
    assert f"/eu-west-1/{service}/aws4_request, SignedHeaders=content-type;host;x-amz-" in shown
    again = AWSRequest(method=made.method, url=made.url, data=made.body, headers={"Content-Type": "application/json"})
    again.context["timestamp"] = made.headers["X-Amz-Date"]
    signer = (S3SigV4Auth if service == "s3" else SigV4Auth)(Credentials("AKID", "SECRET", "S"), service, "eu-west-1")
    again.headers["X-Amz-Date"] = made.headers["X-Amz-Date"]
    again.headers["X-Amz-Security-Token"] = "S"
    if service == "s3":
        again.headers["X-Amz-Content-SHA256"] = signer.payload(again)
    canonical = signer.canonical_request(again)
    signature = signer.signature(signer.string_to_sign(again, canonical), again)
    assert shown.endswith(f"Signature={signature}")
    with pytest.raises(InvalidCredentials, match="lacks 'secretAccessKey'"):
        way.apply(GET, {"accessKeyId": "AKID"}, {"region": "eu"})


def test_numbers_of_a_body_stay_exact(tmp_path: Path) -> None:
    way = key(tmp_path, **{"in": "body", "name": "k"})
    made = Request(method="POST", url="https://a.example", body=b'{"a":12345678901234567890.120,"b":[1e400]}')
    assert way.apply(made, {"apiKey": "K"}).body == b'{"a":12345678901234567890.120,"b":[1E+400],"k":"K"}'


@pytest.mark.parametrize("url", ["http://api.acme.example/a", "http://127.0.0.1.evil.example/", "ftp://a.example/"])
def test_credentials_are_sent_over_https_only(url: str, tmp_path: Path) -> None:
    way = key(tmp_path, **HEADER)
    with pytest.raises(UnsafeValue, match="what credentials are sent to must be an https address"):
        way.apply(Request(method="GET", url=url), {"apiKey": "K"})
    assert way.apply(Request(method="GET", url="http://127.0.0.1:8080/"), {"apiKey": "K"}).headers["X-Key"] == "K"


def test_a_credential_that_is_no_text(tmp_path: Path) -> None:
    for way in (key(tmp_path, **{"in": "query", "name": "k"}), custom(tmp_path, scheme="basic")):
        with pytest.raises(InvalidCredentials) as raised:
            way.apply(GET, {"apiKey": "SECRET\ud800", "username": "u", "password": "SECRET\ud800"})
        assert str(raised.value) == "invalid credentials for acme:\n  /apiKey: holds a lone surrogate"


def test_aws_signatures_against_a_server_that_takes_nothing_else(tmp_path: Path) -> None:
    """The server signs what arrived with botocore, for itself, and compares."""
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    def answer(got: Got) -> Answered:
        given = got.headers.get("authorization", "")
        names = given.partition("SignedHeaders=")[2].partition(",")[0].split(";")
        arrived = AWSRequest(
            method=got.method,
            url=f"http://{got.headers['host']}{got.target}",
            data=got.body,
            headers={name: got.headers[name] for name in names if name in got.headers},
        )
        arrived.context["timestamp"] = got.headers.get("x-amz-date", "")
        signer = SigV4Auth(Credentials("AKID", "SECRET", "S"), "execute-api", "eu-west-1")
        wanted = signer.signature(signer.string_to_sign(arrived, signer.canonical_request(arrived)), arrived)
        is_known = "Credential=AKID/" in given and got.headers.get("x-amz-security-token") == "S"
        return (200 if is_known and given.endswith(f"Signature={wanted}") else 403), {"ok": got.target}

    with serving(answer) as address:
        integration = open_one(
            tmp_path,
            baseUrl=address,
            authType="custom",
            customAuthConfig={"scheme": "aws_sigv4", "parameters": {"service": "execute-api", "region": "eu-west-1"}},
            methods=[method(http={"method": "POST", "path": "/a/{id}/b", "query": ["q", "r"], "body": {}})],
        )
        given = {"accessKeyId": "AKID", "secretAccessKey": "SECRET", "sessionToken": "S"}
        called = integration.methods["ping"]
        data = {"id": "x y/%2f+ü~*", "q": "a b&c=+/~*é", "r": ["2", "1"], "text": "ü"}
        answered = called.parse_response(*sent(called.request(data, given)))
        assert answered.output == {"ok": called.request(data, given).url.removeprefix(address)}
        for wrong in ({"secretAccessKey": "OTHER"}, {"sessionToken": "T"}, {"accessKeyId": "A"}):
            assert (wrong, sent(called.request(data, {**given, **wrong}))[0]) == (wrong, 403)


def test_a_library_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "botocore.auth", None)
    with pytest.raises(MissingExtra, match="needs the package botocore: install botocore"):
        signing.sign_aws(GET, {"service": "s3"}, {"accessKeyId": "A", "secretAccessKey": "S"}, "acme")


@pytest.mark.parametrize(
    ("fields", "required", "secret"),
    [
        ({"authType": "apikey", "apiKeyConfig": HEADER}, ["apiKey"], ["apiKey"]),
        ({"authType": "apikey"}, ["apiKey"], ["apiKey"]),
        (
            {"authType": "oauth2", "oauth2Config": {"tokenUrl": "https://a.example/t"}},
            ["clientId", "clientSecret"],
            ["clientSecret"],
        ),
        (
            {"authType": "oauth2", "oauth2Config": {"tokenUrl": "https://a.example/t", "tokenAuthMethod": "none"}},
            ["clientId"],
            [],
        ),
        (
            {
                "authType": "oauth2",
                "oauth2Config": {"tokenUrl": "https://a.example/t", "tokenAuthMethod": "private_key_jwt"},
            },
            ["clientId", "privateKey"],
            ["privateKey"],
        ),
        ({"authType": "custom", "customAuthConfig": {"scheme": "basic"}}, ["username", "password"], ["password"]),
        (
            {
                "authType": "custom",
                "customAuthConfig": {"scheme": "x", "apply": {"query": {"u": "${credentials.username}"}}},
            },
            ["username"],
            [],
        ),
        ({"authType": "custom", "customAuthConfig": {"scheme": "none"}}, [], []),
    ],
)
def test_what_a_user_must_supply(
    fields: dict[str, Any], required: list[str], secret: list[str], tmp_path: Path
) -> None:
    way = auth(tmp_path, **fields)
    schema = way.credentials_schema
    assert schema["required"] == required
    properties = schema["properties"]
    assert [name for name in required if properties[name].get("writeOnly")] == secret
    assert all(properties[name]["description"] and properties[name]["title"] for name in properties)
    way.check_credentials(dict.fromkeys(required, "x"))
    if required:
        with pytest.raises(InvalidCredentials, match=f"lacks '{required[0]}'"):
            way.check_credentials({})


def test_what_a_definition_says_a_user_must_supply(tmp_path: Path) -> None:
    schema = {"type": "object", "required": ["pin"], "properties": {"pin": {"$ref": "#/$defs/Pin"}}}
    shared = {"Pin": {"type": "string", "minLength": 4, "writeOnly": True}}
    fields = {"authType": "custom", "customAuthConfig": {"scheme": "x", "parametersSchema": schema}, "$defs": shared}
    way = auth(tmp_path, **fields)
    assert way.credentials_schema == {**schema, "$defs": shared}
    with pytest.raises(InvalidCredentials) as raised:
        way.check_credentials({"pin": "777"})
    assert str(raised.value) == "invalid credentials for acme:\n  /pin: must have at least 4 characters"


def test_proof_that_credentials_work(tmp_path: Path) -> None:
    integration = open_one(
        tmp_path,
        baseUrl="https://api.acme.example/v1",
        headers={"X-V": "1"},
        authType="apikey",
        apiKeyConfig=HEADER,
        configSchema={"type": "object", "properties": {"lang": {"type": "string", "default": "en"}}},
        verify={
            "method": "POST",
            "path": "/me",
            "query": {"a": 1},
            "headers": {"X-W": "2"},
            "body": {"q": "{ me }", "in": {"l": ["${config.lang}"]}},
        },
    )
    made = integration.verify_request({"apiKey": "K"})
    assert (made.method, urlsplit(made.url).query) == ("POST", "a=1")
    assert made.body == b'{"q":"{ me }","in":{"l":["en"]}}'
    assert dict(made.headers) == {"X-V": "1", "X-W": "2", "Content-Type": "application/json", "X-Key": "K"}
    with pytest.raises(NotCallable, match="has no harmless request that proves credentials"):
        open_one(tmp_path / "..", authType="apikey", apiKeyConfig=HEADER).verify_request({"apiKey": "K"})
