"""``connectory migrate`` and ``build --since``, as operators run them."""

from __future__ import annotations

import ast
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from connectory.__main__ import main


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    put(tmp_path, "acme", "1.0.0")
    return tmp_path


def put(repository: Path, integration_id: str, version: str, **fields: Any) -> Path:
    definition = {
        "integrationId": integration_id,
        "name": integration_id.title(),
        "description": "Sends anvils.",
        "version": version,
        "methods": [],
        "authType": "custom",
        "customAuthConfig": {"scheme": "none"},
        **fields,
    }
    path = repository / "catalog" / integration_id / f"{version}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(definition))
    return path


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["connectory", *words])
        try:
            code = main()
        except SystemExit as exit_:
            code = int(exit_.code or 0)
    printed = capsys.readouterr()
    return code, re.sub(r"\d{12}", "NUMBER", printed.out), printed.err


MIGRATE = ("migrate", "--dir", "db", "--layout", "dbmate")


def test_what_it_says_and_how_it_ends(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, *MIGRATE, "--check") == (
        1,
        "added: acme\n",
        "run: connectory migrate --dir db --layout dbmate\n",
    )
    assert not (repository / "db").exists()
    made = "db/NUMBER_create_integration_definitions.sql\ndb/NUMBER_seed_integration_definitions.sql\n"
    assert run(capsys, *MIGRATE) == (0, f"added: acme\n{made}", "")
    nothing = (0, "db leads to the catalog: nothing to add\n", "")
    assert run(capsys, *MIGRATE) == run(capsys, *MIGRATE, "--check") == nothing
    put(repository, "acme", "1.1.0")
    put(repository, "bolt", "1.0.0")
    assert run(capsys, *MIGRATE) == (
        0,
        "added: bolt\nchanged: acme\ndb/NUMBER_seed_integration_definitions.sql\n",
        "",
    )
    assert run(capsys, *MIGRATE) == nothing
    assert sorted(path.name[:4] for path in (repository / "db").iterdir()) == ["0001", "0002", "0003"]


