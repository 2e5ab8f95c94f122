"""Definitions from the rows of a table that is there already."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from psycopg.sql import SQL, Composable, Identifier
from psycopg.types.json import set_json_loads

from connectory.compiler.postgres.connection import Connection
from connectory.compiler.postgres.rows import COLUMNS
from connectory.compiler.postgres.stored import TooDeep, as_text, exactly, look_at_all
from connectory.compiler.postgres.target import Target
from connectory.errors import InvalidVersion
from connectory.versions import Version

_ID = re.compile(r"[a-z0-9_-]{1,255}")
_NEEDED = ("integration_id", "version")
_LEFT_OUT = ("configOrder", "removed")
"""What metadata says of the row, not of the integration."""


class Read(NamedTuple):
    """A row.

    Attributes:
        name: how messages name it.
        definition: what it says; None where it cannot be a definition.
        reason: why it cannot.
    """

    name: str
    definition: dict[str, Any] | None
    reason: str = ""


def read_rows(connection: Connection, target: Target) -> Iterator[Read]:
    """The rows of the table, as definitions, by id; they are never held in full.

    Raises:
        DatabaseError: while connected; the table is not there.
    """
    look_at_all(connection)
    set_json_loads(exactly, connection)
    table = Identifier(*target.table)
    looked = connection.execute(SQL("SELECT * FROM {} LIMIT 0").format(table))
    there = {column.name for column in looked.description or ()}
    columns = [column for column in (*COLUMNS, "metadata") if column in there or column in _NEEDED]
    query = SQL("SELECT {} FROM {} ORDER BY integration_id").format(SQL(", ").join(map(_read, columns)), table)
    with connection.cursor(name="connectory") as cursor:
        cursor.itersize = 1
        for values in cursor.execute(query):
            yield _definition(dict(zip(columns, values, strict=True)))


def _read(column: str) -> Composable:
    return Identifier(column) if Target().columns.get(column) == "jsonb" else as_text(column)


def _definition(row: Mapping[str, Any]) -> Read:
    name, version = row["integration_id"], row["version"]
    if not isinstance(name, str) or not _ID.fullmatch(name):
        return Read(repr(name), None, "an integrationId is of lower-case letters, digits, _ and -")
    try:
        Version.parse(version or "")
    except InvalidVersion as error:
        return Read(name, None, str(error))
    deep = [column for column, value in row.items() if isinstance(value, TooDeep)]
    if deep:
        return Read(name, None, f"{deep[0]} is nested too deeply to be read")
    said = {field: row[column] for column, field in COLUMNS.items() if row.get(column) is not None}
    metadata = row.get("metadata") or {}
    if not isinstance(metadata, dict):
        return Read(name, None, "metadata is no object")
    if "configSchema" in said:
        said["configSchema"] = _ordered(said["configSchema"], metadata.get("configOrder"))
    further = {field: value for field, value in metadata.items() if field not in _LEFT_OUT}
    methods = said.pop("methods", [])
    return Read(name, {**said, **further, "methods": methods})


def _ordered(schema: Any, order: Any) -> Any:
    """The schema of a configuration with its fields in their order, which JSONB loses."""
    properties = schema.get("properties") if isinstance(schema, dict) else None
    if not isinstance(properties, dict) or not isinstance(order, list):
        return schema
    known = [name for name in order if isinstance(name, str) and name in properties]
    return {**schema, "properties": {name: properties[name] for name in dict.fromkeys([*known, *properties])}}
