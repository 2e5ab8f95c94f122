"""``connectory db``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from connectory.compiler.config import DatabaseConfig
    from connectory.compiler.postgres.connection import Connection
    from connectory.compiler.release import State

dsn_option = click.option(
    "--dsn",
    envvar="DATABASE_URL",
    default="",
    metavar="DSN",
    help="The database, as libpq reads it; keep passwords in PGPASSWORD or ~/.pgpass.  [default: $DATABASE_URL, else "
    "the PG* variables]",
)
bundle_argument = click.argument("bundle", default="build/catalog.bundle", type=click.Path(), metavar="[BUNDLE]")


@contextmanager
def database(dsn: str) -> Iterator[tuple[Connection, DatabaseConfig]]:
    """A connection, and what connectory.toml says of the database. What goes wrong ends the command."""
    from connectory.compiler.config import InvalidConfiguration, read_configuration

    try:
        from connectory.compiler.postgres.connection import DatabaseError, connected
    except ModuleNotFoundError as error:
        missing = error.name or ""
        if missing.partition(".")[0] != "psycopg":
            raise
        raise click.UsageError("psycopg is missing; run: pip install 'connectory[build,postgres]'") from None
    try:
        configuration = read_configuration(Path())
        with connected(dsn) as connection:
            yield connection, configuration.database
    except (DatabaseError, InvalidConfiguration) as error:
        raise click.UsageError(str(error)) from None


def bundled(bundle: str, configuration: DatabaseConfig) -> State:
    """The rows of a bundle."""
    import connectory
    from connectory.compiler.pins import InvalidPin
    from connectory.compiler.postgres.bundled import state_of_bundle

    try:
        return state_of_bundle(connectory.open(bundle), configuration.pin)
    except connectory.BundleError as error:
        raise click.UsageError(str(error)) from None
    except InvalidPin as error:
        raise click.UsageError(f"connectory.toml: {error}") from None


@click.group()
def command() -> None:
    """Apply the migrations of a build, and compare a live table with a bundle.

    \b
    Example:
      connectory db apply --dsn postgresql://deploy@db.example.com/app
      connectory db status
      connectory db verify build/catalog.bundle
    """


def _subcommand(function: Callable[..., Any]) -> click.Command:
    made: click.Command = command.command()(function)
    return made


@_subcommand
@dsn_option
@click.argument(
    "folder", default="build/migrations", type=click.Path(path_type=Path, file_okay=False), metavar="[MIGRATIONS]"
)
def apply(dsn: str, folder: Path) -> int:
    """Apply the migrations that 'connectory build' wrote. A second run writes nothing.

    Each is one transaction: a deploy that dies leaves the old state, two at once wait for each other.

    \b
    Example:
      connectory db apply --dsn postgresql://deploy@db.example.com/app build/migrations
    """
    from connectory.compiler.postgres import live

    with database(dsn) as (connection, _):
        for one in live.apply(connection, folder):
            click.echo(f"{one.name}: {one.rows:,} row{'s' if one.rows != 1 else ''} written")
    return 0


@_subcommand
@dsn_option
@bundle_argument
def status(dsn: str, bundle: str) -> int:
    """Show which version of each integration is in the table, and which in the bundle.

    \b
    Example:
      connectory db status --dsn postgresql://app@db.example.com/app
    """
    from connectory.compiler.postgres import live
    from connectory.printable import printable

    with database(dsn) as (connection, configuration):
        for one in live.standings(connection, configuration.target, bundled(bundle, configuration)):
            click.echo(f"{printable(one.id):30} {printable(one.stored or '-'):14} {one.bundled or '-':14} {one.word}")
    return 0


@_subcommand
@dsn_option
@bundle_argument
@click.option("--others", is_flag=True, help="The table may have rows of integrations that the bundle does not hold.")
@click.option("--most", default=100, show_default=True, type=click.IntRange(1), metavar="N", help="Show at most N.")
def verify(dsn: str, bundle: str, others: bool, most: int) -> int:
    """Compare the table with a bundle, value by value. Exits 1 where something differs.

    \b
    Example:
      connectory db verify --dsn postgresql://app@db.example.com/app build/catalog.bundle
    """
    from connectory.compiler.postgres import live
    from connectory.printable import printable

    found = 0
    with database(dsn) as (connection, configuration):
        state = bundled(bundle, configuration)
        for difference in live.differences(connection, configuration.target, state, others=others):
            found += 1
            if found <= most:
                click.echo(printable(str(difference)))
    if found > most:
        click.echo(f"and {found - most:,} more", err=True)
    if not found:
        click.echo(f"the table holds what the bundle does: {len(state.versions):,} integrations")
    return int(found > 0)
