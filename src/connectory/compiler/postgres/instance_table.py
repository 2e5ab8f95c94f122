"""Stored instances that are rows of a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from psycopg.rows import dict_row
from psycopg.sql import SQL, Composable, Identifier

from connectory.compiler.postgres.connection import Connection, DatabaseError
from connectory.compiler.postgres.instances import FIELDS, InvalidInstance, Stored
from connectory.compiler.postgres.target import Target

_MEMBERS = {field.name: field.encode_name for field in msgspec.structs.fields(Stored)}


def from_table(
    connection: Connection, table: tuple[str, ...], names: Mapping[str, str], target: Target
) -> Iterator[tuple[str, Stored]]:
    """Instances that are rows of a table.

    Args:
        connection: to the database.
        table: its name, and before it that of its schema.
        names: the columns of FIELDS, where they are called otherwise.
        target: the table of definitions, for instances that refer to it by a foreign key.

    Raises:
        DatabaseError: it has no column that says which integration an instance is of.
        InvalidInstance: a row holds no instance.
    """
    known = _columns(connection, table)
    for field, column in names.items():
        if column not in known:
            raise DatabaseError(f"the table {'.'.join(table)} has no column {column!r} for {field}")
    chosen = {field: names.get(field, field) for field in FIELDS if names.get(field, field) in known}
    fields: list[Composable] = [
        SQL("instance.{} AS {}").format(Identifier(chosen[field]), Identifier(field)) for field in chosen
    ]
    join: Composable = SQL("")
    if "integration_id" not in chosen:
        column, referred = _reference(connection, table, target)
        fields.append(SQL("definition.integration_id"))
        join = SQL(" JOIN {} AS definition ON definition.{} = instance.{}").format(
            Identifier(*target.table), Identifier(referred), Identifier(column)
        )
    query = SQL("SELECT {} FROM {} AS instance{}").format(SQL(", ").join(fields), Identifier(*table), join)
    with connection.cursor(name="connectory", row_factory=dict_row) as cursor:
        for number, row in enumerate(cursor.execute(query), 1):
            yield f"row {number}", _read(f"row {row.get('id') or number}", row)


def _columns(connection: Connection, table: tuple[str, ...]) -> set[str]:
    with connection.execute(SQL("SELECT * FROM {} LIMIT 0").format(Identifier(*table))) as cursor:
        return {column.name for column in cursor.description or ()}


def _reference(connection: Connection, table: tuple[str, ...], target: Target) -> tuple[str, str]:
    """The column that refers to the table of definitions, and the one that it refers to."""
    query = """
        SELECT here.attname, there.attname FROM pg_constraint
        JOIN pg_attribute AS here ON here.attrelid = conrelid AND here.attnum = conkey[1]
        JOIN pg_attribute AS there ON there.attrelid = confrelid AND there.attnum = confkey[1]
        WHERE contype = 'f' AND array_length(conkey, 1) = 1
          AND conrelid = to_regclass(%s) AND confrelid = to_regclass(%s)
    """
    names = [Identifier(*name).as_string(connection) for name in (table, target.table)]
    found = connection.execute(query, names).fetchone()
    if found is None:
        hint = "name it: --column integration_id=COLUMN"
        raise DatabaseError(f"nothing in {'.'.join(table)} says which integration an instance is of; {hint}")
    return found[0], found[1]


def _read(where: str, row: dict[str, Any]) -> Stored:
    try:
        return msgspec.convert({_MEMBERS[field]: value for field, value in row.items()}, Stored)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise InvalidInstance(f"{where}: this is no stored instance: {error}") from None
