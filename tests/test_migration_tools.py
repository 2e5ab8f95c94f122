"""Histories, applied with the real tools: up, up again, a change, down, up; and what two branches add."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, LiteralString

import psycopg
import pytest

from connectory.compiler.postgres.history import Next, next_migrations, write_next
from connectory.compiler.release import Release
from rows import HOSTILE, Definition, exact, expected, hostile, minimal, state
from tools import TOOLS, Psql, Psycopg, Tool, layout_of

if TYPE_CHECKING:
    from postgres import Database, Postgres, Row

pytest_plugins = ["postgres"]

ALL = "SELECT *, CAST(xmin AS text) AS xmin FROM integration_definitions ORDER BY integration_id"
APART = ("id", "created_at", "updated_at", "xmin")


def migrate(folder: Path, tool: type[Tool], definitions: list[Definition]) -> Next:
    layout = layout_of(tool)
    release = Release((), state(definitions), len(definitions))
    lacking = next_migrations(folder, layout, release)
    write_next(folder, layout, lacking, release.target)
    assert not next_migrations(folder, layout, release)
    return lacking


def by_id(rows: Iterable[Row]) -> dict[str, Any]:
    return {row["integration_id"]: exact({key: row[key] for key in row if key not in APART}) for row in rows}


def assert_holds(database: Database, definitions: list[Definition]) -> list[Row]:
    rows = database.rows(ALL)
    assert by_id(rows) == by_id(map(expected, definitions))
    return rows


def long_in_each_field(text: str) -> Definition:
    """A definition with a megabyte in each place that can hold one."""
    long = text * (1_000_000 // len(text) + 1)
    tree = {"k": long}
    schema = {"type": "object", "description": long}
    method = {"id": "m", "name": "M", "inputSchema": {"type": "object"}, "outputSchema": {"type": "object"}}
    return minimal(
        "long",
        description=long,
        methods=[{**method, "description": long}],
        configSchema=schema,
        oauth2Config=tree,
        aiConfig=tree,
        apiKeyConfig=tree,
        customAuthConfig={"parametersSchema": schema},
        metadata=tree,
    )


BEFORE = [
    *(hostile(text, f"{HOSTILE[place]}{place}") for place, text in enumerate(HOSTILE)),
    long_in_each_field("".join(HOSTILE) + "x" * 2_000),
]
AFTER = [
    *(
        hostile(text, f"{HOSTILE[place]}{place}") | {"version": "1.1.0"}
        for place, text in enumerate([*HOSTILE[7:], *HOSTILE[:7]])
        if place % 10
    ),
    minimal("long", description="short"),
    minimal("new"),
]


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.__name__)
def test_up_up_change_down_up(tool: type[Tool], database: Database, tmp_path: Path) -> None:
    _round_trip(tool, database, tmp_path, "on", "off")


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.__name__)
def test_on_an_older_server(tool: type[Tool], older_database: Database, tmp_path: Path) -> None:
    _round_trip(tool, older_database, tmp_path, "off", "on")


SEE: LiteralString = """
    CREATE TABLE seen (strings TEXT);
    CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN INSERT INTO seen VALUES (current_setting(''standard_conforming_strings'')); RETURN NULL; END';
    CREATE TRIGGER see AFTER INSERT OR UPDATE OR DELETE ON integration_definitions EXECUTE FUNCTION see();
"""
"""Sees what a tool's connection has standard_conforming_strings at."""


def _round_trip(tool: type[Tool], database: Database, tmp_path: Path, first: str, then: str) -> None:
    """``first`` and ``then``: what standard_conforming_strings is."""
    folder = tmp_path / "history"
    _set(database, first)
    used = tool(folder, database)
    migrate(folder, tool, BEFORE)
    used.up()
    held = assert_holds(database, BEFORE)
    _again(used)
    assert database.rows(ALL) == held
    assert len(migrate(folder, tool, AFTER).migrations) == 1
    _set(database, then)
    database.execute(SEE)
    used.up()
    assert_holds(database, AFTER)
    used.down()
    assert_holds(database, BEFORE)
    used.up()
    assert_holds(database, AFTER)
    assert database.rows("SELECT DISTINCT strings FROM seen") == [{"strings": then}]


