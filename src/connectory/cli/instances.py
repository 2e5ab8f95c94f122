"""``connectory instances``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from connectory.cli.db import database, dsn_option

if TYPE_CHECKING:
    from connectory.compiler.postgres.instances import Stored, Unreadable


@click.group()
def command() -> None:
    """Look at stored instances before a deploy.

    \b
    Example:
      connectory instances check --to build/catalog.bundle --dsn postgresql://app@db/app --table integration_instances
    """


@command.command()
@click.option("--to", "bundle", required=True, type=click.Path(), metavar="BUNDLE", help="The bundle to be deployed.")
@dsn_option
@click.option("--table", metavar="NAME", help="The table of instances; with its schema as in app.instances.")
@click.option(
    "--column", "columns", multiple=True, metavar="FIELD=COLUMN", help="A column's name, such as config=settings."
)
@click.option("--jsonl", type=click.Path(path_type=Path), metavar="FILE", help="Instances as lines of JSON instead.")
def check(bundle: str, dsn: str, table: str | None, columns: tuple[str, ...], jsonl: Path | None) -> int:
    """Tell whose configuration a bundle refuses, and who must sign in again. Exits 1 where there is anyone.

    An instance has the fields integrationId, and where they are kept id, version, auth (the id of an alternative way to
    sign in), config and scopes (those that were granted). In a table these are the columns integration_id, id, auth,
    config and scopes, or a foreign key to the table of definitions.

    \b
    Example:
      connectory instances check --to build/catalog.bundle --dsn postgresql://app@db/app --table app.instances
      connectory instances check --to build/catalog.bundle --jsonl instances.jsonl
    """
    import connectory
    from connectory.compiler.postgres import instances
    from connectory.printable import printable

    if (table is None) == (jsonl is None):
        raise click.UsageError("give either --table or --jsonl")
    names = dict(column.partition("=")[::2] for column in columns)
    for field in names:
        if field not in instances.FIELDS:
            raise click.UsageError(
                f"--column: there is no field {field!r}; the fields are {', '.join(instances.FIELDS)}"
            )
    try:
        catalog = connectory.open(bundle)
        looked = failed = again = 0
        with _lines(jsonl) if jsonl else _rows(dsn, table or "", names) as found:
            for outcome in instances.check(catalog, found):
                looked += 1
                failed += bool(outcome.problems)
                again += bool(outcome.missing_scopes)
                for line in outcome.lines:
                    click.echo(printable(line))
    except (connectory.BundleError, instances.InvalidInstance) as error:
        raise click.UsageError(str(error)) from None
    except OSError as error:
        raise click.UsageError(f"cannot read {jsonl}: {error.strerror or error}") from None
    click.echo(f"{looked:,} instances: {failed:,} fail, {again:,} must sign in again", err=bool(failed or again))
    return int(bool(failed or again))


@contextmanager
def _lines(path: Path) -> Iterator[Iterator[tuple[str, Stored | Unreadable]]]:
    from connectory.compiler.postgres.instances import from_lines

    with open(path, "rb") as stream:
        yield from_lines(stream)


@contextmanager
def _rows(dsn: str, table: str, names: dict[str, str]) -> Iterator[Iterator[tuple[str, Stored | Unreadable]]]:
    with database(dsn) as (connection, configuration):
        from connectory.compiler.postgres.instance_table import from_table

        yield from_table(connection, tuple(table.split(".")), names, configuration.target)
