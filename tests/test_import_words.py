"""What importers make of titles, descriptions, addresses and sign-ins, as tables."""

from __future__ import annotations

import json
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest
import yaml

from connectory.cli import cli
from connectory.importers.naming import integration_id, snake_case
from connectory.importers.prose import plain, shortened
from connectory.importers.servers import of_servers, of_swagger
from connectory.importers.signin import sign_ins
from connectory.importers.tally import Tally


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("SendGrid Mail API v3",), "sendgrid_mail"),
        (("GitLab’s REST API documentation",), "gitlab"),
        (("Swagger Petstore",), "petstore"),
        (("Acme API 2.0",), "acme"),
        (("Route 53",), "route_53"),
        (("The API Reference", "cohere", "openapi"), "cohere"),
        (("FastAPI", "", "openapi"), ""),
    ],
)
def test_integration_id(names: tuple[str, ...], expected: str) -> None:
    assert integration_id(*names) == expected


def test_oauth_is_one_word() -> None:
    assert snake_case("oAuthAuthorize") == "oauth_authorize"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("As JSON of `map[string][]string`, such as `*a*`", "As JSON of map[string][]string, such as *a*"),
        ('Send:\n```json\n{"a": [1][0], "b": *x*}\n```\nand wait', 'Send: {"a": [1][0], "b": *x*} and wait'),
        (
            "> [!NOTE]\n> Only for _admins_; see <https://x.example/a_b_c>.",
            "Note: Only for admins; see https://x.example/a_b_c.",
        ),
        ("Up to 5.\n> Never more.", "Up to 5. Never more."),
        ("<table><tr><th>A</th><th>B</th></tr><tr><td>x</td><td>y</td></tr></table>", "A | B\nx | y"),
        ("| A | B |\n|---|---|\n| x | y |", "A | B\nx | y"),
        (r"the path \"/x\" or a\_b", 'the path "/x" or a_b'),
        ("[`attach`](https://x.example) and __init__ of snake_case_names", "attach and init of snake_case_names"),
    ],
)
def test_plain_text(text: str, expected: str) -> None:
    assert plain(text) == expected


def test_a_text_is_not_cut_behind_an_abbreviation() -> None:
    text = "Takes a name. It may be short, e.g. two letters, or as long as anybody likes it to be"
    assert shortened(text, 37) == "Takes a name."


_SANDBOX = {"url": "https://api.sandbox.example.com/v1", "description": "For trials."}
_HOST = {"type": "string", "format": "hostname", "minLength": 1, "description": "The host name of the service."}
_LIVE = {"url": "https://api.example.com/v1/", "description": "Live"}


@pytest.mark.parametrize(
    ("servers", "url", "config"),
    [
        (
            [_SANDBOX, _LIVE],
            "https://${config.host}/v1",
            {
                "host": {
                    "type": "string",
                    "format": "hostname",
                    "enum": ["api.sandbox.example.com", "api.example.com"],
                    "default": "api.example.com",
                    "description": "The host of the service. "
                    "api.sandbox.example.com: For trials; api.example.com: Live",
                }
            },
        ),
        ([_SANDBOX, {"url": "https://api.example.com/v2"}], "https://api.example.com/v2", {}),
        (
            [{"url": "https://{tenant}:8080/{area}/{area}", "variables": {"area": {"default": "eu", "enum": ["eu"]}}}],
            "https://${config.tenant}:8080/${config.area}/${config.area}",
            {
                "tenant": {"type": "string", "minLength": 1, "format": "hostname"},
                "area": {"type": "string", "minLength": 1, "enum": ["eu"], "default": "eu"},
            },
        ),
        (
            [{"url": "{scheme}://{host}/", "variables": {"host": {"default": "localhost:9200"}}}],
            "https://${config.host}:${config.port}",
            {
                "host": {"type": "string", "minLength": 1, "format": "hostname", "default": "localhost"},
                "port": {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": 65535,
                    "default": 9200,
                    "description": "The port of the service.",
                },
            },
        ),
        (
            [{"url": "/v1"}],
            "https://${config.host}:${config.port}/v1",
            {
                "host": _HOST,
                "port": {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": 65535,
                    "default": 443,
                    "description": "The port of the service.",
                },
            },
        ),
    ],
    ids=["hosts-differ", "more-differs", "variables", "port-in-default", "no-host"],
)
def test_servers(servers: list[dict[str, Any]], url: str, config: dict[str, Any]) -> None:
    assert of_servers(servers, Tally(), "#/servers") == (url, config)


