"""Imported bodies as the runtime sends them, and answers as it reads them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from bundles import open_one
from connectory import Integration, InvalidInput
from connectory.cli import cli

BYTES = {"type": "string", "contentEncoding": "base64"}
FILE = {**BYTES, "contentMediaType": "application/octet-stream"}
IMAGE = {**BYTES, "contentMediaType": "image/png"}
OBJECT = {"type": "object", "properties": {"a": {"type": "string"}}}


class Importer:
    """Imports a document of one operation, ``POST /a``."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._folder = folder
        self._capsys = capsys
        self.report = ""

    def __call__(self, operation: dict[str, Any], schemas: dict[str, Any] | None = None) -> dict[str, Any]:
        """The definition; ``report`` holds what could not be kept."""
        source = self._folder / "source.json"
        document = {
            "openapi": "3.0.0",
            "info": {"title": "Acme"},
            "servers": [{"url": "https://acme.example"}],
            "paths": {"/a": {"post": {"operationId": "a", "responses": {"204": {}}, **operation}}},
            "components": {"schemas": schemas or {}},
        }
        source.write_text(json.dumps(document))
        code = cli.main(["import", "openapi", str(source), "--out", "-"], standalone_mode=False)
        out, self.report = self._capsys.readouterr()
        assert code == 0, self.report
        made: dict[str, Any] = yaml.safe_load(out)
        return made

    def opened(self, made: dict[str, Any]) -> Integration:
        """The definition in a catalog."""
        return open_one(self._folder, **{name: value for name, value in made.items() if name != "integrationId"})


@pytest.fixture
def imported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Importer:
    return Importer(tmp_path, capsys)


def _body(media_type: str, properties: dict[str, Any], **more: Any) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties}
    return {"requestBody": {"required": True, "content": {media_type: {"schema": schema, **more}}}}


_BINARY = {"type": "string", "format": "binary"}
_BYTE = {"type": "string", "format": "byte"}
_TEXTS = {"type": "array", "items": {"type": "string"}}
_OBJECTS = {"type": "array", "items": OBJECT}


@pytest.mark.parametrize(
    ("said", "encoding", "style", "schema"),
    [
        (_BINARY, {}, None, FILE),
        (_BINARY, {"contentType": "image/png"}, None, IMAGE),
        (_BINARY, {"contentType": "image/png, image/jpeg"}, None, FILE),
        (_BINARY, {"contentType": "image/*"}, None, FILE),
        ({"type": "array", "items": _BINARY}, {}, None, {"type": "array", "items": FILE}),
        ({"type": "array", "items": _BINARY}, {"contentType": "image/png"}, None, {"type": "array", "items": IMAGE}),
        (_BYTE, {}, "text", BYTES),
        (_BYTE, {"contentType": "text/plain"}, "text", BYTES),
        (_BYTE, {"contentType": "image/png"}, None, IMAGE),
        ({"type": "array", "items": _BYTE}, {}, "text", {"type": "array", "items": BYTES}),
        ({"type": "string"}, {"contentType": "text/csv"}, None, {"type": "string", "contentMediaType": "text/csv"}),
        ({"type": "string"}, {"contentType": "text/plain"}, None, {"type": "string"}),
        ({"type": "string"}, {"contentType": "image/png"}, None, IMAGE),
        ({"description": "d"}, {"contentType": "image/png"}, None, {**IMAGE, "description": "d"}),
        ({"type": "integer"}, {"contentType": "application/json"}, None, {"type": "integer"}),
        (OBJECT, {}, "json", OBJECT),
        (OBJECT, {"contentType": "application/json"}, "json", OBJECT),
        (OBJECT, {"style": "deepObject", "explode": True}, "brackets", OBJECT),
        (OBJECT, {"style": "form"}, "members", OBJECT),
        (_TEXTS, {}, None, _TEXTS),
        (_TEXTS, {"contentType": "application/json"}, "json", _TEXTS),
        (_TEXTS, {"style": "form", "explode": False}, "comma", _TEXTS),
        (_OBJECTS, {}, "jsons", _OBJECTS),
        (_OBJECTS, {"contentType": "application/json"}, "jsons", _OBJECTS),
        ({"anyOf": [OBJECT, {"type": "string"}]}, {}, "json", {"anyOf": [OBJECT, {"type": "string"}]}),
        ({}, {}, "jsons", {}),
    ],
)
def test_parts(said: Any, encoding: Any, style: str | None, schema: Any, imported: Importer) -> None:
    made = imported(_body("multipart/form-data", {"x": said}, encoding={"x": encoding}))
    method = made["methods"][0]
    assert method["http"].get("styles") == ({"x": style} if style else None)
    assert method["inputSchema"]["properties"] == {"x": schema}
    reference = {"x": {"$ref": "#/components/schemas/Shared"}}
    again = imported(_body("multipart/form-data", reference, encoding={"x": encoding}), {"Shared": said})
    assert again["methods"][0]["http"].get("styles") == ({"x": style} if style else None)


