"""Seeds on a database that is in use: instances refer to its rows, others deploy at the same time, a deploy dies."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import TYPE_CHECKING, Any, LiteralString

import psycopg
import pytest

from connectory.compiler.postgres import statements
from connectory.compiler.postgres.steps import Step
from connectory.compiler.postgres.target import Target
from connectory.compiler.release import SeedRow
from rows import CREATE, Definition, minimal, render, seed, state

if TYPE_CHECKING:
    from postgres import Database

pytest_plugins = ["postgres"]

ROWS = (
    "SELECT integration_id, version, name, coalesce(CAST(metadata -> 'removed' AS text), '') AS removed"
    " FROM integration_definitions ORDER BY integration_id"
)
ALL = "SELECT *, CAST(xmin AS text) AS xmin FROM integration_definitions ORDER BY integration_id"


def up(database: Database, definitions: list[Definition], **choices: Any) -> None:
    for name, content in render(definitions, **choices).items():
        if not name.endswith(".down.sql"):
            database.apply(content)


def rows(database: Database) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in database.rows(ROWS)]


# Instances.

REFERENCES: list[LiteralString] = [
    "(instance INT, definition UUID REFERENCES integration_definitions (id))",
    "(instance INT, definition UUID REFERENCES integration_definitions (id) ON DELETE CASCADE)",
    "(instance INT, definition UUID REFERENCES integration_definitions (id) ON DELETE SET NULL)",
    "(instance INT, definition UUID REFERENCES integration_definitions (id) ON DELETE RESTRICT)",
    "(instance INT, definition UUID REFERENCES integration_definitions (id) DEFERRABLE INITIALLY DEFERRED)",
    "(instance INT, definition VARCHAR REFERENCES integration_definitions (integration_id) ON DELETE CASCADE)",
    "(instance INT, definition UUID, PRIMARY KEY (instance, definition), FOREIGN KEY (definition)"
    " REFERENCES integration_definitions (id) ON DELETE CASCADE) PARTITION BY LIST (instance)",
]


@pytest.mark.parametrize("reference", REFERENCES)
def test_rows_that_instances_use_are_marked_and_come_back(reference: LiteralString, database: Database) -> None:
    before = [minimal("free"), minimal("kept"), minimal("used"), minimal("used-too")]
    up(database, before)
    database.execute('CREATE SCHEMA "Other one"')
    database.execute('CREATE TABLE "Other one"."in-stances" ' + reference)
    if "PARTITION" in reference:
        database.execute('CREATE TABLE part PARTITION OF "Other one"."in-stances" DEFAULT')
    column: LiteralString = "integration_id" if "VARCHAR" in reference else "id"
    database.execute(
        f'INSERT INTO "Other one"."in-stances" SELECT 1, {column} FROM integration_definitions'
        " WHERE integration_id LIKE 'used%'"
    )
    instances: LiteralString = 'SELECT * FROM "Other one"."in-stances" ORDER BY definition'
    using = database.rows(instances)
    kept = database.rows("SELECT * FROM integration_definitions WHERE integration_id = 'kept'")

    after = [minimal("kept")]
    changed: dict[str, Any] = {"since": state(before)}
    database.apply(seed(after, **changed))
    marked = [("used", "1.0.0", "Acme", "true"), ("used-too", "1.0.0", "Acme", "true")]
    assert rows(database) == [("kept", "1.0.0", "Acme", ""), *marked]
    again = database.rows(ALL)
    database.apply(seed(after, **changed))
    assert database.rows(ALL) == again

    database.apply(seed(after, ".down.sql", **changed))
    assert rows(database) == [(name, "1.0.0", "Acme", "") for name in ("free", "kept", "used", "used-too")]
    database.apply(seed(before, ".down.sql"))
    assert rows(database) == marked
    up(database, before)
    assert database.rows(instances) == using
    assert database.rows("SELECT * FROM integration_definitions WHERE integration_id = 'kept'") != kept


def test_a_row_that_comes_into_use_while_it_is_removed_stays(database: Database) -> None:
    up(database, [minimal("a")])
    database.execute("CREATE TABLE instances (definition UUID REFERENCES integration_definitions ON DELETE CASCADE)")
    with psycopg.connect(database.dsn) as other, ThreadPoolExecutor() as threads:
        other.execute("INSERT INTO instances SELECT id FROM integration_definitions")
        removing = threads.submit(database.apply, seed([minimal("b")], since=state([minimal("a")])))
        time.sleep(0.2)  # it waits for the other's lock, or has not come that far: the outcome is the same
        other.commit()
        removing.result()
    assert rows(database) == [("a", "1.0.0", "Acme", "true"), ("b", "1.0.0", "Acme", "")]
    assert len(database.rows("SELECT * FROM instances")) == 1


def test_a_table_that_may_not_be_read_counts_as_using_every_row(database: Database) -> None:
    up(database, [minimal("a")])
    database.execute("CREATE TABLE instances (definition UUID REFERENCES integration_definitions)")
    other = database.for_role("GRANT ALL ON integration_definitions TO {}")
    other.apply(seed([minimal("b")], since=state([minimal("a")])))
    assert rows(database) == [("a", "1.0.0", "Acme", "true"), ("b", "1.0.0", "Acme", "")]


def test_what_comes_after_in_the_same_transaction_has_its_row_security(database: Database) -> None:
    up(database, [minimal("a")])
    sql = seed([minimal("b")], since=state([minimal("a")])).replace(b"\nBEGIN;\n", b"").replace(b"\nCOMMIT;\n", b"")
    with psycopg.connect(database.dsn) as connection:
        connection.execute(sql)
        assert connection.execute("SHOW row_security").fetchone() == ("on",)
    assert rows(database) == [("b", "1.0.0", "Acme", "")]


# What changed, and back.


def test_a_change_goes_up_and_down(database: Database) -> None:
    before = [minimal("changed"), minimal("gone"), minimal("same"), minimal("newer")]
    after = [minimal("changed", "1.1.0", name="B"), minimal("same"), minimal("new"), minimal("newer", "1.1.0")]
    up(database, before)
    same = database.rows("SELECT *, xmin FROM integration_definitions WHERE integration_id = 'same'")
    files = {suffix: seed(after, suffix, since=state(before)) for suffix in (".sql", ".down.sql")}
    for _ in range(2):
        for _ in range(2):
            database.apply(files[".sql"])
            held = {one: version for one, version, *_ in rows(database)}
            assert held == {"changed": "1.1.0", "same": "1.0.0", "new": "1.0.0", "newer": "1.1.0"}
        for _ in range(2):
            database.apply(files[".down.sql"])
            held = {one: version for one, version, *_ in rows(database)}
            assert held == {"changed": "1.0.0", "same": "1.0.0", "gone": "1.0.0", "newer": "1.0.0"}
    assert database.rows("SELECT *, xmin FROM integration_definitions WHERE integration_id = 'same'") == same
    database.apply(files[".sql"])
    database.apply(seed([minimal("newer", "2.0.0"), minimal("new", "2.0.0")]))
    database.apply(files[".down.sql"])
    held = {one: version for one, version, *_ in rows(database)}
    assert held == {"changed": "1.0.0", "same": "1.0.0", "gone": "1.0.0", "newer": "2.0.0", "new": "2.0.0"}


def test_a_change_that_goes_back_does_so_only_from_where_it_started(database: Database) -> None:
    before, after = [minimal("a", "2.0.0"), minimal("b", "2.0.0")], [minimal("a", "1.5.0"), minimal("b", "1.5.0")]
    up(database, before)
    database.apply(seed([minimal("b", "3.0.0")]))
    database.apply(seed(after, since=state(before)))
    assert [row[:2] for row in rows(database)] == [("a", "1.5.0"), ("b", "3.0.0")]
    database.apply(seed(after, ".down.sql", since=state(before)))
    assert [row[:2] for row in rows(database)] == [("a", "2.0.0"), ("b", "3.0.0")]


def test_a_pin_takes_a_row_back_into_its_range_from_versions_that_it_excludes(database: Database) -> None:
    up(database, [minimal("a", "2.0.0"), minimal("b", "3.0.0")])
    pinned: dict[str, Any] = {"outside": {"a": ["2.0.0"], "b": ["2.0.0"]}}
    database.apply(seed([minimal("a", "1.5.0"), minimal("b", "1.5.0")], **pinned))
    assert [row[:2] for row in rows(database)] == [("a", "1.5.0"), ("b", "3.0.0")]


def test_a_way_down_leaves_rows_that_others_inserted(database: Database) -> None:
    up(database, [minimal("own", "0.9.0"), minimal("other")])
    database.execute("UPDATE integration_definitions SET id = gen_random_uuid() WHERE integration_id = 'own'")
    change: dict[str, Any] = {"since": state([minimal("other")])}
    after = [minimal("own"), minimal("ours"), minimal("other")]
    for _ in range(2):
        database.apply(seed(after, **change))
        assert [row[:2] for row in rows(database)] == [("other", "1.0.0"), ("ours", "1.0.0"), ("own", "1.0.0")]
        database.apply(seed(after, ".down.sql", **change))
        assert [row[:2] for row in rows(database)] == [("other", "1.0.0"), ("own", "1.0.0")]


# Deploys.


def test_deploys_at_once_in_opposite_order_lose_nothing(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "_BATCH", 1)  # each row has a statement of its own
    names = [f"i{place:02d}" for place in range(12)]
    up(database, [minimal(name, "0.0.0") for name in names])
    with psycopg.connect(database.dsn) as one, psycopg.connect(database.dsn) as other, ThreadPoolExecutor(2) as threads:
        for turn in range(1, 51):
            given = [list(state(minimal(name, f"{turn}.{side}.0") for name in names).rows) for side in (0, 1)]
            orders = [given[0], given[1][::-1]]
            barrier = Barrier(2)
            running = [
                threads.submit(_deploy, connection, rows, barrier)
                for connection, rows in zip((one, other), orders, strict=True)
            ]
            for finished in running:
                finished.result()
            assert {row[1] for row in rows(database)} == {f"{turn}.1.0"}


def _deploy(connection: psycopg.Connection, rows: list[SeedRow], barrier: Barrier) -> None:
    texts = list(map(str, statements.statements(Target(), [Step("write", rows)])))
    barrier.wait()
    for text in texts:
        connection.execute(text.encode())
    connection.commit()


@pytest.mark.parametrize("times", range(3))
def test_a_deploy_that_is_killed_leaves_the_old_state(times: int, database: Database) -> None:
    before = [minimal(f"i{place:03d}", description="x" * 20_000) for place in range(200)]
    up(database, before)
    held = database.rows(ALL)
    content = seed([{**one, "version": "2.0.0", "description": "y" * 20_000} for one in before])
    assert content.count(b"INSERT INTO") > 3
    half = content[: content.rindex(b"-- Brings up to date")] + b"SELECT pg_sleep(20);\n"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "half.sql"
        path.write_bytes(half)
        running = subprocess.Popen(
            [database.psql, "-X", "-q", "-f", path, database.dsn],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=dict(os.environ),
        )
        _wait_for_sleep(database)
        if times == 0:
            running.kill()
        elif times == 1:
            running.send_signal(signal.SIGINT)
        database.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'"
            " AND datname = current_database()"
        )
        running.wait()
    assert database.rows(ALL) == held


def _wait_for_sleep(database: Database) -> None:
    for _ in range(600):
        if database.rows(
            "SELECT FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND datname = current_database()"
        ):
            return
        time.sleep(0.05)
    raise AssertionError("the deploy never came that far")


# Tables that are there.

AS_SPECIFIED: LiteralString = """
    CREATE TYPE auth_method_enum AS ENUM ('oauth2', 'apikey', 'custom');
    CREATE TABLE integration_definitions (
        id UUID PRIMARY KEY DEFAULT gen_random_uuid(), integration_id VARCHAR(255), name VARCHAR(255),
        description TEXT, version VARCHAR(50), type VARCHAR(255), methods JSONB, config_schema JSONB,
        auth_type auth_method_enum, oauth2_config JSONB, ai_config JSONB,
        created_at TIMESTAMP DEFAULT now(), updated_at TIMESTAMP DEFAULT now()
    );
    CREATE UNIQUE INDEX integration_definitions_integration_id_idx ON integration_definitions (integration_id);
    CREATE TABLE instances (definition UUID NOT NULL REFERENCES integration_definitions (id));
    INSERT INTO integration_definitions (integration_id, name, version) VALUES
        ('a', 'Old', '0.9.0'), ('own', 'Own', '1.0.0'), ('old', 'Old', '1');
    INSERT INTO instances SELECT id FROM integration_definitions;
