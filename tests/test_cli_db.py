"""``connectory db`` and ``connectory instances``, against a real server."""

from __future__ import annotations

import json
import random
import re
import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

import connectory
import edits
from connectory.compiler.postgres.bundled import state_of_bundle
from connectory.compiler.postgres.instance_table import from_table
from connectory.compiler.postgres.live import differences
from connectory.compiler.postgres.stored import TooDeep, exactly
from connectory.compiler.postgres.target import Target
from connectory.importers.rows import read_rows
from test_cli_migrate import put, run

if TYPE_CHECKING:
    from postgres import Database

pytest_plugins = ["postgres"]

ROOT = Path(__file__).parent.parent
ALL = "SELECT *, CAST(xmin AS text) AS xmin FROM integration_definitions ORDER BY integration_id"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE_URL", "PGPASSWORD"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def config(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def test_apply_status_verify(repository: Path, database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    dsn = ("--dsn", database.dsn)
    put(repository, "acme", "1.0.0", metadata={"x-rate": 1.10}, configSchema=config(zone={"enum": ["eu", "us"]}))
    put(repository, "bolt", "1.0.0")
    assert run(capsys, "build")[0] == 0
    code, out, err = run(capsys, "db", "verify", *dsn)
    assert (code, out) == (2, "")
    assert 'relation "integration_definitions" does not exist; apply the migrations first' in err
    create = "0000_create_integration_definitions.sql: 0 rows written\n"
    seed = "0002_seed_integration_definitions.sql: {} written\n"
    assert run(capsys, "db", "apply", *dsn) == (0, create + seed.format("2 rows"), "")
    held = database.rows(ALL)
    assert run(capsys, "db", "apply", *dsn) == (0, create + seed.format("0 rows"), "")
    assert database.rows(ALL) == held
    assert held[0]["metadata"]["metadata"] == {"x-rate": Decimal("1.1")}
    assert run(capsys, "db", "verify", *dsn) == (0, "the table holds what the bundle does: 2 integrations\n", "")

    database.execute(
        "UPDATE integration_definitions SET version = '0.9.0', name = 'Ac' || chr(27) || 'me',"
        " config_schema = jsonb_set(config_schema, '{properties,zone,enum,1}', '\"uk\"') WHERE integration_id = 'acme'"
    )
    database.execute("UPDATE integration_definitions SET integration_id = 'cog' WHERE integration_id = 'bolt'")
    assert run(capsys, "db", "verify", *dsn) == (
        1,
        'acme: name: "Ac\\u001bme" in the table, "Acme" in the bundle\n'
        'acme: version: "0.9.0" in the table, "1.0.0" in the bundle\n'
        'acme: config_schema/properties/zone/enum/1: "uk" in the table, "us" in the bundle\n'
        "cog: version 1.0.0 in the table, nothing in the bundle\n"
        "bolt: nothing in the table, version 1.0.0 in the bundle\n",
        "",
    )
    assert run(capsys, "db", "verify", *dsn, "--most", "1", "--others")[1:] == (
        'acme: name: "Ac\\u001bme" in the table, "Acme" in the bundle\n',
        "and 3 more\n",
    )
    code, out, _ = run(capsys, "db", "status", *dsn)
    assert [line.split(None, 3) for line in out.splitlines()] == [
        ["acme", "0.9.0", "1.0.0", "behind"],
        ["bolt", "-", "1.0.0", "missing"],
        ["cog", "1.0.0", "-", "not in the bundle"],
    ]


