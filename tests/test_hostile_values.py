"""Hostile values in every place of a template or an input: refused, or encoded so that nothing else changes.

Each place is rendered with a harmless value and with a hostile one. Taken apart and decoded, both requests are the same
but for the value itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from email import message_from_bytes
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bundles import method, open_one
from connectory import (
    Integration,
    InvalidConfig,
    InvalidCredentials,
    InvalidInput,
    Request,
    Token,
    UnsafeValue,
)

SAFE = "harmless"
NAMED = [
    "evil.com/",
    "@evil.com",
    "a@evil.com",
    "a\r\nX: y",
    "a\r\n\r\nb",
    "../",
    "..",
    ".",
    "",
    " ",
    "/",
    "\\",
    "..\\",
    "%2f",
    "%2e%2e",
    "%0d%0aX:y",
    "//evil.com",
    "evil.com#",
    "evil.com?",
    "evil.com:80",
    "?a=b",
    "&a=b",
    ";a=b",
    "#a",
    "a=b",
    "[::1]",
    "ехample",  # Cyrillic
    "ⓔvil",
    "a。evil。com",
    "a／b",
    "a\u2044b",
    "a\u200bb",
    "a\u2028b",
    "\t",
    "\0",
    "\x7f",
    '"',
    '\\"',
    "'",
    "{key}",
    "${config.y}",
    "${credentials.clientSecret}",
    "a, SignedHeaders=",
    "a/aws4_request",
    "\ud800",
]
HOSTILE = st.one_of(
    st.text(max_size=12),
    st.text(alphabet="./\\@:#?&%=[]{}$-_,;\"' \r\n\t\0aА0", max_size=10),
    st.sampled_from(NAMED),
)

GIVEN = {"clientId": "id", "clientSecret": "s", "apiKey": "k", "username": "u", "password": "p"}
CONFIG: dict[str, Any] = {
    "type": "object",
    "properties": {"x": {"type": "string"}, "h": {"type": "string", "format": "hostname"}},
}
ADDRESSES = {
    "label": "https://${config.x}.acme.example/a",
    "part of a label": "https://api-${config.x}.acme.example/a",
    "host": "https://${config.h}/a",
    "path": "https://acme.example/a/${config.x}/b",
    "part of a segment": "https://acme.example/a.${config.x}",
    "query": "https://acme.example/a?b=${config.x}&c=d",
}
Render = Callable[[Integration, str], Request]


def oauth2(**fields: Any) -> dict[str, Any]:
    urls = {"authorizationUrl": "https://acme.example/auth", "tokenUrl": "https://acme.example/token", "pkce": "none"}
    config = {**urls, "revocationUrl": "https://acme.example/revoke", **fields}
    return {"authType": "oauth2", "oauth2Config": config}


def key(**fields: Any) -> dict[str, Any]:
    return {"authType": "apikey", "apiKeyConfig": {"in": "header", "name": "key", **fields}}


def custom(**fields: Any) -> dict[str, Any]:
    return {"authType": "custom", "customAuthConfig": fields}


def call(http: dict[str, Any], **fields: Any) -> dict[str, Any]:
    made = {"method": "GET", "path": "/m", **http}
    bytes_ = {"type": "string", "contentEncoding": "base64"}
    schema = {"type": "object", "properties": {"file": bytes_}}
    none = custom(scheme="none")
    return {"baseUrl": "https://acme.example", **none, **fields, "methods": [method(http=made, inputSchema=schema)]}


def config(value: str) -> dict[str, str]:
    return {"x": value, "h": value, "y": "other"}


def authorized(integration: Integration, value: str) -> Request:
    made = integration.auth.authorization_url(client_id="a", redirect_uri="https://b/", config=config(value), state="S")
    return Request(method="GET", url=made.url)


def exchanged(integration: Integration, value: str) -> Request:
    return integration.auth.token_request(GIVEN, config(value), code="C", redirect_uri="https://b/")


def refreshed(integration: Integration, value: str) -> Request:
    return integration.auth.refresh_request(GIVEN, config(value), token="R")


def revoked(integration: Integration, value: str) -> Request:
    return integration.auth.revocation_request(GIVEN, config(value), token="T")


def called(integration: Integration, value: str) -> Request:
    return integration.methods["ping"].request({}, GIVEN, config(value), token=Token(access_token="T"))


def called_with_credential(integration: Integration, value: str) -> Request:
    given = {**GIVEN, "apiKey": value, "accessKeyId": value, "secretAccessKey": "s"}
    return integration.methods["ping"].request({}, given, config("c"), token=Token(access_token=value))


def called_with_input(integration: Integration, value: str) -> Request:
    return integration.methods["ping"].request({"v": value, "l": [value, "1"], "o": {"k": value}}, GIVEN)


def called_with_name(integration: Integration, value: str) -> Request:
    return integration.methods["ping"].request({"v": {value: "1"}, "file": "AAE="}, GIVEN)


def verified(integration: Integration, value: str) -> Request:
    return integration.verify_request(GIVEN, config(value), token=Token(access_token="T"))


def asked(integration: Integration, value: str) -> Request:
    return integration.auth.token_request(GIVEN, config(value))


X = "a${config.x}b"
POST: dict[str, Any] = {"method": "POST", "body": {}}
FORM = {"contentType": "application/x-www-form-urlencoded"}
STEPS = {"scheme": "two_step", "parametersSchema": {"type": "object"}}
PLACES: dict[str, tuple[dict[str, Any], Render]] = {
    **{f"authorizationUrl: {at}": (oauth2(authorizationUrl=url), authorized) for at, url in ADDRESSES.items()},
    **{f"tokenUrl: {at}": (oauth2(tokenUrl=url), exchanged) for at, url in ADDRESSES.items()},
    **{f"refreshUrl: {at}": (oauth2(refreshUrl=url), refreshed) for at, url in ADDRESSES.items()},
    **{f"revocationUrl: {at}": (oauth2(revocationUrl=url), revoked) for at, url in ADDRESSES.items()},
    **{f"baseUrl: {at}": (call({}, baseUrl=url), called) for at, url in ADDRESSES.items() if at != "query"},
    **{
        f"baseUrl of a method: {at}": (call({"baseUrl": url}), called) for at, url in ADDRESSES.items() if at != "query"
    },
    **{
        f"tokenRequest.url: {at}": (custom(**STEPS, tokenRequest={"url": url, "body": {"a": "b"}}), asked)
        for at, url in ADDRESSES.items()
    },
    "additionalParameters": (oauth2(additionalParameters={"p": X}), authorized),
    "tokenParameters": (oauth2(tokenParameters={"p": X}), exchanged),
    "tokenParameters as JSON": (oauth2(tokenParameters={"p": X}, tokenBodyFormat="json"), exchanged),
    "refreshParameters": (oauth2(refreshParameters={"p": X}), refreshed),
    "headers": (call({}, headers={"X-H": X}), called),
    "constants": (call({**POST, "constants": {"headers": {"X-H": X}, "query": {"p": X}, "body": {"p": X}}}), called),
    "constants of a form": (call({**POST, "body": FORM, "constants": {"body": {"p": X}}}), called),
    "verify.path": (call({}, verify={"path": "/a/${config.x}/b"}), verified),
    "verify": (
        call({}, verify={"method": "POST", "path": "/a", "query": {"p": X}, "headers": {"X-H": X}, "body": {"p": [X]}}),
        verified,
    ),
    "tokenRequest": (
        custom(
            **STEPS,
            tokenRequest={"url": "https://acme.example/a", "query": {"p": X}, "headers": {"X-H": X}, "body": {"p": X}},
        ),
        asked,
    ),
    "apply": (
        call(POST, **custom(scheme="own", apply={"headers": {"X-H": X}, "query": {"p": X}, "body": {"p": X}})),
        called,
    ),
    "additionalHeaders": (call({}, **key(additionalHeaders={"X-H": X})), called),
    "valueTemplate in a header": (call({}, **key(valueTemplate="${config.x} ${credentials.apiKey}")), called),
    "valueTemplate in the query": (call({}, **key(**{"in": "query", "valueTemplate": X})), called),
    "valueTemplate in the body": (call(POST, **key(**{"in": "body", "valueTemplate": X})), called),
    "valueTemplate in the path": (
        call({"path": "/m/{key}/n"}, **key(**{"in": "path", "valueTemplate": "${config.x}"})),
        called,
    ),
    "a value beside a key in the path": (
        call({"path": "/{key}"}, **key(**{"in": "path"}), baseUrl="https://acme.example/${config.x}"),
        called,
    ),
    "the key in a header": (call({}, **key()), called_with_credential),
    "the key in the query": (call({}, **key(**{"in": "query"})), called_with_credential),
    "the key in a form": (call({**POST, "body": FORM}, **key(**{"in": "body"})), called_with_credential),
    "the key in the path": (call({"path": "/m/{key}/n"}, **key(**{"in": "path"})), called_with_credential),
    "the token": (call({}, **oauth2()), called_with_credential),
    "path": (call({"path": "/m/{v}/n", "query": ["l", "o"]}), called_with_input),
    "a part of a segment": (call({"path": "/m.{v}", "query": ["l"], "styles": {"l": "comma"}}), called_with_input),
    "query": (call({"query": ["v", "l", "o"]}), called_with_input),
    "header": (call({"headers": {"X-H": "v"}}), called_with_input),
    "body": (call(POST), called_with_input),
    "form": (call({**POST, "body": FORM}), called_with_input),
    "parts": (call({**POST, "body": {"contentType": "multipart/form-data"}}), called_with_input),
    "a name in the query": (call({"query": ["v"]}), called_with_name),
    "a name in a form": (call({**POST, "body": FORM}), called_with_name),
}


def told(request: Request) -> tuple[Any, ...]:
    """What a request says, taken apart and decoded; what no request may hold fails."""
    assert re.fullmatch(r"https://[!-~]+", request.url)
    parts = urlsplit(request.url)
    assert not parts.fragment
    for name, value in request.headers.items():
        assert re.fullmatch(r"[A-Za-z-]+", name)
        assert re.fullmatch(r"[\t -~]*", value)
    return (
        request.method,
        parts.netloc,
        [unquote(segment) for segment in parts.path.split("/")],
        parse_qsl(parts.query, True),
        {name: value.partition("; boundary=")[0] for name, value in request.headers.items()},
        content(request),
    )


def content(request: Request) -> Any:
    kind, body = request.header("Content-Type") or "", request.body or b""
    if "json" in kind:
        return json.loads(body)
    if "multipart" in kind:
        whole = message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
        payload: Any = whole.get_payload()
        return [(str(part["Content-Disposition"]), len(part.keys()), part.get_payload(decode=True)) for part in payload]
    return parse_qsl(body.decode(), True)


def replaced(told_: Any, value: str) -> Any:
    """What a harmless request says, with the value in place of the harmless one."""
    if isinstance(told_, str):
        return told_.replace(SAFE, value)
    if isinstance(told_, bytes):
        return told_.replace(SAFE.encode(), value.encode("utf-8", "surrogatepass"))
    if isinstance(told_, Mapping):
        return {replaced(name, value): replaced(inner, value) for name, inner in told_.items()}
    return type(told_)(replaced(inner, value) for inner in told_) if isinstance(told_, list | tuple) else told_


@pytest.mark.parametrize("place", PLACES)
def test_a_value_changes_nothing_but_itself(place: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    fields, render = PLACES[place]
    known = ("x", "y", *(["h"] if place.endswith(": host") else []))  # a format that is asserted refuses much by itself
    schema = {"type": "object", "properties": {name: CONFIG["properties"].get(name, {}) for name in known}}
    integration = open_one(tmp_path_factory.mktemp("place"), configSchema=schema, **fields)
    harmless = told(render(integration, SAFE))
    assert SAFE in repr(harmless)

    @settings(deadline=None, max_examples=60)
    @given(HOSTILE)
    def holds(value: str) -> None:
        try:
            made = render(integration, value)
        except (UnsafeValue, InvalidConfig, InvalidCredentials, InvalidInput):
            return
        assert told(made) == replaced(harmless, value)

    for value in NAMED:
        holds = example(value)(holds)
    holds()


@pytest.mark.parametrize("name", ["region", "service", "accessKeyId"])
def test_a_value_in_the_scope_of_a_signature(name: str, tmp_path: Path) -> None:
    parameters = {"region": "eu-west-1", "service": "sqs"} | ({} if name == "accessKeyId" else {name: "${config.x}"})
    fields = call({}, **custom(scheme="aws_sigv4", parameters=parameters))
    integration = open_one(tmp_path, **fields, configSchema=CONFIG)
    taken = []
    for value in (SAFE, *NAMED):
        given = {"accessKeyId": "A", "secretAccessKey": "s"} | ({name: value} if name == "accessKeyId" else {})
        try:
            made = integration.methods["ping"].request({}, given, {"x": value})
        except (UnsafeValue, InvalidConfig, InvalidCredentials):
            continue
        taken.append(value)
        scope = {"region": "eu-west-1", "service": "sqs", "accessKeyId": "A", name: value}
        start = re.escape(f"AWS4-HMAC-SHA256 Credential={scope['accessKeyId']}/")
        rest = re.escape(
            f"/{scope['region']}/{scope['service']}/aws4_request, SignedHeaders=host;x-amz-date, Signature="
        )
        assert re.fullmatch(start + "[0-9]{8}" + rest + "[0-9a-f]{64}", made.headers["Authorization"])
    assert taken == [SAFE, *(["@evil.com", "a@evil.com", "..", ".", "evil.com:80"] if name == "accessKeyId" else [])]
