"""dbmate: one file for both directions, NUMBER_name.sql. dbmate tells migrations by their numbers alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from connectory.compiler.postgres.migration import Found, Migration, ends_of, numbered, rendered
from connectory.compiler.postgres.target import Target

UP_ENDS = b"-- migrate:down"
MERGES_BY_MIGRATION = False
heads = ends_of


def files(migration: Migration, target: Target) -> dict[str, Iterator[str]]:
    """The file; dbmate itself runs each direction in a transaction."""
    return {f"{migration.name}.sql": rendered("dbmate.sql.j2", migration, target, migration.ups, migration.downs)}


def read(folder: Path) -> list[Found]:
    """The files by their names, which start with numbers."""
    return numbered(folder, ".sql")


def needs_merge(folder: Path, found: list[Found]) -> str | None:
    """Never: dbmate applies whatever it has not applied yet."""
    return None


def lists(folder: Path, migrations: list[Migration]) -> dict[str, list[str]]:
    """Nothing."""
    return {}
