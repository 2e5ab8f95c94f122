"""Values of a table that is there, which may hold anything: nothing is too large to be read."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from psycopg.sql import SQL, Composable, Identifier

from connectory.compiler.postgres.connection import Connection


class TooDeep:
    """Stands for JSON that is nested too deeply to be read: PostgreSQL holds thousands of levels."""


_DIGITS = 4000
"""Of an integer from which on it is read as a decimal. Python refuses longer ones, as reading them takes long."""


def exactly(text: str | bytes) -> Any:
    """JSON with exact numbers."""
    return _read(text, Decimal)


def plainly(text: str | bytes) -> Any:
    """JSON with floats, as services read it."""
    return _read(text, float)


def _read(text: str | bytes, number: Callable[[str], Any]) -> Any:
    try:
        return json.loads(text, parse_float=number, parse_int=_integer)
    except RecursionError:
        return TooDeep()


def _integer(digits: str) -> int | Decimal:
    return int(digits) if len(digits) <= _DIGITS else Decimal(digits)


def look_at_all(connection: Connection) -> None:
    """Let rows that a policy hides be an error, and not as if they were not there."""
    connection.execute("SET row_security TO off")


def as_text(column: str) -> Composable:
    """A column that holds text, whatever its type is."""
    return SQL("CAST({} AS text)").format(Identifier(column))
