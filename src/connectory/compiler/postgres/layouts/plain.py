"""Plain files for psql, one for each direction: NUMBER_name.sql and NUMBER_name.down.sql."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from connectory.compiler.postgres.migration import Found, Migration, ends_of, numbered, rendered
from connectory.compiler.postgres.target import Target

UP_ENDS = None
MERGES_BY_MIGRATION = False
heads = ends_of


def files(migration: Migration, target: Target) -> dict[str, Iterator[str]]:
    """The two files, each statement by statement."""
    return {
        f"{migration.name}.sql": rendered("plain.sql.j2", migration, target, migration.ups),
        f"{migration.name}.down.sql": rendered("plain.sql.j2", migration, target, migration.downs),
    }


def read(folder: Path) -> list[Found]:
    """The files by their names, which start with numbers."""
    return numbered(folder, ".sql", ".down.sql")


def needs_merge(folder: Path, found: list[Found]) -> str | None:
    """Never: files of any order can lie beside each other."""
    return None


def lists(folder: Path, migrations: list[Migration]) -> dict[str, list[str]]:
    """Nothing."""
    return {}
