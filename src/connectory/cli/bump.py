"""``connectory bump``."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from connectory.cli._options import base_of, catalog_option, catalogs_or_default, configuration_here


@click.command()
@click.argument("integration")
@click.option(
    "--to",
    type=click.Choice(["patch", "minor", "major"]),
    help="How far to move.  [default: minor for a new file; for one that is not released, tell what it needs]",
)
@catalog_option
def command(integration: str, to: str | None, catalogs: tuple[Path, ...]) -> int:
    """Copy the newest version of an integration to a file of the next one; then tell the bump that the change needs.

    Edit the new file and run the command again: it tells what the change needs, and with --to renames the file. A
    version that the main branch has is released: it is copied, never renamed. Without Git, only a copy that was not
    edited yet is renamed, and --to says that another copy is wanted.

    \b
    Example:
      connectory bump xero                 catalog/xero/1.1.0.yaml, made of 1.0.0
      connectory bump xero                 after editing: what the change needs
      connectory bump xero --to major      renames it to 2.0.0
    """
    from connectory.compiler.compat.kinds import Bump
    from connectory.compiler.compat.next_version import NotPossible, Stand, copied, moved, said

    where = catalogs_or_default(catalogs)
    try:
        stand = Stand.of(integration, where, base_of(where, None))
        if to is None and stand.is_open:
            enough, text = said(stand, configuration_here(), date.today())
            click.echo(text)
            return 0 if enough else 1
        bump = Bump[(to or "minor").upper()]
        path = moved(stand, bump) if stand.is_movable else copied(stand, bump)
    except NotPossible as error:
        raise click.UsageError(str(error)) from None
    click.echo(f"{path.as_posix()}: edit it, then 'connectory bump {integration}' tells what the change needs")
    return 0
