"""Inputs as requests: every input in its place, and no input elsewhere."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bundles import definition, method, open_one, write_bundle
from connectory import Integration, InvalidInput, Method, NotCallable, Request, UnsafeValue
from connectory.cli import cli
from connectory.model import Style
from connectory.request import with_query

JSON = {"contentType": "application/json"}
FORM = {"contentType": "application/x-www-form-urlencoded"}
BYTES = {"type": "string", "contentEncoding": "base64"}


def one(folder: Path, http: dict[str, Any] | None, **fields: Any) -> Method:
    properties = fields.pop("properties", {})
    schema = {"type": "object", "properties": properties}
    calls = {"http": http} if http else {}
    integration: Integration = open_one(
        folder,
        **{
            "baseUrl": "https://api.acme.example/v1/",
            "authType": "custom",
            "customAuthConfig": {"scheme": "none"},
            "methods": [method(**calls, inputSchema=schema)],
            **fields,
        },
    )
    return integration.methods["ping"]


SECRET = {"type": "string", "writeOnly": True, "pattern": "^s"}


@pytest.mark.parametrize(
    ("http", "properties", "data", "shown"),
    [
        ({"body": {**JSON, "from": "*"}}, {"pw": SECRET}, {"user": "u", "pw": "s3"}, '{"user":"u","pw":"REDACTED"}'),
        ({"body": {**FORM, "from": "*"}}, {"pw": SECRET}, {"pw": "s3", "n": 1}, "pw=REDACTED&n=1"),
        (
            {"body": {**JSON, "from": "login"}},
            {"login": {"type": "object", "properties": {"pw": SECRET, "keys": {"writeOnly": True}}}},
            {"login": {"pw": "s3", "keys": ["s4", "s5"], "n": 1}},
            '{"pw":"REDACTED","keys":["REDACTED"],"n":1}',
        ),
        (
            {"body": {**JSON, "from": "*"}, "query": ["token"]},
            {"token": SECRET, "more": {"writeOnly": True, "type": "object"}},
            {"token": "s6", "more": {"s7": "s8"}},
            '{"more":{"REDACTED":"REDACTED"}}',
        ),
    ],
)
def test_what_is_shown_of_a_call_holds_no_secret(
    http: dict[str, Any],
    properties: dict[str, Any],
    data: dict[str, Any],
    shown: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    schema = {"type": "object", "properties": properties}
    call = method(http={"method": "POST", "path": "/a", **http}, inputSchema=schema)
    bundle = write_bundle(
        tmp_path / "b",
        [
            definition(
                baseUrl="https://api.acme.example",
                authType="oauth2",
                oauth2Config={
                    "authorizationUrl": "https://acme.example/a",
                    "tokenUrl": "https://acme.example/t",
                    "scopes": ["r"],
                    "captureFromToken": {"tenant": "tenant"},
                },
                headers={"X-Tenant": "${token.tenant}"},
                methods=[call],
            )
        ],
    )
    options = ["--data", json.dumps(data), "--dry-run", "--bundle", str(bundle)]
    assert cli.main(["call", "acme.ping", *options], standalone_mode=False) == 0
    said = capsys.readouterr().out
    assert f"--data-raw '{shown}'" in said
    assert "-H 'X-Tenant: REDACTED'" in said
    assert not re.search(r"s[3-8]", said)


CASES: list[tuple[str, dict[str, Any], dict[str, Any], tuple[str, str, dict[str, str], bytes | None]]] = [
    ("path", {"method": "GET", "path": "/u/{id}"}, {"id": "a b/ü"}, ("GET", "/u/a%20b%2F%C3%BC", {}, None)),
    ("deep path", {"method": "GET", "path": "/o/{key=**}"}, {"key": "a/b c"}, ("GET", "/o/a/b%20c", {}, None)),
    (
        "number and flag",
        {"method": "GET", "path": "/u/{id}", "query": ["on", "no", "x"]},
        {"id": 7, "on": True, "no": None, "x": Decimal("1.10")},
        ("GET", "/u/7?on=true&no=&x=1.10", {}, None),
    ),
    (
        "query by wire name",
        {"method": "GET", "path": "/u", "query": {"page[size]": "n", "q": "q"}},
        {"q": "a&b=c", "n": 3},
        ("GET", "/u?page%5Bsize%5D=3&q=a%26b%3Dc", {}, None),
    ),
    (
        "what is placed nowhere goes to the query",
        {"method": "GET", "path": "/u"},
        {"a": 1, "b": ["x", "y"]},
        ("GET", "/u?a=1&b=x&b=y", {}, None),
    ),
    (
        "styles",
        {
            "method": "GET",
            "path": "/u",
            "query": ["a", "b", "c", "d", "e", "f", "g"],
            "styles": {"a": "comma", "b": "brackets", "c": "json", "d": "pipe", "e": "space"},
        },
        {"a": [1, 2], "b": [1, {"x": 2}], "c": {"k": [1]}, "d": ["p", "q"], "e": ["r", "s"], "f": {"h": 1}, "g": [[3]]},
        (
            "GET",
            "/u?a=1%2C2&b%5B0%5D=1&b%5B1%5D%5Bx%5D=2&c=%7B%22k%22%3A%5B1%5D%7D&d=p%7Cq&e=r%20s&f%5Bh%5D=1&g%5B0%5D%5B0%5D=3",
            {},
            None,
        ),
    ),
    (
        "numbered",
        {"method": "GET", "path": "/u", "query": ["a", "b"], "styles": {"*": "numbered"}},
        {"a": [{"x": [1, True]}], "b": {"c": [], "d": None}},
        ("GET", "/u?a.1.x.1=1&a.1.x.2=true&b.d=", {}, None),
    ),
    (
        "headers and cookies",
        {"method": "GET", "path": "/u", "headers": {"X-Tenant": "t", "X-List": "l"}, "cookies": {"sid": "s"}},
        {"t": "acme", "l": [1, 2], "s": "a;b"},
        ("GET", "/u", {"X-Tenant": "acme", "X-List": "1,2", "Cookie": "sid=a%3Bb"}, None),
    ),
    (
        "a body of what is left",
        {"method": "POST", "path": "/u/{id}", "query": ["q"], "body": {**JSON, "from": "*"}},
        {"id": "1", "q": "z", "a": Decimal("1.10"), "b": {"c": None}},
        ("POST", "/u/1?q=z", {"Content-Type": "application/json"}, b'{"a":1.10,"b":{"c":null}}'),
    ),
    (
        "an empty body",
        {"method": "POST", "path": "/u", "body": {}},
        {},
        ("POST", "/u", {"Content-Type": "application/json"}, b"{}"),
    ),
    (
        "a body of one input",
        {"method": "PUT", "path": "/u", "body": {**JSON, "from": "a"}},
        {"a": [1], "b": 2},
        ("PUT", "/u?b=2", {"Content-Type": "application/json"}, b"[1]"),
    ),
    (
        "a body that is not given",
        {"method": "PUT", "path": "/u", "body": {**JSON, "from": "a"}},
        {},
        ("PUT", "/u", {}, None),
    ),
    (
        "wrapped",
        {"method": "PUT", "path": "/u", "body": {**JSON, "wrap": "Items", "wrapInArray": True}},
        {"a": 1},
        ("PUT", "/u", {"Content-Type": "application/json"}, b'{"Items":[{"a":1}]}'),
    ),
    (
        "a form",
        {"method": "POST", "path": "/u", "body": FORM},
        {"a": "b c", "m": {"k": "v"}, "l": [1, 2], "n": [{"o": True}]},
        (
            "POST",
            "/u",
            {"Content-Type": "application/x-www-form-urlencoded"},
            b"a=b+c&m%5Bk%5D=v&l=1&l=2&n%5B0%5D%5Bo%5D=true",
        ),
    ),
    (
        "constants",
        {
            "method": "POST",
            "path": "/",
            "body": FORM,
            "constants": {"query": {"v": 2}, "headers": {"X-T": "a.B"}, "body": {"Action": "List"}},
        },
        {"a": 1},
        (
            "POST",
            "/?v=2",
            {"X-T": "a.B", "Content-Type": "application/x-www-form-urlencoded"},
            b"Action=List&a=1",
        ),
    ),
    (
        "bytes",
        {"method": "PUT", "path": "/u", "body": {"contentType": "application/octet-stream", "from": "data"}},
        {"data": "_-8="},
        ("PUT", "/u", {"Content-Type": "application/octet-stream"}, b"\xff\xef"),
    ),
    (
        "text",
        {"method": "PUT", "path": "/u", "body": {"contentType": "text/plain", "from": "text"}},
        {"text": "ü"},
        ("PUT", "/u", {"Content-Type": "text/plain"}, "ü".encode()),
    ),
    (
        "an address of its own",
        {"method": "GET", "path": "/u", "baseUrl": "https://up.acme.example"},
        {},
        ("GET", "https://up.acme.example/u", {}, None),
    ),
]


@pytest.mark.parametrize(("http", "data", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_request(
    http: dict[str, Any],
    data: dict[str, Any],
    expected: tuple[str, str, dict[str, str], bytes | None],
    tmp_path: Path,
) -> None:
    made = one(tmp_path, http, properties={"data": BYTES}).request(data)
    verb, url, headers, body = expected
    whole = url if url.startswith("https:") else "https://api.acme.example/v1" + url
    assert (made.method, made.url, dict(made.headers), made.body) == (verb, whole, headers, body)


def test_several_parts(tmp_path: Path) -> None:
    http = {"method": "POST", "path": "/u", "body": {"contentType": "multipart/form-data"}}
    properties = {"file": {**BYTES, "contentMediaType": "audio/mp3"}, "model": {"type": "string"}}
    made = one(tmp_path, http, properties=properties).request({"file": "AAE=", "model": "w"})
    boundary = made.headers["Content-Type"].partition("boundary=")[2]
    assert made.body == (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="file"\r\n'
        "Content-Type: audio/mp3\r\n\r\n\0\1\r\n"
        f'--{boundary}\r\nContent-Disposition: form-data; name="model"\r\n\r\nw\r\n--{boundary}--\r\n'
    ).encode("ascii")


@pytest.mark.parametrize(
    ("http", "data", "message"),
    [
        ({"method": "GET", "path": "/u/{id}"}, {"id": ""}, "/id: is a part of the path: it cannot be empty, . or .."),
        ({"method": "GET", "path": "/u/{id}"}, {"id": ".."}, "/id: is a part of the path"),
        ({"method": "GET", "path": "/u/{id=**}"}, {"id": "a/../b"}, "/id: is a part of the path"),
        ({"method": "GET", "path": "/u/{id}"}, {"id": [[1]]}, "/id: cannot be written in one parameter"),
        ({"method": "GET", "path": "/u", "headers": {"X": "h"}}, {"h": "a\r\nY: b"}, "/h: becomes a header"),
        ({"method": "GET", "path": "/u"}, {"a": ["b", "\ud800"]}, "/a/1: holds a lone surrogate"),
        ({"method": "POST", "path": "/u", "body": {}}, {"a": {"b": "\ud800"}}, "/a/b: holds a lone surrogate"),
        (
            {"method": "PUT", "path": "/u", "body": {"contentType": "application/octet-stream", "from": "data"}},
            {"data": "%"},
            "/data: must be base64",
        ),
    ],
)
def test_an_input_that_cannot_stand_in_its_place(
    http: dict[str, Any], data: dict[str, Any], message: str, tmp_path: Path
) -> None:
    with pytest.raises(InvalidInput, match=re.escape(message)):
        one(tmp_path, http, properties={"data": BYTES}).request(data)


@pytest.mark.parametrize("style", ["brackets", "numbered", "json"])
@pytest.mark.parametrize("body", [JSON, FORM, None])
def test_an_input_of_any_depth(body: dict[str, Any] | None, style: str, tmp_path: Path) -> None:
    deep: Any = 1
    for _ in range(100_000):
        deep = [deep]
    http = {"method": "POST", "path": "/u", "styles": {"*": style}, **({"body": body} if body else {})}
    with pytest.raises(InvalidInput, match=r"is nested"):
        one(tmp_path, http).request({"a": deep})


def test_a_method_without_a_binding_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotCallable, match=r"acme.ping does not say what its request is"):
        one(tmp_path, None).request({})


def test_a_body_of_a_type_that_nothing_here_writes(tmp_path: Path) -> None:
    http = {"method": "PUT", "path": "/u", "body": {"contentType": "application/cbor"}}
    with pytest.raises(NotCallable, match="has a body of type application/cbor"):
        one(tmp_path, http).request({"a": 1})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(value=st.text(max_size=10), other=st.text(max_size=10))
def test_no_input_leaves_its_place(value: str, other: str, tmp_path: Path) -> None:
    http = {"method": "GET", "path": "/a/{x}/b", "query": ["y"]}
    try:
        made = one(tmp_path, http).request({"x": value, "y": other})
    except InvalidInput:
        assert value in ("", ".", "..") or not _is_unicode(value, other)
        return
    parts = urlsplit(made.url)
    assert parts.netloc == "api.acme.example"
    assert re.fullmatch(r"/v1/a/[^/]+/b", parts.path)
    assert parts.query.startswith("y=")
    assert "&" not in parts.query


def _is_unicode(*texts: str) -> bool:
    return all(text.isascii() or text.encode("utf-8", "replace").decode() == text for text in texts)


def test_files_have_names(tmp_path: Path) -> None:
    files = {"type": "array", "items": {"$ref": "#/$defs/Bytes"}}
    schema = {"type": "object", "properties": {"file": BYTES, "more": files}, "$defs": {"Bytes": BYTES}}
    body = {"contentType": "multipart/form-data", "filenames": {"file": "name", "more": "names"}}
    ping = method(http={"method": "POST", "path": "/u", "body": body}, inputSchema=schema)
    called = one(tmp_path, None, methods=[ping])

    def parts(**data: Any) -> list[tuple[str, str]]:
        content = called.request(data).body
        assert content is not None
        return re.findall(r'name="(.*)"\r\nContent-Type: application/octet-stream\r\n\r\n(.*)\r\n', content.decode())

    assert parts(file="YQ==", name='a"b.mp3', more=["Yg==", "Yw=="], names=["é.png"]) == [
        ('file"; filename="a%22b.mp3', "a"),
        ('more"; filename="é.png', "b"),
        ('more"; filename="more', "c"),
    ]
    assert parts(file="YQ==", name=None, more=[]) == [('file"; filename="file', "a")]
    with pytest.raises(InvalidInput, match="/more: must be base64"):
        parts(more=["YQ==", "%"])


def _parts(made: Request) -> list[tuple[str, str]]:
    assert made.body is not None
    boundary = made.headers["Content-Type"].partition("boundary=")[2]
    texts = made.body.decode().split(f"--{boundary}")[1:-1]
    pairs = (text[2:-2].partition("\r\n\r\n") for text in texts)
    return [(head.removeprefix("Content-Disposition: form-data; "), content) for head, _, content in pairs]


_FILE = {**BYTES, "contentMediaType": "image/png"}


@pytest.mark.parametrize(
    ("schema", "style", "value", "expected"),
    [
        ({"anyOf": [_FILE, {"type": "array", "items": _FILE}]}, None, ["YQ==", "Yg=="], [
            ('name="x"; filename="x"\r\nContent-Type: image/png', "a"),
            ('name="x"; filename="x"\r\nContent-Type: image/png', "b"),
        ]),
        ({"anyOf": [_FILE, {"type": "string"}]}, None, "https://x.example", [('name="x"', "https://x.example")]),
        (BYTES, "text", "YQ==", [('name="x"', "YQ==")]),
        ({"type": "array", "items": BYTES}, "text", ["YQ==", "Yg=="], [('name="x"', "YQ=="), ('name="x"', "Yg==")]),
        ({"contentMediaType": "text/csv"}, None, "a,b", [('name="x"\r\nContent-Type: text/csv', "a,b")]),
        ({"contentMediaType": "text/csv"}, None, 7, [('name="x"', "7")]),
        ({}, None, {"a": [1]}, [('name="x[a][0]"', "1")]),
        ({}, "json", {"a": [1]}, [('name="x"\r\nContent-Type: application/json', '{"a":[1]}')]),
        ({}, "json", [1], [('name="x"\r\nContent-Type: application/json', "[1]")]),
        ({}, "json", "a", [('name="x"', "a")]),
        ({}, "jsons", [{"a": 1}, [2, [3]]], [
            ('name="x"\r\nContent-Type: application/json', '{"a":1}'),
            ('name="x"\r\nContent-Type: application/json', "[2,[3]]"),
        ]),
        ({}, "jsons", ["a", "b"], [('name="x"', "a"), ('name="x"', "b")]),
        ({}, "jsons", {"a": 1}, [('name="x"\r\nContent-Type: application/json', '{"a":1}')]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("source", ["*", "body"])
def test_what_a_part_is(
    source: str, schema: Any, style: str | None, value: Any, expected: list[tuple[str, str]], tmp_path: Path
) -> None:
    body = {"contentType": "multipart/form-data", "from": source}
    http = {"method": "POST", "path": "/u", "body": body, "styles": {"x": style} if style else {}}
    held = {"anyOf": [{"type": "object", "properties": {"x": schema}}]}
    properties = {"x": schema} if source == "*" else {"body": held}
    data = {"x": value}
    made = one(tmp_path, http, properties=properties).request(data if source == "*" else {"body": data})
    assert _parts(made) == expected


def test_a_list_of_objects_in_a_query(tmp_path: Path) -> None:
    http = {"method": "GET", "path": "/u", "query": ["q"], "styles": {"q": "jsons"}}
    assert one(tmp_path, http).request({"q": [{"a": 1}, 2]}).url.endswith("/u?q=%7B%22a%22%3A1%7D&q=2")


def test_the_table_of_styles(tmp_path: Path) -> None:
    """docs/calling.md says what each style makes of a list and of an object."""
    text = (Path(__file__).parents[1] / "docs" / "calling.md").read_text("utf-8")
    styles = set()
    for row in re.findall(r"^\| (`.+`.*) \|$", text, re.MULTILINE):
        cells = [re.findall("`([^`]+)`", cell.replace(r"\|", "|")) for cell in re.split(r" (?<!\\)\| ", row)]
        if cells[0] == ["[1, 2]"]:
            continue
        for style, listed, membered in zip(*cells, strict=True):
            styles.add(style)
            (tmp_path / style).mkdir()
            call = one(tmp_path / style, {"method": "GET", "path": "/u", "query": ["a"], "styles": {"a": style}})
            assert unquote(urlsplit(call.request({"a": [1, 2]}).url).query) == listed
            assert unquote(urlsplit(call.request({"a": {"b": 2}}).url).query) == membered
    assert styles == set(get_args(Style))


def test_names_of_headers_are_unique_whatever_their_case(tmp_path: Path) -> None:
    http = {"method": "POST", "path": "/u", "headers": {"x-a": "a"}, "constants": {"headers": {"X-b": "2"}}, "body": {}}
    made = one(tmp_path, http, headers={"X-A": "0", "x-B": "1", "content-type": "text/plain"}).request({"a": "3"})
    assert dict(made.headers) == {"X-b": "2", "x-a": "3", "Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("http", "data", "kind"),
    [
        ({"headers": {"content-TYPE": "type"}}, {"type": "text/csv"}, "text/csv"),
        ({"headers": {"content-TYPE": "type"}}, {}, "text/plain"),
        ({"constants": {"headers": {"Content-Type": "text/csv"}}}, {}, "text/csv"),
    ],
)
def test_the_type_of_a_body_is_what_the_method_says_of_it(
    http: dict[str, Any], data: dict[str, Any], kind: str, tmp_path: Path
) -> None:
    body = {"contentType": "text/plain", "from": "text"}
    made = one(tmp_path, {"method": "PUT", "path": "/u", "body": body, **http}).request({"text": "a", **data})
    assert [value for name, value in made.headers.items() if name.lower() == "content-type"] == [kind]


def test_the_last_of_two_headers_of_one_name_is_sent(tmp_path: Path) -> None:
    made = one(tmp_path, {"method": "GET", "path": "/u"}, headers={"x-a": "1", "X-b": "2", "X-A": "3"}).request({})
    assert dict(made.headers) == {"X-A": "3", "X-b": "2"}


def test_names_of_parts_are_written_as_browsers_do(tmp_path: Path) -> None:
    http = {"method": "POST", "path": "/u", "body": {"contentType": "multipart/form-data"}}
    made = one(tmp_path, http, properties={'ü"\r\n%': BYTES}).request({'ü"\r\n%': "AAE=", "a b": {"c\r\nX: y": "é"}})
    assert made.body is not None
    lines = made.body.decode().splitlines()
    assert [line for line in lines if line.startswith("Content-Disposition")] == [
        'Content-Disposition: form-data; name="ü%22%0D%0A%"; filename="ü%22%0D%0A%"',
        'Content-Disposition: form-data; name="a b[c%0D%0AX: y]"',
    ]
    assert not any(line.startswith("X") for line in lines)


BASIC = {"authType": "custom", "customAuthConfig": {"scheme": "basic"}}
GIVEN = {"username": "u", "password": "SECRET"}


def test_the_address_of_the_next_page(tmp_path: Path) -> None:
    called = one(tmp_path, {"method": "GET", "path": "/u", "query": ["q"]}, **BASIC)

    def moved(url: str) -> Request:
        return called.request({"q": 1}, GIVEN, next_url=url)

    assert moved("/v1/u/c-7?a=b c|d#e").url == "https://api.acme.example/v1/u/c-7?a=b%20c|d"
    assert moved("https://API.acme.example:443/v1/u?p=%2F").url == "https://API.acme.example:443/v1/u?p=%2F"
    assert moved("?p=2").headers["Authorization"].startswith("Basic ")
    for url in ("https://evil.example/v1", "//evil.example", "http://api.acme.example/", "https://api.acme.example:1/"):
        with pytest.raises(UnsafeValue, match="next_url: the next page is at another host"):
            moved(url)
    for url in ("https://me@api.acme.example/", "https://api.acme.example@evil.example/", "javascript:x"):
        with pytest.raises(UnsafeValue, match="next_url: the next page is at another host"):
            moved(url)
    for url in ("https://[x/", "https://api.acme.example:x/"):
        with pytest.raises(UnsafeValue, match="next_url: this is no address"):
            moved(url)


def test_a_secret_in_the_address_is_not_shown(tmp_path: Path) -> None:
    base = "https://api.acme.example/bot${credentials.password}/x"
    http = {"method": "GET", "path": "/u/{id}", "query": ["q"]}
    called = one(tmp_path, http, **BASIC, baseUrl=base, verify={"path": "/me/${credentials.password}"})
    made = called.request({"id": 1, "q": 2}, GIVEN)
    assert made.url == "https://api.acme.example/botSECRET/x/u/1?q=2"
    assert repr(made) == "<Request GET https://api.acme.example/bot***/x/u/1?q=***: Authorization>"
    moved = called.request({"id": 1}, GIVEN, next_url="/botSECRET/x/u?p=2")
    assert repr(moved) == "<Request GET https://api.acme.example/***: Authorization>"
    proof = called.integration.verify_request(GIVEN)
    assert proof.url == "https://api.acme.example/botSECRET/x/me/SECRET"
    assert repr(proof) == "<Request GET https://api.acme.example/bot***/x/me/***: Authorization>"
    outer = Request(method="GET", url="https://me:SECRET@api.acme.example/")
    assert repr(outer) == "<Request GET https://api.acme.example/: no headers>"


def test_what_messages_show_of_a_request() -> None:
    made = Request(method="GET", url="https://a.example/b?key=SECRET", body=b"SECRET").with_headers(
        {"Accept": "text/plain", "X-Key": "SECRET"}
    )
    assert repr(made) == "<Request GET https://a.example/b?key=***: Accept, X-Key, 6 bytes>"
    shown = made.redacted()
    assert (shown.url, dict(shown.headers), shown.body) == (
        "https://a.example/b?key=***",
        {"Accept": "text/plain", "X-Key": "***"},
        b"***",
    )


def test_a_query_is_added_at_its_end() -> None:
    assert with_query("https://a.example/b?c=d#e", [("f", "g h")]) == "https://a.example/b?c=d&f=g%20h#e"
    assert with_query("https://a.example", []) == "https://a.example"


def keys(folder: Path, auth: list[str] | None) -> Method:
    """A method that takes some of the ways to sign in, of which there are three."""
    said = {} if auth is None else {"auth": auth}
    get = method(http={"method": "GET", "path": "/u"}, **said)
    key = {"authType": "apikey", "apiKeyConfig": {"in": "header", "name": "X-Key"}}
    other = {"id": "other", "authType": "apikey", "apiKeyConfig": {"in": "query", "name": "k"}}
    basic = {"id": "basic", "authType": "custom", "customAuthConfig": {"scheme": "basic"}}
    base = "https://api.acme.example/v1/"
    return open_one(folder, baseUrl=base, **key, alternativeAuth=[other, basic], methods=[get]).methods["ping"]


@pytest.mark.parametrize(
    ("takes", "auth", "url", "header"),
    [
        (None, None, "/u", "K"),
        (None, "default", "/u", "K"),
        (None, "other", "/u?k=K", None),
        (["default", "other"], None, "/u", "K"),
        (["other", "default"], None, "/u?k=K", None),
        (["other", "default"], "default", "/u", "K"),
        ([], None, "/u", None),
        ([], "other", "/u", None),
    ],
)
def test_the_ways_to_sign_in_that_a_method_takes(
    takes: list[str] | None, auth: str | None, url: str, header: str | None, tmp_path: Path
) -> None:
    found = keys(tmp_path, takes)
    assert found.auth == (None if takes is None else tuple(takes))
    request = found.request({}, {"apiKey": "K"} if takes != [] else None, auth=auth)
    assert (request.url, request.header("X-Key")) == (f"https://api.acme.example/v1{url}", header)


def test_a_way_to_sign_in_that_a_method_does_not_take(tmp_path: Path) -> None:
    message = "acme.ping does not take the way to sign in 'default', but 'other' or 'basic'"
    with pytest.raises(NotCallable, match=re.escape(message)):
        keys(tmp_path, ["other", "basic"]).request({}, {"apiKey": "K"}, auth="default")
