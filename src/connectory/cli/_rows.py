"""``connectory import postgres``: definitions from rows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from connectory.cli.db import database


def import_rows(dsn: str, out: str, kind: str | None, write: Callable[[Path, str], None]) -> int:
    """Write a definition for each row; say which rows cannot be one.

    Args:
        dsn: of the database; connectory.toml says which table.
        out: the catalog.
        kind: how to write them; suited to each where it is None.
        write: writes a file, unless it would replace another one.
    """
    from connectory.importers import write as writing
    from connectory.importers.source import SourceError
    from connectory.printable import printable

    refused = 0
    with database(dsn) as (connection, configuration):
        from connectory.importers.rows import read_rows

        for one in read_rows(connection, configuration.target):
            reason = one.reason
            if one.definition is not None:
                try:
                    chosen = kind or writing.suited(one.definition)
                    target = Path(out) / one.definition["integrationId"] / f"{one.definition['version']}.{chosen}"
                    text = writing.WRITERS[chosen](one.definition)
                except SourceError as error:
                    reason = str(error)
                except RecursionError:
                    reason = "it is nested too deeply"
                else:
                    write(target, text)
                    click.echo(f"{target.as_posix()}  {len(text.encode()):,} bytes")
            if reason:
                refused += 1
                click.echo(f"connectory: row {printable(one.name)}: {printable(reason)}", err=True)
    return int(refused > 0)