_WRITTEN = "variable of an address that is more than one part of it; its default is written"
_HTTP = "address of http, which anybody on the way can read; https is converted"
_CHOSEN = "host that a variable would choose; the host is configuration"
_NONE = "address of a server that is none; the host is configuration"
_TEXT = {"type": "string", "minLength": 1}


def _choice(of: str, values: list[str], default: str | None, **more: Any) -> dict[str, Any]:
    described = {"default": default} if default is not None else {}
    return {of: {"type": "string", "enum": values, "description": f"The {of} of the service.", **described, **more}}


def _server(url: str, /, **variables: Any) -> dict[str, Any]:
    """A server; a list is the values of a variable, the first one its default unless that is None."""
    said = {
        name: {"default": value}
        if isinstance(value, str)
        else {"enum": [one for one in value if one is not None]}
        | ({"default": value[0]} if value[0] is not None else {})
        for name, value in variables.items()
    }
    return {"url": url, "variables": said}


@pytest.mark.parametrize(
    ("server", "url", "config", "kinds"),
    [
        (_server("https://x.example.com{path}", path="/api/v1"), "https://x.example.com/api/v1", {}, [_WRITTEN]),
        (_server("https://x.example.com/{path}", path="api/v1"), "https://x.example.com/api/v1", {}, [_WRITTEN]),
        (_server("https://x.example.com/{path}/v2/", path=""), "https://x.example.com/v2", {}, [_WRITTEN]),
        (_server("https://x.example.com/{path}", path="v1"), "https://x.example.com/${config.path}",
         {"path": {**_TEXT, "default": "v1"}}, []),
        (_server("https://{sub}.x.example.com{path}", sub="api", path="/v1"), "https://${config.sub}.x.example.com/v1",
         {"sub": {**_TEXT, "default": "api"}}, [_WRITTEN]),
        (_server("{protocol}://{server}{path}", protocol="https", server="x.example.com", path="/v2"),
         "https://${config.server}/v2", {"server": {**_TEXT, "format": "hostname", "default": "x.example.com"}},
         [_WRITTEN]),
        (_server("https://{server}/v1", server=["x.example.com:8443", "y.example.com"]), "https://${config.server}/v1",
         {"server": {**_TEXT, "enum": ["x.example.com:8443", "y.example.com"], "default": "x.example.com:8443"}}, []),
        (_server("https://{env}api.example.com/v1", env=["", "test-"]), "https://${config.host}/v1",
         _choice("host", ["api.example.com", "test-api.example.com"], "api.example.com", format="hostname"), []),
        (_server("https://{env}api.example.com", env=[None, "", "test-"]), "https://${config.host}",
         _choice("host", ["api.example.com", "test-api.example.com"], None, format="hostname"), []),
        (_server("https://{env}{region}.example.com", env=["", "test-"], region=["eu", "us"]), "https://${config.host}",
         _choice("host", ["eu.example.com", "us.example.com", "test-eu.example.com", "test-us.example.com"],
                 "eu.example.com", format="hostname"), []),
        (_server("https://{env}{region}.example.com", env=["", "test-"], region="eu"),
         "https://${config.region}.example.com", {"region": {**_TEXT, "default": "eu"}}, [_WRITTEN]),
        (_server("https://x.example.com{base}", base=["", "/beta"]), "https://x.example.com/${config.path}",
         _choice("path", ["", "beta"], ""), []),
        (_server("https://x.example.com/{base}/v1", base=["", "beta"]), "https://x.example.com/${config.path}",
         _choice("path", ["v1", "beta/v1"], "v1"), []),
        (_server("{url}", url="https://x.example.com/v1"), "https://x.example.com/v1", {}, []),
        (_server("{url}/v1", url=["https://x.example.com", "http://y.example.com"]), "https://${config.host}/v1",
         _choice("host", ["x.example.com", "y.example.com"], "x.example.com", format="hostname"), [_HTTP]),
        (_server("https://x.example.com:{port}/", port=""), "https://x.example.com", {}, [_WRITTEN]),
        (_server("https://{region}.{domain}", region="eu", domain="x.example"), "https://${config.host}",
         {"host": {**_HOST, "default": "eu.x.example"}}, [_CHOSEN]),
        (_server("https://x.example.com{path}"), "https://${config.host}", {"host": _HOST}, [_CHOSEN]),
        (_server("{a}{b}", a="{b}", b="{a}"), "https://${config.host}", {"host": _HOST}, [_NONE]),
        (_server("https://x.example.com/" + "".join(f"{{v{n}}}" for n in range(60))), "https://${config.host}",
         {"host": _HOST}, [_NONE]),
        (_server("http://x.example.com:80/v1"), "https://x.example.com/v1", {}, [_HTTP]),
        (_server("{scheme}://x.example.com", scheme=["http"]), "https://x.example.com", {}, [_HTTP]),
        (_server("http://localhost:8080/v1"), "http://localhost:8080/v1", {}, []),
    ],
)  # fmt: skip
def test_variables_of_a_server(server: dict[str, Any], url: str, config: dict[str, Any], kinds: list[str]) -> None:
    tally = Tally()
    assert of_servers([server], tally, "#/servers") == (url, config)
    assert [found.kind for found in tally.findings()] == kinds


