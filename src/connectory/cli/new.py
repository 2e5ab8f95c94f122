"""``connectory new``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

_TYPES = ("integration", "ai", "documents", "database")
_AUTH = ("oauth2", "apikey", "custom")


@click.command()
@click.argument("id_", metavar="ID")
@click.option("--type", "type_", type=click.Choice(_TYPES), default="integration", show_default=True)
@click.option("--auth", type=click.Choice(_AUTH), help="How one signs in.  [default: asked for on a terminal]")
@click.option("--name", metavar="NAME", help="The vendor's name for it.  [default: from the ID]")
@click.option("--catalog", type=click.Path(path_type=Path), default="catalog", show_default=True, metavar="DIR")
def command(id_: str, type_: str, auth: str | None, name: str | None, catalog: Path) -> int:
    """Write a definition to start from: catalog/ID/1.0.0.yaml, which passes every check and explains itself.

    Nothing is overwritten. Where the vendor has a description of its API, 'connectory import' starts from that.

    \b
    Example:
      connectory new acme --auth oauth2
      connectory new acme_ai --type ai --auth apikey --name "Acme AI"
    """
    from connectory.compiler.load import shown
    from connectory.importers.naming import snake_case
    from connectory.starting.definition import ID, Exists, new_definition, refuse_existing
    from connectory.starting.schema import is_current, write_schema

    if not ID.fullmatch(id_):
        hint = f"; did you mean {snake_case(id_)!r}?" if ID.fullmatch(snake_case(id_)) else ""
        raise click.UsageError(f"{id_!r} is no integrationId: lower-case letters, digits, _ and -, at most 255{hint}")
    if name is not None and not 0 < len(name.strip()) <= 255:
        raise click.UsageError("--name has between 1 and 255 characters")
    try:
        refuse_existing(catalog, id_)
        path = new_definition(catalog, id_, type_, auth or _ask(), name or _name(id_))
        click.echo(f"wrote {shown(path)}")
        if is_current(catalog) is None:
            click.echo(f"wrote {shown(write_schema(catalog))}, which editors complete from")
    except Exists as error:
        raise click.UsageError(f"{error}; a further version is a file beside it: copy and edit the last") from None
    except OSError as error:
        raise click.UsageError(f"cannot write to {catalog.as_posix()!r}: {error.strerror or error}") from None
    click.echo("now replace what is about example.com, and run: connectory check")
    return 0


def _ask() -> str:
    """The type of authentication; asked for on a terminal only."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise click.UsageError(f"give --auth: one of {', '.join(_AUTH)}")
    chosen: str = click.prompt("How does one sign in?", type=click.Choice(_AUTH), default="oauth2", err=True)
    return chosen


def _name(id_: str) -> str:
    return " ".join(word[:1].upper() + word[1:] for word in id_.replace("-", "_").split("_") if word) or id_