def _again(used: Tool) -> None:
    """Apply everything once more, where the tool does not know better."""
    if isinstance(used, Psql | Psycopg):
        used.applied.clear()
    used.up()


def _set(database: Database, strings: str) -> None:
    with psycopg.connect(database.dsn, autocommit=True) as connection:
        name = psycopg.sql.Identifier(connection.info.dbname)
        sets = psycopg.sql.SQL("ALTER DATABASE {} SET standard_conforming_strings = {}")
        connection.execute(sets.format(name, psycopg.sql.SQL(strings)))


# Branches.

BASE = [minimal("x"), minimal("y"), minimal("z"), minimal("gone")]
OURS = [minimal("x", "1.1.0"), minimal("y"), minimal("z"), minimal("gone"), minimal("ours")]
THEIRS = [minimal("x", "1.2.0"), minimal("y", "1.1.0"), minimal("z"), minimal("theirs")]
MERGED = [minimal("x", "1.2.0"), minimal("y", "1.1.0"), minimal("z"), minimal("ours"), minimal("theirs")]
BOTH_EDIT = [minimal("z", name="ours"), minimal("z", name="theirs"), minimal("z", name="merged")]


@pytest.mark.parametrize("edited", [False, True], ids=["apart", "the same row"])
@pytest.mark.parametrize("tool", TOOLS[1:], ids=lambda tool: tool.__name__)
def test_two_branches_merge(tool: type[Tool], edited: bool, postgres: Postgres, tmp_path: Path) -> None:
    sides = [BASE, OURS, THEIRS, MERGED]
    if edited:
        sides[1:] = [
            [edit if one["integrationId"] == "z" else one for one in side]
            for side, edit in zip(sides[1:], BOTH_EDIT, strict=True)
        ]
    base, ours, theirs, merged = sides
    folder = tmp_path / "repository" / "history"
    live, fresh = (tool(folder, postgres.new_database()) for _ in range(2))
    _git(tmp_path, "init", "-q", "-b", "main", "repository")
    for branch, definitions in (("main", base), ("theirs", theirs), ("main", ours)):
        if branch == "theirs":
            _git(folder, "switch", "-q", "-c", "theirs")
        elif definitions is ours:
            _git(folder, "switch", "-q", "main")
        migrate(folder, tool, definitions)
        _git(folder.parent, "add", "-A")
        _git(folder.parent, "commit", "-q", "-m", branch)
    before = _files(folder)
    live.up()
    _git(folder, "merge", "-q", "theirs", fails=tool.layout == "sqitch")
    assert len(_files(folder)) == len(before) + (1 if tool.layout != "plain" else 2)
    lacking = migrate(folder, tool, merged)
    assert (lacking.merges is not None) == (tool.layout in ("sqitch", "alembic"))
    assert len(lacking.migrations) == int(edited or tool.layout == "alembic")
    assert lacking.changes.unsettled == ({"z": ["1.0.0"]} if edited else {})
    for used in (live, fresh):
        used.up()
        assert_holds(used.database, merged)


def _files(folder: Path) -> list[Path]:
    return [
        path for path in folder.rglob("*.*") if path.parent.name in ("history", "deploy") and path.suffix != ".plan"
    ]


def _git(folder: Path, *words: str, fails: bool = False) -> None:
    author = ["-c", "user.name=Tester", "-c", "user.email=tester@localhost"]
    done = subprocess.run(["git", *author, *words], cwd=folder, capture_output=True, text=True, check=False)
    assert (done.returncode != 0) == fails, done.stdout + done.stderr
