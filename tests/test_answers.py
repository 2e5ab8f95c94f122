"""What vendors answer, as outputs, failures and next pages."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import pytest

from bundles import open_method
from connectory import CallFailed, InvalidOutput, Method
from connectory.answers import parse

JSON = {"Content-Type": "application/json"}


def one(folder: Path, properties: dict[str, Any] | None = None, **http: Any) -> Method:
    schema = {"type": "object", "properties": properties or {}}
    output = {"type": "object", "properties": {"n": {"type": "integer"}}}
    return open_method(folder, http={"method": "GET", "path": "/x", **http}, inputSchema=schema, outputSchema=output)


@pytest.mark.parametrize(
    ("http", "headers", "body", "output"),
    [
        ({}, JSON, b'{"n": 1, "more": null}', {"n": 1, "more": None}),
        ({}, {"content-type": "application/vnd.x+json; charset=utf-8"}, b'{"n": 1}', {"n": 1}),
        ({}, {}, b'{"n": 1}', {"n": 1}),
        ({}, JSON, b"", {}),
        ({"response": {"wrap": "items"}}, JSON, b"[1, 2]", {"items": [1, 2]}),
        ({"response": {"wrap": "text"}}, {"Content-Type": "text/plain"}, "ü".encode(), {"text": "ü"}),
        ({"response": {"wrap": "content"}}, {"Content-Type": "image/png"}, b"\xff\0", {"content": "/wA="}),
        ({"response": {"wrap": "content"}}, {"Content-Type": "text/csv"}, b"\xff\0", {"content": "/wA="}),
        ({"response": {"wrap": "items"}}, JSON, b"", {}),
        ({"response": {"wrap": "items"}}, JSON, b"null", {"items": None}),
        ({}, JSON, b" null", {}),
        ({"errors": {"flag": "ok"}}, JSON, b'{"ok": true}', {"ok": True}),
        ({"errors": {"flag": "ok"}}, JSON, b"{}", {}),
        ({"errors": {"present": "errors"}}, JSON, b'{"errors": []}', {"errors": []}),
        ({"errors": {"present": "code"}}, JSON, b'{"code": 0}', {"code": 0}),
        ({}, JSON, b'\xef\xbb\xbf{"n": 1}', {"n": 1}),
        ({"response": {"wrap": "text"}}, {"Content-Type": 'text/csv; charset="ISO-8859-1"'}, b"\xfc", {"text": "ü"}),
        ({"response": {"wrap": "text"}}, {"Content-Type": "text/csv;charset=punycode"}, b"a-b", {"text": "a-b"}),
        ({"response": {"wrap": "text"}}, {"Content-Type": "text/csv;charset=utf-99"}, b"a", {"text": "YQ=="}),
    ],
)
def test_an_output(http: dict[str, Any], headers: dict[str, str], body: bytes, output: Any, tmp_path: Path) -> None:
    answer = one(tmp_path, **http).parse_response(200, headers, body)
    assert (answer.output, answer.next, answer.next_url) == (output, None, None)


def test_a_text_that_was_decoded_is_not_decoded_again(tmp_path: Path) -> None:
    answer = one(tmp_path, response={"wrap": "t"}).parse_response(200, {"Content-Type": "text/x; charset=latin1"}, "ü")
    assert answer.output == {"t": "ü"}


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120.0),
        ("Thu, 01 Jan 1970 00:20:00 GMT", 200.0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
        ("soon", None),
        ("9" * 400, None),
        ("", None),
    ],
)
def test_when_the_vendor_wants_to_be_asked_again(said: str, seconds: float | None, tmp_path: Path) -> None:
    with pytest.raises(CallFailed) as raised:
        parse(one(tmp_path), 429, {"retry-after": said}, b"", None, "raise", now=1000.0)
    assert (raised.value.status, raised.value.retry_after) == (429, seconds)
    assert pickle.loads(pickle.dumps(raised.value)).retry_after == seconds


@pytest.mark.parametrize(
    ("http", "status", "body", "message"),
    [
        ({}, 404, {"message": "No such thing"}, "acme.ping failed with HTTP 404: No such thing"),
        ({}, 400, {"error": {"code": 5, "message": "Bad name"}}, "acme.ping failed with HTTP 400: Bad name"),
        ({}, 400, {"errors": [{"detail": "First"}, {"detail": "Second"}]}, "acme.ping failed with HTTP 400: First"),
        ({}, 400, {"Elements": []}, "acme.ping failed with HTTP 400"),
        ({}, 302, None, "acme.ping failed with HTTP 302"),
        (
            {"errors": {"flag": "ok", "message": "error"}},
            200,
            {"ok": False, "error": "channel_not_found"},
            "acme.ping failed with HTTP 200: channel_not_found",
        ),
        (
            {"errors": {"flag": "meta.ok", "message": "meta.why.0"}},
            200,
            {"meta": {"ok": False, "why": ["x"]}},
            "acme.ping failed with HTTP 200: x",
        ),
        (
            {"errors": {"present": "errors"}},
            200,
            {"data": None, "errors": [{"message": "No field\n\u001b[2J"}]},
            "acme.ping failed with HTTP 200: No field \ufffd[2J",
        ),
        (
            {"errors": {"present": "code", "message": "why"}},
            200,
            {"code": 7, "why": "x"},
            "acme.ping failed with HTTP 200: x",
        ),
        ({"errors": {"message": "fault.text"}}, 500, {"fault": {"text": "x"}}, "acme.ping failed with HTTP 500: x"),
    ],
)
def test_a_failure(http: dict[str, Any], status: int, body: Any, message: str, tmp_path: Path) -> None:
    with pytest.raises(CallFailed) as raised:
        one(tmp_path, **http).parse_response(status, JSON, json.dumps(body))
    assert str(raised.value) == message
    assert raised.value.body == body
    assert str(pickle.loads(pickle.dumps(raised.value))) == message


def test_an_output_that_is_not_valid(tmp_path: Path) -> None:
    found: list[InvalidOutput] = []
    called = one(tmp_path)
    with pytest.raises(InvalidOutput, match=r"\(returned by the vendor\):\n  /n: must be integer"):
        called.parse_response(200, JSON, b'{"n": "1"}')
    assert called.parse_response(200, JSON, b'{"n": "1"}', on_invalid_output=found.append).output == {"n": "1"}
    assert len(found) == 1
    with pytest.raises(InvalidOutput, match=r"\(root\): must be object"):
        called.parse_response(200, JSON, b"[1]")


CURSOR = {"style": "cursor", "input": "cursor", "output": "meta.next"}
AFTER = {"style": "cursor", "input": "cursor", "output": "items.-1.id"}
PAGE = {"style": "page", "input": "page", "items": "items"}
OFFSET = {"style": "offset", "input": "offset", "items": "items"}
LINK = {"style": "link"}
INPUTS = {
    "page": {"type": "integer", "default": 1},
    "offset": {"$ref": "#/$defs/Offset"},
    "tags": {"type": "array", "items": {"type": "integer"}},
}
NEXT = "https://api.acme.example/x?page=3&tags=1&tags=2"
BOTH = {"Link": f'<https://x/>; rel="prev", <{NEXT}>; rel="next"'}


@pytest.mark.parametrize(
    ("pages", "data", "headers", "body", "following", "url"),
    [
        (CURSOR, {"a": 1}, {}, {"meta": {"next": "N"}}, {"a": 1, "cursor": "N"}, None),
        (CURSOR, {"cursor": "N"}, {}, {"meta": {"next": ""}}, None, None),
        (CURSOR, {"cursor": "N"}, {}, {"meta": {"next": "N"}}, None, None),
        (CURSOR, {}, {}, {}, None, None),
        (AFTER, {"cursor": "a"}, {}, {"items": [{"id": "b"}, {"id": "c"}]}, {"cursor": "c"}, None),
        (AFTER, {"cursor": "c"}, {}, {"items": []}, None, None),
        (PAGE, {}, {}, {"items": [1]}, {"page": 2}, None),
        (PAGE, {"page": 4, "a": 1}, {}, {"items": [1]}, {"page": 5, "a": 1}, None),
        (PAGE, {"page": 4}, {}, {"items": []}, None, None),
        (OFFSET, {}, {}, {"items": [1, 2]}, {"offset": 2}, None),
        (OFFSET, {"offset": 2}, {}, {"items": [3]}, {"offset": 3}, None),
        (
            LINK,
            {"a": 1},
            {"Link": f'<https://x/>; rel="prev", <{NEXT}>; rel="next"'},
            {},
            {"a": 1, "page": 3, "tags": [1, 2]},
            NEXT,
        ),
        (LINK, {}, {"link": "<https://x/?token=abc>; rel=next"}, {}, None, "https://x/?token=abc"),
        (LINK, {}, {"link": '<https://x/?page=2>; rel="last"'}, {}, None, None),
        (LINK, {}, {"link": "<" * 50_000 + '; rel="next"'}, {}, None, None),
        ({**LINK, "output": "next"}, {}, {}, {"next": NEXT}, {"page": 3, "tags": [1, 2]}, NEXT),
        ({**LINK, "output": "next"}, {}, {}, {"next": None}, None, None),
        ({**LINK, "output": "next"}, {}, {}, {"next": "/v1/x?page=2#y"}, {"page": 2}, "/v1/x?page=2#y"),
        ({**LINK, "output": "next"}, {}, {}, {"next": "/x/cursor-7?page=2"}, None, "/x/cursor-7?page=2"),
        ({**LINK, "output": "next"}, {}, {}, {"next": "https://[x?page=2"}, None, "https://[x?page=2"),
    ],
)
def test_the_next_page(
    pages: dict[str, Any],
    data: dict[str, Any],
    headers: dict[str, str],
    body: Any,
    following: Any,
    url: str | None,
    tmp_path: Path,
) -> None:
    schema = {"type": "object", "properties": INPUTS, "$defs": {"Offset": {"type": "integer"}}}
    http = {"method": "GET", "path": "/x", "query": ["page", "offset", "tags"], "pagination": pages}
    called = open_method(tmp_path, http=http, inputSchema=schema)
    given = dict(data)
    answer = called.parse_response(200, {**JSON, **headers}, json.dumps(body), given)
    assert (answer.next, answer.next_url) == (following, url)
    assert given == data
