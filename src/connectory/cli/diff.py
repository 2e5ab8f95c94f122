"""``connectory diff``."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from connectory.cli._options import catalog_option, catalogs_or_default, configuration_here


@click.command()
@click.argument("old")
@click.argument("new", required=False)
@catalog_option
@click.option("--format", "format_", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True)
def command(old: str, new: str | None, catalogs: tuple[Path, ...], format_: str) -> int:
    """Show what changed for callers, and the bump that it needs.

    OLD and NEW are definition files, catalogs, bundles, ID@VERSION, or commits; without NEW, the catalog as it stands,
    and of it what OLD is about where that is a file or ID@VERSION.
    markdown is for the comment of a pull request.

    \b
    Example:
      connectory diff catalog/xero/1.0.0.yaml catalog/xero/1.1.0.yaml
      connectory diff xero@1.0.0 xero@1.1.0 --format json
      connectory diff main --format markdown
      connectory diff released.bundle build/catalog.bundle
    """
    from connectory.compiler.compat.render import FORMATS
    from connectory.compiler.compat.sources import NoSuchSource, beside, definitions, differences, names_one

    where = catalogs_or_default(catalogs)
    try:
        before = definitions(old, where)
        after = beside(before, old, where) if new is None else definitions(new, where)
        whole = not any(names_one(name) for name in (old, new) if name is not None)
        found = differences(before, after, configuration_here(), date.today(), whole=whole)
    except NoSuchSource as error:
        raise click.UsageError(str(error)) from None
    click.echo(FORMATS[format_](found), nl=False)
    if not found and format_ == "text":
        click.echo("nothing changed")
    return 0
