"""Every folder of cases/bad gives exactly its expected.txt, its near miss gives nothing, and every rule has both."""

from __future__ import annotations

import inspect
import json
import os
import re
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from connectory.compiler import checks
from connectory.compiler.checks import compatibility, rules
from connectory.compiler.compat.frozen import Base, Frozen
from connectory.compiler.config import Configuration, read_configuration
from connectory.compiler.pipeline import Checked, Means, check_catalogs, check_files
from connectory.compiler.report import Findings, text
from connectory.compiler.text import LIMIT, read_source
from connectory.compiler.text.events import VALUES

CASES = Path(__file__).parent / "cases"
BAD = sorted((CASES / "bad").iterdir())
GOOD = sorted((CASES / "good").glob("spec_*.json"))


def _link_out(acme: Path) -> None:
    (acme.parent.parent / "elsewhere.yaml").write_text("integrationId: acme\n")
    (acme / "1.0.0.yaml").symlink_to("../../elsewhere.yaml")


def _linked_folder(acme: Path) -> None:
    (acme / "1.0.0.yaml").write_text(TEMPLATE)
    (acme.parent / "linked").symlink_to("acme")


def _renamed(name: str) -> Callable[[Path], None]:
    return lambda acme: _many(acme / name, TEMPLATE)


def _many(file: Path, text: str) -> None:
    file.write_text(text)


def _too_large(acme: Path) -> None:
    with open(acme / "1.0.0.yaml", "wb") as stream:
        stream.truncate(LIMIT + 1)


def _twice(first: str, second: str) -> Callable[[Path], None]:
    def make(acme: Path) -> None:
        acme.rmdir()
        for path in (first, second):
            file = acme.parent / path
            file.parent.mkdir(exist_ok=True)
            text = TEMPLATE.replace("acme", file.parent.name.lower()).replace("1.0.0", file.stem)
            file.write_text(text, encoding="utf-8")

    return make


def _circle(acme: Path) -> None:
    """Each of 300 schemas leads to the next, and each of 240 others to the first: 300 KB, of which 72 MB are made."""
    defs = {
        f"S{n}": {"properties": {"next": {"$ref": f"#/$defs/S{(n + 1) % 300}"}}, "description": "so " * 333}
        for n in range(300)
    }
    of_method = {"type": "object", "properties": {"it": {"$ref": "#/$defs/S0"}}}
    methods = [
        {"id": f"get_{n}", "name": f"Get {n}", "inputSchema": of_method, "outputSchema": of_method} for n in range(120)
    ]
    definition = {**yaml.safe_load(TEMPLATE), "$defs": defs, "methods": methods}
    (acme / "1.0.0.json").write_text(json.dumps(definition, indent=1))


TEMPLATE = """\
integrationId: acme
name: Acme
description: Orders and customers of Acme
version: "1.0.0"
authType: custom
methods: []
"""

MADE: dict[str, Callable[[Path], None]] = {
    "B002-shared-schemas": _circle,
    "D015-blank-after-the-ending": _renamed("1.0.0.yaml "),
    "D015-link-out-of-the-catalog": _link_out,
    "D015-link-to-a-folder": _linked_folder,
    "D054-device": _twice("aux/1.0.0.yaml", "lpt1/1.0.0.yaml"),
    "Y012-dangling-link": lambda acme: (acme / "1.0.0.yaml").symlink_to("0.9.0.yaml"),
    "Y012-not-a-file": lambda acme: os.mkfifo(acme / "1.0.0.yaml"),
    "Y012-too-large": _too_large,
    "Y014-folders": _twice("ACME/1.1.0.yaml", "acme/1.1.0.yaml"),
    "Y014-versions": _twice("acme/1.0.0-RC.yaml", "acme/1.0.0-rc.yaml"),
    "Y015-json": lambda acme: _many(acme / "1.0.0.json", '{"x-a": [' + "1,\n" * VALUES + "1]}"),
}
"""What Git cannot keep, or should not: made in the folder catalog/acme of a copy of the case."""


def by_name(folder: Path) -> str:
    return folder.name


def report(checked: Checked) -> str:
    findings = Findings.of(checked)
    told = text(findings)
    assert text(findings._replace(quoted={})) == told  # whether lines are kept or read again
    return told


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], Checked]:
    """Checks a case, with its folder as the current one."""

    def run(folder: Path) -> Checked:
        if folder.name in MADE:
            folder = Path(shutil.copytree(folder, tmp_path / folder.name))
            acme = folder / "catalog" / "acme"
            acme.mkdir(parents=True)
            MADE[folder.name](acme)
        monkeypatch.chdir(folder)
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795564800")  # 2026-11-25
        return check_catalogs([Path("catalog")], Means(), _configuration(folder), _released(folder))

    return run


def _released(folder: Path) -> Base | None:
    """What the folder ``released`` of a case says was released before."""
    files = sorted((folder / "released").glob("*/*.yaml"))
    frozen = {f"catalog/{file.parent.name}/{file.name}": file for file in files}
    return (
        Base("v1", {name: Frozen(partial(read_source, file, name)) for name, file in frozen.items()}) if files else None
    )


def _configuration(folder: Path) -> Configuration:
    """What the case's own connectory.toml says, and that the warnings of other rules are not asked for.

    So a case stays as small as what it shows; each rule that only warns is silent but for its own cases.
    """
    code = re.match("[A-Z][0-9]+", folder.name if folder.name != "near_miss" else folder.parent.name)
    own = read_configuration(Path())
    warnings = [rule.CODE for rule in rules().values() if rule.SEVERITY == "warning"]
    others = {warning: "off" for warning in warnings if code and warning != code[0]}
    levels = {**others, **own.check.levels}
    return msgspec.structs.replace(own, check=msgspec.structs.replace(own.check, levels=levels))


