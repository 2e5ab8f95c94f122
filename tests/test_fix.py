"""``connectory check --fix``: what is certain is mended, what is not stays, and nothing else changes."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

import connectory.compiler.mend as mend_module
from connectory.__main__ import main
from connectory.compiler.config import Configuration, read_configuration
from connectory.compiler.diagnostics import Diagnostic, Edit, Span
from connectory.compiler.mend import apply, mended
from connectory.compiler.pipeline import check_catalogs
from connectory.compiler.text import read_content
from connectory.names import certain_id, certain_match

BAD = sorted((Path(__file__).parent / "cases" / "bad").iterdir())
FILE = Path("catalog/acme/1.0.0.yaml")
GOOD = """\
integrationId: acme
name: Acme
description: Orders and customers of Acme
version: "1.0.0"
authType: custom
customAuthConfig: {scheme: none}
methods:
  - id: get_order
    name: Get order
    inputSchema:
      type: object
      properties:
        size: {type: string, enum: [small, "no"], description: Size}
        count: {type: integer, maximum: 5, default: 2}
        where: {$ref: "#/$defs/Place"}
    outputSchema: {type: object}
$defs:
  Place: {type: string}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    FILE.parent.mkdir(parents=True)


def mend(text: str, configuration: Configuration | None = None) -> str:
    FILE.write_bytes(text.encode())
    return mended(FILE, FILE.as_posix(), configuration or Configuration()).after


MENDS = [
    ("nane: Acme", "name: Acme"),
    ('"nmae": Acme', "name: Acme"),
    ("na_me: Acme", "name: Acme"),
    ("Name: Acme", "name: Acme"),
    ("authType: Custom", "authType: custom"),
    ("authType: cutsom", "authType: custom"),
    ("version: v1.0.0", 'version: "1.0.0"'),
    ("name: 365", 'name: "365"'),
    ("name: 1.50", 'name: "1.50"'),
    ("name: 010", 'name: "010"'),
    ("name: true", 'name: "true"'),
    ("name: no", 'name: "no"'),
    ("name: 2026-01-31", 'name: "2026-01-31"'),
    ("name: 2026-01-31T C:\\new", "name: '2026-01-31T C:\\new'"),
    ('name: 2026-01-31 10:00 "#"', "name: '2026-01-31 10:00 \"#\"'"),
    ("name: 2026-01-31T the 'big' \"one\"", 'name: "2026-01-31T the \'big\' \\"one\\""'),
    ("name: 2026-01-31T one\n  and more", 'name: "2026-01-31T one and more"'),
    ("enum: [small, no]", 'enum: [small, "no"]'),
    ("count: {type: integer, readOnly: yes}", "count: {type: integer, readOnly: true}"),
    ("no: {type: integer}", '"no": {type: integer}'),
    ('where: {$ref: "#/$defs/Palce"}', 'where: {$ref: "#/$defs/Place"}'),
    ("where: {$ref: '#/$defs/place'}", 'where: {$ref: "#/$defs/Place"}'),
    ("where: {$ref: '#/defs/Place'}", 'where: {$ref: "#/$defs/Place"}'),
    ("methods:\n  - id: get_order\n    nmae: Get order", "methods:\n  - id: get_order\n    name: Get order"),
    ("methods:\n  - id: get_order\n    name: A\n    name: A", "methods:\n  - id: get_order\n    name: A"),
    ("\ufeffintegrationId: acme", "integrationId: acme"),
]
"""A line that is wrong, and the one that it becomes; it replaces the line of ``GOOD`` that it looks most like."""

PLACES = {
    "name": "name: Acme",
    "authType": "authType: custom",
    "version": 'version: "1.0.0"',
    "enum": 'enum: [small, "no"]',
    "count": "count: {type: integer, maximum: 5, default: 2}",
    "where": 'where: {$ref: "#/$defs/Place"}',
    "methods": "methods:\n  - id: get_order\n    name: Get order",
    "integrationId": "integrationId: acme",
}


def place(after: str) -> str:
    field = after.partition(":")[0].strip('"')
    return PLACES["count" if field == "no" else field]