@pytest.mark.parametrize(
    ("server", "made"),
    [
        (_server("http://x.example.com{p}", p=["/a", "/b/c", "/d"]), "https://x.example.com/${config.path}"),
        (_server("http://x.example.com:80{p}", p=["", "/b", "/c/d"]), "https://x.example.com/${config.path}"),
        (_server("http://{h}/{p}", h=["a.example.com", "b.example.com"], p=["a/b", "c"]), "https://${config.h}/${config.p}"),
        (_server("http://{h}{p}", h=["a.example/c", "b.example"], p=["/b", "/c/d"]), "https://a.example/c${config.p}"),
    ],
)  # fmt: skip
def test_one_address_of_http_counts_once(server: dict[str, Any], made: str) -> None:
    tally = Tally()
    assert of_servers([server], tally, "#/servers").url == made
    assert [found.count for found in tally.findings() if found.kind == _HTTP] == [1]


def test_http_alone_is_https() -> None:
    tally = Tally()
    assert of_swagger({"schemes": ["http"], "host": "x.example.com"}, tally) == ("https://x.example.com", {})
    servers = [{"url": "http://a.example.com"}, {"url": "http://b.example.com"}]
    assert of_servers(servers, tally, "#/servers").url == "https://${config.host}"
    assert [(found.kind, found.count) for found in tally.findings()] == [(_HTTP, 2)]


def test_the_server_of_an_operation_is_one() -> None:
    assert of_servers([_SANDBOX, _LIVE], Tally(), "#/servers", one=True) == ("https://api.example.com/v1", {})


def test_the_address_of_swagger() -> None:
    said = {"schemes": ["http", "https"], "host": "{shop}.example.com", "basePath": "/v1/"}
    assert of_swagger(said, Tally()) == (
        "https://${config.shop}.example.com/v1",
        {"shop": {"type": "string", "minLength": 1}},
    )


_BEARER = {"in": "header", "name": "Authorization", "valueTemplate": "Bearer ${credentials.apiKey}"}


