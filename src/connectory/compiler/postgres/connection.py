"""A connection to a database, with errors that say what to do and never show a password."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from connectory.compiler.postgres.target import ADDITIONAL

Connection = psycopg.Connection[tuple[Any, ...]]

_PATIENCE = 10
"""Seconds to wait for a server that does not answer, unless the DSN says how long."""


class DatabaseError(Exception):
    """The database cannot be reached, or refuses; the message says why, without a password."""


@contextmanager
def connected(dsn: str) -> Iterator[Connection]:
    """A connection that commits at the end, or rolls back where an error comes through.

    Args:
        dsn: as libpq reads it; what it leaves out comes from the PG* variables and ~/.pgpass.

    Raises:
        DatabaseError: also for what the database says of a statement inside.
    """
    try:
        given = conninfo_to_dict(dsn)
    except psycopg.ProgrammingError:  # its message quotes the DSN
        hint = "postgresql://user@host:5432/database, or host=... dbname=..."
        raise DatabaseError(f"the DSN cannot be read; write {hint}") from None
    defaults: dict[str, Any] = {"connect_timeout": _PATIENCE, "application_name": "connectory"}
    secrets = [str(given[name]) for name in ("password", "sslpassword") if given.get(name)]
    try:
        with psycopg.connect(make_conninfo("", **{**defaults, **given})) as connection:
            yield connection
    except psycopg.errors.UndefinedTable as error:
        hint = "apply the migrations first, or name the table in connectory.toml: [database] table and schema"
        raise DatabaseError(f"{_said(error, secrets)}; {hint}") from None
    except psycopg.errors.UndefinedColumn as error:
        said = _said(error, secrets)
        hint = "[database] table and schema in connectory.toml say which table is meant"
        if any(f'"{column}"' in said or f".{column} " in said for column in ADDITIONAL):
            hint = "where the table has only the columns of the specification: [database] additional-columns = false"
        raise DatabaseError(f"{said}; {hint}") from None
    except (psycopg.Error, UnicodeError) as error:
        raise DatabaseError(_said(error, secrets)) from None


def _said(error: Exception, secrets: list[str]) -> str:
    """What the database says, in one line."""
    diagnosis = getattr(error, "diag", None)
    text = (diagnosis.message_primary if diagnosis else None) or str(error)
    if diagnosis and diagnosis.message_detail:
        text += f" ({diagnosis.message_detail})"
    for secret in secrets:
        text = text.replace(secret, "***")
    return " ".join(text.split()) or type(error).__name__