@pytest.mark.parametrize(("wrong", "right"), MENDS)
def test_what_is_certain_is_mended(wrong: str, right: str) -> None:
    at = place(right)
    assert GOOD.count(at) == 1
    assert mend(GOOD.replace(at, wrong)) == GOOD.replace(at, right)
    crlf = GOOD.replace(at, wrong).replace("\n", "\r\n")
    assert mend(crlf) == GOOD.replace(at, right).replace("\n", "\r\n")


@pytest.mark.parametrize(
    ("at", "wrong"),
    [
        ("name: Acme", "name: Acme\nnane: Acme"),  # the field is there
        ("name: Acme", "nane: Acme\nnmae: Acme"),  # two could be it
        ("name: Acme", "title: Acme"),
        ("name: Acme", "name: Acme\nname: Other"),  # which one?
        ("name: Acme", "name: null"),
        ("maximum: 5", "maximum: 0x10"),
        ("maximum: 5", "maximum: yes"),
        ("default: 2", "default: no"),
        ("size: {type: string, enum", "size: {enum: [yes], examples"),  # no type says what is meant
        ("authType: custom", "authType: key"),
        ("authType: custom", "authType: oauth1"),  # oauth2 is another thing
        ('"#/$defs/Place"', '"#/$defs/Places"'),  # as an author would call another schema
        ('"#/$defs/Place"', '"#/$defs/Placf"'),
        ('"#/$defs/Place"', '"#/$defs/Palce/items"'),
        ('version: "1.0.0"', "version: v2.0.0"),  # the file has another name
        ("name: Acme", "x-a: &a 1\nname: Acme"),
        ("name: Acme", "\tname: Acme"),
    ],
)
def test_what_is_not_certain_stays(at: str, wrong: str) -> None:
    assert GOOD.count(at) == 1
    text = GOOD.replace(at, wrong)
    assert mend(text) == text


def test_one_mend_uncovers_another() -> None:
    text = "\ufeff" + GOOD.replace("customAuthConfig: {scheme", "customAuthCofig: {shceme")
    assert mend(text.replace("name: Acme", "nane: Acme")) == GOOD


def test_a_number_loses_its_quotes() -> None:
    model = "aiConfig:\n  availableModels:\n    - {id: a, name: A, capabilities: [], maxTokens: %s}\n"
    assert mend(model % "'5'") == model % "5"
    assert mend(model % "'5.0'") == model % "'5.0'"


def test_json_is_mended_in_its_own_quotes() -> None:
    file = FILE.with_suffix(".json")
    file.write_text('{"nane": "Acme", "version": 1.0, "authType": "aipkey"}')
    after = mended(file, file.as_posix(), Configuration()).after
    assert after == '{"name": "Acme", "version": "1.0", "authType": "apikey"}'


def test_what_is_suppressed_is_not_mended() -> None:
    Path("connectory.toml").write_text('[[check.allow]]\ncode = "D013"\npath = "catalog/*"\nreason = "theirs"\n')
    text = GOOD.replace("name: Acme", "nane: Acme")
    assert mend(text, read_configuration(Path())) == GOOD