def test_the_same_catalog_gives_the_same_names_and_bytes(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for folder in ("one", "other"):
        assert run(capsys, "migrate", "--dir", folder, "--layout", "sqitch")[0] == 0
    one, other = (
        {path.relative_to(repository / name): path.read_bytes() for path in (repository / name).rglob("*.*")}
        for name in ("one", "other")
    )
    assert one == other
    assert len(one) == 7


def test_numbers_go_on_from_those_that_are_there(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (repository / "db").mkdir()
    theirs = repository / "db" / "20240101120000_theirs.sql"
    theirs.write_text("-- migrate:up\nSELECT 1;\n-- migrate:down\nSELECT 1;\n")
    assert run(capsys, *MIGRATE)[0] == 0
    names = sorted(path.name for path in (repository / "db").iterdir())
    assert [name[:14] for name in names] == ["20240101120000", "20240101120001", "20240101120002"]
    assert names[0] == theirs.name


@pytest.mark.parametrize(
    ("files", "layout", "message"),
    [
        ({"db": ""}, "plain", "cannot write to 'db': "),
        ({"db/env.py": ""}, "alembic", "db is the folder of Alembic itself; its migrations are in db/versions"),
        ({"db/a.py": "revision = x()\n"}, "alembic", "db/a.py: 'revision = x()' is no plain text"),
        (
            {
                "db/a.py": 'revision = "a"\ndown_revision = "b"\n',
                "db/b.py": 'revision: str = "b"\ndown_revision: str | None = ("a",)\n',
            },
            "alembic",
            "db: the revisions a, b follow each other in a circle",
        ),
        (
            {"db/a.py": 'revision = "a"\ndown_revision = None\n', "db/b.py": 'revision = "b"\ndown_revision = None\n'},
            "alembic",
            "there are several heads: a, b; merge them first: alembic merge heads",
        ),
        ({"db/1_a.sql": "", "db/1_b.sql": ""}, "dbmate", "db: several migrations have the number 1"),
    ],
)
def test_what_it_cannot_continue(
    files: dict[str, str], layout: str, message: str, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, text in files.items():
        path = repository / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    code, out, err = run(capsys, "migrate", "--dir", "db", "--layout", layout)
    assert (code, out) == (2, "")
    assert f"Error: {message}" in err


def test_a_value_of_another_type_is_a_change(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    changed = "changed: acme\ndb/NUMBER_seed_integration_definitions.sql\n"
    nothing = "db leads to the catalog: nothing to add\n"
    for place, (written, told) in enumerate([(1, ""), (True, changed), (1.0, changed), (1, nothing), (0, changed)]):
        put(repository, "acme", "1.0.0", configSchema={"type": "object", "properties": {"n": {"default": written}}})
        code, out, err = run(capsys, *MIGRATE)
        assert (code, err) == (0, "")
        assert out == told or place == 0


def test_alembic_shows_what_each_does(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "migrate", "--dir", "versions", "--layout", "alembic")[0] == 0
    paths = sorted((repository / "versions").iterdir())
    assert [ast.get_docstring(ast.parse(path.read_text())) for path in paths] == [
        "The table of integration definitions. Applying it again changes nothing.",
        "Adds 1.",
    ]


def test_line_ends_of_windows(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, *MIGRATE)[0] == 0
    put(repository, "acme", "1.1.0")
    put(repository, "bolt", "1.0.0")
    assert run(capsys, *MIGRATE)[0] == 0
    for path in (repository / "db").iterdir():
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert run(capsys, *MIGRATE) == (0, "db leads to the catalog: nothing to add\n", "")
    put(repository, "bolt", "1.1.0")
    assert run(capsys, *MIGRATE)[1] == "changed: bolt\ndb/NUMBER_seed_integration_definitions.sql\n"


def test_rows_that_somebody_edited(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, *MIGRATE)[0] == 0
    path = sorted((repository / "db").iterdir())[1]
    text = path.read_text()
    path.write_text(text.replace('"name": "Acme"', '"name": "Acmé"'), encoding="utf-8")
    assert run(capsys, *MIGRATE, "--check")[1] == "changed: acme\n"
    path.write_text(text.replace('"name": "Acme"', '"name": "Acme'))
    code, out, err = run(capsys, *MIGRATE)
    assert (code, out) == (2, "")
    assert "Error: a row was edited, and is no JSON any more: {" in err
    assert '"integration_id": "acme", "version": "1.0.0"' in err


def test_a_catalog_with_an_error_writes_nothing(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(repository, "acme", "1.1.0", authType="magic")
    code, out, err = run(capsys, *MIGRATE)
    assert (code, out) == (1, "")
    assert "error[D0" in err
    assert not (repository / "db").exists()


CHOICES = [
    ("pin = {acme = '^2'}", "database.pin.acme: no version lies in '^2'; there is 1.0.0, 1.1.0"),
    ("pin = {acmee = '^1'}", "database.pin.acmee: there is no integration 'acmee'; did you mean 'acme'?"),
    ("pin = {acme = 'one'}", "database.pin.acme: 'one' is not a version range (such as ^1.2, ~1.2 or >=1,<3)"),
    ("table = 'a-b'", "database.table: 'a-b' is no name that every migration tool leaves alone; use letters"),
    ("schema = '" + "x" * 64 + "'", "is longer than 63 characters"),
    ("enum = 'a.b.c'", "database.enum: 'a.b.c' has more than a schema and a name"),
    ("shema = 'x'", "there is no field 'database.shema'; did you mean 'database.schema'?"),
]


@pytest.mark.parametrize(("choice", "message"), CHOICES)
def test_choices_that_are_none(choice: str, message: str, repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(repository, "acme", "1.1.0")
    (repository / "connectory.toml").write_text(f"[database]\n{choice}\n")
    for command in (MIGRATE, ("build",)):
        code, _, err = run(capsys, *command)
        assert code == 2
        assert f"connectory.toml: {message}" in err or message in err
    assert not (repository / "build").exists()


def test_a_pin_holds_the_row(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(repository, "acme", "1.1.0")
    put(repository, "acme", "2.0.0")
    (repository / "connectory.toml").write_text("[database]\ntable = 'things'\n[database.pin]\nacme = '^1'\n")
    assert run(capsys, "build")[0] == 0
    seed = (repository / "build/migrations/0003_seed_integration_definitions.sql").read_text()
    assert "\n-- acme 1.1.0\n" in seed
    assert 'INSERT INTO "things" AS stored' in seed
    assert '"replaces": ["1.0.0", "2.0.0"]' not in seed
    assert '"replaces": ["2.0.0"]' in seed


@pytest.mark.parametrize("since", ["before/catalog.bundle", "released"])
def test_since_a_release_the_seed_carries_what_changed(
    since: str, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(repository, "bolt", "1.0.0", configSchema={"type": "object", "properties": {"n": {"default": 1.10}}})
    gone = put(repository, "gone", "1.0.0")
    assert run(capsys, "build", "--out", "before")[0] == 0
    for words in (["init", "-q"], ["add", "catalog"], ["commit", "-q", "-m", "release"], ["tag", "released"]):
        author = ["-c", "user.name=Tester", "-c", "user.email=tester@localhost"]
        subprocess.run(["git", *author, *words], check=True, capture_output=True)
    put(repository, "acme", "1.1.0")
    put(repository, "new", "1.0.0")
    gone.unlink()
    assert run(capsys, "build")[0] == 0
    whole = (repository / "build/migrations/0004_seed_integration_definitions.sql").read_bytes()
    assert run(capsys, "build", "--since", since)[0] == 0
    up, down = (
        (repository / f"build/migrations/0004_seed_integration_definitions{ending}").read_text()
        for ending in (".sql", ".down.sql")
    )
    named = r"^-- (Brings up to date|Goes back|Removes|[a-z]+ [0-9.]+)$"
    assert re.findall(named, up, re.MULTILINE) == [
        *("Brings up to date", "acme 1.1.0", "new 1.0.0"),
        *("Removes", "gone 1.0.0"),
    ]
    assert re.findall(named, down, re.MULTILINE) == [
        *("Goes back", "acme 1.0.0"),
        *("Brings up to date", "gone 1.0.0"),
        *("Removes", "new 1.0.0"),
    ]
    assert run(capsys, "build")[0] == 0
    assert (repository / "build/migrations/0004_seed_integration_definitions.sql").read_bytes() == whole
    told = run(capsys, "build", "--since", "nowhere")[2]
    assert "--since: there is no bundle 'nowhere'; and there is no commit 'nowhere' here" in told
