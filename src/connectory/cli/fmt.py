"""``connectory fmt``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from connectory.cli._options import asked_for, catalog_option, catalogs_or_default, columns, difference, wants_color

if TYPE_CHECKING:
    from connectory.compiler.canonical import Outcome


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@catalog_option
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 where a file would change.")
@click.option("--diff", is_flag=True, help="Like --check, and show what would change.")
def command(paths: tuple[Path, ...], catalogs: tuple[Path, ...], check: bool, diff: bool) -> int:
    """Write definitions in their canonical form: the format's order of fields, one style, comments where they are.

    PATHS are catalogs, folders that hold them, folders of integrations, or definition files; without any, every
    definition of the catalog is formatted. Below folders, definitions are what stands as
    <integrationId>/<version>.yaml, .yml or .json.

    What a file means never changes: one that would not read back as the same is left alone, and so is one that cannot
    be read, with the findings of 'connectory check'. Exits with 1 when a file was left alone.

    \b
    Example:
      connectory fmt
      connectory fmt catalog/xero/1.0.0.yaml --diff
      connectory fmt --check
    """
    from connectory.compiler.asked import Asked, once
    from connectory.compiler.canonical import format_file
    from connectory.compiler.load import CatalogNotFound
    from connectory.compiler.publish import write_file

    if paths and catalogs:
        raise click.UsageError("give PATHS or --catalog, not both")
    try:
        asked = asked_for(paths) if paths else Asked(catalogs_or_default(catalogs))
        files = once([*_files_of(asked.catalogs), *asked.single])
    except CatalogNotFound as error:
        raise click.UsageError(str(error)) from None
    done = []
    for file in files:
        outcome = format_file(file)
        done.append(outcome)
        if outcome.after is None or outcome.after == outcome.before:
            continue
        if diff:
            click.echo(difference(outcome.name, outcome.before, outcome.after), nl=False)
            continue
        if not check:
            try:
                write_file(file, outcome.after)
            except OSError as error:
                raise click.UsageError(f"cannot write {outcome.name}: {error.strerror or error}") from None
        click.echo(f"{'not in canonical form:' if check else 'formatted'} {outcome.name}")
    return _report(done, dry=check or diff)


def _files_of(catalogs: Sequence[Path]) -> list[Path]:
    """The definitions of catalogs, and the folders that cannot be listed, of which there is a finding."""
    from connectory.compiler.checks import unreadable
    from connectory.compiler.load import find

    files, stray = find(catalogs) if catalogs else ([], [])
    return [*files, *(Path(one.span.path) for one in stray if one.code == unreadable.CODE)]


def _report(done: list[Outcome], *, dry: bool) -> int:
    """Say what was left alone, and count; the exit code."""
    from connectory.compiler.report import Findings, text

    left = [outcome for outcome in done if outcome.after is None]
    for outcome in left:
        if outcome.reason:
            click.echo(f"connectory: {outcome.name} is left as it is: {outcome.reason}", err=True)
    findings = [found for outcome in left for found in outcome.diagnostics]
    if findings:
        texts = {outcome.name: outcome.before for outcome in left}
        click.echo(
            text(Findings(findings, texts, len(done)), color=wants_color(sys.stderr), width=columns(sys.stderr)),
            nl=False,
            err=True,
        )
    changed = sum(outcome.after not in (None, outcome.before) for outcome in done)
    counts = [
        f"{changed} {'to be formatted' if dry else 'formatted'}" if changed else "",
        f"{len(done) - changed - len(left)} in canonical form",
        f"{len(left)} left as {'they are' if len(left) > 1 else 'it is'}" if left else "",
    ]
    click.echo(f"{len(done)} file{'s' if len(done) != 1 else ''}: {', '.join(filter(None, counts))}", err=True)
    return 1 if left or (changed and dry) else 0