@pytest.mark.parametrize("case", [case for case in BAD if (case / "catalog").is_dir()], ids=lambda case: case.name)
def test_every_bad_case_stays_readable_and_is_mended_once(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.rmtree("catalog")
    shutil.copytree(case / "catalog", "catalog", symlinks=True)
    checked = check_catalogs([Path("catalog")])
    for name in dict.fromkeys(found.span.path for found in checked.diagnostics if found.fix):
        file = checked.files[name]
        done = mended(file, name, Configuration())
        assert done.after != done.before
        assert done.made
        file.write_bytes(done.after.encode("utf-8", "surrogatepass"))
        assert mended(file, name, Configuration())[1:] == (done.after, [], [], False)


def test_edits_that_touch_are_made_one_after_the_other() -> None:
    found = check("name: no\nnane: 1\n")
    assert [one.code for one in found if one.fix] == ["Y005"]
    text, made = apply("name: no\nnane: 1\n", [*found, *found])
    assert (text, len(made)) == ('name: "no"\nnane: 1\n', 1)


def finding(line: int, column: int, end: int, text: str) -> Diagnostic:
    span = Span(FILE.as_posix(), line, column, line, end)
    return Diagnostic("D001", "error", f"becomes {text}", span, fix=(Edit(span, text),))


@pytest.mark.parametrize("bad", [0, 1, 2, 3])
def test_a_mend_that_would_break_the_file_is_left_out_alone(bad: int, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [finding(2, 7, 11, "Ajax"), finding(3, 1, 12, "summary"), finding(5, 11, 17, "apikey")]
    found.insert(bad, finding(4, 1, 8, '"'))
    first = iter([found])
    monkeypatch.setattr(mend_module, "_findings", lambda *_: next(first, [found[bad]]))
    FILE.write_text(GOOD)
    done = mended(FILE, FILE.as_posix(), Configuration())
    after = GOOD.replace("name: Acme", "name: Ajax").replace("authType: custom", "authType: apikey")
    assert done.after == after.replace("description: Orders", "summary: Orders")
    assert list(done.made) == [one for one in found if one is not found[bad]]
    assert (done.left, done.more) == ([found[bad]], False)


def test_mends_of_which_none_is_sound_leave_the_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    FILE.write_text(WRONG)
    both = [finding(2, 1, 5, "\t"), finding(4, 1, 8, '"')]
    monkeypatch.setattr(mend_module, "_findings", lambda *_: both)
    code, _, err = run(capsys, monkeypatch, "--fix")
    assert (code, FILE.read_text()) == (1, WRONG)
    name = FILE.as_posix()
    assert err.splitlines() == [
        f"connectory: D001 at {name}:{place} is not mended: it would break the file" for place in ("2:1", "4:1")
    ]


def test_more_than_one_run_mends_is_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(mend_module, "_ROUNDS", 1)
    FILE.write_text("\ufeff" + WRONG)
    assert run(capsys, monkeypatch, "--fix")[2].splitlines() == [
        f"connectory: more of {FILE.as_posix()} can be mended after this: run it again",
        f"mended Y009 at {FILE.as_posix()}:1:1: the file starts with a byte order mark",
    ]
    assert FILE.read_text() == WRONG
    assert run(capsys, monkeypatch, "--fix")[2].startswith("mended D001 at ")


def check(text: str) -> list:  # type: ignore[type-arg]  # of diagnostics
    from connectory.compiler.check import check as run
    from connectory.compiler.definition import Definition

    return run(Definition(read_content(text.encode(), FILE.as_posix())))


# The command


def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *arguments: str) -> tuple[int, str, str]:
    monkeypatch.setattr("sys.argv", ["connectory", "check", *arguments])
    code = main()
    shown = capsys.readouterr()
    return code, shown.out, shown.err


WRONG = GOOD.replace("name: Acme", "nane: Acme").replace("authType: custom", "authType: key")


def test_the_command_mends_and_reports_the_rest(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    FILE.write_text(WRONG)
    FILE.chmod(0o600)
    assert run(capsys, monkeypatch)[1].endswith("\nconnectory check --fix mends 1 of them\n")
    code, out, err = run(capsys, monkeypatch, "--fix")
    assert code == 1
    assert err == f"mended D001 at {FILE.as_posix()}:2:1: the integration definition has no field 'nane'\n"
    assert out.splitlines()[0] == "error[D004]: 'key' is not a choice for 'authType'"
    assert "--fix" not in out
    assert FILE.read_text() == GOOD.replace("authType: custom", "authType: key")
    assert (FILE.stat().st_mode & 0o777, os.listdir(FILE.parent)) == (0o600, ["1.0.0.yaml"])


def test_the_difference_is_shown_and_nothing_is_written(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    FILE.write_text(WRONG)
    code, out, err = run(capsys, monkeypatch, "--fix", "--diff", str(FILE))
    assert (code, err) == (1, "connectory check --fix would mend 1 finding\n")
    assert out.splitlines()[2:6] == ["@@ -1,5 +1,5 @@", " integrationId: acme", "-nane: Acme", "+name: Acme"]
    assert FILE.read_text() == WRONG
    assert run(capsys, monkeypatch, "--diff")[0] == 2


def test_the_difference_fails_for_what_would_be_mended_and_for_errors(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def code(text: str, *more: str) -> int:
        FILE.write_text(text)
        return run(capsys, monkeypatch, "--fix", "--diff", *more)[0]

    assert (code(GOOD), code(GOOD, "--strict")) == (0, 1)  # it has warnings
    assert code(GOOD.replace("name: Acme", "nane: Acme")) == 1
    assert code(GOOD.replace("authType: custom", "authType: key")) == 1


def test_reports_for_programs_carry_the_edits_also_from_the_cache(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    FILE.write_text(WRONG)
    reports = [json.loads(run(capsys, monkeypatch, "--format", "json")[1]) for _ in range(2)]
    assert reports[0] == reports[1]
    span = {"path": FILE.as_posix(), "line": 2, "column": 1, "end_line": 2, "end_column": 5}
    fixes = {one["code"]: one["fix"] for one in reports[0]["diagnostics"]}
    assert (fixes["D001"], fixes["D004"]) == ([{"span": span, "text": "name"}], [])
    log = json.loads(run(capsys, monkeypatch, "--format", "sarif")[1])
    (fix,) = log["runs"][0]["results"][0]["fixes"]
    assert fix == {
        "description": {"text": "did you mean 'name'?"},
        "artifactChanges": [
            {
                "artifactLocation": {"uri": FILE.as_posix()},
                "replacements": [
                    {
                        "deletedRegion": {"startLine": 2, "startColumn": 1, "endLine": 2, "endColumn": 5},
                        "insertedContent": {"text": "name"},
                    }
                ],
            }
        ],
    }


@pytest.mark.parametrize(
    ("name", "known", "meant"),
    [
        ("requried", ["required", "type"], "required"),
        ("tokenUri", ["tokenUrl", "tokenType"], "tokenUrl"),
        ("token_url", ["tokenUrl"], "tokenUrl"),
        ("nam", ["name"], None),  # too short to be certain
        ("names", ["name"], "name"),
        ("abcd", ["abce", "abcf"], None),
        ("abcd", ["badc"], None),
        ("", ["name"], None),
        (None, ["None"], None),
        ("oauth1", ["oauth2"], None),
        ("oauth", ["oauth2"], None),
        ("base-64", ["base64"], "base64"),
    ],
)
def test_certain_matches(name: object, known: list[str], meant: str | None) -> None:
    assert certain_match(name, known) == meant


@pytest.mark.parametrize(
    ("name", "known", "meant"),
    [
        ("acme_large", ["acme-large", "acme-small"], "acme-large"),
        ("ItemV1", ["itemV1"], "itemV1"),
        ("claude-3-5", ["claude-3.5"], "claude-3.5"),
        ("Palce", ["Place"], "Place"),
        ("Palce", ["Place", "Palace"], None),
        ("gpt-4", ["gpt-4o-mini", "gpt-5"], None),
        ("gpt-4", ["gpt-4o"], None),
        ("gpt-35", ["gpt-3.5"], None),
        ("model-1.10", ["model-11.0"], None),
        ("model-12", ["model-21"], None),
        ("command-r", ["command-r+"], None),
        ("ItemV1", ["ItemV2"], None),
        ("Item", ["Items"], None),
        ("itemA", ["itemB"], None),
        ("PairAB", ["PairBA"], None),
        (5, ["5"], None),
    ],
)
def test_certain_names_that_authors_choose(name: object, known: list[str], meant: str | None) -> None:
    assert certain_id(name, known) == meant


def test_another_model_is_not_the_default_that_was_meant() -> None:
    models = "[{id: gpt-4o-mini, name: A, capabilities: []}, {id: gpt-5, name: B, capabilities: []}]"
    text = GOOD + "aiConfig: {defaultModel: %s, availableModels: " + models + "}\n"
    assert mend(text % "gpt-4") == text % "gpt-4"
    assert mend(text % "gpt_5") == text % "gpt-5"