@pytest.mark.parametrize(
    ("scheme", "auth_type", "config"),
    [
        ({"type": "oauth2", "flow": "implicit", "authorizationUrl": "https://x.example"}, "apikey", _BEARER),
        ({"type": "openIdConnect", "openIdConnectUrl": "https://x.example"}, "apikey", _BEARER),
        (
            {"type": "oauth2", "flows": {"password": {"tokenUrl": "token", "scopes": {}}}},
            "custom",
            {
                "scheme": "two_step",
                "parametersSchema": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["username", "password"],
                    "properties": {"username": {"type": "string"}, "password": {"type": "string", "writeOnly": True}},
                },
                "apply": {"headers": {"Authorization": "Bearer ${token.accessToken}"}},
                "tokenRequest": {
                    "url": "https://api.example.com/v1/token",
                    "bodyFormat": "form",
                    "body": {
                        "grant_type": "password",
                        "username": "${credentials.username}",
                        "password": "${credentials.password}",
                    },
                },
            },
        ),
    ],
    ids=["implicit", "openid", "password"],
)
def test_sign_in(scheme: dict[str, Any], auth_type: str, config: dict[str, Any]) -> None:
    ways = sign_ins({"scheme": scheme}, [["scheme"]], "https://api.example.com/v1", Tally())
    assert [(way.auth_type, way.config) for way in ways] == [(auth_type, config)]


def test_references_stay_inside_the_root(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "apis" / "v1").mkdir(parents=True)
    (tmp_path / "common.yaml").write_text("limit: {type: integer, maximum: 50}")
    source = tmp_path / "apis" / "v1" / "acme.yaml"
    source.write_text(
        "swagger: '2.0'\ninfo: {title: Acme, version: '1'}\nhost: acme.example.com\npaths:\n  /a:\n    post:\n"
        "      parameters: [{name: body, in: body, schema: {$ref: '../../common.yaml#/limit'}}]\n"
        "      responses: {200: {description: A}}\n"
    )
    command = ["import", "openapi", str(source), "--out", "-"]

    def shown(*arguments: str) -> tuple[bool, str]:
        assert cli.main([*command, *arguments], standalone_mode=False) == 0
        out, err = capsys.readouterr()
        return "maximum: 50" in out, next((line[10:] for line in err.splitlines() if "reference" in line), "")

    where = "  (such as #/paths/~1a/post/parameters/0/schema: ../../common.yaml#/limit)"
    refused = "reference that leads out of the folder {!r} (--root names another); anything is accepted"
    assert shown() == (False, refused.format("v1") + where)
    assert shown("--root", str(tmp_path)) == (True, "")
    assert shown("--root", str(tmp_path / "apis" / "v1" / "..")) == (False, refused.format("apis") + where)
    (tmp_path / "other").mkdir()
    assert cli.main([*command, "--root", str(tmp_path / "other")], standalone_mode=False) == 1
    assert "acme.yaml does not lie in the folder" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "text", "asked", "message"),
    [
        (
            "a.html",
            "<!DOCTYPE html><p>Sign in</p>",
            "openapi a.html",
            "it is a web page; download the description that",
        ),
        ("a.json", '{"info": {"_postman_id": "1"}}', "openapi a.json", "it is a Postman collection; export the API"),
        (
            "a.json",
            '{"info": {"schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"}, "item": []}',
            "openapi a.json",
            "it is a Postman collection; export the API",
        ),
        ("a.raml", "#%RAML 1.0\ntitle: A\n/a: {get: {}}", "openapi a.raml", "it is a RAML document; export the API"),
        (
            "a.graphql",
            "type Query {\n  a(id: ID!): String\n}\n",
            "openapi a.graphql",
            "a.graphql: it looks like a GraphQL schema, which is not read here",
        ),
        (
            "a.json",
            '{"openapi": "4.0.0", "paths": {}}',
            "openapi a.json",
            "version '4.0.0'; 2.0 and 3.0 to 3.2 are read",
        ),
        ("a.json", '{"name": "acme"}', "openapi a.json", "it has no 'openapi' or 'swagger' with a version at its top"),
        ("a.json", '{"openapi": "3.0.0", "pa', "openapi a.json", "it ends too early; is it whole? (line 1, column 22)"),
        ("acme.yaml", "{}", "openapi acme.yml", "there is no file 'acme.yml'; did you mean 'acme.yaml'?"),
        (
            "a.json",
            "{}",
            "openapi https://x.example/a.json",
            "nothing is read from the network; download 'https://x.ex",
        ),
        ("a.json", "{}", "discovery calendar.v9", "nor is it the name of a document in an installed google-api-py"),
        (
            "a.json",
            "{}",
            "openapi a.json --id Big.One",
            "give an --id of lower-case letters, digits, _ and -, such as 'b",
        ),
        ("a.json", "{x: Big One}", "openapi b.yaml --names a.json", "not 'Big One', such as 'big_one'"),
    ],
)
def test_messages(
    name: str,
    text: str,
    asked: str,
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "b.yaml").write_text("openapi: 3.0.0\ninfo: {title: A}\npaths: {/a: {get: {operationId: x}}}")
    if "--id" in asked:
        text = (tmp_path / "b.yaml").read_text()
    (tmp_path / name).write_text(text)
    assert cli.main(["import", *asked.split(" ")], standalone_mode=False) == 1
    assert message in capsys.readouterr().err


