"""``connectory impact``."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from connectory.cli._options import base_of, catalog_option, catalogs_or_default, configuration_here


@click.command()
@click.argument("new", required=False)
@click.option(
    "--requires",
    "files",
    multiple=True,
    required=True,
    metavar="FILE",
    help="The requirements of a service (.json or .toml); may be given several times, and be a pattern such as "
    "'services/*/connectory.json'.",
)
@click.option("--old", metavar="OLD", help="What NEW is compared with.  [default: where the work left the main branch]")
@catalog_option
@click.option("--format", "format_", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True)
def command(new: str | None, files: tuple[str, ...], old: str | None, catalogs: tuple[Path, ...], format_: str) -> int:
    """Tell which services a change breaks, by what, and which it merely affects. Exits with 1 where one breaks.

    NEW is a definition file, a catalog, a bundle, ID@VERSION or a commit; without it, the catalog as it stands.

    \b
    Example:
      connectory impact --requires 'services/*/connectory.json'
      connectory impact catalog/xero/1.1.0.yaml --requires billing.toml --format markdown
      connectory impact build/catalog.bundle --old released.bundle --requires billing.json
    """
    from connectory.compiler.compat.impact import FORMATS, impacts
    from connectory.compiler.compat.sources import (
        NoSuchSource,
        before,
        definitions,
        differences,
        in_catalogs,
        names_one,
    )
    from connectory.errors import InvalidRequirements
    from connectory.requirements import read_requirements

    where = catalogs_or_default(catalogs)
    try:
        after = in_catalogs(where) if new is None else definitions(new, where)
        earlier = definitions(old, where) if old else before(after, base_of(where, None), where)
        services = {name: read_requirements(name) for name in _named(files)}
        whole = not any(names_one(name) for name in (old, new) if name is not None)
        found = impacts(differences(earlier, after, configuration_here(), date.today(), whole=whole), services)
    except (NoSuchSource, InvalidRequirements) as error:
        raise click.UsageError(str(error)) from None
    click.echo(FORMATS[format_](found), nl=False)
    return 1 if any(one.breaks for one in found) else 0


def _named(files: tuple[str, ...]) -> list[str]:
    """The files that names and patterns mean.

    Raises:
        UsageError: a pattern means none.
    """
    from glob import glob

    found: list[str] = []
    for name in files:
        matching = sorted(glob(name)) if any(char in name for char in "*?[") else [name]
        if not matching:
            raise click.UsageError(f"no file matches {name!r}")
        found += matching
    return list(dict.fromkeys(found))
