"""Reports for other tools, and the page of rules."""

from __future__ import annotations

import importlib
import json
from pathlib import Path

import pytest

from connectory.cli import cli
from connectory.compiler.checks import rules
from connectory.compiler.diagnostics import Diagnostic, Related, Span
from connectory.compiler.report import Findings
from connectory.compiler.report_formats import github, sarif

ROOT = Path(__file__).parent.parent
RELATED = (Related(Span("c", 1, 2, 1, 3), "first"),)
FOUND = [
    Diagnostic("D001", "error", "50% wrong: a,b", Span("cat/a b.yaml", 2, 3, 2, 5), "mend\nit"),
    Diagnostic("D002", "warning", "bell \x07 here", Span("cat/ü.yaml", 1, 1, 4, 2), None, RELATED),
    Diagnostic("D001", "error", "whole", Span("c")),
]


def test_github() -> None:
    assert github(Findings(FOUND, {}, 2)) == (
        "::error file=cat/a b.yaml,line=2,endLine=2,col=3,endColumn=5,title=D001::50%25 wrong: a,b%0Amend%0Ait\n"
        "::warning file=cat/ü.yaml,line=1,endLine=4,title=D002::bell \ufffd here\n"
        "::error file=c,title=D001::whole\n"
    )


@pytest.mark.parametrize(
    ("path", "shown"), [("a:b,c%.yaml", "a%3Ab%2Cc%25.yaml"), ("x\n::error::y", "x%0A%3A%3Aerror%3A%3Ay")]
)
def test_a_hostile_text_stays_one_command(path: str, shown: str) -> None:
    found = Diagnostic("D001", "error", "m\r\n::error::y", Span(path, 1, 1, 1, 2))
    assert github(Findings([found], {}, 1)) == (
        f"::error file={shown},line=1,endLine=1,col=1,endColumn=2,title=D001::m %0A::error::y\n"
    )


def test_sarif() -> None:
    log = json.loads(sarif(Findings(FOUND, {}, 2)))
    (run,) = log["runs"]
    assert (log["version"], run["columnKind"]) == ("2.1.0", "unicodeCodePoints")
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["D001", "D002"]
    assert run["tool"]["driver"]["rules"][0]["defaultConfiguration"] == {"level": "error"}
    assert run["results"][0] == {
        "ruleId": "D001",
        "ruleIndex": 0,
        "level": "error",
        "message": {"text": "50% wrong: a,b\nmend\nit"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "cat/a%20b.yaml"},
                    "region": {"startLine": 2, "startColumn": 3, "endLine": 2, "endColumn": 5},
                }
            }
        ],
    }
    assert run["results"][1]["relatedLocations"][0]["message"] == {"text": "first"}
    assert run["results"][1]["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": "cat/%C3%BC.yaml"}
    assert run["results"][2]["locations"] == [{"physicalLocation": {"artifactLocation": {"uri": "c"}}}]


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "1.0.0.yaml").write_text("integrationId: acme\n")
    assert cli.main(["check", str(tmp_path), "--format", "github"], standalone_mode=False) == 1
    assert capsys.readouterr().out.splitlines()[0].startswith("::error file=")
    assert cli.main(["check", str(tmp_path), "--format", "sarif"], standalone_mode=False) == 1
    assert json.loads(capsys.readouterr().out)["runs"][0]["results"]


def test_the_page_of_rules_is_current(pytestconfig: pytest.Config) -> None:
    page = ROOT / "docs/rules.md"
    text = importlib.import_module("connectory.cli.explain").manual()
    if pytestconfig.getoption("--update"):
        page.write_text(text, encoding="utf-8")
    assert text.count("\n## ") == len(rules())
    assert page.read_text(encoding="utf-8") == text
