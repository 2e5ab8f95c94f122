"""Random edits of the rows of a table, each undone again, and whether ``db verify`` finds it. Also for benchmarks."""

from __future__ import annotations

import random
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import psycopg
from psycopg import sql

import connectory
from connectory.compiler.postgres.bundled import state_of_bundle
from connectory.compiler.postgres.live import differences
from connectory.compiler.postgres.target import Target

KINDS = ("text", "json value", "json name", "json item", "row gone", "row more")
_TEXTS = ("name", "description", "version", "type")
_JSON = ("methods", "config_schema", "oauth2_config", "ai_config", "api_key_config", "custom_auth_config", "metadata")
_ENCODER = msgspec.json.Encoder(decimal_format="number")
_TABLE = "integration_definitions"


class Edit(NamedTuple):
    """An edit, of which row and column, and whether it was found."""

    kind: str
    id: str
    column: str
    found: bool


def found(dsn: str, bundle: Path, count: int, random_: random.Random) -> list[Edit]:
    """Edit, look, and undo, many times."""
    state = state_of_bundle(connectory.open(bundle))
    edits = []
    with psycopg.connect(dsn) as connection:
        for number in range(count):
            kind = KINDS[number % len(KINDS)]
            with connection.transaction(force_rollback=True):
                name, column = _edit(connection, kind, random_)
                # Only the rows that were touched are compared, so that many edits take little time.
                connection.execute(
                    sql.SQL("CREATE TEMP TABLE looked_at ON COMMIT DROP AS SELECT * FROM {} WHERE integration_id = {}")
                    .format(sql.Identifier(_TABLE), sql.Literal(name))
                )  # fmt: skip
                only = state._replace(versions={one: v for one, v in state.versions.items() if one == name})
                seen = list(differences(connection, Target(("looked_at",)), only))
            ours = [one for one in seen if one.id == name and one.column == column]
            edits.append(Edit(kind, name, column, len(seen) > 0 and len(ours) == len(seen)))
    return edits


def _edit(connection: psycopg.Connection, kind: str, random_: random.Random) -> tuple[str, str]:
    """Edit something; the row and the column."""
    table = sql.Identifier(_TABLE)
    names = [row[0] for row in connection.execute(sql.SQL("SELECT integration_id FROM {} ORDER BY 1").format(table))]
    name = random_.choice(names)
    if kind == "row gone":
        connection.execute(sql.SQL("DELETE FROM {} WHERE integration_id = %s").format(table), [name])
        return name, ""
    if kind == "row more":
        connection.execute(
            sql.SQL("UPDATE {} SET integration_id = 'more', id = gen_random_uuid() WHERE integration_id = %s")
            .format(table), [name]
        )  # fmt: skip
        return "more", ""
    columns = list(_TEXTS if kind == "text" else _JSON)
    random_.shuffle(columns)
    for column in columns:
        field = sql.Identifier(column)
        query = sql.SQL("SELECT {} FROM {} WHERE integration_id = %s").format(field, table)
        row = connection.execute(query, [name]).fetchone()
        assert row is not None
        new = f"{row[0]}." if kind == "text" else _changed(row[0], kind, random_)
        if new is not None:
            value = new if kind == "text" else _ENCODER.encode(new).decode()
            connection.execute(
                sql.SQL("UPDATE {} SET {} = %s WHERE integration_id = %s").format(table, field), [value, name]
            )
            return name, column
    return _edit(connection, kind, random_)


def _changed(value: Any, kind: str, random_: random.Random) -> Any:
    """The value with one thing changed at a random place; None where it has none of the kind."""
    places = [place for place in _places(value, ()) if _fits(place[1], kind)]
    if not places:
        return None
    path, old = random_.choice(places)
    return _replaced(value, path, _other(old, kind, random_))


def _places(value: Any, path: tuple[Any, ...]) -> list[tuple[tuple[Any, ...], Any]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [(path, value), *(place for key, item in items for place in _places(item, (*path, key)))]


def _fits(value: Any, kind: str) -> bool:
    if kind == "json value":
        return isinstance(value, str | int | float | Decimal) or value is None
    return isinstance(value, dict if kind == "json name" else list) and len(value) > 0


def _other(value: Any, kind: str, random_: random.Random) -> Any:
    if kind == "json item":
        return value[:-1] if random_.random() < 0.5 else [*value, None]
    if kind == "json name":
        gone = random_.choice(sorted(value))
        return {f"{key}x" if key == gone else key: item for key, item in value.items()}
    if isinstance(value, bool) or value is None:
        return not value
    return f"{value} " if isinstance(value, str) else value + 1


def _replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    key, *rest = path
    inner = _replaced(value[key], tuple(rest), new)
    if isinstance(value, dict):
        return {**value, key: inner}
    return [*value[:key], inner, *value[key + 1 :]]
