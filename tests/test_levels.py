"""connectory.toml and comments: what findings count as, what is suppressed, and what wrong configurations are told."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from connectory.cli import cli
from connectory.compiler.config import InvalidConfiguration, read_configuration
from connectory.compiler.diagnostics import Diagnostic, Span, Suppressed
from connectory.compiler.judge import Extent, judge
from connectory.compiler.pipeline import Checked, build, check_catalogs, check_files
from connectory.compiler.report import Findings, text
from connectory.compiler.report_formats import github, sarif
from connectory.compiler.wildcards import matches

GOOD = """\
integrationId: acme
name: Acme
description: Orders and customers of Acme
version: "1.0.0"
authType: custom
methods: []
configSchema:
  type: object
  properties:
    limit:
      type: integer
      description: Most orders at once
      default: many
"""
ALLOW = """\
[[check.allow]]
code = "S004"
path = "catalog/acme/*"
reason = "the service takes it"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A catalog whose only definition has the one error S004, in the current folder."""
    (tmp_path / "catalog/acme").mkdir(parents=True)
    (tmp_path / "catalog/acme/1.0.0.yaml").write_text(GOOD)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def checked(toml: str) -> Checked:
    Path("connectory.toml").write_text(toml)
    return check_catalogs([Path("catalog")], configuration=read_configuration(Path()))


@pytest.mark.parametrize(
    ("toml", "level"),
    [
        ("", "error"),
        ('[check.levels]\nS004 = "warning"', "warning"),
        ('[check.levels]\nS = "warning"', "warning"),
        ('[check.levels]\nS00 = "warning"\nS = "off"', "warning"),
        ('[check.levels]\nD = "off"', "error"),
        ('[check.levels]\nS = "off"', None),
        ('[[check.paths]]\npath = "catalog/a*"\nlevels = {S = "off"}', None),
        ('[[check.paths]]\npath = "catalog/b*"\nlevels = {S = "off"}', "error"),
        ('[[check.paths]]\npath = "catalog/ac?e/*"\nlevels = {S = "off"}', None),
        ('[[check.paths]]\npath = "catalog/[a]cme/*"\nlevels = {S = "off"}', "error"),
        (
            '[[check.paths]]\npath = "*"\nlevels = {S = "off"}\n'
            '[[check.paths]]\npath = "*/acme/*.yaml"\nlevels = {S004 = "warning"}',
            "warning",
        ),
        (
            '[check.levels]\nS004 = "off"\n[[check.paths]]\npath = "*"\nlevels = {S = "warning"}',
            "warning",
        ),
    ],
)
def test_a_finding_counts_at_its_level(toml: str, level: str | None, folder: Path) -> None:
    assert [found.severity for found in checked(toml).diagnostics] == [level] * (level is not None)


@pytest.mark.parametrize(
    ("name", "pattern", "holds"),
    [
        ("c[1]/x.yaml", "c[1]/*", True),
        ("c1/x.yaml", "c[1]/*", False),
        ("c1", "c[!2]", False),
        ("c[!2]", "c[!2]", True),
        ("c]", "c]", True),
        ("c[", "c[", True),
        ("a/b\nc", "a?b*", True),
        ("A", "a", False),
        ("ab", "a", False),
        ("", "*", True),
        ("", "?", False),
    ],
)
def test_only_two_characters_of_a_pattern_stand_for_others(name: str, pattern: str, holds: bool) -> None:
    assert matches(name, pattern) is holds


def test_a_folder_with_brackets_is_allowed_for_by_name(folder: Path) -> None:
    (folder / "catalog").rename("c[1]")
    Path("connectory.toml").write_text(ALLOW.replace("catalog/acme/*", "c[1]/*"))
    found = check_catalogs([Path("c[1]")], configuration=read_configuration(Path()))
    assert ([one.finding.code for one in found.suppressed], found.diagnostics) == (["S004"], [])


def test_what_makes_a_definition_unusable_stays_an_error(folder: Path) -> None:
    (folder / "catalog/acme/1.0.0.yaml").write_text("integrationId: acme\nversion: no\n")
    found = checked('[check.levels]\nD = "off"\n[[check.paths]]\npath = "*"\nlevels = {D = "off"}').diagnostics
    assert {(one.code, one.severity) for one in found} == {("D002", "error"), ("Y005", "error")}


WRONG = [
    ("[chek]", "there is no field 'chek'; did you mean 'check'?"),
    ("[check.level]", "there is no field 'check.level'; did you mean 'check.levels'?"),
    ("[lines]", "there is no field 'lines'"),
    (
        '[[check.allow]]\ncodes = "S004"',
        "there is no field 'check.allow[0].codes'; did you mean 'check.allow[0].code'?",
    ),
    ("check = 1", "check: must be a table, not a whole number"),
    ("[check]\nmax-price-age = 0", "check.max-price-age: must be a whole number of 1 or more"),
    ('[check]\nmax-price-age = "9"', "check.max-price-age: must be a whole number, not text"),
    ("[check]\nmax_price_age = 9", "there is no field 'check.max_price_age'; did you mean 'check.max-price-age'?"),
    ("[check]\npaths = 1", "check.paths: must be a list, not a whole number"),
    ("[check]\nlevels = 1", "check.levels: must be a table, not a whole number"),
    ('[check.levels]\nS004 = "warn"', "check.levels.S004: there is no level 'warn'; did you mean 'warning'?"),
    ("[check.levels]\nS004 = 5", "check.levels.S004: there is no level 5; choose one of off, warning, error"),
    ('[check.levels]\ns004 = "off"', "check.levels.s004: there is no rule 's004'; did you mean 'S004'?"),
    ('[check.levels]\nQ = "off"', "check.levels.Q: there is no rule 'Q'"),
    ('[check.levels]\n"" = "off"', "check.levels.: there is no rule ''"),
    (
        '[check.levels]\nY = "off"',
        "check.levels.Y: what Y finds is always an error: nothing can be made of such a definition",
    ),
    (
        '[[check.paths]]\npath = "*"\nlevels = {D002 = "warning"}',
        "check.paths[0].levels.D002: what D002 finds is always an error: nothing can be made of such a definition",
    ),
    ('[[check.paths]]\npath = "*"', "check.paths[0]: lacks 'levels'"),
    ('[[check.allow]]\ncode = "S004"\npath = "*"', "check.allow[0]: lacks 'reason'"),
    (ALLOW.replace("the service takes it", " "), "check.allow[0].reason: say why the finding is no mistake"),
    (ALLOW.replace("S004", "Y001"), "check.allow[0].code: what Y001 finds cannot be suppressed"),
    (ALLOW.replace("S004", "S0004"), "check.allow[0].code: there is no rule 'S0004'; did you mean S004?"),
    (
        ALLOW + 'pointer = "methods/0"',
        "check.allow[0].pointer: 'methods/0' is none; a JSON Pointer starts with /, as in /methods/0/id",
    ),
]


@pytest.mark.parametrize(("toml", "message"), WRONG)
def test_a_wrong_configuration_is_told_where_and_what(toml: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "connectory.toml").write_text(toml)
    with pytest.raises(InvalidConfiguration) as raised:
        read_configuration(tmp_path)
    assert str(raised.value) == f"connectory.toml: {message}"


def test_a_byte_order_mark_is_no_statement(tmp_path: Path) -> None:
    path = tmp_path / "connectory.toml"
    path.write_text(ALLOW)
    plain = read_configuration(tmp_path)
    path.write_text("\ufeff" + ALLOW, encoding="utf-8")
    assert read_configuration(tmp_path) == plain
    assert plain.lines == (1,)
    path.write_text("\ufeff\ufeff" + ALLOW, encoding="utf-8")
    with pytest.raises(InvalidConfiguration, match=r"^connectory\.toml: Invalid statement \(at line 1, column 1\)$"):
        read_configuration(tmp_path)


def test_what_is_suppressed_stays_visible(folder: Path) -> None:
    found = checked("\n" + ALLOW)
    assert not found.diagnostics
    finding = check_files([Path("catalog/acme/1.0.0.yaml")]).diagnostics[0]
    assert found.suppressed == [Suppressed(finding, "the service takes it", Span("connectory.toml", 2, 1, 2, 16))]
    findings = Findings([], found.texts, 1, found.suppressed)
    assert text(findings) == "1 file checked: no findings (1 suppressed)\n"
    assert text(findings._replace(show_suppressed=True)) == (
        'allowed[S004]: the default is not valid under its own schema: "many" is not of type "integer"\n'
        "  --> catalog/acme/1.0.0.yaml:13:16\n"
        "    |\n"
        " 13 |       default: many\n"
        "    |                ^^^^\n"
        "   = reason: the service takes it (connectory.toml:2:1)\n"
        "\n"
        "1 file checked: no findings (1 suppressed)\n"
    )
    (result,) = json.loads(sarif(findings))["runs"][0]["results"]
    place = {"artifactLocation": {"uri": "connectory.toml"}}
    region = {"startLine": 2, "startColumn": 1, "endLine": 2, "endColumn": 16}
    assert result["suppressions"] == [
        {
            "kind": "external",
            "status": "accepted",
            "justification": "the service takes it",
            "location": {"physicalLocation": {**place, "region": region}},
        }
    ]
    assert github(findings) == ""


def test_an_override_of_compatibility_is_in_every_report() -> None:
    finding = Diagnostic("C001", "error", "the input 'a' is gone", Span("f", 1, 1, 1, 2))
    findings = Findings([], {}, 1, [Suppressed(finding, "nobody used it", Span("f", 1, 5, 1, 9))])
    assert text(findings).splitlines()[0] == "allowed[C001]: the input 'a' is gone"
    assert github(findings) == (
        "::notice file=f,line=1,endLine=1,col=1,endColumn=2,title=C001::"
        "the input 'a' is gone%0Aallowed: nobody used it\n"
    )
    assert json.loads(sarif(findings))["runs"][0]["results"][0]["suppressions"][0]["kind"] == "inSource"


def test_a_build_writes_what_is_suppressed_or_lowered(folder: Path) -> None:
    assert not build([Path("catalog")], Path("build")).sizes
    (folder / "connectory.toml").write_text(ALLOW)
    allowed = build([Path("catalog")], Path("build"), configuration=read_configuration(Path()))
    assert allowed.sizes
    (folder / "connectory.toml").write_text('[check.levels]\nS004 = "warning"')
    lowered = build([Path("catalog")], Path("build2"), configuration=read_configuration(Path()))
    assert [found.severity for found in lowered.checked.diagnostics] == ["warning"]
    assert lowered.sizes == allowed.sizes


def test_the_cache_keeps_findings_at_their_own_level(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def run() -> tuple[int, list[str]]:
        code = cli.main(["check", "--format", "json"], standalone_mode=False)
        return code, [found["severity"] for found in json.loads(capsys.readouterr().out)["diagnostics"]]

    assert run() == (1, ["error"])
    (folder / "connectory.toml").write_text('[check.levels]\nS = "warning"')
    assert run() == (0, ["warning"])
    (folder / "connectory.toml").write_text(ALLOW)
    assert run() == (0, [])
    (folder / "connectory.toml").unlink()
    assert run() == (1, ["error"])


@pytest.mark.parametrize(
    ("comment", "line", "suppressed"),
    [
        ("# connectory: allow S004 -- why", 7, True),  # before configSchema: about all of it
        ("# connectory: allow S004 -- why", 6, False),  # before methods
        ("# connectory: allow S004 -- why", 1, False),  # before the first field, which is not the whole file
        ("# connectory: allow S004 -- why\n", 1, False),
        ("  # connectory: allow S004 -- why", 9, True),  # before properties
        ("  # connectory: allow S004 -- why", 8, False),  # before its type
        ("      # connectory: allow S004 -- why\n\n      # more", 13, True),
        ("      # connectory: allow S002, S004 — why", 13, True),
        ("      #connectory:allow S004  --  why", 13, True),
        ("      # connectory: allow S002 -- why", 13, False),
    ],
)
def test_a_comment_is_about_what_follows(comment: str, line: int, suppressed: bool, folder: Path) -> None:
    lines = GOOD.splitlines()
    lines.insert(line - 1, comment)
    (folder / "catalog/acme/1.0.0.yaml").write_text("\n".join(lines) + "\n")
    found = checked("")
    assert [one.finding.code for one in found.suppressed] == ["S004"] * suppressed
    assert [one.reason for one in found.suppressed] == ["why"] * suppressed
    assert ("S004" in {one.code for one in found.diagnostics}) is not suppressed


def test_what_was_not_looked_for_is_not_called_unneeded() -> None:
    config = read_configuration(Path("nowhere"))
    from connectory.compiler.suppressions import Suppression

    said = {"f": [Suppression("S004", "why", Span("f", 1, 1, 1, 2), 2, 2)]}
    assert [one.code for one in judge([], said, config, Extent(["f"])).diagnostics] == ["D016"]
    unknown = {"f": [Suppression("S999", "why", Span("f", 1, 1, 1, 2), 2, 2)]}
    assert judge([], unknown, config, Extent(["f"])).diagnostics == []


@pytest.mark.parametrize("code", ["D041", "C001", "C030"])
def test_what_is_between_definitions_is_not_looked_for_in_some_files(code: str, folder: Path) -> None:
    allow = ALLOW.replace("*", "1.0.0.yaml")
    Path("connectory.toml").write_text("".join(allow.replace("S004", each) for each in ("S004", "D012", code)))
    found = check_files([Path("catalog/acme/1.0.0.yaml")], configuration=read_configuration(Path())).diagnostics
    unneeded = "nothing is suppressed: there is no finding of D012 in catalog/acme/1.0.0.yaml"
    assert [(one.code, one.message) for one in found] == [("D016", unneeded)]


def test_an_entry_for_several_files_may_be_needed_in_one_that_was_not_checked(folder: Path) -> None:
    (folder / "catalog/acme/1.1.0.yaml").write_text(GOOD.replace("1.0.0", "1.1.0").replace("many", "1"))
    Path("connectory.toml").write_text(ALLOW)
    found = check_files([Path("catalog/acme/1.1.0.yaml")], configuration=read_configuration(Path()))
    assert (found.diagnostics, found.suppressed) == ([], [])


def test_what_is_between_definitions_is_looked_for_in_all(folder: Path) -> None:
    found = checked("".join(ALLOW.replace("S004", code) for code in ("S004", "D041"))).diagnostics
    unneeded = "nothing is suppressed: there is no finding of D041 in catalog/acme/*"
    assert [(one.code, one.message) for one in found] == [("D016", unneeded)]


def test_the_nearest_reason_is_told(folder: Path) -> None:
    lines = GOOD.splitlines()
    for line, reason in ((13, "the default"), (10, "the properties"), (7, "all of it")):
        indent = lines[line - 1].removesuffix(lines[line - 1].lstrip())
        lines.insert(line - 1, f"{indent}# connectory: allow S004 -- {reason}")
    file = folder / "catalog/acme/1.0.0.yaml"
    for reason in ("the default", "the properties", "all of it", "the service takes it"):
        file.write_text("\n".join(lines) + "\n")
        found = checked(ALLOW)
        assert [(one.finding.code, one.reason) for one in found.suppressed] == [("S004", reason)]
        assert not found.diagnostics
        lines = [line for line in lines if not line.endswith(f"-- {reason}")]


def test_a_suppressed_finding_quotes_what_it_refers_to(folder: Path) -> None:
    for name in ("acme", "other"):
        (folder / "catalog" / name).mkdir(exist_ok=True)
        written = re.sub("default: many", "default: 1", GOOD.replace("acme", name))
        (folder / f"catalog/{name}/1.0.0.yaml").write_text(written)
    found = checked(ALLOW.replace("S004", "D041").replace("/acme/", "/other/"))
    assert not found.diagnostics
    findings = Findings([], found.texts, 2, found.suppressed, show_suppressed=True)
    assert text(findings) == (
        "allowed[D041]: the integrations 'acme' and 'other' have the same name\n"
        "  --> catalog/other/1.0.0.yaml:2:7\n"
        "   |\n"
        " 2 | name: Acme\n"
        "   |       ^^^^\n"
        "   = the other one\n"
        "  --> catalog/acme/1.0.0.yaml:2:7\n"
        "   |\n"
        " 2 | name: Acme\n"
        "   |       ^^^^\n"
        "   = reason: the service takes it (connectory.toml:1:1)\n"
        "\n"
        "2 files checked: no findings (1 suppressed)\n"
    )


def test_the_example_of_the_documentation(tmp_path: Path) -> None:
    page = (Path(__file__).parent.parent / "docs/checking.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    (tmp_path / "connectory.toml").write_text(example, encoding="utf-8")
    check = read_configuration(tmp_path).check
    assert (len(check.levels), len(check.paths), len(check.allow)) == (2, 1, 1)


AI = """\
integrationId: acme
name: Acme
description: Models of Acme
version: "1.0.0"
type: ai
authType: custom
methods: []
aiConfig:
  provider: acme
  defaultModel: new
  availableModels:
    - id: new
      name: New
      description: What is new
      contextWindow: 1000
      capabilities: [text]
      costPerToken: {input: 0.0001}
      pricing: {source: "https://acme.example.com", asOf: "2026-06-01"}
    - id: unknown
      name: Unknown
      description: What nobody looked up
      contextWindow: 1000
      capabilities: [text]
      costPerToken: {input: 0.0001}
      pricing: {source: "https://acme.example.com"}
    - id: free
      name: Free
      description: What costs nothing
      contextWindow: 1000
      capabilities: [text]
      costPerToken: {input: 0}
      pricing: {free: true}
"""


def test_old_prices_are_found_where_an_age_is_set(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "catalog/acme/1.0.0.yaml").write_text(AI)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790812800")  # 2026-10-01
    assert checked("").diagnostics == []
    unknown = ("the price of 'unknown' has no asOf, the day on which it was read", 24, "/costPerToken")
    old = ("the price of 'new' was read 122 days ago; more than 121 are too many", 18, "/pricing/asOf")
    for days, expected in ((122, [unknown]), (121, [old, unknown])):
        found = checked(f"[check]\nmax-price-age = {days}").diagnostics
        assert {(one.code, one.severity) for one in found} == {("D038", "warning")}
        shown = [(one.message, one.span.line, one.pointer or "") for one in found]
        assert [place[:2] for place in shown] == [place[:2] for place in expected]
        assert all(place[2].endswith(wanted[2]) for place, wanted in zip(shown, expected, strict=True))
    assert checked('[check]\nmax-price-age = 1\n[check.levels]\nD038 = "off"').diagnostics == []
