"""What changes between versions of a definition: each folder of cases/compat/changes gives exactly its expected.txt."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from connectory.compiler.compat.changes import changes
from connectory.compiler.compat.kinds import KINDS, Bump, table
from connectory.compiler.compat.releases import Comparison, Released, compare, comparisons
from connectory.compiler.compat.render import Difference, as_json, markdown, text
from connectory.compiler.compat.versions import after, predecessor, step
from connectory.compiler.compat.walk import pairs
from connectory.compiler.definition import Definition
from connectory.compiler.examine import examine
from connectory.compiler.text import Source, read_source
from connectory.compiler.text.places import Place
from connectory.versions import Version

CASES = sorted((Path(__file__).parent / "cases/compat/changes").iterdir())
TODAY = date(2026, 11, 25)


def difference(folder: Path) -> Difference:
    old, new = [read_source(folder / f"{name}.yaml", f"{name}.yaml").data for name in ("old", "new")]
    return Difference(old["integrationId"], old["version"], new["version"], changes(old, new, TODAY))


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_a_case_gives_its_exact_report(folder: Path, pytestconfig: pytest.Config) -> None:
    report = text([difference(folder)])
    expected = folder / "expected.txt"
    if pytestconfig.getoption("--update"):
        expected.write_text(report, encoding="utf-8", newline="\n")
    assert report == expected.read_text(encoding="utf-8")


def test_the_definitions_of_the_cases_are_sound() -> None:
    for folder in CASES:
        for name in ("old", "new"):
            file = folder / f"{name}.yaml"
            source = read_source(file, str(file))
            found = examine(Definition(source, f"/catalog/acme/{source.data['version']}.yaml"))
            assert found.is_sound, (file, found.diagnostics)


def test_there_are_cases_of_every_kind() -> None:
    assert len(CASES) >= 120
    found = {change.code for folder in CASES for change in difference(folder).changes}
    assert found == {kind.code for kind in KINDS}


def test_every_case_is_there_in_both_directions() -> None:
    bodies = [[_body(folder, name) for name in ("old", "new")] for folder in CASES]
    one_way = [folder.name for folder, (old, new) in zip(CASES, bodies, strict=True) if [new, old] not in bodies]
    assert one_way == []


def _body(folder: Path, name: str) -> dict[str, Any]:
    return {**read_source(folder / f"{name}.yaml", f"{name}.yaml").data, "version": ""}


@pytest.mark.parametrize(
    ("old", "new", "bump"),
    [
        ("1.0.0", "2.0.0", Bump.MAJOR),
        ("1.0.0", "1.1.0", Bump.MINOR),
        ("1.0.0", "1.0.1", Bump.PATCH),
        ("0.3.0", "0.4.0", Bump.MAJOR),
        ("0.3.0", "0.3.1", Bump.MINOR),
        ("0.3.0", "1.0.0", Bump.MAJOR),
        ("1.9.0", "1.10.0", Bump.MINOR),
    ],
)
def test_how_far_a_version_moves(old: str, new: str, bump: Bump) -> None:
    assert step(Version.parse(old), Version.parse(new)) is bump


_KNOWN = [Version.parse(each) for each in ("0.2.3", "1.2.3", "1.2.4", "1.3.0", "2.0.0", "3.0.0", "5.0.0-beta")]


@pytest.mark.parametrize(
    ("version", "bump", "known", "following"),
    [
        ("1.2.3", Bump.PATCH, [], "1.2.4"),
        ("1.2.3", Bump.MINOR, [], "1.3.0"),
        ("1.2.3", Bump.MAJOR, [], "2.0.0"),
        ("0.2.3", Bump.PATCH, [], "0.2.4"),
        ("0.2.3", Bump.MINOR, [], "0.2.4"),
        ("0.2.3", Bump.MAJOR, [], "0.3.0"),
        ("1.2.3", Bump.PATCH, _KNOWN, "1.2.5"),
        ("1.2.3", Bump.MINOR, _KNOWN, "1.4.0"),
        ("1.2.3", Bump.MAJOR, _KNOWN, "4.0.0"),
        ("0.2.3", Bump.MINOR, _KNOWN, "0.2.4"),
        ("3.0.0", Bump.MAJOR, _KNOWN, "4.0.0"),
    ],
)
def test_the_version_that_may_change_so_much_and_is_not_there(
    version: str, bump: Bump, known: list[Version], following: str
) -> None:
    old = Version.parse(version)
    assert after(old, bump, known) == following
    assert step(old, Version.parse(following)) >= bump


@pytest.mark.parametrize(
    ("version", "known", "before"),
    [
        ("1.0.0", [], None),
        ("1.2.4", ["1.2.3", "2.0.0", "1.3.0"], "1.2.3"),
        ("2.0.0", ["1.9.0", "1.10.0", "2.0.0-rc.1"], "1.10.0"),
        ("1.1.0", ["1.0.0-beta"], None),
        ("1.1.0-beta", ["1.0.0"], None),
    ],
)
def test_what_a_version_is_measured_against(version: str, known: list[str], before: str | None) -> None:
    found = predecessor(Version.parse(version), map(Version.parse, known))
    assert (found and found.text) == before


def _case(name: str) -> Difference:
    return difference(next(folder for folder in CASES if folder.name == name))


def test_schemas_are_walked_through_the_names_that_references_mean() -> None:
    old = {"$ref": "#/$defs/A~1B", "$defs": {"A/B": {"enum": [1]}}}
    new = {"$ref": "#/$defs/C%20D", "$defs": {"C D": {"enum": [1, 2]}, "e": {}}}
    assert [(each.old_path, each.new_path) for each in pairs(old, new)] == [
        ((), ()),
        (("$defs", "A/B"), ("$defs", "C D")),
    ]
    inside = {"$ref": "#/$defs/e/f", "$defs": {"e/f": {}}}  # a member of e, whatever else is called so
    assert [each.new_path for each in pairs(old, inside)] == [()]


@pytest.mark.parametrize(
    ("old", "promised", "new", "is_compared"),
    [
        ("1.0.0", "", "2.0.0", False),  # it may change everything
        ("0.1.0", "", "0.2.0", False),  # as may this, below 1.0.0
        ("1.0.0", "2026-11-25", "2.0.0", False),  # a promise that has passed
        ("1.0.0", "2026-11-26", "2.0.0", True),  # one that holds
        ("1.0.0", "", "1.1.0", True),
        ("0.1.0", "", "0.1.1", True),
    ],
)
def test_what_may_change_everything_is_compared_only_with_what_promised_something(
    old: str, promised: str, new: str, is_compared: bool
) -> None:
    released = [
        Released("acme", Version.parse(old), f"{old}.yaml", old, "", promised),
        Released("acme", Version.parse(new), f"{new}.yaml", new, ""),
    ]
    assert [(each.old.shown, each.new.shown) for each in comparisons(released, TODAY)] == [(old, new)] * is_compared


def test_what_a_definition_promises() -> None:
    methods: list[Any] = [{"deprecated": {"sunset": sunset}} for sunset in ("2026-12-01", "2027-01-01", 5, None)]
    models = [{"deprecated": {"sunset": "2027-02-01"}}, {"deprecated": True}]
    for data, promised in (
        ({"methods": methods}, "2027-01-01"),
        ({"methods": methods, "aiConfig": {"availableModels": models}}, "2027-02-01"),
        ({"methods": [{}], "deprecated": {"sunset": "2028-01-01"}}, ""),  # of the whole definition: C031 looks at it
    ):
        assert Definition(Source("f.yaml", "", data, Place((1, 1), (1, 1)))).promised == promised


def test_json_for_programs() -> None:
    assert json.loads(as_json([_case("input-second-required-name")])) == [
        {
            "integrationId": "acme",
            "old": "1.0.0",
            "new": "1.1.0",
            "needed": "major",
            "changes": [
                {
                    "code": "C002",
                    "bump": "major",
                    "message": "the input of the method 'get' accepts less: /required: \"b\" is a required property",
                    "path": "/methods/0/inputSchema/required",
                    "subject": "get",
                    "witness": {"a": ""},
                }
            ],
        }
    ]


def test_markdown_for_pull_requests() -> None:
    assert markdown([_case("input-second-required-name"), _case("nothing")]) == (
        "### `acme 1.0.0 -> 1.1.0`: needs a major version: 2.0.0\n\n"
        "| needs | | change |\n|---|---|---|\n"
        "| **major** | C002 | the input of the method 'get' accepts less: /required: \"b\" is a required property"
        '<br>for example `{"a":""}` |\n\n'
        "### `acme 1.0.0 -> 1.1.0`: nothing changed\n"
    )


def test_markdown_stays_text() -> None:
    made = Difference("acme", "1.0.0", "1.1.0", [])
    old: dict[str, Any] = {"integrationId": "acme", "version": "1.0.0", "methods": []}
    named = yaml.safe_load("{id: 'a|b<script>`@everyone', inputSchema: {type: object}, outputSchema: {type: object}}")
    shown = markdown([made._replace(changes=changes(old, {**old, "methods": [named]}, TODAY))])
    assert "a\\|b&lt;script&gt;'@\u200beveryone" in shown


def test_templates_of_nothing_need_nothing() -> None:
    old: dict[str, Any] = {"integrationId": "acme", "version": "1.0.0", "authType": "custom", "methods": []}
    old["methods"] = [{"id": "get", "inputSchema": {}, "outputSchema": {}}]
    found = changes(old, {**old, "headers": {"a": "${x} ${} ${config} ${env.HOME}"}}, TODAY)
    assert [change.message for change in found] == ["the headers of the definition changed"]


def test_the_table_of_the_documentation_is_current(pytestconfig: pytest.Config) -> None:
    page = Path(__file__).parent.parent / "docs/versions.md"
    shown = page.read_text(encoding="utf-8")
    before, rest = shown.split("pytest --update -->\n")
    _, _, after_ = rest.partition("<!-- end -->")
    current = f"{before}pytest --update -->\n{table()}<!-- end -->{after_}"
    if pytestconfig.getoption("--update"):
        page.write_text(current, encoding="utf-8")
    assert page.read_text(encoding="utf-8") == current


def test_what_is_kept_of_a_comparison_holds_between_two_sunsets(tmp_path: Path) -> None:
    method = "{id: old, name: Old, inputSchema: {}, outputSchema: {}, deprecated: {sunset: '2030-06-01'}}"

    def released(version: str, methods: str) -> Released:
        file = tmp_path / f"{version}.yaml"
        file.write_text(f"methods: {methods}\n")
        return Released("acme", Version.parse(version), str(file), file.name, version[0] * 64)

    old, new = released("1.0.0", f"[{method}]"), released("2.0.0", "[]")
    following = dict.fromkeys(Bump, "9.9.9")
    found = []
    for day in ("2030-07-01", "2030-01-01", "2030-05-31", "2030-06-01"):  # clocks go wrong, and are put right
        comparison = Comparison(old, new, date.fromisoformat(day), following, str(tmp_path / "cache"))
        found.append([one.code for one in compare(comparison)])
    assert found == [[], ["C032"], ["C032"], []]