@pytest.mark.parametrize(
    ("said", "encoding", "style", "finding"),
    [
        (OBJECT, {}, None, True),
        (OBJECT, {"style": "deepObject"}, "brackets", False),
        (OBJECT, {"explode": True}, "members", False),
        (OBJECT, {"contentType": "application/json"}, "json", False),
        (OBJECT, {"style": "form", "explode": False}, "comma", False),
        (_TEXTS, {}, None, False),
        (_TEXTS, {"style": "form", "explode": False}, "comma", False),
        (_TEXTS, {"style": "spaceDelimited", "explode": False}, "space", False),
        (_TEXTS, {"style": "pipeDelimited", "explode": True}, None, True),
        (_TEXTS, {"contentType": "application/json"}, "json", False),
        (_BYTE, {"contentType": "image/png"}, None, False),
    ],
)
def test_fields_of_forms(said: Any, encoding: Any, style: str | None, finding: bool, imported: Importer) -> None:
    made = imported(_body("application/x-www-form-urlencoded", {"x": said}, encoding={"x": encoding}))
    assert made["methods"][0]["http"].get("styles") == ({"x": style} if style else None)
    assert ("object inside a form; the definition does not say how it is written" in imported.report) == finding


def test_parts_of_a_body_that_may_be_left_out(imported: Importer) -> None:
    operation = _body("multipart/form-data", {"f": _BINARY, "m": OBJECT}, encoding={"f": {"contentType": "image/png"}})
    operation["requestBody"]["required"] = False
    operation["requestBody"]["content"]["multipart/form-data"]["schema"]["required"] = ["f"]
    made = imported(operation)
    http = made["methods"][0]["http"]
    assert (http["styles"], http["body"]) == ({"m": "json"}, {"contentType": "multipart/form-data", "from": "body"})
    assert "media type of a member of a body that is one input; left out  (such as POST /a: f)" in imported.report
    method = imported.opened(made).methods["a"]
    assert method.request({}).body is None
    body = method.request({"body": {"f": "YQ==", "m": {"a": "b"}}}).body
    assert body is not None
    assert [part.split("\r\n", 1)[1] for part in body.decode().split("--")[1:3] if "\r\n" in part] == [
        'Content-Disposition: form-data; name="f"; filename="f"\r\nContent-Type: application/octet-stream\r\n\r\na\r\n',
        'Content-Disposition: form-data; name="m"\r\nContent-Type: application/json\r\n\r\n{"a":"b"}\r\n',
    ]


def test_what_an_encoding_says_besides(imported: Importer) -> None:
    imported(_body("multipart/form-data", {"x": _BINARY}, encoding={"x": {"headers": {"X-A": {}}}, "y": {}}))
    assert "headers of the encoding of a member; left out  (such as POST /a: x)" in imported.report


def test_base64_in_a_form_of_swagger_stays_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    parameters = [{"in": "formData", "name": "f", "type": "file"}, {"in": "formData", "name": "b", **_BYTE}]
    operation = {"operationId": "a", "parameters": parameters, "responses": {"200": {}}}
    document = {"swagger": "2.0", "info": {"title": "A"}, "host": "a.example", "paths": {"/a": {"post": operation}}}
    (tmp_path / "a.json").write_text(json.dumps(document))
    assert cli.main(["import", "openapi", str(tmp_path / "a.json"), "--out", "-"], standalone_mode=False) == 0
    method = yaml.safe_load(capsys.readouterr().out)["methods"][0]
    assert method["http"]["styles"] == {"b": "text"}
    assert method["inputSchema"]["properties"] == {"b": BYTES, "f": FILE}


_JSON = "application/json"
_NOTHING = {"type": "object", "maxProperties": 0}
_NAMED = {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}}
_ITEMS = {"type": "object", "properties": {"items": _TEXTS}}