def test_the_choices_of_the_configuration_hold(
    repository: Path, database: Database, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", database.dsn)
    database.execute('CREATE SCHEMA "App"')
    for version in ("1.0.0", "1.1.0", "2.0.0"):
        put(repository, "acme", version)
    (repository / "connectory.toml").write_text(
        '[database]\nschema = "App"\ntable = "Things"\nadditional-columns = false\npin = {acme = "^1"}\n'
    )
    assert run(capsys, "build")[0] == run(capsys, "db", "apply")[0] == run(capsys, "db", "verify")[0] == 0
    assert database.rows('SELECT version FROM "App"."Things"') == [{"version": "1.1.0"}]
    assert run(capsys, "db", "status")[1].split() == ["acme", "1.1.0", "1.1.0", "current"]


def test_what_cannot_be_reached(repository: Path, database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    secret = "hunter2 'quoted"
    commands: list[tuple[str, ...]] = [("db", "apply"), ("db", "status"), ("db", "verify")]
    wrong = [
        (f"postgresql://me:{secret}@[nowhere/x", "the DSN cannot be read; write postgresql://user@host:5432/database"),
        ("host=/nowhere user=me password=hunter2 dbname=x", "connection to server on socket"),
        (psycopg.conninfo.make_conninfo(database.dsn, dbname="nowhere", password=secret), "does not exist"),
        ("host=127.0.0.1 port=1 user=me password=hunter2", "Connection refused"),
        ("sslmode=hunter2 password=hunter2", "***"),
    ]
    put(repository, "acme", "1.0.0")
    assert run(capsys, "build")[0] == 0
    for dsn, message in wrong:
        for words in commands:
            code, out, err = run(capsys, *words, "--dsn", dsn)
            assert (code, out) == (2, "")
            assert message in err
            assert "hunter2" not in err
    for name, argument, message in (
        ("apply", "catalog", "there is no migration in catalog; 'connectory build' writes them"),
        ("verify", "no.bundle", "no such file; 'connectory build' makes a bundle"),
    ):
        code, _, err = run(capsys, "db", name, argument, "--dsn", database.dsn)
        assert code == 2
        assert message in err
    (repository / "build/migrations/0000_create_integration_definitions.sql").write_text("DROP TABLE x;\n")
    code, _, err = run(capsys, "db", "apply", "--dsn", database.dsn)
    assert code == 2
    assert "was not written by connectory build; apply it yourself" in err


def test_whatever_a_table_holds(repository: Path, database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    dsn = ("--dsn", database.dsn)
    for name in ("acme", "bolt", "cog"):
        put(repository, name, "1.0.0")
    assert run(capsys, "build")[0] == run(capsys, "db", "apply", *dsn)[0] == 0
    deep = "[" * 3000 + "]" * 3000
    database.execute(
        "UPDATE integration_definitions SET methods = CAST(%(deep)s AS jsonb) WHERE integration_id = 'acme';"
        "UPDATE integration_definitions SET metadata = metadata || jsonb_build_object(chr(27) || '[31m', 1),"
        " ai_config = CAST(repeat('9', 5000) AS jsonb) WHERE integration_id = 'bolt';"
        "UPDATE integration_definitions SET integration_id = chr(27) || '[31m', metadata = '[]'"
        " WHERE integration_id = 'cog'".replace("%(deep)s", f"'{deep}'")
    )
    told = "/0: a list of 1 item in the table, nothing in the bundle"
    if isinstance(exactly(deep), TooDeep):  # newer releases of Python read deeper
        told = ": what is nested too deeply to be read in the table, a list of 0 items in the bundle"
    assert run(capsys, "db", "verify", *dsn) == (
        1,
        "\ufffd[31m: version 1.0.0 in the table, nothing in the bundle\n"
        f"acme: methods{told}\n"
        f"bolt: ai_config: {'NUMBER' * 4}{'9' * 9}... in the table, null in the bundle\n"
        "bolt: metadata/\ufffd[31m: 1 in the table, nothing in the bundle\n"
        "cog: nothing in the table, version 1.0.0 in the bundle\n",
        "",
    )
    code, out, err = run(capsys, "import", "postgres", *dsn, "--out", "again")
    assert (code, out) == (1, "")
    assert [line.split(": ")[1] for line in err.splitlines()] == ["row '\\x1b[31m'", "row acme", "row bolt"]
    database.execute("ALTER TABLE integration_definitions ALTER version TYPE NUMERIC USING 7")
    assert 'acme: version: "7" in the table, "1.0.0" in the bundle\n' in run(capsys, "db", "verify", *dsn)[1]
    assert run(capsys, "db", "status", *dsn)[1].split()[-12:-8] == ["acme", "7", "1.0.0", "behind"]
    assert "row acme: '7' is not a semantic version" in run(capsys, "import", "postgres", *dsn)[2]


def test_another_table_than_that_of_definitions(
    repository: Path, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    dsn = ("--dsn", database.dsn)
    put(repository, "acme", "1.0.0")
    assert run(capsys, "build")[0] == 0
    database.execute("CREATE TABLE integration_definitions (integration_id TEXT)")
    meant = 'column "version" does not exist; [database] table and schema in connectory.toml say which table is meant'
    for words in (("db", "status"), ("import", "postgres")):
        code, _, err = run(capsys, *words, *dsn)
        assert code == 2
        assert meant in err
    columns = ", ".join(f"ADD {column} TEXT" for column in Target(additional=False).columns)
    database.execute(f"ALTER TABLE integration_definitions {columns}")
    code, _, err = run(capsys, "db", "verify", *dsn)
    assert code == 2
    assert 'column "api_key_config" does not exist; where the table has only the columns of the specification' in err
    (repository / "connectory.toml").write_text("[database]\nadditional-columns = false\n")
    database.execute("INSERT INTO integration_definitions VALUES (NULL)")
    assert run(capsys, "db", "verify", *dsn)[1] == (
        "None: version None in the table, nothing in the bundle\n"
        "acme: nothing in the table, version 1.0.0 in the bundle\n"
    )
    code, out, _ = run(capsys, "db", "status", *dsn)
    assert (code, [line.split()[0] for line in out.splitlines()]) == (0, ["None", "acme"])


def test_rows_that_a_policy_hides(bundle: Path, database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "db", "apply", "--dsn", database.dsn)[0] == 0
    database.execute("CREATE TABLE i (integration_id TEXT); INSERT INTO i VALUES ('gone')")
    database.execute("ALTER TABLE integration_definitions ENABLE ROW LEVEL SECURITY")
    database.execute("ALTER TABLE i ENABLE ROW LEVEL SECURITY")
    dsn = ("--dsn", database.for_role("GRANT SELECT ON integration_definitions, i TO {}").dsn)
    check = ("instances", "check", "--to", str(bundle), "--table", "i")
    for words in (("db", "verify"), ("db", "status"), ("import", "postgres"), check):
        code, out, err = run(capsys, *words, *dsn)
        assert (code, out) == (2, "")
        assert "would be affected by row-level security policy for table" in err


def test_rows_are_never_held_in_full(bundle: Path, database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "db", "apply", "--dsn", database.dsn)[0] == 0
    database.execute(
        "CREATE TABLE i (integration_id TEXT); INSERT INTO i VALUES ('a'), ('b');"
        "UPDATE integration_definitions SET name = 'other', description = 'other'"
    )
    state = state_of_bundle(connectory.open(bundle))
    with psycopg.connect(database.dsn) as connection:
        readers: list[Iterator[object]] = [
            differences(connection, Target(), state),
            read_rows(connection, Target()),
            from_table(connection, ("i",), {}, Target()),
        ]
        for reader in readers:
            next(reader)
            assert connection.execute("SELECT name FROM pg_cursors").fetchall() == [("connectory",)]
            list(reader)


def test_each_of_many_edits_is_found(repository: Path, database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(ROOT / "catalog", repository / "catalog")
    assert run(capsys, "build")[0] == run(capsys, "db", "apply", "--dsn", database.dsn)[0] == 0
    assert run(capsys, "db", "verify", "--dsn", database.dsn)[0] == 0
    found = edits.found(database.dsn, Path("build/catalog.bundle"), 60, random.Random(7))
    assert [one for one in found if not one.found] == []
    assert len({one.kind for one in found}) == len(edits.KINDS)
    assert run(capsys, "db", "verify", "--dsn", database.dsn)[0] == 0


# Instances.

LINES: list[dict[str, Any]] = [
    {"id": 1, "integrationId": "acme", "version": "1.0.0", "config": {"zone": "eu"}, "scopes": ["read", "write"]},
    {"id": "two", "integrationId": "acme", "config": {"zone": "mars"}, "scopes": "read"},
    {"integrationId": "acme", "config": {}, "auth": "nope", "note": "passed over"},
    {"integrationId": "gone"},
]
TOLD = [
    'two: acme 2.0.0: /zone: must be one of "eu", "us"; got "mars"',
    "two: acme 2.0.0: must sign in again for write",
    "{}: acme 2.0.0: acme has no alternative way to sign in 'nope'",
    "{}: gone: there is no integration 'gone'",
]


@pytest.fixture
def bundle(repository: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    oauth = {"authType": "oauth2", "customAuthConfig": None}
    for version, scopes in (("1.0.0", ["read"]), ("2.0.0", ["read", "write"])):
        path = put(repository, "acme", version, configSchema=config(zone={"enum": ["eu", "us"]}), **oauth)
        definition = json.loads(path.read_text())
        del definition["customAuthConfig"]
        definition["oauth2Config"] = {
            "authorizationUrl": "https://acme.example.com/authorize",
            "tokenUrl": "https://acme.example.com/token",
            "scopes": scopes,
        }
        path.write_text(json.dumps(definition))
    assert run(capsys, "build")[0] == 0
    return repository / "build/catalog.bundle"


def test_instances_as_lines(bundle: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = bundle.parent / "instances.jsonl"
    path.write_text("\n\n".join(json.dumps(line) for line in LINES))
    words = ("instances", "check", "--to", str(bundle), "--jsonl", str(path))
    code, out, err = run(capsys, *words)
    assert (code, err) == (1, "4 instances: 3 fail, 1 must sign in again\n")
    assert out.splitlines() == [*TOLD[:2], TOLD[2].format("line 5"), TOLD[3].format("line 7")]
    path.write_text(json.dumps(LINES[0]))
    assert run(capsys, *words) == (0, "1 instances: 0 fail, 0 must sign in again\n", "")
    path.write_text('{"integrationId": 7}\n{"integrationId": "acme", "config": []}')
    code, out, err = run(capsys, *words)
    assert (code, err) == (1, "2 instances: 2 fail, 0 must sign in again\n")
    assert out.splitlines() == [
        "line 1: this is no stored instance: Expected `str`, got `int` - at `$.integrationId`",
        "line 2: this is no stored instance: Expected `object | null`, got `array` - at `$.config`",
    ]
    path.write_text('{"integrationId": "acme"}\n{')
    code, _, err = run(capsys, *words)
    assert code == 2
    assert "Error: line 2: this is no stored instance: Input data was truncated" in err
    assert run(capsys, "instances", "check", "--to", str(bundle))[2].endswith("give either --table or --jsonl\n")


def test_instances_in_a_table(bundle: Path, database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    dsn = ("--dsn", database.dsn)
    assert run(capsys, "db", "apply", *dsn)[0] == 0
    database.execute(
        "CREATE TABLE integrations (id TEXT, integration_id TEXT, auth TEXT, settings JSONB, scopes TEXT[]);"
        "CREATE TABLE linked (id UUID, definition UUID REFERENCES integration_definitions, config JSONB)"
    )
    with psycopg.connect(database.dsn) as connection:
        for line in LINES:
            connection.execute(
                "INSERT INTO integrations VALUES (%s, %s, %s, %s, %s)",
                [
                    str(line.get("id", "x")),
                    line["integrationId"],
                    line.get("auth"),
                    json.dumps(line.get("config")),
                    line["scopes"].split() if isinstance(line.get("scopes"), str) else line.get("scopes"),
                ],
            )
        connection.execute(
            'INSERT INTO linked SELECT gen_random_uuid(), id, \'{"zone": "moon"}\' FROM integration_definitions'
        )
    words = ("instances", "check", "--to", str(bundle), *dsn, "--table")
    code, out, err = run(capsys, *words, "public.integrations", "--column", "config=settings")
    assert (code, err) == (1, "4 instances: 3 fail, 1 must sign in again\n")
    assert out.splitlines() == [line.format("x") for line in TOLD]
    code, out, err = run(capsys, *words, "linked")
    assert (code, err) == (1, "1 instances: 1 fail, 0 must sign in again\n")
    assert ": acme 2.0.0: /zone: must be one of" in out
    for table, message in (
        ('x"; DROP TABLE linked; --', 'there is no table x"; DROP TABLE linked; --'),
        ("no.where", "there is no table no.where"),
        ("pg_class", "nothing in pg_class says which integration an instance is of; name it"),
    ):
        code, _, err = run(capsys, *words, table)
        assert code == 2
        assert message in err


def test_instances_that_refer_to_their_definition(
    bundle: Path, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    dsn = ("--dsn", database.dsn)
    assert run(capsys, "db", "apply", *dsn)[0] == 0
    database.execute(
        "CREATE TABLE i (id INT, integration_id UUID REFERENCES integration_definitions, config JSONB,"
        " former UUID REFERENCES integration_definitions);"
        'INSERT INTO i SELECT 0, id, \'{"zone": "eu"}\' FROM integration_definitions;'
        "INSERT INTO i SELECT 1, id, '[]' FROM integration_definitions;"
        "INSERT INTO i SELECT 2, id, CAST('{\"zone\": ' || repeat('9', 5000) || '}' AS jsonb)"
        " FROM integration_definitions;"
        "INSERT INTO i VALUES (3)"
    )
    words = ("instances", "check", "--to", str(bundle), *dsn, "--table", "i")
    code, out, err = run(capsys, *words)
    assert (code, err) == (1, "4 instances: 3 fail, 0 must sign in again\n")
    bad, large, none = out.splitlines()
    assert bad == "row 1: this is no stored instance: Expected `object | null`, got `array` - at `$.config`"
    assert large.startswith("2: acme 2.0.0: (root): is not JSON: Exceeds the limit (4300 digits)")
    assert none == "row 3: this is no stored instance: Expected `str`, got `null` - at `$.integrationId`"
    assert run(capsys, *words, "--column", "integration_id=former")[2] == "4 instances: 4 fail, 0 must sign in again\n"
    database.execute("ALTER TABLE i RENAME COLUMN integration_id TO current")
    code, _, err = run(capsys, *words)
    assert code == 2
    assert "one of current, former in i says which integration an instance is of; name it: --column" in err
    assert run(capsys, *words, "--column", "integration_id=current")[1] == out


# Definitions from rows.


def test_rows_become_definitions_that_lead_back_to_them(
    repository: Path, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    dsn = ("--dsn", database.dsn)
    shutil.copytree(ROOT / "catalog", repository / "catalog")
    assert run(capsys, "build")[0] == run(capsys, "db", "apply", *dsn)[0] == 0
    code, out, err = run(capsys, "import", "postgres", *dsn, "--out", "again")
    assert (code, err) == (0, "")
    assert [line.split("  ")[0] for line in out.splitlines()] == sorted(
        f"again/{path.parent.name}/{path.name}" for path in (ROOT / "catalog").glob("*/*")
    )
    assert run(capsys, "build", "--catalog", "again", "--out", "second")[0] == 0
    held = database.rows(ALL)
    assert run(capsys, "db", "verify", "second/catalog.bundle", *dsn)[0] == 0
    assert run(capsys, "db", "apply", "second/migrations", *dsn)[1].endswith("0 rows written\n")
    assert database.rows(ALL) == held


def test_rows_of_a_table_as_specified(repository: Path, database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    dsn = ("--dsn", database.dsn)
    database.execute(
        "CREATE TABLE integration_definitions (integration_id TEXT, name TEXT, version TEXT, methods JSONB,"
        " config_schema JSONB, auth_type TEXT); INSERT INTO integration_definitions VALUES"
        " ('acme', 'Acme', '1.0.0', '[]', '{}', 'apikey'), ('../../etc', 'A', '1.0.0', '[]', '{}', 'apikey'),"
        " ('bolt', 'Bolt', '1', NULL, NULL, NULL), (NULL, NULL, NULL, NULL, NULL, NULL)"
    )
    code, out, err = run(capsys, "import", "postgres", *dsn)
    assert (code, out) == (1, "catalog/acme/1.0.0.yaml  158 bytes\n")
    assert err == (
        "connectory: row '../../etc': an integrationId is of lower-case letters, digits, _ and -\n"
        "connectory: row bolt: '1' is not a semantic version (MAJOR.MINOR.PATCH)\n"
        "connectory: row None: an integrationId is of lower-case letters, digits, _ and -\n"
    )
    assert [path.name for path in (repository / "catalog").rglob("*.*")] == ["1.0.0.yaml"]
    database.execute("UPDATE integration_definitions SET name = 'Other' WHERE integration_id = 'acme'")
    assert "catalog/acme/1.0.0.yaml exists and differs" in run(capsys, "import", "postgres", *dsn)[2]
    assert "postgres takes no SOURCE; give --dsn" in run(capsys, "import", "postgres", "x.json")[2]
    assert "Missing argument 'SOURCE'." in run(capsys, "import", "openapi")[2]


# The guide.


def test_the_commands_of_the_guide_are_ours(
    repository: Path, database: Database, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", database.dsn)
    put(repository, "acme", "1.0.0")
    guide = (ROOT / "docs/database.md").read_text(encoding="utf-8")
    commands = re.findall(r"^connectory ([^#\n]+)", guide, re.MULTILINE)
    assert len(commands) == 8
    for command in commands:
        words = re.sub(r" --dsn \S+", "", command).split()
        if words[0] == "instances":
            database.execute("CREATE SCHEMA app; CREATE TABLE app.instances (integration_id TEXT)")
        assert run(capsys, *words)[0] == 0, command
    assert '[database]\nschema = "app"' in guide
    settings = re.search(r"```toml\n(.*?)```", guide, re.DOTALL)
    assert settings is not None
    (repository / "connectory.toml").write_text(settings[1].replace("xero", "acme"))
    assert run(capsys, "build")[0] == 0
