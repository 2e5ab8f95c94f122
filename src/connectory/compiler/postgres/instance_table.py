"""Stored instances that are rows of a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from psycopg.errors import InvalidSchemaName, UndefinedTable
from psycopg.rows import dict_row
from psycopg.sql import SQL, Composable, Identifier
from psycopg.types.json import set_json_loads

from connectory.compiler.postgres.connection import Connection, DatabaseError
from connectory.compiler.postgres.instances import FIELDS, Stored, Unreadable
from connectory.compiler.postgres.stored import look_at_all, plainly
from connectory.compiler.postgres.target import Target

_MEMBERS = {field.name: field.encode_name for field in msgspec.structs.fields(Stored)}


def from_table(
    connection: Connection, table: tuple[str, ...], names: Mapping[str, str], target: Target
) -> Iterator[tuple[str, Stored | Unreadable]]:
    """Instances that are rows of a table.

    The column of the integration holds its id, or refers to the definitions by a foreign key.

    Args:
        connection: to the database.
        table: its name, and before it that of its schema.
        names: the columns of FIELDS, where they are called otherwise.
        target: the table of definitions.

    Raises:
        DatabaseError: there is no such table, or not one column that says which integration an instance is of.
    """
    look_at_all(connection)
    set_json_loads(plainly, connection)
    known = _columns(connection, table)
    for field, column in names.items():
        if column not in known:
            raise DatabaseError(f"the table {'.'.join(table)} has no column {column!r} for {field}")
    chosen = {field: names.get(field, field) for field in FIELDS if names.get(field, field) in known}
    references = _references(connection, table, target)
    column = chosen.pop("integration_id") if "integration_id" in chosen else _only(references, table)
    fields: list[Composable] = [
        SQL("instance.{} AS {}").format(Identifier(chosen[field]), Identifier(field)) for field in chosen
    ]
    join: Composable = SQL("")
    if column in references:
        fields.append(SQL("definition.integration_id"))
        join = SQL(" LEFT JOIN {} AS definition ON definition.{} = instance.{}").format(
            Identifier(*target.table), Identifier(references[column]), Identifier(column)
        )
    else:
        fields.append(SQL("instance.{} AS integration_id").format(Identifier(column)))
    query = SQL("SELECT {} FROM {} AS instance{}").format(SQL(", ").join(fields), Identifier(*table), join)
    with connection.cursor(name="connectory", row_factory=dict_row) as cursor:
        for number, row in enumerate(cursor.execute(query), 1):
            name = number if row.get("id") is None else row["id"]
            yield f"row {name}", _read(row)


def _columns(connection: Connection, table: tuple[str, ...]) -> set[str]:
    try:
        with connection.execute(SQL("SELECT * FROM {} LIMIT 0").format(Identifier(*table))) as cursor:
            return {column.name for column in cursor.description or ()}
    except (UndefinedTable, InvalidSchemaName):
        raise DatabaseError(f"there is no table {'.'.join(table)}") from None


def _references(connection: Connection, table: tuple[str, ...], target: Target) -> dict[str, str]:
    """The columns that refer to the table of definitions, and those that they refer to."""
    query = """
        SELECT here.attname, there.attname FROM pg_constraint
        JOIN pg_attribute AS here ON here.attrelid = conrelid AND here.attnum = conkey[1]
        JOIN pg_attribute AS there ON there.attrelid = confrelid AND there.attnum = confkey[1]
        WHERE contype = 'f' AND array_length(conkey, 1) = 1
          AND conrelid = to_regclass(%s) AND confrelid = to_regclass(%s)
        ORDER BY here.attnum, there.attnum
    """
    names = [Identifier(*name).as_string(connection) for name in (table, target.table)]
    return dict(connection.execute(query, names).fetchall())


def _only(references: Mapping[str, str], table: tuple[str, ...]) -> str:
    if len(references) == 1:
        return next(iter(references))
    which = f"one of {', '.join(references)}" if references else "nothing"
    hint = "name it: --column integration_id=COLUMN"
    raise DatabaseError(f"{which} in {'.'.join(table)} says which integration an instance is of; {hint}")


def _read(row: dict[str, Any]) -> Stored | Unreadable:
    try:
        return msgspec.convert({_MEMBERS[field]: value for field, value in row.items()}, Stored)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        return Unreadable(str(error))
