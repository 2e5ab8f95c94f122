"""The migrations, applied to a real PostgreSQL with plain psql."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
import yaml

from connectory.compiler.postgres import statements
from connectory.compiler.postgres.changes import is_newer
from connectory.compiler.postgres.rows import COLUMNS, NAMESPACE, EmitError
from connectory.versions import Version
from rows import CREATE, HOSTILE, IN_METADATA, Definition, exact, expected, hostile, minimal, render, seed

if TYPE_CHECKING:
    from postgres import Database, Row

pytest_plugins = ["postgres"]

HERE = Path(__file__).parent
ALL = "SELECT *, CAST(xmin AS text) AS xmin FROM integration_definitions ORDER BY integration_id"


class _ExactLoader(yaml.CSafeLoader):
    """YAML with decimals as they are written."""


_ExactLoader.add_constructor(
    "tag:yaml.org,2002:float",
    lambda loader, node: Decimal(loader.construct_scalar(node)),  # type: ignore[arg-type]  # a float is a scalar
)


def read(path: Path) -> Definition:
    if path.suffix == ".json":
        definition: Definition = json.loads(path.read_bytes(), parse_float=Decimal)
    else:
        definition = yaml.load(path.read_bytes(), _ExactLoader)
    return definition


SPEC_EXAMPLES = [read(HERE / "cases" / "good" / f"spec_{name}.json") for name in ("xero", "anthropic")]
CATALOG = sorted(p for p in (HERE.parent / "catalog").glob("*/*") if p.suffix in (".yaml", ".yml", ".json"))


def up(database: Database, definitions: list[Definition]) -> None:
    apply(database, render(definitions))


def apply(database: Database, files: dict[str, bytes], **settings: str) -> None:
    for name in sorted(name for name in files if not name.endswith(".down.sql")):
        database.apply(files[name], **settings)


def stored(database: Database) -> list[Row]:
    return [
        {key: row[key] for key in row if key not in ("id", "created_at", "updated_at", "xmin")}
        for row in database.rows(ALL)
    ]


def assert_holds(database: Database, definitions: Iterable[Definition]) -> None:
    wanted = sorted(map(expected, definitions), key=lambda row: str(row["integration_id"]))
    assert exact(stored(database)) == exact(wanted)


def test_the_table_is_the_one_specified(database: Database) -> None:
    database.apply(render([])[f"{CREATE}.sql"])
    columns = database.rows(
        "SELECT attname, format_type(atttypid, atttypmod), attnotnull, atthasdef, attidentity, attgenerated"
        " FROM pg_attribute WHERE attrelid = CAST('integration_definitions' AS regclass)"
        " AND attnum > 0 AND NOT attisdropped ORDER BY attnum"
    )
    assert [tuple(column.values()) for column in columns] == [
        (name, type_, required, False, "", "")
        for name, type_, required in [
            ("id", "uuid", True),
            ("integration_id", "character varying(255)", True),
            ("name", "character varying(255)", True),
            ("description", "text", True),
            ("version", "character varying(50)", True),
            ("type", "character varying(255)", True),
            ("methods", "jsonb", True),
            ("config_schema", "jsonb", True),
            ("auth_type", "auth_method_enum", True),
            ("oauth2_config", "jsonb", False),
            ("ai_config", "jsonb", False),
            ("created_at", "timestamp without time zone", True),
            ("updated_at", "timestamp without time zone", True),
            ("api_key_config", "jsonb", False),
            ("custom_auth_config", "jsonb", False),
            ("metadata", "jsonb", True),
        ]
    ]


def test_enum_key_and_indexes_are_the_ones_specified(database: Database) -> None:
    database.apply(render([])[f"{CREATE}.sql"])
    labels = database.rows(
        "SELECT enumlabel FROM pg_enum JOIN pg_type ON pg_type.oid = enumtypid"
        " WHERE typname = 'auth_method_enum' ORDER BY enumsortorder"
    )
    assert [row["enumlabel"] for row in labels] == ["oauth2", "apikey", "custom"]
    indexes = database.rows("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'integration_definitions'")
    on = "ON public.integration_definitions USING btree"
    assert {row["indexname"]: row["indexdef"] for row in indexes} == {
        "integration_definitions_integration_id_idx": "CREATE UNIQUE INDEX "
        f"integration_definitions_integration_id_idx {on} (integration_id)",
        "integration_definitions_pkey": f"CREATE UNIQUE INDEX integration_definitions_pkey {on} (id)",
        "integration_definitions_type_idx": f"CREATE INDEX integration_definitions_type_idx {on} (type)",
    }


def test_the_schema_migration_applies_again_without_change(database: Database) -> None:
    files = render([minimal()])
    up(database, [minimal()])
    catalog = "SELECT oid, CAST(xmin AS text) AS xmin FROM pg_class WHERE relname LIKE 'integration_definitions%'"
    before = (
        database.rows(catalog),
        database.rows("SELECT oid FROM pg_type WHERE typname = 'auth_method_enum'"),
    )
    database.apply(files[f"{CREATE}.sql"])
    database.apply(files[f"{CREATE}.sql"], standard_conforming_strings="off")
    after = (
        database.rows(catalog),
        database.rows("SELECT oid FROM pg_type WHERE typname = 'auth_method_enum'"),
    )
    assert before == after
    assert_holds(database, [minimal()])


def test_the_specifications_examples_read_back(database: Database) -> None:
    up(database, SPEC_EXAMPLES)
    assert_holds(database, SPEC_EXAMPLES)
    prices = database.rows(
        "SELECT CAST(price AS text) AS price"
        " FROM integration_definitions, jsonb_path_query(ai_config, '$.availableModels[*].*.*') AS price"
    )
    assert [row["price"] for row in prices][-2:] == ["0.080", "0.040"]
    assert {"0.000015", "0.000003", "0.000075"} <= {row["price"] for row in prices}


@pytest.mark.parametrize("path", CATALOG, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_each_definition_of_the_catalog_reads_back(path: Path, database: Database) -> None:
    up(database, [read(path)])
    assert_holds(database, [read(path)])


def test_the_whole_catalog_applies_twice(database: Database) -> None:
    definitions = [read(path) for path in CATALOG] or SPEC_EXAMPLES
    up(database, definitions)
    before = database.rows(ALL)
    assert len(before) == len({definition["integrationId"] for definition in definitions})
    up(database, definitions)
    assert database.rows(ALL) == before


def test_a_definition_with_everything_reads_back(database: Database) -> None:
    way = {"id": "token", "authType": "custom", "customAuthConfig": {"scheme": "basic"}}
    definition = minimal(
        type="documents",
        baseUrl="https://${config.host}",
        headers={"Accept": "application/json"},
        verify={"method": "GET", "path": "/me"},
        alternativeAuth=[way],
        deprecated={"since": "2024-01-01"},
        metadata={"homepage": "https://acme.example"},
        apiKeyConfig={"in": "header", "name": "X-Key"},
        customAuthConfig={"scheme": "basic", "parametersSchema": {"type": "object", "$ref": "#/$defs/User"}},
        configSchema={
            "type": "object",
            "properties": {"zone": {"$ref": "#/$defs/Zone"}, "a": {}, "host": {}},
        },
        methods=[
            {
                "id": "m",
                "name": "M",
                "description": "d",
                "inputSchema": {"type": "object", "properties": {"x": {"$ref": "#/$defs/User"}}},
                "outputSchema": {"type": "object"},
                "scopes": {"anyOf": ["a"]},
                "http": {"method": "GET", "path": "/x"},
                "x-team": None,
            }
        ],
        **{
            "$defs": {
                "Zone": {"enum": ["eu", "us"]},
                "User": {"items": {"$ref": "#/$defs/Zone"}},
                "Unused": {},
            }
        },
        **{
            "x-owner": ["me", True, None, 1, Decimal("1.10")],
            "$schema": "https://example.com/definition-1.json",
        },
    )
    up(database, [definition])
    assert_holds(database, [definition])
    row = stored(database)[0]
    assert row["metadata"]["configOrder"] == ["zone", "a", "host"]
    assert set(row["methods"][0]["inputSchema"]["$defs"]) == {"User", "Zone"}
    assert set(row["config_schema"]["$defs"]) == {"Zone"}
    assert set(row["custom_auth_config"]["parametersSchema"]["$defs"]) == {"User", "Zone"}
    assert set(row["metadata"]) == {
        *IN_METADATA,
        "configOrder",
        "x-owner",
    }


def test_an_alternative_way_to_sign_in_is_self_contained(database: Database) -> None:
    schema = {"type": "object", "properties": {"u": {"$ref": "#/$defs/User"}}}
    way = {
        "id": "b",
        "authType": "custom",
        "customAuthConfig": {"scheme": "basic", "parametersSchema": schema},
    }
    up(database, [minimal(alternativeAuth=[way], **{"$defs": {"User": {"type": "string"}}})])
    kept = stored(database)[0]["metadata"]["alternativeAuth"][0]["customAuthConfig"]["parametersSchema"]
    assert kept == {**schema, "$defs": {"User": {"type": "string"}}}


@pytest.mark.parametrize("strings", ["on", "off"])
def test_no_string_breaks_or_changes(strings: str, database: Database) -> None:
    long = "".join(HOSTILE) * (100_000 // len("".join(HOSTILE)) + 1)
    definitions = [hostile(text, f"{text[:200]}{place}") for place, text in enumerate([*HOSTILE, long])]
    files = render(definitions)
    apply(database, files, standard_conforming_strings=strings)
    assert_holds_in_any_order(database, definitions)
    before = database.rows(ALL)
    apply(database, files, standard_conforming_strings=strings)
    assert database.rows(ALL) == before
    down = files[f"{len(definitions):04d}_seed_integration_definitions.down.sql"]
    database.apply(down, standard_conforming_strings=strings)
    assert database.rows(ALL) == []


def assert_holds_in_any_order(database: Database, definitions: Iterable[Definition]) -> None:
    """The database sorts strange ids in its own way."""
    rows = {row["integration_id"]: exact(row) for row in stored(database)}
    assert rows == {row["integration_id"]: exact(row) for row in map(expected, definitions)}


def test_files_hold_no_character_that_a_tool_could_act_on() -> None:
    definitions = [hostile(text, f"{text}{place}") for place, text in enumerate(HOSTILE)]
    for content in render(definitions).values():
        text = content.decode("ascii")
        for literal in re.findall(r"E'\[\n(.*?)\n\]'", text, re.S):
            for string in re.findall(r'"([^"]*)"', literal):
                assert re.fullmatch(r"(?:[A-Za-z0-9 _.,+=()\[\]~|^<>]|\\\\u[0-9a-f]{4})*", string)
            between = re.sub(r'"[^"]*"', "", literal)
            assert re.fullmatch(r"[{}\[\]:, \n0-9.a-z-]*", between)
            assert not re.search(r":\w", between)
        rest = re.sub(r"E'\[\n.*?\n\]'", "", text, flags=re.S)
        assert not re.search(r"[$%?\\\t\r]|:\w|\{\{", rest)
        for line in re.findall(r"--.*", rest)[1:]:
            assert re.fullmatch(r"-- [A-Za-z0-9 ,._+-]*", line)


NUMBERS = [
    "0",
    "-1",
    "0.000015",
    "1.10",
    "1E-6",
    "1E+2",
    "123456789012345678901.23",
    "0.1234567890123456789012345678",
    "9007199254740993",
    "-0.5",
    "1E+400",
    "0.040",
    "1E-16383",
    "9E+131071",
]


def test_numbers_are_exact(database: Database) -> None:
    numbers: list[Decimal | int] = [*map(Decimal, NUMBERS), 10**30]
    up(database, [minimal(metadata={"numbers": numbers})])
    kept = database.rows(
        "SELECT CAST(jsonb_array_elements(metadata -> 'metadata' -> 'numbers') AS text) AS n"
        " FROM integration_definitions"
    )
    assert [row["n"] for row in kept] == [f"{Decimal(number):f}" for number in numbers]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": "a\0"}, "/name: NUL cannot be stored in PostgreSQL"),
        ({"description": "\ud800"}, "/description: a lone surrogate cannot be stored in PostgreSQL"),
        ({"integrationId": "\udfff"}, "/integrationId: a lone surrogate cannot be stored in PostgreSQL"),
        ({"metadata": {"a": [1, {"b": "\0"}]}}, "/metadata/a/1/b: NUL cannot be stored in PostgreSQL"),
        ({"metadata": {"a\0": 1}}, r"/metadata/a\x00: NUL cannot be stored in PostgreSQL"),
        (
            {"configSchema": {"type": "object", "properties": {"\udead": {}}}},
            r"/configSchema/properties/\udead: ",
        ),
        ({"aiConfig": {"x": Decimal("NaN")}}, "/aiConfig/x: a number that is not finite cannot be stored"),
        (
            {"aiConfig": {"x": Decimal("1E+131072")}},
            "/aiConfig/x: a number of so many digits cannot be stored",
        ),
        (
            {"aiConfig": {"x": Decimal("1E-16384")}},
            "/aiConfig/x: a number of so many digits cannot be stored",
        ),
        ({"aiConfig": {"x": Decimal("-0.0")}}, "/aiConfig/x: the sign of -0.0 cannot be stored"),
        ({"integrationId": "x" * 256}, "/integrationId: longer than 255 characters"),
        ({"name": "\U0001f600" * 256}, "/name: longer than 255 characters"),
        ({"version": f"1.0.0-{'a' * 45}"}, "/version: longer than 50 characters"),
    ],
)
def test_what_postgresql_cannot_hold_is_refused(change: Definition, message: str) -> None:
    definition = minimal(**change) if "integrationId" not in change else {**minimal(), **change}
    with pytest.raises(EmitError) as caught:
        render([{**definition, **change}])
    assert caught.value.message.startswith(message)
    assert caught.value.integration_id == definition["integrationId"]
    assert str(caught.value).isprintable()


def test_each_field_of_the_format_has_a_place() -> None:
    schema = json.loads((HERE.parent / "schemas" / "definition-1.json").read_text())
    columns = set(COLUMNS.values())
    assert set(schema["properties"]) == columns | set(IN_METADATA) | {"$schema", "$defs"}


def test_the_longest_that_fits_is_stored(database: Database) -> None:
    definition = minimal("x" * 255, f"1.0.0-{'a' * 44}", name="\U0001f600" * 254 + " ")
    up(database, [definition])
    assert_holds(database, [definition])


def test_floats_are_a_mistake_of_the_caller() -> None:
    with pytest.raises(TypeError, match="holds no float"):
        render([minimal(metadata={"x": 0.1})])


def test_templates_print_only_what_a_filter_made() -> None:
    template = statements.environment().from_string("{{ name }}")
    with pytest.raises(TypeError, match="went through no filter"):
        template.render(name="x")


ORDER = [
    "0.9.0",
    "1.0.0",
    "1.0.1-0",
    "1.9.0",
    "1.10.0",
    "2.0.0",
    "10.0.0",
    "99999999999999999999.0.0",
]
PRERELEASES = [
    "1.0.0-0",
    "1.0.0-2",
    "1.0.0-10",
    "1.0.0--",
    "1.0.0-ALPHA",
    "1.0.0-alpha",
    "1.0.0-alpha.1",
    "1.0.0-alpha.1.0",
    "1.0.0-alpha.9",
    "1.0.0-alpha.10",
    "1.0.0-alpha.beta",
    "1.0.0-beta",
    "1.0.0-beta-2",
    "1.0.0-rc.1+build.5-x",
    "1.0.1-alpha",
    "1.9.0-alpha",
    "1.10.0-alpha",
]


def _pairs() -> Iterator[tuple[str, str, bool]]:
    """Two versions, the stored and the given, and whether the given one may replace the stored."""
    assert sorted(PRERELEASES, key=Version.parse) == PRERELEASES
    stable = [version for version in ORDER if "-" not in version]
    ladder = [*PRERELEASES, *stable]
    for place, older in enumerate(ladder):
        yield from ((older, newer, True) for newer in ladder[place:])
        yield from ((newer, older, False) for newer in ladder[place + 1 :])
    yield from (("1.0.0+a", "1.0.0+b", True), ("1.0.0-rc.1+b", "1.0.0-rc.1+a", True))
    garbage = (
        "",
        "1",
        "1.0",
        "v2.0.0",
        "2.0.0.0",
        "latest",
        "99.0.0-",
        "9.0.0-01",
        "09.0.0",
        "9.0.0+",
        "é'\\",
    )
    yield from ((text, "0.0.1", True) for text in garbage)
    yield from ((text, "0.0.1-alpha", True) for text in garbage)


def test_an_older_release_never_overwrites_a_newer_row(database: Database) -> None:
    pairs = list(_pairs())
    database.apply(render([])[f"{CREATE}.sql"])
    given = [minimal(f"i{place:04d}", version, name="new") for place, (_, version, _) in enumerate(pairs)]
    with psycopg.connect(database.dsn) as connection:
        connection.cursor().executemany(
            "INSERT INTO integration_definitions VALUES (%s, %s, 'old', '', %s, '', '[]', '{}', 'custom',"
            " NULL, NULL, now(), now(), NULL, NULL, '{}')",
            [(uuid.uuid4(), f"i{place:04d}", version) for place, (version, _, _) in enumerate(pairs)],
        )
    database.apply(seed(given))
    rows = database.rows(ALL)
    assert [(old, new, row["name"] == "new") for (old, new, _), row in zip(pairs, rows, strict=True)] == pairs
    assert [(old, new, not is_newer(old, new)) for old, new, _ in pairs] == pairs


def test_the_row_is_the_newest_stable_version(database: Database) -> None:
    versions = ["1.9.0", "2.0.0-rc.1", "1.10.0", "1.2.0"]
    up(
        database,
        [minimal("a", version) for version in versions] + [minimal("b", "0.1.0-a.9"), minimal("b", "0.1.0-a.10")],
    )
    assert [(row["integration_id"], row["version"]) for row in stored(database)] == [
        ("a", "1.10.0"),
        ("b", "0.1.0-a.10"),
    ]


def test_an_existing_row_keeps_its_id_and_created_at(database: Database) -> None:
    up(database, [minimal("a"), minimal("b")])
    own = uuid.uuid4()
    database.execute(
        "UPDATE integration_definitions SET id = %(id)s, created_at = '2001-01-01', updated_at = '2001-01-01'"
        " WHERE integration_id = 'a'",
        {"id": own},
    )
    before = {row["integration_id"]: row for row in database.rows(ALL)}
    up(database, [minimal("a"), minimal("b"), minimal("a", "1.1.0", description="changed")])
    after = {row["integration_id"]: row for row in database.rows(ALL)}
    assert (after["a"]["id"], after["a"]["created_at"]) == (own, before["a"]["created_at"])
    assert after["a"]["updated_at"] > before["a"]["updated_at"]
    assert after["b"] == before["b"]
    assert after["b"]["id"] == uuid.uuid5(NAMESPACE, "b")


@pytest.mark.parametrize(
    "change",
    [
        {"name": "B"},
        {"description": ""},
        {"type": "database"},
        {
            "methods": [
                {
                    "id": "m",
                    "name": "M",
                    "inputSchema": {"type": "object"},
                    "outputSchema": {"type": "object"},
                }
            ]
        },
        {"configSchema": {"type": "object"}},
        {"authType": "apikey"},
        {"oauth2Config": {"tokenUrl": "https://x.example"}},
        {"aiConfig": {"provider": "x"}},
        {"apiKeyConfig": {"in": "query", "name": "k"}},
        {"customAuthConfig": {"scheme": "none"}},
        {"baseUrl": "https://x.example"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_each_column_that_differs_is_written_and_taken_back(change: Definition, database: Database) -> None:
    up(database, [minimal()])
    before = database.rows(ALL)[0]
    for definition in (minimal(**change), minimal()):
        database.apply(seed([definition]))
        assert_holds(database, [definition])
    assert database.rows(ALL)[0]["updated_at"] > before["updated_at"]


def test_times_are_in_utc(database: Database) -> None:
    apply(database, render([minimal()]), timezone="Asia/Tokyo")
    assert database.rows(
        "SELECT abs(extract(epoch FROM now() AT TIME ZONE 'utc' - created_at)) < 600 AS fresh"
        " FROM integration_definitions"
    ) == [{"fresh": True}]


def test_down_and_up_again(database: Database) -> None:
    files = render(SPEC_EXAMPLES)
    up(database, SPEC_EXAMPLES)
    downs = sorted((name for name in files if name.endswith(".down.sql")), reverse=True)
    for _ in range(2):
        database.apply(files[downs[0]])
        assert database.rows(ALL) == []
    for _ in range(2):
        database.apply(files[downs[1]])
    assert database.rows("SELECT FROM pg_class WHERE relname LIKE 'integration_definitions%'") == []
    assert database.rows("SELECT FROM pg_type WHERE typname = 'auth_method_enum'") == []
    up(database, SPEC_EXAMPLES)
    assert_holds(database, SPEC_EXAMPLES)


def test_down_leaves_rows_that_are_not_the_seeds(database: Database) -> None:
    given = [minimal("own-id"), minimal("moved-on"), minimal("ours")]
    up(database, given)
    database.execute("UPDATE integration_definitions SET id = gen_random_uuid() WHERE integration_id = 'own-id'")
    database.apply(seed([minimal("moved-on", "1.0.1"), minimal("other")]))
    database.apply(seed(given, ".down.sql"))
    assert [row["integration_id"] for row in stored(database)] == ["moved-on", "other", "own-id"]
    refused = database.run(render([])[f"{CREATE}.down.sql"])
    assert refused.returncode != 0
    assert (
        "ERROR:  integration_definitions has rows that no seed has taken back, so it is not dropped\n" in refused.stderr
    )
    assert [row["integration_id"] for row in stored(database)] == ["moved-on", "other", "own-id"]
    database.execute("DELETE FROM integration_definitions")
    database.apply(render([])[f"{CREATE}.down.sql"])


def test_the_schemas_way_down_fails_whole_where_instances_refer_to_a_row(database: Database) -> None:
    up(database, [minimal("a"), minimal("b")])
    database.execute("CREATE TABLE instances (definition UUID REFERENCES integration_definitions (id))")
    assert database.run(render([])[f"{CREATE}.down.sql"]).returncode != 0
    assert_holds(database, [minimal("a"), minimal("b")])


def test_a_seed_that_fails_changes_nothing(database: Database) -> None:
    up(database, [minimal("a")])
    database.execute("ALTER TABLE integration_definitions ADD CHECK (integration_id <> 'c')")
    before = database.rows(ALL)
    assert database.run(seed([minimal("a", name="changed"), minimal("c")])).returncode != 0
    assert database.rows(ALL) == before


def test_statements_are_bounded_in_size(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "_BATCH", 5_000)
    definitions = [minimal(f"i{place:02d}", description="x" * (20_000 if place == 7 else 500)) for place in range(30)]
    sql = seed(definitions).decode()
    literals = re.findall(r"E'\[\n(.*?)\n\]'", sql, re.S)
    assert len(literals) > 5
    assert all(len(literal) <= 5_200 or literal.count("\n") == 0 for literal in literals)
    assert re.findall(r"^-- (i\d\d) 1.0.0$", sql, re.M) == [d["integrationId"] for d in definitions]
    up(database, definitions)
    assert_holds(database, definitions)


def test_the_same_definitions_give_the_same_bytes_in_any_order() -> None:
    definitions = [*SPEC_EXAMPLES, minimal("a", "1.0.0+x"), minimal("a", "1.0.0+y", name="other")]
    assert render(definitions) == render(definitions[::-1])


def test_file_names() -> None:
    assert list(render([minimal("a"), minimal("a", "1.1.0"), minimal("b")])) == [
        "0000_create_integration_definitions.down.sql",
        "0000_create_integration_definitions.sql",
        "0003_seed_integration_definitions.down.sql",
        "0003_seed_integration_definitions.sql",
    ]
    assert all(
        content.startswith(b"-- Generated by connectory; do not edit.\n") and content.endswith(b"\nCOMMIT;\n")
        for content in render([minimal()]).values()
    )


def test_without_definitions_there_is_only_the_schema() -> None:
    assert list(render([])) == [f"{CREATE}.down.sql", f"{CREATE}.sql"]


def test_a_comment_cannot_leave_its_line(database: Database) -> None:
    definition = minimal("a\n'; DROP TABLE integration_definitions; --\u2028\u202e")
    assert "-- a____DROP_TABLE_integration_definitions__--__ 1.0.0\n" in seed([definition]).decode()
    up(database, [definition])
    assert_holds(database, [definition])