@pytest.mark.parametrize(
    ("responses", "output", "answers"),
    [
        ({"200": {**_NAMED, "nullable": True}}, {"type": "object", "anyOf": [_NAMED, _NOTHING]}, {"null": {}}),
        ({"200": {**OBJECT, "nullable": True}}, OBJECT, {"null": {}, '{"a": "b"}': {"a": "b"}}),
        ({"200": _NAMED, "204": None}, {"type": "object", "anyOf": [_NAMED, _NOTHING]}, {"": {}, "null": {}}),
        ({"200": OBJECT, "204": None}, OBJECT, {"": {}}),
        ({"200": _TEXTS, "204": None}, _ITEMS, {"": {}, "[]": {"items": []}}),
        ({"200": _TEXTS}, {**_ITEMS, "required": ["items"]}, {"[]": {"items": []}}),
        (
            {"200": {**_TEXTS, "nullable": True}},
            {
                "type": "object",
                "required": ["items"],
                "properties": {"items": {**_TEXTS, "type": ["array", "null"]}},
            },
            {"null": {"items": None}},
        ),
    ],
)
def test_answers_that_the_source_allows(
    responses: dict[str, Any], output: Any, answers: dict[str, Any], imported: Importer
) -> None:
    described = {code: {"content": {_JSON: {"schema": one}}} if one else {} for code, one in responses.items()}
    made = imported({"responses": described})
    assert made["methods"][0]["outputSchema"] == output
    method = imported.opened(made).methods["a"]
    for text, expected in answers.items():
        assert method.parse_response(200, {"Content-Type": _JSON}, text.encode()).output == expected


def test_a_nullable_answer_that_several_share(imported: Importer) -> None:
    reference = {"$ref": "#/components/schemas/One"}
    response = {"200": {"content": {_JSON: {"schema": reference}}}}
    made = imported({"responses": response}, {"One": {**OBJECT, "nullable": True}})
    assert made["methods"][0]["outputSchema"] == OBJECT
    made = imported({"responses": response}, {"One": {**_NAMED, "nullable": True}})
    assert made["methods"][0]["outputSchema"]["anyOf"][1] == _NOTHING
    assert "answer that may be null; its output is an empty object then  (such as POST /a)" in imported.report


@pytest.mark.parametrize(("least", "kept"), [(3, {"minProperties": 2, "maxProperties": 3}), (1, {"maxProperties": 3})])
def test_members_that_a_direction_leaves_out_are_not_counted(
    least: int, kept: dict[str, int], imported: Importer
) -> None:
    properties = {
        "i": {"type": "string", "readOnly": True},
        "p": {"type": "string", "writeOnly": True},
        "a": {"type": "string"},
        "b": {"type": "string"},
    }
    said = {"type": "object", "minProperties": least, "maxProperties": 3, "properties": properties}
    response = {"200": {"content": {_JSON: {"schema": said}}}}
    body = {"required": True, "content": {_JSON: {"schema": said}}}
    made = imported({"requestBody": body, "responses": response})["methods"][0]
    for field in ("inputSchema", "outputSchema"):
        found = {word: value for word, value in made[field].items() if word.endswith("Properties")}
        assert found == kept
    assert imported.report.count("minProperties of an object whose members are not all here; lowered") == 1


_FORM = "application/x-www-form-urlencoded"
_TEXT = {"type": "string"}
_XML = {**_TEXT, "contentMediaType": "application/xml", "contentSchema": OBJECT}

_STREAM = {**_TEXT, "contentSchema": _OBJECTS}


def _in(media_type: str, schema: dict[str, Any] = _TEXT) -> dict[str, Any]:
    return {**schema, "contentMediaType": media_type}


@pytest.mark.parametrize(
    ("media_type", "said", "schema", "finding"),
    [
        (
            "application/xml",
            OBJECT,
            _XML,
            "request in application/xml that is not made of its schema; its body is a text",
        ),
        (
            "text/xml; charset=utf-8",
            OBJECT,
            _in("text/xml", _XML),
            "request in text/xml that is not",
        ),
        ("application/yaml", OBJECT, _in("application/yaml", _XML), "request in application/yaml"),
        ("application/x-ndjson", OBJECT, _in("application/x-ndjson", _STREAM), "application/x-ndjson"),
        ("application/jsonl", _TEXTS, {**_in("application/jsonl"), "contentSchema": _TEXTS}, "application/jsonl"),
        ("application/x-ndjson", {}, {}, ""),
        (
            "application/x-www-form-urlencoded",
            _TEXTS,
            _in(_FORM),
            "request in application/x-",
        ),
        ("text/plain", OBJECT, _TEXT, "request in text/plain"),
        ("text/plain", {**_TEXT, "maxLength": 9}, {**_TEXT, "maxLength": 9}, ""),
        (
            "application/octet-stream",
            OBJECT,
            FILE,
            "request in application/octet-stream, which is bytes; its schema is",
        ),
        ("application/octet-stream", _BINARY, FILE, ""),
        ("*/*", _BINARY, FILE, ""),
        ("application/*", _TEXTS, _TEXTS, ""),
        ("application/x-json", _TEXTS, _TEXTS, ""),
    ],
)
def test_a_request_in(media_type: str, said: Any, schema: Any, finding: str, imported: Importer) -> None:
    made = imported({"requestBody": {"required": True, "content": {media_type: {"schema": said}}}})
    assert made["methods"][0]["inputSchema"]["properties"] == {"body": schema}
    assert finding in imported.report
    assert ("request in " in imported.report) == (finding != "")
    if schema.get("type") == "string":
        body = imported.opened(made).methods["a"].request({"body": "YQ=="}).body
        assert body == (b"a" if "contentEncoding" in schema else b"YQ==")


