"""What a service says it relies on is there when it starts, or everything that is missing is named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import connectory
from bundles import definition, method, open_bundle, write_bundle
from connectory import Catalog, DeprecatedWarning, InvalidRequirements, MissingRequirements, VersionWarning

VERSIONS = ("1.0.0", "1.4.0", "2.0.0", "2.1.0-beta")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    acme = [definition("acme", version, methods=[method("ping"), method(f"new_{version[0]}")]) for version in VERSIONS]
    return write_bundle(tmp_path / "b", [*acme, definition("slack")])


REQUIRED: list[tuple[Any, str]] = [
    ({"acme": "^1"}, "1.4.0"),
    ({"acme": "=1.0.0"}, "1.0.0"),
    ({"acme": {"version": "~2.0", "methods": ["ping", "new_2"]}}, "2.0.0"),
    ({"acme": {"version": "2.1.0-beta"}}, "2.1.0-beta"),
    ({"acme": {"methods": ["ping"]}, "slack": {}}, "2.0.0"),
]


@pytest.mark.parametrize(("required", "answers"), REQUIRED)
@pytest.mark.filterwarnings("ignore::connectory.VersionWarning")
def test_look_ups_without_a_version_stay_inside(path: Path, required: Any, answers: str) -> None:
    catalog = connectory.open(path, require=required)
    assert catalog.method("acme", "ping").version == answers
    assert catalog.integration("acme").version == answers
    assert [one.version for one in catalog.integrations()] == [answers, "1.0.0"]
    assert catalog.method("acme", "ping", "^1").version == "1.4.0"
    assert catalog.method("slack", "ping").version == "1.0.0"


def test_a_required_range_chooses_so_nothing_is_said_of_majors(path: Path) -> None:
    assert connectory.open(path, require={"acme": "^2"}).method("acme", "ping").version == "2.0.0"


def test_all_that_is_missing_is_listed(path: Path) -> None:
    required = {
        "acme": {"version": "^1", "methods": ["ping", "pingg", "new_2"]},
        "slak": "^1",
        "slack": ">=3",
    }
    with pytest.raises(MissingRequirements) as caught:
        connectory.open(path, require=required)
    assert caught.value.missing == (
        "acme@1.4.0 has no method 'pingg'; did you mean 'ping'?",
        "acme@1.4.0 has no method 'new_2'; did you mean 'new_1'?",
        "there is no integration 'slak'; did you mean 'slack'?",
        "slack has no version >=3; it has 1.0.0",
    )
    assert str(caught.value).startswith("the catalog lacks what is required of it:\n  acme@1.4.0 has no method")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("r.json", '{"acme": {"version": "^1", "methods": ["ping"]}}'),
        ("r.toml", '[acme]\nversion = "^1"\nmethods = ["ping"]\n'),
        ("s.toml", 'acme = "^1"\n'),
    ],
)
def test_requirements_in_a_file(path: Path, tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    assert connectory.open(path, require=tmp_path / name).method("acme", "ping").version == "1.4.0"
    assert connectory.open(path, require=str(tmp_path / name)).method("acme", "ping").version == "1.4.0"


WRONG: list[tuple[Any, str]] = [
    ({"acme": 5}, "acme: is a range of versions, or a mapping with version and methods"),
    ({5: "^1"}, "5: is a range of versions, or a mapping with version and methods"),
    ({"acme": {"versions": "^1"}}, "acme: has no field 'versions'; its fields are version, methods"),
    ({"acme": "^^1"}, "acme.version: '^^1' is not a version range (such as ^1.2, ~1.2 or >=1,<3)"),
    ({"acme": {"version": 1}}, "acme.version: is text, such as ^1.2"),
    ({"acme": {"methods": "ping"}}, "acme.methods: is a list of method ids, or a mapping of them to lists of fields"),
    ({"acme": {"methods": [5]}}, "acme.methods: holds 5, which is no text"),
]


@pytest.mark.parametrize(("required", "message"), WRONG)
def test_what_are_no_requirements(path: Path, required: Any, message: str) -> None:
    with pytest.raises(InvalidRequirements) as caught:
        connectory.open(path, require=required)
    assert caught.value.errors == (message,)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("none.json", None, "cannot be read: No such file or directory"),
        ("r.yaml", "acme: ^1", "is neither a .json nor a .toml file"),
        ("r.json", "{", "cannot be read: Input data was truncated"),
        ("r.json", '{"acme": "^1", "acme": "^2"}', "cannot be read: 'acme' stands there twice"),
        ("r.json", "[]", "is a mapping of integration ids, not list"),
        ("r.toml", "acme", "cannot be read: Expected '=' after a key in a key/value pair (at end of document)"),
        ("r.json", "[" * 100_000, "cannot be read: maximum recursion depth exceeded while deserializing an object"),
    ],
)
def test_files_that_hold_none(path: Path, tmp_path: Path, name: str, text: str | None, message: str) -> None:
    if text is not None:
        (tmp_path / name).write_text(text)
    with pytest.raises(InvalidRequirements) as caught:
        connectory.open(path, require=tmp_path / name)
    assert caught.value.errors == (message,)


def test_requiring_later_replaces_what_was_required(path: Path) -> None:
    catalog = connectory.open(path, require={"acme": "^2"})
    assert catalog.method("acme", "ping").version == "2.0.0"
    catalog.require({"acme": "^1"})
    assert catalog.method("acme", "ping").version == "1.4.0"
    with pytest.raises(MissingRequirements):
        catalog.require({"acme": "^7"})
    assert catalog.method("acme", "ping").version == "1.4.0"


# What is deprecated is said once


MARK = {"since": "2026-01-01", "sunset": "2026-02-01", "replacement": "acme.pong", "message": "Slow"}
TOLD = "acme.ping is deprecated since 2026-01-01; it ended on 2026-02-01; use acme.pong; Slow"


def _deprecated(tmp_path: Path) -> Catalog:
    methods = [method("ping", deprecated=MARK), method("pong", description="not deprecated")]
    old = definition("acme", "1.0.0", methods=methods, deprecated={"sunset": "2999-01-01"})
    return open_bundle(tmp_path, old, definition("acme", "1.1.0", methods=methods))


def test_a_deprecated_method_warns_once_where_it_is_looked_up(tmp_path: Path) -> None:
    catalog = _deprecated(tmp_path)
    asked = [("ping",), ("ping",), ("ping", "^1"), ("pong",)]
    with pytest.warns(DeprecatedWarning) as caught:
        [catalog.method("acme", *names) for names in asked]
    assert [str(one.message) for one in caught] == [TOLD]
    assert caught[0].filename == __file__
    warning = caught[0].message
    assert isinstance(warning, DeprecatedWarning)
    assert (warning.subject, warning.mark) == ("acme.ping", MARK)


def test_a_deprecated_version_warns(tmp_path: Path) -> None:
    catalog = _deprecated(tmp_path)
    with pytest.warns(DeprecatedWarning, match=r"^acme@1\.0\.0 is deprecated; it ends on 2999-01-01$"):
        catalog.method("acme", "pong", "=1.0.0")
    catalog.integration("acme", "1.0.0")


def test_reading_about_a_deprecated_method_does_not_warn(tmp_path: Path) -> None:
    catalog = _deprecated(tmp_path)
    assert [one.is_deprecated for one in catalog.integration("acme").methods.values()] == [True, False]
    catalog.preload()
    json.dumps(catalog.integration("acme").definition())
    with pytest.warns(DeprecatedWarning):
        catalog.method("acme", "ping")


@pytest.mark.filterwarnings("ignore")
def test_a_hook_is_called_with_what_is_said(path: Path, tmp_path: Path) -> None:
    said: list[Any] = []
    catalog = connectory.open(path, on_warning=said.append)
    catalog.method("acme", "ping")
    catalog.integration("acme")
    assert [type(one) for one in said] == [VersionWarning]
    write_bundle(path, [definition("acme", methods=[method("ping", deprecated=MARK)])])
    assert catalog.refresh()
    catalog.method("acme", "ping")
    assert [str(one) for one in said[1:]] == [TOLD]
