"""The migration tools that operators have, as they are run. What is not there is skipped, with its reason."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, ClassVar, Protocol

import psycopg
import pytest

from connectory.compiler.postgres.layouts import layouts

if TYPE_CHECKING:
    from postgres import Database

ROOT = Path(__file__).parent.parent


class Tool(Protocol):
    """A tool with a folder of migrations and a database."""

    layout: ClassVar[str]
    database: Database

    def __init__(self, folder: Path, database: Database) -> None: ...

    def up(self) -> None:
        """Apply what was not applied."""

    def down(self) -> None:
        """Take the last one back."""


def layout_of(tool: type[Tool]) -> ModuleType:
    return layouts()[tool.layout]


def run(command: Sequence[str | Path], folder: Path, **variables: str) -> str:
    """What a command printed; it must end well."""
    done = subprocess.run(
        list(command),
        cwd=folder,
        env={**os.environ, **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout


def _program(name: str, how: str, *places: Path) -> str:
    found = shutil.which(name) or next((str(place) for place in places if place.is_file()), None)
    if found is None:
        pytest.skip(f"{name} is not installed: {how}")
    return found


class _Files:
    """Plain files, which the operator keeps count of."""

    layout: ClassVar[str] = "plain"

    def __init__(self, folder: Path, database: Database) -> None:
        self.folder = folder
        self.database = database
        self.applied: list[Path] = []

    def up(self) -> None:
        for path in sorted(self.folder.glob("*.sql")):
            if not path.name.endswith(".down.sql") and path not in self.applied:
                self.apply(path)
                self.applied.append(path)

    def down(self) -> None:
        path = self.applied.pop()
        self.apply(path.with_name(path.name.replace(".sql", ".down.sql")))

    def apply(self, path: Path) -> None:
        raise NotImplementedError


class Psql(_Files):
    def apply(self, path: Path) -> None:
        self.database.apply(path.read_bytes())


class Psycopg(_Files):
    def apply(self, path: Path) -> None:
        with psycopg.connect(self.database.dsn, autocommit=True) as connection:
            connection.execute(path.read_bytes())


class Dbmate:
    layout: ClassVar[str] = "dbmate"

    def __init__(self, folder: Path, database: Database) -> None:
        program = _program(
            "dbmate", "npm install --prefix build/tools dbmate", ROOT / "build/tools/node_modules/.bin/dbmate"
        )
        says = psycopg.conninfo.conninfo_to_dict(database.dsn)
        host, port = says["host"], says.get("port", "5432")
        url = f"postgres://{says['user']}@/{says['dbname']}?host={host}&port={port}&sslmode=disable"
        self.folder = folder
        self.database = database
        self.command = [program, "--url", url, "--migrations-dir", str(folder), "--no-dump-schema"]

    def up(self) -> None:
        run([*self.command, "up"], self.folder)

    def down(self) -> None:
        run([*self.command, "rollback"], self.folder)


class Alembic:
    layout: ClassVar[str] = "alembic"

    def __init__(self, folder: Path, database: Database) -> None:
        pytest.importorskip("alembic", reason="alembic is not installed: pip install alembic")
        self.database = database
        self.home = folder.parent / f"alembic_{database.name}"
        self.home.mkdir(parents=True, exist_ok=True)
        (self.home / "alembic.ini").write_text(
            f"[alembic]\nscript_location = {self.home}\nversion_locations = {folder}\npath_separator = newline\n"
        )
        (self.home / "env.py").write_text(
            "import psycopg\nimport sqlalchemy\nfrom alembic import context\n\n"
            f"creator = lambda: psycopg.connect({database.dsn!r})\n"
            "engine = sqlalchemy.create_engine('postgresql+psycopg://', creator=creator)\n"
            "with engine.connect() as connection:\n"
            "    context.configure(connection=connection)\n"
            "    with context.begin_transaction():\n        context.run_migrations()\n"
        )

    def up(self) -> None:
        self.run("upgrade", "head")

    def down(self) -> None:
        self.run("downgrade", "-1")

    def run(self, *words: str) -> str:
        return run([sys.executable, "-m", "alembic", *words], self.home)


class Sqitch:
    layout: ClassVar[str] = "sqitch"

    def __init__(self, folder: Path, database: Database) -> None:
        self.program = _program("sqitch", "apt-get install sqitch libdbd-pg-perl postgresql-client")
        says = psycopg.conninfo.conninfo_to_dict(database.dsn)
        self.folder = folder
        self.database = database
        self.variables = {
            "HOME": str(folder.parent),
            "PGHOST": str(says["host"]),
            "PGPORT": str(says.get("port", "5432")),
            "PGUSER": str(says["user"]),
            "SQITCH_FULLNAME": "Tester",
            "SQITCH_EMAIL": "tester@localhost",
        }
        self.target = ["--target", f"db:pg:{says['dbname']}", "--db-client", str(database.psql)]

    def up(self) -> None:
        run([self.program, "deploy", "--verify", *self.target], self.folder, **self.variables)

    def down(self) -> None:
        run([self.program, "revert", "-y", "--to", "@HEAD^", *self.target], self.folder,
            **self.variables)  # fmt: skip


TOOLS: list[type[Tool]] = [Psql, Psycopg, Dbmate, Alembic, Sqitch]