@pytest.mark.parametrize("folder", BAD, ids=by_name)
def test_a_bad_case_gives_its_exact_report(
    folder: Path, check: Callable[[Path], Checked], pytestconfig: pytest.Config
) -> None:
    checked = check(folder)
    expected = folder / "expected.txt"
    if pytestconfig.getoption("--update"):
        expected.write_text(report(checked), encoding="utf-8", newline="\n")
    assert report(checked) == expected.read_bytes().decode()
    assert {found.code for found in checked.diagnostics} == {folder.name.partition("-")[0]}


@pytest.mark.parametrize("folder", BAD, ids=by_name)
def test_a_near_miss_passes(folder: Path, check: Callable[[Path], Checked]) -> None:
    said = report(check(folder / "near_miss"))
    assert re.search(r"(?:^|\n\n)\d files? checked: no findings( \(\d suppressed\))?\n$", said), said


@pytest.mark.parametrize("code", rules())
def test_every_rule_has_a_bad_case(code: str) -> None:
    assert any(folder.name.startswith(f"{code}-") for folder in BAD)


@pytest.mark.parametrize("rule", rules().values(), ids=lambda rule: str(rule.CODE))
def test_every_rule_has_a_manual(rule: Any) -> None:
    manual = inspect.getdoc(rule) or ""
    summary, blank, rest = manual.partition("\n\n")
    assert summary.endswith(".")
    assert "\n" not in summary
    assert blank
    assert rest.index("Example") < rest.index("Instead")
    assert re.fullmatch("[YSDCAB][0-9]{3}", rule.CODE)
    assert rule.SEVERITY in ("error", "warning")
    assert not (hasattr(rule, "check") and hasattr(rule, "check_catalog"))
    assert hasattr(rule, "check_catalog") == (rule in checks.catalog_rules())


def test_codes_are_unique() -> None:
    package = Path(checks.__file__).parent
    codes = [re.search('^CODE = "(.*)"$', module.read_text(), re.M) for module in package.rglob("[!_]*.py")]
    assert sorted([*(code[1] for code in codes if code), *(rule.CODE for rule in compatibility.RULES)]) == sorted(
        rules()
    )


def test_the_examples_of_the_specification_are_here() -> None:
    assert [example.name for example in GOOD] == ["spec_anthropic.json", "spec_xero.json"]


ASKED_FOR = {
    "spec_anthropic.json": ["A009", "D038", "D038", "D038"],
    "spec_xero.json": ["A007", "D049"],
}
"""What is said of the specification's examples: warnings of what they leave out, and no error."""


@pytest.mark.parametrize("suffix", [".json", ".yaml", ".yml"])
@pytest.mark.parametrize("example", GOOD, ids=by_name)
def test_an_example_of_the_specification_gives_no_error(
    example: Path, suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "catalog" / json.loads(example.read_text())["integrationId"]
    folder.mkdir(parents=True)
    shutil.copyfile(example, folder / f"1.0.0{suffix}")
    monkeypatch.chdir(tmp_path)
    found = check_catalogs([Path("catalog")]).diagnostics
    assert {one.severity for one in found} <= {"warning"}
    assert sorted(one.code for one in found) == ASKED_FOR[example.name]


def test_a_catalog_is_sorted_by_file_and_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("b", "a", "a-c"):
        (tmp_path / "catalog" / name).mkdir(parents=True)
        (tmp_path / "catalog" / name / "1.0.0.yaml").write_text("version: no\nname: 5\n")
    monkeypatch.chdir(tmp_path)
    found = check_catalogs([Path("catalog")]).diagnostics
    places = [(one.span.path, one.span.line, one.span.column, one.span.end_line, one.code) for one in found]
    assert sorted({one.span.path for one in found}) == [f"catalog/{n}/1.0.0.yaml" for n in ("a-c", "a", "b")]
    assert sorted(places, key=lambda place: place[:4]) == places


def test_catalogs_that_release_the_same_version_are_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = next(folder for folder in BAD if folder.name == "Y010-empty") / "near_miss" / "catalog"
    for name in ("ours", "theirs"):
        shutil.copytree(good, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    (found,) = check_catalogs([Path("ours"), Path("theirs")]).diagnostics
    assert (found.code, found.span.path, found.related[0].span.path) == (
        "D014",
        "theirs/acme/1.0.0.yaml",
        "ours/acme/1.0.0.yaml",
    )


def test_a_file_is_known_by_its_folder_from_wherever_it_is_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = next(folder for folder in BAD if folder.name == "Y010-empty") / "near_miss" / "catalog"
    shutil.copytree(good, tmp_path / "catalog")
    monkeypatch.chdir(tmp_path / "catalog" / "acme")
    for path in ("1.0.0.yaml", "./1.0.0.yaml", "../acme/1.0.0.yaml"):
        assert check_files([Path(path)]).diagnostics == []


def test_links_in_a_circle_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    acme = tmp_path / "catalog" / "acme"
    acme.mkdir(parents=True)
    (acme / "1.0.0.yaml").symlink_to("2.0.0.yaml")
    (acme / "2.0.0.yaml").symlink_to("1.0.0.yaml")
    (acme / "more").symlink_to("..")
    monkeypatch.chdir(tmp_path)
    assert [found.code for found in check_catalogs([Path("catalog")]).diagnostics] == ["Y012", "Y012"]
