"""A table that is in use: migrations applied to it, and how it differs from a bundle."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from psycopg.sql import SQL, Composable, Identifier
from psycopg.types.json import set_json_loads

from connectory.compiler.postgres.changes import is_newer
from connectory.compiler.postgres.connection import Connection, DatabaseError
from connectory.compiler.postgres.encoding import decode
from connectory.compiler.postgres.migration import is_ours
from connectory.compiler.postgres.stored import TooDeep, as_text, exactly, look_at_all
from connectory.compiler.postgres.target import Target
from connectory.compiler.release import State
from connectory.pointers import pointer

# Applying.


class Applied(NamedTuple):
    """A migration that was applied, and how many rows it wrote."""

    name: str
    rows: int


def apply(connection: Connection, folder: Path) -> Iterator[Applied]:
    """Apply the migrations of a build, each in its own transaction, statement by statement.

    Raises:
        DatabaseError: there are none, or one is not ours.
    """
    connection.autocommit = True  # the files begin and commit
    files = [path for path in sorted(folder.glob("*.sql")) if not path.name.endswith(".down.sql")]
    if not files:
        raise DatabaseError(f"there is no migration in {folder.as_posix()}; 'connectory build' writes them")
    for path in files:
        with open(path, encoding="ascii", errors="replace") as stream:
            if not is_ours(stream.readline()):
                raise DatabaseError(f"{path.as_posix()} was not written by connectory build; apply it yourself")
            written = 0
            for statement in _statements(stream):
                count = connection.execute(statement.encode()).rowcount
                written += count if statement.startswith(_WRITING) else 0
        yield Applied(path.name, written)


_WRITING = ("-- Brings up to date\n", "-- Goes back\n")
"""How statements start that write rows; see the templates."""


def _statements(lines: Iterator[str]) -> Iterator[str]:
    """The statements of a file of ours; an empty line stands between them, and never in one."""
    for has_text, block in groupby(lines, lambda line: bool(line.strip())):
        statement = list(block)
        if has_text and not all(line.startswith("--") for line in statement):
            yield "".join(statement)


# Looking.


class Standing(NamedTuple):
    """Where an integration stands.

    Attributes:
        id: whose row it is.
        stored, bundled: the versions in the table and in the bundle; None where there is none.
        removed: whether the row is marked as removed.
    """

    id: str
    stored: str | None
    bundled: str | None
    removed: bool = False

    @property
    def word(self) -> str:
        """What that comes to."""
        if self.stored is None:
            return "missing"
        if self.bundled is None:
            return "removed" if self.removed else "not in the bundle"
        if self.removed:
            return "removed, but in the bundle"
        if self.stored == self.bundled:
            return "current"
        return "newer than the bundle" if is_newer(self.stored, self.bundled) else "behind"


def standings(connection: Connection, target: Target, state: State) -> list[Standing]:
    """Every integration of the table or the bundle, by id."""
    look_at_all(connection)
    removed = SQL("coalesce(metadata @> '{\"removed\": true}', false)") if target.additional else SQL("false")
    names = as_text("integration_id"), as_text("version")
    query = SQL("SELECT {}, {}, {} FROM {}").format(*names, removed, _table(target))
    stored = {name: (version, gone) for name, version, gone in connection.execute(query)}
    return [
        Standing(str(name), *_pair(stored.get(name), state.versions.get(name)))
        for name in sorted({*stored, *state.versions}, key=str)
    ]


def _pair(stored: tuple[str, bool] | None, bundled: str | None) -> tuple[str | None, str | None, bool]:
    return (stored[0], bundled, stored[1]) if stored else (None, bundled, False)


class Difference(NamedTuple):
    """What differs.

    Attributes:
        id: the integration.
        column: the column; empty where the whole row is missing or too much.
        path: JSON Pointer to the value inside it; empty for all of it.
        stored, bundled: what the two say, in short.
    """

    id: str
    column: str
    path: str
    stored: str
    bundled: str

    def __str__(self) -> str:
        where = f"{self.id}: {self.column}{self.path}" if self.column else self.id
        return f"{where}: {self.stored} in the table, {self.bundled} in the bundle"


def differences(connection: Connection, target: Target, state: State, *, others: bool = False) -> Iterator[Difference]:
    """How the table differs from a bundle, row by row; neither is ever held in full.

    Args:
        connection: to the database.
        target: the table.
        state: the rows of the bundle.
        others: whether the table may have rows of other integrations.
    """
    look_at_all(connection)
    set_json_loads(exactly, connection)
    columns = target.columns
    listed = SQL(", ").join(_read(column, type_) for column, type_ in columns.items())
    seen = set()
    with connection.cursor(name="connectory") as cursor:
        cursor.itersize = 1
        query = SQL("SELECT {}, {} FROM {} ORDER BY integration_id").format(
            as_text("integration_id"), listed, _table(target)
        )
        for name, *values in cursor.execute(query):
            seen.add(name)
            stored = dict(zip(columns, values, strict=True))
            if name in state.versions:
                yield from _in_row(name, stored, decode(state.row(name).text))
            elif not others and not _is_removed(stored):
                yield Difference(str(name), "", "", f"version {stored['version']}", "nothing")
    for name, version in state.versions.items():
        if name not in seen:
            yield Difference(name, "", "", "nothing", f"version {version}")


def _read(column: str, type_: str) -> Composable:
    return Identifier(column) if type_ == "jsonb" else as_text(column)


def _is_removed(stored: Mapping[str, Any]) -> bool:
    metadata = stored.get("metadata")
    return isinstance(metadata, dict) and metadata.get("removed") is True


def _in_row(name: str, stored: Mapping[str, Any], bundled: Mapping[str, Any]) -> Iterator[Difference]:
    for column, value in stored.items():
        for path, ours, theirs in _between(value, bundled.get(column), []):
            yield Difference(name, column, path, ours, theirs)


_ABSENT = object()


def _between(stored: Any, bundled: Any, path: list[str | int]) -> Iterator[tuple[str, str, str]]:
    """Where two JSON values differ, as deep inside as possible. Numbers are equal where their values are."""
    if isinstance(stored, dict) and isinstance(bundled, dict):
        for key in sorted({*stored, *bundled}):
            yield from _between(stored.get(key, _ABSENT), bundled.get(key, _ABSENT), [*path, key])
    elif isinstance(stored, list) and isinstance(bundled, list):
        for index in range(max(len(stored), len(bundled))):
            yield from _between(_at(stored, index), _at(bundled, index), [*path, index])
    elif stored is _ABSENT or isinstance(stored, bool) != isinstance(bundled, bool) or stored != bundled:
        yield pointer(path), _shown(stored), _shown(bundled)


def _at(items: Sequence[Any], index: int) -> Any:
    return items[index] if index < len(items) else _ABSENT


_SHOWN = 60


def _shown(value: Any) -> str:
    """A value in short, in ASCII."""
    if value is _ABSENT:
        return "nothing"
    if isinstance(value, TooDeep):
        return "what is nested too deeply to be read"
    if isinstance(value, dict | list):
        members = f"{len(value)} {'member' if isinstance(value, dict) else 'item'}{'s' if len(value) != 1 else ''}"
        return f"{'an object' if isinstance(value, dict) else 'a list'} of {members}"
    text = str(value) if isinstance(value, Decimal) else json.dumps(value, default=str)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."


def _table(target: Target) -> Identifier:
    return Identifier(*target.table)
