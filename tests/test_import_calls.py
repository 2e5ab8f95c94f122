"""What imported definitions send: from a vendor's description to the request of a call."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from bundles import open_bundle
from connectory import InvalidInput, NotCallable, Token
from connectory.compiler.pipeline import check_files
from connectory.importers.importing import import_source
from connectory.importers.tally import Tally
from connectory.importers.write import WRITERS
from connectory.integration import Integration

OBJECT = {"type": "object", "additionalProperties": {"type": "string"}}
LIST = {"type": "array", "items": {"type": "string"}}
GRANT = {"authorizationUrl": "https://login.example.com/a", "tokenUrl": "https://login.example.com/t"}
OAUTH = {"type": "oauth2", "flows": {"authorizationCode": {**GRANT, "scopes": {"read": "Reads."}}}}
KEY = {"type": "apiKey", "in": "header", "name": "X-Key"}
TOKEN = Token(access_token="T")


class Imported(NamedTuple):
    definition: dict[str, Any]
    integration: Integration
    findings: dict[str, tuple[str, ...]]


def imported(tmp_path: Path, paths: dict[str, Any], format_: str = "openapi", **document: Any) -> Imported:
    """A description as a definition that passes every check, and in a bundle."""
    whole: dict[str, Any] = {"openapi": "3.0.3", "info": {"title": "Acme", "version": "1"}, "paths": paths}
    whole = {"servers": [{"url": "https://api.example.com/v1"}], **whole, **document} if format_ == "openapi" else paths
    source = tmp_path / "source.json"
    source.write_text(json.dumps(whole), encoding="utf-8")
    tally = Tally()
    made = import_source(format_, str(source), tally, id_="acme").definition
    file = tmp_path / "catalog" / "acme" / "1.0.0.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(WRITERS["yaml"](made), encoding="utf-8")
    assert [found.message for found in check_files([file]).diagnostics if found.severity == "error"] == []
    findings = {found.kind: found.examples for found in tally.findings()}
    return Imported(made, open_bundle(tmp_path, made).integration("acme"), findings)


def secured(*requirements: dict[str, Any], **schemes: Any) -> dict[str, Any]:
    return {"security": list(requirements), "components": {"securitySchemes": schemes}}


def got(**said: Any) -> dict[str, Any]:
    """The operation ``get``."""
    return {"get": {"operationId": "get", "responses": {"204": {"description": "ok"}}, **said}}


def parameter(name: str, place: str, schema: Any, **said: Any) -> dict[str, Any]:
    return {"name": name, "in": place, "schema": schema, "required": place == "path", **said}


@pytest.mark.parametrize(
    ("path", "said", "value", "url"),
    [
        ("/a", parameter("o", "query", OBJECT), {"x": "1", "y": "2"}, "/a?x=1&y=2"),
        ("/a", parameter("o", "query", {"type": "object"}), {"x": ["1", "2"], "y": {"z": 1}}, "/a?x=1&x=2&y%5Bz%5D=1"),
        ("/a", parameter("o", "query", OBJECT, explode=False), {"x": "1", "y": "2"}, "/a?o=x%2C1%2Cy%2C2"),
        ("/a", parameter("o", "query", OBJECT, style="pipeDelimited", explode=False), {"x": "1"}, "/a?o=x%7C1"),
        ("/a", parameter("o", "query", OBJECT, style="deepObject"), {"x": "1"}, "/a?o%5Bx%5D=1"),
        ("/a/{o}", parameter("o", "path", OBJECT), {"x": "1", "y": "2"}, "/a/x%2C1%2Cy%2C2"),
        ("/a/{o}", parameter("o", "path", {"type": "string"}, style="label"), "x", "/a/.x"),
        ("/a/{o}", parameter("o", "path", LIST, style="label"), ["x", "y"], "/a/.x%2Cy"),
        ("/a/{o}/b", parameter("o", "path", {"type": "string"}, style="matrix", explode=True), "x", "/a/;o=x/b"),
        ("/a/{o}/b", parameter("o", "path", LIST, style="matrix"), ["x", "y"], "/a/;o=x%2Cy/b"),
        ("/a/{o*}", parameter("o", "path", {"type": "string"}), "x/y", "/a/x/y"),
        ("/a/{o+}", parameter("o+", "path", {"type": "string"}), "x/y", "/a/x/y"),
        ("/a/{+o}/b", parameter("o", "path", {"type": "string"}), "x/y", "/a/x/y/b"),
        ("/a/{o:.+}", parameter("o", "path", {"type": "string"}), "x/y", "/a/x/y"),
        ("/a/{o}", parameter("o", "path", {"type": "string"}), "x/y", "/a/x%2Fy"),
    ],
)
def test_how_a_parameter_is_written(path: str, said: dict[str, Any], value: Any, url: str, tmp_path: Path) -> None:
    made = imported(tmp_path, {path: got(parameters=[said])})
    assert made.integration.methods["get"].request({"o": value}).url == f"https://api.example.com/v1{url}"
    assert not [kind for kind in made.findings if "way to write" in kind]


@pytest.mark.parametrize(
    ("place", "schema", "said"),
    [
        ("path", LIST, {"style": "label", "explode": True}),
        ("path", OBJECT, {"explode": True}),
        ("header", OBJECT, {"explode": True}),
        ("query", LIST, {"style": "simple"}),
    ],
)
def test_what_no_style_says_is_reported(place: str, schema: Any, said: dict[str, Any], tmp_path: Path) -> None:
    made = imported(
        tmp_path, {"/a/{o}" if place == "path" else "/a": got(parameters=[parameter("o", place, schema, **said)])}
    )
    kind = "way to write a list or an object in a parameter; the definition does not say it"
    assert made.findings[kind] == (f"GET {'/a/{o}' if place == 'path' else '/a'}: o",)


def test_a_list_that_is_said_to_be_an_object(tmp_path: Path) -> None:
    said = parameter("o", "query", LIST, style="deepObject")
    form = {"type": "object", "properties": {"l": LIST}}
    media = {"schema": form, "encoding": {"l": {"style": "deepObject"}}}
    body = {"required": True, "content": {"application/x-www-form-urlencoded": media}}
    made = imported(
        tmp_path,
        {"/a": {**got(parameters=[said]), "post": {**got()["get"], "operationId": "post", "requestBody": body}}},
    )
    methods = made.integration.methods
    assert methods["get"].request({"o": ["x", "y"]}).url.endswith("/a?o%5B0%5D=x&o%5B1%5D=y")
    assert methods["post"].request({"l": ["x", "y"]}).body == b"l%5B0%5D=x&l%5B1%5D=y"
    kind = "list in style deepObject, which OpenAPI has for objects; its items are a[0], a[1]"
    assert made.findings[kind] == ("GET /a: o", "POST /a: l")


def test_a_segment_of_a_deep_path_leads_nowhere_else(tmp_path: Path) -> None:
    method = imported(tmp_path, {"/a/{o*}": got(parameters=[parameter("o", "path", {"type": "string"})])}).integration
    with pytest.raises(InvalidInput, match=r"cannot be empty, \. or \.\."):
        method.methods["get"].request({"o": "x/../y"})


def test_a_cookie_that_is_an_input_beside_the_key(tmp_path: Path) -> None:
    said = secured({"key": [], "other": []}, **{
        name: {"type": "apiKey", "in": "cookie", "name": name.upper()} for name in ("key", "other")
    })  # fmt: skip
    cookies = [parameter("id", "cookie", {"type": "string"}), parameter("KEY2", "cookie", {"type": "string"})]
    made = imported(tmp_path, {"/a": got(parameters=cookies)}, **said)
    request = made.integration.methods["get"].request({"id": "7", "KEY2": "x"}, {"key": "K", "other": "O"})
    assert request.header("Cookie") == "KEY2=x; id=7; KEY=K; OTHER=O"


@pytest.mark.parametrize("scheme", ["digest", "hoba"])
def test_authentication_that_nothing_does(scheme: str, tmp_path: Path) -> None:
    made = imported(tmp_path, {"/a": got()}, **secured({"it": []}, it={"type": "http", "scheme": scheme}))
    kind = "HTTP authentication that no call does by itself; its scheme is named"
    assert made.findings[kind] == (f"security scheme it: {scheme}",)
    with pytest.raises(NotCallable, match=f"does not say how '{scheme}' authenticates requests"):
        made.integration.methods["get"].request({}, {"username": "u", "password": "p"})


def test_flows_that_are_left_out(tmp_path: Path) -> None:
    flows = {"deviceAuthorization": {**GRANT, "scopes": {}}, "implicit": {**GRANT, "scopes": {}}}
    scheme = {"type": "oauth2", "flows": {**OAUTH["flows"], **flows}}  # type: ignore[dict-item]  # a mapping
    made = imported(tmp_path, {"/a": got()}, **secured({"it": []}, it=scheme))
    assert made.findings["OAuth 2 flow deviceAuthorization, which a definition cannot say; left out"]
    assert made.findings["OAuth 2 flow implicit, which is not to be used any more; left out"]


@pytest.mark.parametrize(
    ("server", "url", "config"),
    [
        ("https://files.example.com/v2", "https://files.example.com/v2/a", {}),
        ("/v2", "https://api.example.com/v2/a", {}),
        ("v2/", "https://api.example.com/v1/v2/a", {}),
        ("https://{region}.files.example.com", "https://eu.files.example.com/a", {}),
        ("https://{shop}.files.example.com", "https://s.files.example.com/a", {"shop": "s"}),
        ("http://files.example.com", "https://files.example.com/a", {}),
    ],
)
def test_the_address_of_one_operation(server: str, url: str, config: dict[str, Any], tmp_path: Path) -> None:
    servers = [{"url": server, "variables": {"region": {"default": "eu"}}}]
    other = {"get": {"operationId": "other", "responses": {"204": {"description": "ok"}}}}
    integration = imported(tmp_path, {"/a": got(servers=servers), "/b": other}).integration
    assert integration.methods["get"].request({}, config=config).url == url
    assert integration.methods["other"].request({}).url == "https://api.example.com/v1/b"


def test_addresses_of_operations_share_their_configuration(tmp_path: Path) -> None:
    def at(name: str, default: str) -> dict[str, Any]:
        server = {"url": "https://{region}.x.example.com", "variables": {"region": {"default": default}}}
        return {"get": {"operationId": name, "servers": [server], "responses": {"204": {"description": "ok"}}}}

    server = {"url": "https://{region}.example.com", "variables": {"region": {"default": "eu"}}}
    paths = {"/a": at("a", "us"), "/b": at("b", "us"), "/c": at("c", "eu"), "/d": at("d", "eu")}
    del paths["/d"]["get"]["servers"][0]["variables"]
    made = imported(tmp_path, paths, servers=[server])
    assert {name: said["default"] for name, said in made.definition["configSchema"]["properties"].items()} == {
        "region": "eu",
        "region_2": "us",
    }
    urls = [made.integration.methods[name].request({}, config={"region": "de"}).url for name in "abcd"]
    assert urls == [
        f"https://{name}.x.example.com/{path}" for name, path in zip(("us", "us", "de", "de"), "abcd", strict=True)
    ]


def test_a_host_that_an_input_of_aws_starts(tmp_path: Path) -> None:
    member = {"shape": "Id", "documentation": "<p>The account.</p>", "hostLabel": True}
    model = {
        "metadata": {"protocol": "rest-json", "endpointPrefix": "acme", "serviceId": "Acme", "signatureVersion": "v4"},
        "operations": {
            "GetIt": {
                "http": {"method": "GET", "requestUri": "/it"},
                "input": {"shape": "Asked"},
                "endpoint": {"hostPrefix": "{AccountId}."},
            }
        },
        "shapes": {
            "Asked": {"type": "structure", "required": ["AccountId"], "members": {"AccountId": member}},
            "Id": {"type": "string"},
        },
    }
    made = imported(tmp_path, model, "botocore")
    assert made.definition["configSchema"]["properties"]["account_id"] == {
        "type": "string",
        "minLength": 1,
        "description": "The account.",
    }
    assert made.definition["methods"][0]["http"]["baseUrl"] == (
        "https://${config.account_id}.acme.${config.region}.amazonaws.com"
    )
    assert made.definition["configSchema"]["required"] == ["region"]
    assert made.findings["host that depends on an input; it is configuration"] == ("GetIt: {AccountId}.",)


def test_a_key_beside_a_token(tmp_path: Path) -> None:
    made = imported(tmp_path, {"/a": got()}, **secured({"o": ["read"], "k": []}, o=OAUTH, k=KEY))
    assert made.integration.auth.credentials_schema["required"] == ["clientId", "clientSecret", "apiKey"]
    request = made.integration.methods["get"].request({}, {"apiKey": "K"}, token=TOKEN)
    assert (request.header("Authorization"), request.header("X-Key")) == ("Bearer T", "K")
    assert "alternativeAuth" not in made.definition
    assert not [kind for kind in made.findings if "beside another one" in kind]


def test_keys_beside_a_token_that_it_cannot_carry(tmp_path: Path) -> None:
    query = {"type": "apiKey", "in": "query", "name": "k"}
    made = imported(tmp_path, {"/a": got()}, **secured({"o": [], "k": [], "l": []}, {"k": []}, o=OAUTH, k=query, l=KEY))
    kind = "security scheme that a call needs beside another one, which is kept; left out"
    assert made.findings[kind] == ("o and k",)
    assert made.definition["oauth2Config"]["additionalHeaders"] == {"X-Key": "${credentials.apiKey}"}
    assert [way["id"] for way in made.definition["alternativeAuth"]] == ["k"]


def test_a_key_beside_a_password(tmp_path: Path) -> None:
    basic = {"type": "http", "scheme": "basic"}
    made = imported(tmp_path, {"/a": got()}, **secured({"b": [], "k": []}, b=basic, k=KEY))
    credentials = {"username": "u", "password": "p", "k": "K"}
    made.integration.auth.check_credentials(credentials)
    request = made.integration.methods["get"].request({}, credentials)
    assert (request.header("Authorization"), request.header("X-Key")) == ("Basic dTpw", "K")


@pytest.mark.parametrize(
    ("name", "schema", "is_fixed"),
    [
        ("X-Client", {"type": "string"}, True),
        ("X-Account-Id", {"type": "integer"}, True),
        ("X-Level", {"type": "integer", "enum": [3]}, True),
        ("Date", {"type": "string"}, False),
        ("X-Signature", {"type": "string"}, False),
        ("X-Limit", {"type": "string"}, False),
        ("X-Sent", {"type": "string", "format": "date-time"}, False),
        ("X-Level", {"type": "integer"}, False),
    ],
)
def test_which_headers_are_configuration(name: str, schema: Any, is_fixed: bool, tmp_path: Path) -> None:
    header = {"name": name, "in": "header", "required": True, "schema": schema}
    said = {"parameters": [header], "responses": {"204": {"description": "ok"}}}
    definition = imported(tmp_path, {"/a": {"get": said}, "/b": {"get": said}}).definition
    assert ("headers" in definition) is is_fixed
    assert ("headers" not in definition["methods"][0]["http"]) is is_fixed


def test_which_ways_to_sign_in_an_operation_takes(tmp_path: Path) -> None:
    def flows(**scopes: str) -> dict[str, Any]:
        return {"type": "oauth2", "flows": {"authorizationCode": {**GRANT, "scopes": scopes}}}

    schemes = {
        "o1": flows(r="Reads."),
        "o2": {**flows(), "description": "Another."},
        "k": KEY,
        "default": {**KEY, "name": "D"},
    }
    schemes["o2"]["flows"]["authorizationCode"]["tokenUrl"] = "https://login.example.com/other"
    security: dict[str, Any] = {
        "usual": None,
        "same": [{"o1": ["r"]}],
        "a": [{"o1": ["r", "w"]}],
        "b": [{"o2": ["x"]}],
        "c": [{"k": []}],
        "e": [{"k": [], "default": []}],
        "f": [{"k": []}, {"o2": ["y"]}, {"o1": ["r"]}],
        "login": [],
        "none": [{}],
        "either": [{}, {"k": []}],
    }
    said = {name: {} if one is None else {"security": one} for name, one in security.items()}
    paths = {
        f"/{name}": {"get": {"operationId": name, "responses": {"204": {"description": "ok"}}, **one}}
        for name, one in said.items()
    }
    made = imported(tmp_path, paths, **secured({"o1": ["r"]}, **schemes))
    methods = {one["id"]: (one.get("auth"), one.get("scopes")) for one in made.definition["methods"]}
    assert methods == {
        "usual": (None, {"allOf": ["r"]}),
        "same": (None, {"allOf": ["r"]}),
        "a": (None, {"allOf": ["r", "w"]}),
        "b": (["o2"], {"allOf": ["x"]}),
        "c": (["k"], None),
        "e": (["default_and_k"], None),
        "f": (["default", "k", "o2"], {"allOf": ["r"]}),
        "login": ([], None),
        "none": ([], None),
        "either": (["k"], None),
    }
    assert made.definition["oauth2Config"]["scopes"] == ["r"]
    ways = {way["id"]: way.get("oauth2Config", {}).get("scopes") for way in made.definition["alternativeAuth"]}
    assert ways == {"k": None, "default_and_k": None, "o2": ["x", "y"]}
    kind = "operation that can be called without signing in, too; the definition does not say it"
    assert made.findings[kind] == ("GET /either",)
    request = made.integration.methods["e"].request({}, {"k": "K", "default": "D"})
    assert (request.header("X-Key"), request.header("D")) == ("K", "D")
    assert made.integration.methods["login"].request({}).headers == {}


def test_a_way_to_sign_in_that_is_left_out(tmp_path: Path) -> None:
    schemes = {"m": {"type": "mutualTLS"}, "k": KEY}
    made = imported(
        tmp_path, {"/a": got(security=[{"m": []}]), "/b": {"get": {"security": [{"k": []}]}}}, **secured(**schemes)
    )
    assert made.findings["operation whose ways to sign in are all left out; the definition has others"] == ("GET /a",)
    assert "auth" not in made.definition["methods"][0]


@pytest.mark.parametrize(("open_", "is_meant"), [(1, True), (2, False)])
def test_security_that_most_operations_lack(open_: int, is_meant: bool, tmp_path: Path) -> None:
    paths = {f"/{name}": got(operationId=name) for name in "abc"}
    for name in "abc"[:open_]:
        paths[f"/{name}"]["get"]["security"] = []
    made = imported(tmp_path, paths, **secured({"k": []}, k=KEY))
    assert made.integration.methods["a"].auth == (() if is_meant else None)
    kind = "operation without security, as most, where the document has one; taken as the document's"
    assert made.findings.get(kind) == (None if is_meant else ("GET /a", "GET /b"))
