"""``connectory changelog``."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from connectory.cli._options import catalog_option, catalogs_or_default, configuration_here


@click.command()
@click.argument("integration")
@catalog_option
@click.option("--format", "format_", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True)
def command(integration: str, catalogs: tuple[Path, ...], format_: str) -> int:
    """Show what each version of an integration changed, newest first.

    \b
    Example:
      connectory changelog xero
      connectory changelog xero --format markdown
    """
    from connectory.compiler.compat.render import FORMATS
    from connectory.compiler.compat.sources import NoSuchSource, history, in_catalogs
    from connectory.names import close_matches

    where = catalogs_or_default(catalogs)
    try:
        known = in_catalogs(where)
        if integration not in known:
            close = close_matches(integration, known)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            raise click.UsageError(f"there is no integration {integration!r} in {', '.join(map(str, where))}{hint}")
        found = history(known[integration], configuration_here(), date.today())
    except NoSuchSource as error:
        raise click.UsageError(str(error)) from None
    click.echo(FORMATS[format_](found), nl=False)
    return 0
