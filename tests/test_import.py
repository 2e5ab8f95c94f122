"""``connectory import``: every folder of cases/import gives its expected definition and report."""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path
from typing import Any, NamedTuple

import click
import pytest
import yaml

from connectory.cli import cli
from connectory.compiler.pipeline import check_files
from connectory.importers.formats import formats
from connectory.importers.naming import snake_case
from connectory.importers.prose import plain, shortened

CASES = sorted((Path(__file__).parent / "cases" / "import").iterdir())


class Ran(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs the command; wrong usage is code 2 with its message."""

    def run(*arguments: str) -> Ran:
        try:
            code = cli.main(["import", *arguments], standalone_mode=False)
        except click.UsageError as error:
            code = 2
            print(error.format_message(), file=__import__("sys").stderr)
        out, err = capsys.readouterr()
        return Ran(code, out, err)

    return run


def _source(folder: Path) -> Path:
    return next(path for path in folder.iterdir() if path.stem == "source")


def _format(folder: Path) -> str:
    return folder.name.partition("-")[0].replace("swagger", "openapi")


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_case(folder: Path, run: Any, tmp_path: Path, pytestconfig: pytest.Config) -> None:
    ran = run(_format(folder), str(_source(folder)), "--id", "case", "--out", str(tmp_path))
    assert ran.code == 0, ran.err
    written = tmp_path / "case" / "1.0.0.yaml"
    found = {"expected.yaml": written.read_text(), "expected.txt": ran.out.replace(tmp_path.as_posix(), "catalog")}
    for name, text in found.items():
        if pytestconfig.getoption("--update"):
            (folder / name).write_text(text)
        assert text == (folder / name).read_text()
    checked = check_files([written])
    assert [found.message for found in checked.diagnostics if found.severity == "error"] == []


OPENAPI = """
openapi: 3.0.0
info: {title: Shop, version: "1"}
servers: [{url: "https://shop.example.com"}]
paths:
  /things:
    get:
      operationId: listThings
      tags: [read]
      responses: {"200": {description: ok, content: {application/json: {schema: SCHEMA}}}}
    post: {operationId: addThing, responses: {"204": {description: ok}}}
"""


def shop(tmp_path: Path, schema: str = "{type: object}") -> Path:
    path = tmp_path / "shop.yaml"
    path.write_text(OPENAPI.replace("SCHEMA", schema))
    return path


def imported(run: Any, path: Path, *arguments: str) -> dict[str, Any]:
    ran = run("openapi", str(path), "--out", "-", *arguments)
    assert ran.code == 0, ran.err
    loaded: dict[str, Any] = yaml.safe_load(ran.out)
    return loaded


SCHEMAS: list[tuple[str, Any]] = [
    ("{type: string, nullable: true, enum: [a]}", {"type": ["string", "null"], "enum": ["a", None]}),
    ("{type: number, minimum: 1, exclusiveMinimum: true}", {"type": "number", "exclusiveMinimum": 1}),
    ("{type: number, maximum: 1, exclusiveMaximum: false}", {"type": "number", "maximum": 1}),
    ("{type: string, minLength: 5, maxLength: 2}", {"type": "string"}),
    ("{type: string, enum: [1, true, a, a]}", {"type": "string", "enum": ["1", "true", "a"]}),
    ("{type: integer, enum: [\"1\", x]}", {"type": "integer", "enum": [1]}),
    ("{type: integer, default: \"7\"}", {"type": "integer", "default": 7}),
    ("{type: integer, default: x}", {"type": "integer"}),
    ("{type: string, example: a, default: null}", {"type": "string", "examples": ["a"]}),
    ("{type: Int}", {"type": "integer"}),
    ("{type: weird, description: d}", {"description": "d"}),
    ("{properties: {a: true}}", {"type": "object", "properties": {"a": {}}}),
    ("{type: string, pattern: '/^a$/gu'}", {"type": "string", "pattern": "^a$"}),
    ("{type: string, pattern: '/^a.$/s'}", {"type": "string", "pattern": "^a[\\s\\S]$"}),
    ("{type: string, pattern: '/^a$/i'}", {"type": "string"}),
    ("{type: string, pattern: '/^a$/m'}", {"type": "string"}),
    ("{type: string, pattern: '('}", {"type": "string"}),
    ("{type: string, format: byte}", {"type": "string", "contentEncoding": "base64"}),
    ("{type: object, additionalProperties: false}", {"type": "object"}),
    ("{type: object, additionalProperties: 'true'}", {"type": "object"}),
    ("{oneOf: [{type: string}, {type: integer}]}", {"anyOf": [{"type": "string"}, {"type": "integer"}]}),
    ("{allOf: [{type: string}], description: d}", {"type": "string", "description": "d"}),
    ("{anyOf: [{type: string}, {type: object}], nullable: true}",
     {"anyOf": [{"type": "string"}, {"type": "object"}, {"type": "null"}]}),
    ("{oneOf: [{type: string}, {type: 'null'}, {type: 'null'}]}", {"anyOf": [{"type": "string"}, {"type": "null"}]}),
    ("{not: {properties: {a: {type: string}}}}", {"not": {"properties": {"a": {"type": "string"}}}}),
    ("{not: {type: object, additionalProperties: false}}",
     {"not": {"type": "object", "additionalProperties": False}}),
    ("{type: array, items: [{type: string}, {type: integer}]}",
     {"type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "integer"}]}}),
    ("{type: array, items: {type: string}, enum: [a, b]}",
     {"type": "array", "items": {"type": "string", "enum": ["a", "b"]}}),
    ("{type: string, format: [a]}", {"type": "string"}),
    ("{type: object, required: true, properties: {a: {type: string, required: true}}}",
     {"type": "object", "properties": {"a": {"type": "string"}}}),
    ("{type: number, maximum: 1.0e+400}", {"type": "number"}),
    ("{type: integer, default: 146 (Red), example: 1e3 or so}", {"type": "integer"}),
    ("{type: number, minimum: ' 1.50 ', maximum: '2 or more'}", {"type": "number", "minimum": 1.5}),
    ("{type: integer, format: date-time}", {"type": "integer"}),
    ("{type: integer, minimum: 1, maximum: 1, exclusiveMaximum: true}", {"type": "integer", "exclusiveMaximum": 1}),
    ("{type: string, enum: [a, null]}", {"type": ["string", "null"], "enum": ["a", None]}),
    ("{type: string, maxLength: 2, minLength: 1, enum: [a, abc]}",
     {"type": "string", "enum": ["a", "abc"], "minLength": 1}),
    ("{type: number, multipleOf: 0.01}", {"type": "number", "multipleOf": 0.01}),
    ("7", {}),
    ("{$ref: '#/nowhere'}", {}),
]  # fmt: skip


@pytest.mark.parametrize(("source", "expected"), SCHEMAS, ids=lambda value: value if isinstance(value, str) else "")
def test_schema(source: str, expected: Any, run: Any, tmp_path: Path) -> None:
    made = imported(run, shop(tmp_path, f"{{type: object, properties: {{x: {source}}}}}"))
    assert made["methods"][0]["outputSchema"]["properties"]["x"] == expected


ALIASES = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "\n".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]" for before, name in zip("abcdefghi", "bcdefghij", strict=True)
)

HOSTILE: list[tuple[str, str]] = [
    ("", "x.yaml is empty"),
    ("{", "is not valid"),
    ("a: [", "is not valid YAML"),
    ("\x80", "is not valid YAML"),
    ("a: *a", "stands for nothing, or for itself"),
    ("a: &a {b: *a}", "stands for nothing, or for itself"),
    ("[" * 3000 + "]" * 3000, "nested more than 100 levels"),
    ('{"a": ' * 3000 + "1" + "}" * 3000, "nested more than 100 levels"),
    ("a: 1\n---\nb: 2", "more than one document"),
    ("? [a]\n: 1", "a key is a mapping or a list"),
    ('{"openapi": "3.0.0", "a": NaN}', "NaN"),
    (ALIASES, "expand to more than"),
    ("kind: discovery#restDescription", "is not of the format openapi"),
    ("openapi: 4.0.0\npaths: {}", "is of version '4.0.0'"),
    ("openapi: 3.0.0", "has no paths"),
    ("openapi: 3.0.0\npaths: {}", "describes no operation"),
    ("openapi: 3.0.0\npaths: {/a: {$ref: '../../../etc/passwd'}}", "leads out of the folder"),
    ("openapi: 3.0.0\npaths: {/a: {$ref: 'https://example.com/x.yaml'}}", "leads to the network"),
    ("openapi: 3.0.0\npaths: {/a: {$ref: '#/paths/~1a'}}", "leads in a circle"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), HOSTILE, ids=[message for _, message in HOSTILE])
def test_hostile_source(text: str, message: str, run: Any, tmp_path: Path) -> None:
    path = tmp_path / "in" / "x.yaml"
    path.parent.mkdir()
    path.write_text(text)
    ran = run("openapi", str(path), "--out", str(tmp_path / "out"))
    assert ran.code == 1
    assert message in ran.err
    assert ran.out == ""
    assert not (tmp_path / "out").exists()


def test_unreadable_sources(run: Any, tmp_path: Path) -> None:
    assert "there is no file" in run("openapi", str(tmp_path / "none.json")).err
    assert "is a folder; name a file in it" in run("openapi", str(tmp_path)).err
    assert "there is no file" in run("openapi", "x" * 5000).err
    assert "there is no file" in run("openapi", "").err
    bomb = tmp_path / "bomb.json.gz"
    bomb.write_bytes(gzip.compress(b" " * (65 * 1024 * 1024)))
    assert "more than 67,108,864 bytes" in run("openapi", str(bomb)).err
    (tmp_path / "latin.yaml").write_bytes(b"a: \xe9")
    assert "not UTF-8" in run("openapi", str(tmp_path / "latin.yaml")).err


def test_a_link_out_of_the_folder_is_not_followed(run: Any, tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("get: {responses: {}}")
    inside = tmp_path / "in"
    inside.mkdir()
    (inside / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    (inside / "x.yaml").write_text("openapi: 3.0.0\npaths: {/a: {$ref: link.yaml}}")
    assert "leads out of the folder" in run("openapi", str(inside / "x.yaml"), "--out", "-").err


def test_the_order_of_operations_does_not_matter(run: Any, tmp_path: Path) -> None:
    folder = Path(__file__).parent / "cases" / "import" / "openapi-3.1"
    data = json.loads((folder / "source.json").read_text())
    data["paths"] = {path: dict(reversed(item.items())) for path, item in reversed(data["paths"].items())}
    (tmp_path / "source.json").write_text(json.dumps(data))
    arguments = ("--id", "case", "--out", "-")
    first = run("openapi", str(folder / "source.json"), *arguments)
    assert first.out == run("openapi", str(tmp_path / "source.json"), *arguments).out
    assert first.out == run("openapi", str(folder / "source.json"), *arguments).out


def test_select(run: Any, tmp_path: Path) -> None:
    path = shop(tmp_path)
    for pattern in ("list*", "GET /*", "list_things", "read"):
        assert [method["id"] for method in imported(run, path, "--select", pattern)["methods"]] == ["list_things"]
    assert (
        "no operation matches 'listThing'; did you mean 'listThings'?"
        in run("openapi", str(path), "--select", "listThing").err
    )


TOKENS = [
    ("token", "Authentication token. Requires scope: a", []),
    ("token", "The token of the next page", ["token"]),
    ("key", "The name of the entry", ["key"]),
    ("key", "Your API key", []),
]


@pytest.mark.parametrize(("name", "description", "left"), TOKENS)
def test_a_parameter_that_signs_in(name: str, description: str, left: list[str], run: Any, tmp_path: Path) -> None:
    parameter = {"in": "formData", "name": name, "type": "string", "description": description}
    other = {"in": "formData", "name": "text", "type": "string", "required": True}
    source = {
        "swagger": "2.0",
        "host": "a.example.com",
        "securityDefinitions": {"a": {"type": "apiKey", "in": "header", "name": "X-Key"}},
        "paths": {"/a": {"post": {"parameters": [other, parameter]}}, "/b": {"get": {}}, "/c": {"get": {}}},
    }
    path = tmp_path / "a.json"
    path.write_text(json.dumps(source))
    method = imported(run, path)["methods"][0]
    assert sorted(method["inputSchema"]["properties"]) == sorted([*left, "text"])
    assert method["http"]["body"] == {"contentType": "application/x-www-form-urlencoded", "from": "*"}


def test_the_documents_own_way_to_sign_in_comes_first(run: Any, tmp_path: Path) -> None:
    source = {
        "openapi": "3.1.0",
        "security": [{"z": []}],
        "components": {
            "securitySchemes": {"a": {"type": "http", "scheme": "basic"}, "z": {"type": "http", "scheme": "bearer"}}
        },
        "paths": {"/a": {"get": {"security": []}}},
    }
    path = tmp_path / "a.json"
    path.write_text(json.dumps(source))
    assert imported(run, path)["authType"] == "apikey"


BODY_BOUNDS: list[tuple[list[dict[str, Any]], int, int]] = [
    ([], 1, 3),
    ([{"in": "path", "name": "id"}], 2, 4),
    ([{"in": "path", "name": "id"}, {"in": "query", "name": "q"}], 2, 5),
]


@pytest.mark.parametrize(("parameters", "least", "most"), BODY_BOUNDS)
def test_how_many_members_a_body_has(
    parameters: list[dict[str, Any]], least: int, most: int, run: Any, tmp_path: Path
) -> None:
    schema = {"type": "object", "minProperties": 1, "maxProperties": 3, "properties": {"a": {}, "b": {}}}
    body = {"required": True, "content": {"application/json": {"schema": schema}}}
    at = "/x/{id}" if parameters else "/x"
    path = tmp_path / "a.json"
    path.write_text(
        json.dumps({"openapi": "3.0.0", "paths": {at: {"post": {"parameters": parameters, "requestBody": body}}}})
    )
    schema = imported(run, path)["methods"][0]["inputSchema"]
    assert (schema["minProperties"], schema["maxProperties"]) == (least, most)


def test_names(run: Any, tmp_path: Path) -> None:
    names = tmp_path / "names.yaml"
    names.write_text("listThings: things\nPOST /things: add\n")
    made = imported(run, shop(tmp_path), "--names", str(names))
    assert [method["id"] for method in made["methods"]] == ["things", "add"]
    names.write_text("listThing: things\n")
    assert "did you mean 'listThings'?" in run("openapi", str(shop(tmp_path)), "--names", str(names)).err
    names.write_text("listThings: x\naddThing: x\n")
    assert "two operations are called 'x'" in run("openapi", str(shop(tmp_path)), "--names", str(names)).err


def test_a_definition_is_replaced_only_by_force(run: Any, tmp_path: Path) -> None:
    path, out = shop(tmp_path), tmp_path / "catalog"
    assert run("openapi", str(path), "--out", str(out)).code == 0
    assert run("openapi", str(path), "--out", str(out)).code == 0
    written = out / "shop" / "1.0.0.yaml"
    written.write_text("mine")
    refused = run("openapi", str(path), "--out", str(out))
    assert (refused.code, written.read_text()) == (2, "mine")
    assert "exists and differs" in refused.err
    assert run("openapi", str(path), "--out", str(out), "--write", "json").code == 2
    assert run("openapi", str(path), "--out", str(out), "--write", "json", "--force").code == 0
    assert [file.name for file in written.parent.iterdir()] == ["1.0.0.json"]


def test_the_report_for_programs(run: Any, tmp_path: Path) -> None:
    path, out = shop(tmp_path), tmp_path / "catalog"
    report = json.loads(run("openapi", str(path), "--out", str(out), "--format", "json").out)
    assert report == {
        "definition": (out / "shop" / "1.0.0.yaml").as_posix(),
        "bytes": (out / "shop" / "1.0.0.yaml").stat().st_size,
        "found": 2,
        "unselected": 0,
        "converted": [
            {"operation": "GET /things", "name": "listThings", "method": "list_things"},
            {"operation": "POST /things", "name": "addThing", "method": "add_thing"},
        ],
        "skipped": [],
        "findings": [
            {"kind": "description of an answer; left out", "count": 2, "examples": ["GET /things", "POST /things"]},
            {
                "kind": "operation without a described answer; its output is an empty object",
                "count": 1,
                "examples": ["POST /things"],
            },
            {"kind": "the source does not say how to sign in", "count": 1, "examples": ["#"]},
        ],
    }


@pytest.mark.parametrize(
    ("format_", "text", "message"),
    [
        ("mcp", '{"tools": []}', "is not of the format mcp"),
        ("mcp", '{"openapi": "3.0.0"}', "it looks like openapi: connectory import openapi"),
        ("mcp", '{"tools": [{"name": "a"}, {"inputSchema": 1, "name": "b"}]}', "no operation could be converted"),
        ("discovery", '{"kind": "discovery#restDescription"}', "has no name"),
        (
            "discovery",
            '{"discoveryVersion": "v1", "name": "a", "methods": {"b": {"path": 7}}}',
            "no operation could be",
        ),
        ("botocore", '{"metadata": {}, "operations": {"A": {}}, "shapes": {}}', "a protocol that is not known"),
        (
            "botocore",
            '{"metadata": {"protocol": "json"}, "operations": {}, "shapes": {"A": 7}}',
            "describes no operation",
        ),
        ("discovery", "../documents/drive.v3", "there is no file"),
        ("botocore", "../s3", "there is no file"),
    ],
)
def test_a_source_of_another_shape(format_: str, text: str, message: str, run: Any, tmp_path: Path) -> None:
    path = tmp_path / "source.json"
    path.write_text(text)
    ran = run(format_, str(path) if text.startswith("{") else text, "--out", str(tmp_path / "out"))
    assert (ran.code, ran.out) == (1, "")
    assert message in ran.err


def test_wrong_usage(run: Any, tmp_path: Path) -> None:
    assert "there is no format 'raml'" in run("raml", "x").err
    assert "--version" in run("openapi", str(shop(tmp_path)), "--version", "1").err
    assert "give an --id" in run("openapi", str(shop(tmp_path)), "--id", "../x").err


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("listUserIDs", "list_user_ids"),
        ("chat_postMessage", "chat_post_message"),
        ("users/get-by-username", "users_get_by_username"),
        ("getOAuthToken", "get_oauth_token"),
        ("S3Bucket", "s3_bucket"),
        ("HTTPSProxy", "https_proxy"),
        ("Überblick", "uberblick"),
        ("日本", ""),
    ],
)
def test_snake_case(name: str, expected: str) -> None:
    assert snake_case(name) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<p>A:</p> <ul> <li> <p> <a>B</a> </p> </li> <li> <p>C</p> </li> </ul> <p>D</p>", "A:\n- B\n- C\nD"),
        ("<p>Hi <b>you</b> &amp; <id></p><ul><li>a</li><li>b</li></ul>", "Hi you & <id>\n- a\n- b"),
        ("# Head\n\nSee [it](https://x.example/a_(b)) and `code` **now**", "Head\nSee it and code now"),
        ("a_b_c * 2 * 3", "a_b_c * 2 * 3"),
        (7, ""),
    ],
)
def test_plain_text(text: object, expected: str) -> None:
    assert plain(text) == expected


def test_long_text_ends_with_a_sentence() -> None:
    assert shortened("One two. Three four. Five six seven.", 25) == "One two. Three four."
    assert shortened("word " * 20, 12) == "word word…"


def test_a_file_that_is_missing_is_reported(run: Any, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(Path(__file__).parent / "cases" / "import" / "openapi-files", tmp_path / "x"))
    (folder / "schemas" / "thing.json").unlink()
    ran = run("openapi", str(folder / "source.yaml"), "--out", "-")
    assert ran.code == 0
    assert "reference that leads nowhere" in ran.err


def _answer(schemas: dict[str, Any]) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/A0"}}}
    path = {"get": {"responses": {"200": {"description": "", "content": content}}}}
    return {"openapi": "3.0.0", "paths": {"/a": path}, "components": {"schemas": schemas}}


_BOTH = {f"A{n}": {"anyOf": [{"$ref": f"#/components/schemas/A{n + 1}"}] * 2} for n in range(40)}
_CHAIN = {f"A{n}": {"$ref": f"#/components/schemas/A{n + 1}"} for n in range(1500)}
_TEXTS = ["# " * 40_000 + "x", "--|" * 66_000 + "x", "<!--" * 50_000, "A" * 40_000]
_NUMBER = json.dumps(_answer({"A0": {"type": "object", "minProperties": "N"}}))
_HIDES: dict[str, Any] = {"allOf": [{"properties": {"id": {"writeOnly": True}}}, {"$ref": "#/components/schemas/B0"}]}
_ASKING = {f"B{n}": {"allOf": [{"$ref": f"#/components/schemas/B{n + 1}"}] * 2} for n in range(40)}
_WAYS = "applies schemas to the same value in more than 10,000 ways"
_RING = {
    f"A{n}": {
        "properties": {"to": {"$ref": f"#/components/schemas/A{n}/$defs/Node"}, **({"end": {}} if n == 1 else {})},
        "$defs": {"Node": {"properties": {"next": {"$ref": f"#/components/schemas/A{(n + 1) % 1000}/$defs/Node"}}}},
    }
    for n in range(1000)
}
BOMBS: list[tuple[str, str]] = [
    ("a circle of a thousand schemas of one name", json.dumps(_answer(_RING))),
    *((f"text {n}", json.dumps(_answer({"A0": {"type": "object", "description": one}})))
      for n, one in enumerate(_TEXTS)),
    ("a long name", '{"openapi": "3.0.0", "paths": {"/a": {"get": {"operationId": "' + "A" * 20_000 + '"}}}}'),
    ("keys", '{"openapi": "3.0.0", "paths": {"/a": {"get": {}}}, ' + ", ".join(f'"x-{n}": 1' for n in range(20_000))
     + ', "x-1": 2}'),
    *((f"minLength {number}", _NUMBER.replace('"N"', number))
      for number in ("1e7000000", "1e999999999999")),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text"), BOMBS, ids=[name for name, _ in BOMBS])
def test_small_files_that_cost_much_elsewhere(name: str, text: str, run: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(text)
    ran = run("openapi", str(path), "--out", "-")
    assert ran.code == 0, ran.err
    assert len(yaml.safe_load(ran.out)["methods"]) == 1


@pytest.mark.parametrize(
    ("schemas", "reason"),
    [
        ({**_BOTH, "A40": {"type": "object"}}, f"'anyOf' {_WAYS}"),
        ({"A0": _HIDES, **_ASKING, "B40": {"required": ["id"]}}, f"'allOf' {_WAYS}"),
        ({**_CHAIN, "A1500": {"type": "object"}}, "'$ref' leads on through a chain of more than 100 schemas"),
    ],
    ids=["two to the fortieth", "two to the fortieth, to a name that is left out", "a chain"],
)
def test_too_many_ways_through_a_schema_are_refused(
    schemas: dict[str, Any], reason: str, run: Any, tmp_path: Path
) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(_answer(schemas)))
    ran = run("openapi", str(path), "--out", "-")
    assert ran.code == 1
    assert f"GET /a: {reason}" in ran.err


def test_aliases_do_not_hide_depth(run: Any, tmp_path: Path) -> None:
    links = ", ".join(f"&a{n} {{type: array, items: *a{n - 1}}}" for n in range(1, 1200))
    path = tmp_path / "a.yaml"
    path.write_text(
        f"openapi: 3.0.0\nx: [&a0 {{type: string}}, {links}]\n"
        "paths: {/a: {get: {parameters: [{in: query, name: q, schema: *a1199}]}}}\n"
    )
    ran = run("openapi", str(path), "--out", "-")
    assert (ran.code, "nested more than 100 levels" in ran.err) == (1, True)


SOME = {"type": "string"}
MOVED: list[tuple[str, list[dict[str, Any] | None], bool]] = [
    ("required everywhere, the same", [{"required": True, "schema": SOME}] * 3, True),
    ("required in most", [{"required": True, "schema": SOME}, {"required": True, "schema": SOME}, None], True),
    ("required in few", [{"required": True, "schema": SOME}, None, None], False),
    ("optional in most", [{"schema": SOME}, {"schema": SOME}, None], False),
    ("optional everywhere", [{"schema": SOME}] * 3, False),
    ("different values", [{"required": True, "schema": {"enum": [name]}} for name in "abc"], False),
]


@pytest.mark.parametrize(("said", "where", "moved"), MOVED, ids=[said for said, *_ in MOVED])
def test_headers_that_are_the_same_in_each_call(
    said: str, where: list[dict[str, Any] | None], moved: bool, run: Any, tmp_path: Path
) -> None:
    paths = {
        f"/{place}": {"get": {"parameters": [{"in": "header", "name": "X-Region", **one}] if one else []}}
        for place, one in enumerate(where)
    }
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"openapi": "3.0.0", "paths": paths}))
    made = imported(run, path)
    inputs = [method["inputSchema"]["properties"] for method in made["methods"]]
    assert made.get("headers", {}) == ({"X-Region": "${config.x_region}"} if moved else {})
    assert ["x_region" in one for one in inputs] == [one is not None and not moved for one in where]


def test_names_of_the_configuration_are_kept_apart(run: Any, tmp_path: Path) -> None:
    headers: list[dict[str, Any]] = [
        {"in": "header", "name": name, "required": True, "schema": {}} for name in ("Version", "X-Ver", "X_Ver")
    ]
    server = {"url": "https://a.example.com/{version}", "variables": {"version": {"default": "v1"}}}
    path = tmp_path / "a.json"
    paths = {name: {"get": {"parameters": headers}} for name in ("/a", "/b")}
    path.write_text(json.dumps({"openapi": "3.0.0", "servers": [server], "paths": paths}))
    made = imported(run, path)
    assert made["baseUrl"] == "https://a.example.com/${config.version}"
    used = [made["headers"][name] for name in ("Version", "X-Ver", "X_Ver")]
    assert len({*used, "${config.version}"}) == 4
    assert {f"${{config.{name}}}" for name in made["configSchema"]["properties"]} == {*used, "${config.version}"}


@pytest.mark.parametrize(
    ("url", "values", "base"),
    [
        ("https://{shop}.example.com/v1", [], "https://${config.shop}.example.com/v1"),
        ("https://{shop}", [], "https://${config.shop}"),
        ("https://{shop}.example/v1", [], "https://${config.host}/v1"),
        ("https://api.example.{shop}/{shop}", [], "https://${config.host}/${config.shop}"),
        ("https://api.example.{shop}/v1", ["com", "eu"], "https://api.example.${config.shop}/v1"),
    ],
)
def test_what_may_choose_the_host_of_a_server(url: str, values: list[str], base: str, run: Any, tmp_path: Path) -> None:
    variable = {"default": "com", **({"enum": values} if values else {})}
    path = tmp_path / "a.json"
    servers = [{"url": url, "variables": {"shop": variable}}]
    path.write_text(json.dumps({"openapi": "3.0.0", "servers": servers, "paths": {"/a": {"get": {}}}}))
    assert imported(run, path)["baseUrl"] == base


@pytest.mark.parametrize(
    ("types", "chosen"),
    [
        (["application/json-patch+json", "application/json", "text/json", "application/*+json"], "application/json"),
        (["application/*+json"], "application/json"),
        (["application/merge-patch+json", "application/xml"], "application/merge-patch+json"),
        (["application/json; charset=utf-8", "application/vnd.a+json"], "application/json"),
    ],
)
def test_which_media_type_is_sent(types: list[str], chosen: str, run: Any, tmp_path: Path) -> None:
    content = {name: {"schema": {"type": "object", "properties": {"a": {}}}} for name in types}
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"openapi": "3.0.0", "paths": {"/a": {"post": {"requestBody": {"content": content}}}}}))
    assert imported(run, path)["methods"][0]["http"]["body"]["contentType"] == chosen


def test_a_tools_arguments_are_its_input(run: Any, tmp_path: Path) -> None:
    schema = {"type": "object", "properties": {"a": {}, "b": {}}, "anyOf": [{"required": ["a"]}, {"required": ["b"]}]}
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"tools": [{"name": "t", "inputSchema": schema}]}))
    ran = run("mcp", str(path), "--out", "-")
    assert yaml.safe_load(ran.out)["methods"][0]["inputSchema"] == schema


@pytest.mark.parametrize("reference", ["#/$defs/P", "https://x.example/s#/$defs/P", "s#/$defs/P", "/s#/$defs/P"])
def test_references_of_tools_that_have_an_id(reference: str, run: Any, tmp_path: Path) -> None:
    tools = [
        {
            "name": name,
            "inputSchema": {
                "$id": "https://x.example/s#",
                "type": "object",
                "properties": {"p": {"$ref": reference}},
                "$defs": {"P": {"type": "string", "maxLength": most}},
            },
        }
        for name, most in (("a", 1), ("b", 2))
    ]
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"tools": tools}))
    made = yaml.safe_load(run("mcp", str(path), "--out", "-").out)
    names = [one["inputSchema"]["properties"]["p"]["$ref"].removeprefix("#/$defs/") for one in made["methods"]]
    assert [made["$defs"][name]["maxLength"] for name in names] == [1, 2]


def test_what_tools_say_besides(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    said = {"title": "T", "readOnlyHint": "yes", "idempotentHint": True, "mine": 1}
    path.write_text(json.dumps({"tools": [{"name": "t", "inputSchema": {}, "annotations": said}]}))
    ran = run("mcp", str(path), "--out", "-")
    assert yaml.safe_load(ran.out)["methods"][0]["annotations"] == {"idempotentHint": True}
    assert "1  annotation mine of a tool; left out  (such as t)" in ran.err
    assert "1  readOnlyHint that is neither true nor false; left out  (such as t)" in ran.err


def test_tools_whose_names_differ_in_their_style(run: Any, tmp_path: Path) -> None:
    names = ["get-weather", "getWeather", "get_weather", "ns/weird.tool:v1"]
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"tools": [{"name": name, "inputSchema": {"type": "object"}} for name in names]}))
    made = yaml.safe_load(run("mcp", str(path), "--out", "-").out)
    assert {one["mcp"]["tool"]: one["id"] for one in made["methods"]} == {
        "get-weather": "get_weather_2",
        "getWeather": "get_weather_3",
        "get_weather": "get_weather",
        "ns/weird.tool:v1": "ns_weird_tool_v1",
    }


@pytest.mark.parametrize("schema", [{}, {"required": ["a"], "properties": {"a": {}}}, {"type": ["object", "string"]}])
def test_what_a_tool_answers_is_an_object(schema: dict[str, Any], run: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"tools": [{"name": "t", "inputSchema": {}, "outputSchema": schema}]}))
    made = yaml.safe_load(run("mcp", str(path), "--out", "-").out)
    assert made["methods"][0]["outputSchema"] == {**schema, "type": "object"}


def test_what_a_source_says_once_is_written_once(run: Any, tmp_path: Path) -> None:
    properties = {f"p{number}": {"type": "string", "maxLength": number} for number in range(1, 200)}
    answer = {"description": "ok", "content": {"application/json": {"schema": {"properties": properties}}}}
    paths = {
        f"/p{number}": {"get": {"responses": {"200": {"$ref": "#/components/responses/A"}}}} for number in range(300)
    }
    source = {"openapi": "3.1.0", "info": {"title": "x"}, "paths": paths, "components": {"responses": {"A": answer}}}
    path = tmp_path / "shared.json"
    path.write_text(json.dumps(source))
    ran = run("openapi", str(path), "--out", "-", "--write", "json")
    assert ran.code == 0
    definition = json.loads(ran.out)
    assert list(definition["$defs"]) == ["A_response"]
    assert all(one["outputSchema"] == {"$ref": "#/$defs/A_response", "type": "object"} for one in definition["methods"])


def test_a_source_of_too_many_schemas_is_refused(run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectory.importers.convert._MOST", 3)
    ran = run("openapi", str(shop(tmp_path, "{properties: {a: {}, b: {}, c: {}}}")), "--out", "-")
    assert (ran.code, ran.err) == (
        1,
        "connectory: the source comes to more than 3 schemas; import a part of it with --select\n",
    )


def test_a_folder_does_not_hide_a_document_of_its_name(run: Any, tmp_path: Path) -> None:
    shutil.copy(next(one for one in CASES if one.name == "botocore-json") / "source.json", tmp_path / "model.json")
    asked: list[str] = []

    def find(name: str) -> Path:
        asked.append(name)
        return tmp_path / "model.json"

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(formats()["botocore"], "find", find)
        patch.chdir(tmp_path)
        (tmp_path / "s3").mkdir()
        assert run("botocore", "s3", "--out", "-").code == 0
    assert asked == ["s3"]


def test_paths_of_microsoft_that_differ_in_their_query(run: Any, tmp_path: Path) -> None:
    answers = {"responses": {"204": {"description": ""}}}
    path = tmp_path / "blob.json"
    path.write_text(
        json.dumps(
            {
                "swagger": "2.0",
                "info": {"title": "Blob", "version": "1"},
                "host": "blob.example.com",
                "x-ms-parameterized-host": {},
                "paths": {"/a": {"get": answers}},
                "x-ms-paths": {
                    "/?comp=list": {"get": answers},
                    "/?comp=tags": {"get": answers},
                    "/a": {"put": answers},
                },
            }
        )
    )
    ran = run("openapi", str(path), "--out", "-")
    made = yaml.safe_load(ran.out)
    assert [one["http"] for one in made["methods"]] == [
        {"method": "GET", "path": "/", "constants": {"query": {"comp": "list"}}},
        {"method": "GET", "path": "/", "constants": {"query": {"comp": "tags"}}},
        {"method": "GET", "path": "/a"},
    ]
    assert "path of x-ms-paths that stands among the paths too; left out  (such as /a)" in ran.err
    assert "x-ms-parameterized-host of the document; left out  (such as #)" in ran.err