@pytest.mark.parametrize(
    ("media_type", "said", "schema", "output", "finding"),
    [
        ("application/xml", OBJECT, _XML, "<a/>", "answer in application/xml is handed over as a text"),
        ("text/event-stream", OBJECT, _in("text/event-stream", _STREAM), "<a/>", "answer in text/event-"),
        ("application/x-ndjson", OBJECT, _in("application/x-ndjson", _STREAM), "<a/>", "answer in appl"),
        (_FORM, OBJECT, _in(_FORM), "<a/>", "answer in application/x-www-form-urlencoded is"),
        ("text/html", OBJECT, _in("text/html"), "<a/>", "answer in text/html is handed over"),
        ("text/plain", {"type": "integer"}, _TEXT, "<a/>", "answer in text/plain is handed over as a text"),
        ("text/csv", {**_TEXT, "minLength": 1}, {**_TEXT, "minLength": 1}, "<a/>", ""),
        ("application/pdf", OBJECT, _in("application/pdf", BYTES), "PGEvPg==", "answer in application/"),
        ("multipart/mixed", OBJECT, _in("multipart/mixed", BYTES), "PGEvPg==", "answer in multipart/"),
        ("application/vnd.ms-excel.openxmlformats", _BINARY,
         _in("application/vnd.ms-excel.openxmlformats", BYTES), "PGEvPg==", ""),
    ],
)  # fmt: skip
def test_an_answer_in(media_type: str, said: Any, schema: Any, output: str, finding: str, imported: Importer) -> None:
    made = imported({"responses": {"200": {"content": {media_type: {"schema": said}}}}})
    method = made["methods"][0]
    wrap = method["http"]["response"]["wrap"]
    assert method["outputSchema"] == {"type": "object", "required": [wrap], "properties": {wrap: schema}}
    assert finding in imported.report
    assert ("answer in " in imported.report) == (finding != "")
    answer = imported.opened(made).methods["a"].parse_response(200, {"Content-Type": media_type}, b"<a/>")
    assert answer.output == {wrap: output}


@pytest.mark.parametrize("media_type", ["*/*", "application/*", "application/vnd.a+json", "application/x-json"])
def test_an_answer_that_is_json(media_type: str, imported: Importer) -> None:
    made = imported({"responses": {"200": {"content": {media_type: {"schema": OBJECT}}}}})
    assert made["methods"][0]["outputSchema"] == OBJECT


@pytest.mark.parametrize(
    ("types", "chosen"),
    [
        (["text/event-stream", "audio/mpeg"], "audio/mpeg"),
        (["application/x-ndjson", "text/plain"], "text/plain"),
        (["application/x-ndjson", "application/vnd.z+json"], None),
        (["application/octet-stream", "application/yaml"], "application/yaml"),
    ],
)
def test_which_answer_is_converted(types: list[str], chosen: str | None, imported: Importer) -> None:
    content = {one: {"schema": OBJECT} for one in types}
    output = imported({"responses": {"200": {"content": content}}})["methods"][0]["outputSchema"]
    inner = next(iter(output["properties"].values()))
    assert inner.get("contentMediaType") == (None if chosen == "text/plain" else chosen)


def test_a_schema_that_others_consist_of_is_one_of_them(imported: Importer) -> None:
    base = {
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": {"type": "string"}},
        "discriminator": {"propertyName": "kind", "mapping": {"cat": "#/components/schemas/Cat"}},
    }
    own = {"type": "object", "required": ["meow"], "properties": {"meow": {"type": "boolean"}}}
    schemas = {"Pet": base, "Cat": {"allOf": [{"$ref": "#/components/schemas/Pet"}, own]}}
    content = {_JSON: {"schema": {"$ref": "#/components/schemas/Pet"}}}
    made = imported(
        {"requestBody": {"required": True, "content": content}, "responses": {"200": {"content": content}}}, schemas
    )
    method = imported.opened(made).methods["a"]
    for pet in ({"kind": "cat", "meow": True}, {"kind": "fish"}):
        assert method.validate_input({"body": pet}) == {"body": pet}
    with pytest.raises(InvalidInput):
        method.validate_input({"body": {"kind": "cat"}})
    with pytest.raises(InvalidInput):
        method.validate_input({"body": {"kind": "cat", "meow": 1}})
    assert method.validate_output({"kind": "fish"}) == {"kind": "fish"}
