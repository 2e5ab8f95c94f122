"""``connectory schema``."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option("--catalog", type=click.Path(path_type=Path), default="catalog", show_default=True, metavar="DIR")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 where it is missing or of another version.")
@click.option("--print", "print_", is_flag=True, help="Print it instead.")
def command(catalog: Path, check: bool, print_: bool) -> int:
    """Write the format's JSON Schema, which editors complete and explain definitions from, beside the catalog.

    Definitions name it in their first line, as ../../schemas/definition-1.json. After an upgrade of connectory this
    brings it up to date.

    \b
    Example:
      connectory schema
      connectory schema --check
    """
    from connectory.compiler.format import schema_text
    from connectory.compiler.load import shown
    from connectory.starting.schema import is_current, place_of, write_schema

    if print_:
        click.echo(schema_text(), nl=False)
        return 0
    current, name = is_current(catalog), shown(place_of(catalog))
    if check:
        words = {True: "is up to date", False: "is of another version", None: "is missing"}
        click.echo(f"{name} {words[current]}", err=not current)
        return 0 if current else 1
    try:
        write_schema(catalog)
    except OSError as error:
        raise click.UsageError(f"cannot write {name}: {error.strerror or error}") from None
    click.echo(f"{name} was up to date" if current else f"wrote {name}")
    return 0