def test_references_to_what_is_called_so_stay_in_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    schemas = (
        "{Tree: {$id: 'https://x.example/tree', type: object, properties: {more: {$ref: 'https://x.example/tree'}, "
        "name: {$ref: 'https://x.example/tree#/$defs/Name'}}, $defs: {Name: {type: string, maxLength: 7}}}}"
    )
    made, _ = _imported(
        tmp_path,
        capsys,
        f"openapi: 3.1.0\ninfo: {{title: Acme}}\nservers: [{{url: 'https://x.example'}}]\npaths:\n  /a:\n    post:\n"
        "      responses: {200: {content: {application/json: {schema: {$ref: 'https://x.example/tree'}}}}}\n"
        f"components: {{schemas: {schemas}}}\n",
    )
    assert made["$defs"] == {
        "Name": {"type": "string", "maxLength": 7},
        "Tree": {"type": "object", "properties": {"more": {"$ref": "#/$defs/Tree"}, "name": {"$ref": "#/$defs/Name"}}},
    }


def test_a_path_that_lies_nowhere_is_skipped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    get = "get: {responses: {204: {description: A}}}"
    _, report = _imported(
        tmp_path,
        capsys,
        "openapi: 3.0.0\ninfo: {title: A}\npaths:\n  /a: {$ref: 'https://x.example/a.yaml'}\n"
        f"  /b: {{$ref: 'gone.yaml', {get}}}\n  /c: {{get: {{$ref: '#/gone'}}}}\n",
    )
    assert report.splitlines()[1:5] == [
        "4 operations found: 1 converted, 3 skipped",
        "  skipped /a: the reference 'https://x.example/a.yaml' leads to the network, where nothing is read",
        "  skipped /b: the reference 'gone.yaml' leads nowhere",
        "  skipped GET /c: the reference '#/gone' leads nowhere",
    ]


def test_what_was_not_asked_for_is_not_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "a.yaml"
    operation = "{responses: {200: {description: A}}}"
    source.write_text(
        f"openapi: 3.0.0\ninfo: {{title: A}}\npaths: {{'/a/{{b}}': {{get: {operation}, put: {operation}}}}}"
    )
    arguments = ["import", "openapi", str(source), "--select", "PUT *", "--out", "-"]
    assert cli.main(arguments, standalone_mode=False) == 0
    report = capsys.readouterr().err
    assert "1  path parameter that is not declared; taken as text  (such as PUT /a/{b}: b)" in report
    assert "GET" not in report