"""


def test_a_table_that_is_there_gets_the_further_columns(database: Database) -> None:
    database.execute(AS_SPECIFIED)
    ids = database.rows("SELECT id FROM integration_definitions ORDER BY id")
    up(database, [minimal("a"), minimal("old")])
    assert rows(database) == [("a", "1.0.0", "Acme", ""), ("old", "1.0.0", "Acme", ""), ("own", "1.0.0", "Own", "")]
    assert database.rows("SELECT id FROM integration_definitions ORDER BY id") == ids
    database.execute("INSERT INTO integration_definitions (integration_id) VALUES ('theirs')")
    database.apply(seed([minimal("a"), minimal("old")], ".down.sql"))
    assert len(rows(database)) == 4


def test_a_table_that_stays_as_it_is(database: Database) -> None:
    database.execute(AS_SPECIFIED)
    target = Target(additional=False)
    assert list(render([minimal("a")], target=target, schema_migration=False)) == [
        "0001_seed_integration_definitions.down.sql",
        "0001_seed_integration_definitions.sql",
    ]
    held: LiteralString = "SELECT integration_id, version FROM integration_definitions ORDER BY integration_id"
    given = [minimal("a"), minimal("new")]
    for _ in range(2):
        database.apply(seed(given, target=target))
    assert [row["version"] for row in database.rows(held)] == ["1.0.0", "1.0.0", "1", "1.0.0"]
    database.apply(seed([minimal("c")], target=target, since=state(given)))
    assert [row["integration_id"] for row in database.rows(held)] == ["a", "c", "old", "own"]


def test_a_type_of_somebody_else(database: Database) -> None:
    database.execute("CREATE SCHEMA shared; CREATE TYPE shared.sign_in AS ENUM ('oauth2', 'apikey', 'custom')")
    other = database.for_role("CREATE SCHEMA app AUTHORIZATION {}", "GRANT USAGE ON SCHEMA shared TO {}")
    target = Target(("app", "definitions"), ("shared", "sign_in"))
    files = render([minimal("a")], target=target)
    up(other, [minimal("a")], target=target)
    assert other.rows("SELECT integration_id, CAST(auth_type AS text) FROM app.definitions") == [
        {"integration_id": "a", "auth_type": "custom"}
    ]
    for migration in ("0001_seed_integration_definitions", CREATE):
        other.apply(files[f"{migration}.down.sql"])
    assert other.rows("SELECT CAST(to_regclass('app.definitions') AS text) AS gone") == [{"gone": None}]
    assert database.rows("SELECT typname FROM pg_type WHERE typname = 'sign_in'") == [{"typname": "sign_in"}]


def test_another_schema_table_and_type(database: Database) -> None:
    database.execute('CREATE SCHEMA "App"')
    database.execute("CREATE SCHEMA shared; CREATE TYPE shared.sign_in AS ENUM ('oauth2', 'apikey', 'custom')")
    target = Target(("App", "Order"), ("shared", "sign_in"))
    files = render([minimal("a")], target=target)
    for _ in range(2):
        for name in (CREATE, "0001_seed_integration_definitions"):
            database.apply(files[f"{name}.sql"])
    assert database.rows('SELECT integration_id FROM "App"."Order"') == [{"integration_id": "a"}]
    names = database.rows("SELECT indexname FROM pg_indexes WHERE schemaname = 'App' ORDER BY 1")
    assert [row["indexname"] for row in names] == ["Order_integration_id_idx", "Order_pkey", "Order_type_idx"]
    database.execute("CREATE TABLE other (how shared.sign_in)")
    for name in ("0001_seed_integration_definitions", CREATE):
        database.apply(files[f"{name}.down.sql"])
    assert database.rows("SELECT FROM pg_type WHERE typname = 'sign_in'") != []
    assert database.rows("SELECT FROM pg_tables WHERE schemaname = 'App'") == []