def _imported(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str) -> tuple[Any, str]:
    """What is made of a document, and the report."""
    source = tmp_path / "source.yaml"
    source.write_text(text, encoding="utf-8")
    assert cli.main(["import", "openapi", str(source), "--out", "-"], standalone_mode=False) == 0
    out, err = capsys.readouterr()
    return yaml.safe_load(out), err


def test_headers_that_every_call_carries(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    parameters = (
        "[{name: User-Agent, in: header, required: true, schema: {type: string}}, {name: X-Acme-Authentication, "
        "in: header, required: true, description: Authenticates the caller., schema: {type: string}}]"
    )
    operation = f"{{parameters: {parameters}, responses: {{200: {{description: A}}}}}}"
    made, _ = _imported(
        tmp_path,
        capsys,
        f"openapi: 3.0.0\ninfo: {{title: Acme}}\nservers: [{{url: 'https://x.example'}}]\n"
        f"paths: {{/a: {{get: {operation}}}, /b: {{get: {operation}}}}}",
    )
    assert made["apiKeyConfig"] == {"in": "header", "name": "X-Acme-Authentication"}
    assert made["headers"] == {"User-Agent": "${config.user_agent}"}
    assert [method["inputSchema"]["properties"] for method in made["methods"]] == [{}, {}]


def test_what_swagger_says_of_a_body(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made, _ = _imported(
        tmp_path,
        capsys,
        "swagger: '2.0'\ninfo: {title: Acme}\nhost: x.example\npaths:\n  /a:\n    put:\n"
        "      consumes: [application/x-tar]\n      responses: {200: {description: A}}\n      parameters:\n"
        "        - {name: archive, in: body, description: What to unpack., schema: {type: string, format: binary}}\n",
    )
    assert made["methods"][0]["inputSchema"]["properties"]["body"] == {
        "type": "string",
        "contentEncoding": "base64",
        "contentMediaType": "application/x-tar",
        "description": "What to unpack.",
    }


def test_keys_are_not_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key = "AKIA" + "Q7RZ2MXK5TWB4NVC"
    drawn = "8vJ2kQ9xLm4Rt7" + "Wz3Ypc"
    made, _ = _imported(
        tmp_path,
        capsys,
        "openapi: 3.0.0\ninfo: {title: Acme}\nservers: [{url: 'https://x.example'}]\npaths:\n  /a:\n    post:\n"
        f"      description: Such as {key}.\n      responses: {{204: {{description: A}}}}\n      requestBody:\n"
        "        required: true\n        content:\n          application/json:\n            schema:\n"
        f"              type: object\n              properties:\n"
        f"                who: {{type: object, example: {{id: {key}}}}}\n"
        f"                password: {{type: string, example: {drawn}}}\n"
        f"                name: {{type: string, example: {drawn}}}\n",
    )
    method = made["methods"][0]
    assert method["description"] == "Such as …."
    assert method["inputSchema"]["properties"] == {
        "who": {"type": "object"},
        "password": {"type": "string"},
        "name": {"type": "string", "examples": [drawn]},
    }


@pytest.mark.parametrize(
    ("closed", "branches"),
    [
        ("additionalProperties: false, ", [{"required": ["a"]}]),
        ("", [{"required": ["a"]}, {"required": ["b"], "properties": {"b": {}}}]),
    ],
    ids=["closed", "open"],
)
def test_an_alternative_that_requires_what_nothing_declares(
    closed: str, branches: list[Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made, _ = _imported(
        tmp_path,
        capsys,
        "openapi: 3.0.0\ninfo: {title: Acme}\nservers: [{url: 'https://x.example'}]\npaths:\n  /a:\n    post:\n"
        "      responses: {204: {description: A}}\n      requestBody:\n        required: true\n        content:\n"
        f"          application/json:\n            schema: {{type: object, {closed}"
        "properties: {a: {type: string}}, oneOf: [{required: [a]}, {required: [b]}]}\n",
    )
    assert made["methods"][0]["inputSchema"]["properties"]["body"]["oneOf"] == branches


def test_the_standard_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tools = b'{"tools": [{"name": "1st", "inputSchema": {"type": "object"}}]}'

    def run(*arguments: str) -> int:
        monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(tools)))
        found: int = cli.main(["import", "mcp", "-", "--out", "-", *arguments], standalone_mode=False)
        return found

    assert run("--id", "acme") == 0
    out, err = capsys.readouterr()
    assert yaml.safe_load(out)["methods"][0]["id"] == "call_1st"
    assert err.splitlines()[1] == "1 operation found: 1 converted, 0 skipped"
    assert run() == 1
    assert capsys.readouterr().err == "connectory: give an --id: what stands in the standard input has no name\n"
    assert cli.main(["import", "mcp", "/dev/null"], standalone_mode=False) == 1
    assert capsys.readouterr().err == "connectory: null is not a regular file; - reads the standard input\n"


@pytest.mark.parametrize(
    ("title", "name", "id_"),
    [
        ("日本語 API", "日本語 API", "example"),
        ("API", "API", "example"),
        ("v1", "v1", "example"),
        ("Bodies & <i>Things</i>", "Bodies & Things", "bodies_things"),
        ("One<br/>Two", "One Two", "one_two"),
    ],
)
def test_titles(title: str, name: str, id_: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = {
        "openapi": "3.0.0",
        "info": {"$ref": "#/x-info"},
        "x-info": {"title": title, "version": "1"},
        "servers": [{"url": "https://api.example.com"}],
        "paths": {"/a": {"get": {}}},
    }
    made, report = _imported(tmp_path, capsys, json.dumps(document, ensure_ascii=False))
    assert (made["name"], made["integrationId"]) == (name, id_)
    guessed = "title that makes no id; the integrationId is from the server's address or the name of the file (--id)"
    assert (guessed in report) == (id_ == "example")
    assert made["metadata"]["sources"] == [{"name": f"OpenAPI 3.0.0 document {name}", "version": "1"}]


def test_what_is_said_of_small_things(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    far = "'https://x.example'"
    made, report = _imported(
        tmp_path,
        capsys,
        "openapi: 3.1.0\ninfo: {title: Acme, summary: A summary., description: A <script>alert(1)</script>text.}\n"
        f"servers: [{{url: {far}}}]\npaths:\n  /a:\n    summary: The path.\n    get:\n"
        f"      summary: {'word ' * 30}\n"
        "      parameters:\n"
        "        - {name: p, in: query, required: 'true', allowEmptyValue: true, schema: {enum: []}}\n"
        f"        - {{name: e, in: query, schema: {{type: string, externalDocs: {{url: {far}}}}}, "
        f"examples: {{two: {{externalValue: {far}}}}}}}\n"
        "      responses: {default: {content: {application/json: {schema: {exclusiveMaximum: true}}}}}\n",
    )
    assert made["description"] == "A text."
    assert made["methods"][0]["inputSchema"]["required"] == ["p"]
    assert made["methods"][0]["name"] == "word " * 22 + "word…"
    at = "#/paths/~1a/get"
    for kind, place in {
        "summary of the document, which has a description too; left out": "#/info/summary",
        "summary of a path, whose operation has a text of its own; left out": "GET /a",
        "summary longer than 120 characters; shortened": "GET /a",
        "allowEmptyValue of a parameter; left out": "GET /a: p",
        "enum without values; dropped": f"{at}/parameters/0/schema",
        "keyword externalDocs is no JSON Schema; dropped": f"{at}/parameters/1/schema",
        "example whose value lies elsewhere; dropped": f"{at}/parameters/1/examples/two",
        "exclusiveMaximum without maximum; dropped": f"{at}/responses/default/content/application~1json/schema",
        "operation whose only answer is the default one; taken for its success": "GET /a",
    }.items():
        assert f"       1  {kind}  (such as {place})" in report.splitlines()
