"""``connectory check``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from connectory.cli._options import (
    asked_for,
    base_of,
    catalog_option,
    catalogs_or_default,
    columns,
    difference,
    means,
    progress_shown,
    wants_color,
    work_options,
)
from connectory.printable import printable

if TYPE_CHECKING:
    from connectory.compiler.config import Configuration
    from connectory.compiler.mend import Mended
    from connectory.compiler.pipeline import Checked


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@catalog_option
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "github", "sarif"]),
    default="text",
    show_default=True,
    help="github: annotations of a pull request; sarif: SARIF 2.1.0.",
)
@click.option("--fix", is_flag=True, help="Mend what is mechanical and certain first, and say what.")
@click.option(
    "--diff", is_flag=True, help="With --fix: show what would be mended, and write nothing; exit with 1 for that too."
)
@click.option("--strict", is_flag=True, help="Exit with 1 for warnings too.")
@click.option(
    "--show-suppressed", is_flag=True, help="Show what is suppressed too, with the reason; json and sarif do."
)
@click.option(
    "--against",
    metavar="REF|BUNDLE",
    help="What was released: a commit, a bundle, or 'none'.  [default: where the work left the main branch]",
)
@work_options
def command(
    paths: tuple[Path, ...],
    catalogs: tuple[Path, ...],
    format_: str,
    fix: bool,
    diff: bool,
    strict: bool,
    show_suppressed: bool,
    against: str | None,
    jobs: int | None,
    no_cache: bool,
) -> int:
    """Tell what is wrong in definitions, where, and what to do.

    PATHS are catalogs, folders that hold them, folders of integrations, or definition files; without any, the catalog
    is checked. Below folders, definitions are what stands as <integrationId>/<version>.yaml, .yml or .json. Of a file,
    what it breaks of the version before it, and of itself as it was released, is told; what it does to the versions
    after it and to other integrations, the check of the whole catalog tells.

    Exits with 1 when there is an error. connectory.toml, where it stands in the working directory, says with
    [check.levels] what findings count as, and with [[check.allow]] which are no mistakes; so does a comment such as
    '# connectory: allow D033 -- REASON' in a definition.

    --fix mends a name that is misspelt by one letter, quotes that are missing or too many, a line that stands there
    twice, a byte order mark: what cannot be meant otherwise. A file is written whole or not at all.

    Versions are measured against those before them (rules C): what a version breaks has to show in its number. What
    was released does not change: in a Git checkout, files that the main branch has are compared with it.

    \b
    Example:
      connectory check
      connectory check catalog/xero/1.0.0.yaml
      connectory check --format json --strict
      connectory check --fix --diff
      connectory check --format sarif > connectory.sarif
      connectory check --against v1.4.0
    """
    from connectory.compiler.asked import Asked
    from connectory.compiler.config import InvalidConfiguration, read_configuration
    from connectory.compiler.load import CatalogNotFound
    from connectory.compiler.pipeline import check_asked
    from connectory.compiler.report import FORMATS, Findings
    from connectory.compiler.report_formats import github, sarif
    from connectory.compiler.workers import WorkerDied
    from connectory.starting.schema import is_current

    if paths and catalogs:
        raise click.UsageError("give PATHS or --catalog, not both")
    if diff and not fix:
        raise click.UsageError("--diff shows what --fix would do: give both")
    try:
        configuration = read_configuration(Path())
        asked = asked_for(paths) if paths else Asked(catalogs_or_default(catalogs))
        base = base_of(asked.catalogs, against, [*asked.folders, *(file.parent for file in asked.files)])

        def look() -> Checked:
            with progress_shown() as progress:
                return check_asked(asked, means(jobs, no_cache, progress), configuration, base)

        checked = look()
        made = _mend(checked, configuration, diff=diff) if fix else 0
        if diff:
            click.echo(f"connectory check --fix would mend {made} finding{'s' if made != 1 else ''}", err=True)
            return 1 if made or _fails(checked, strict=strict) else 0
        checked = look() if made else checked
    except (CatalogNotFound, InvalidConfiguration) as error:
        raise click.UsageError(str(error)) from None
    except WorkerDied as error:
        raise click.ClickException(str(error)) from None
    findings = Findings.of(checked, show_suppressed=show_suppressed)
    render = {**FORMATS, "github": github, "sarif": sarif}[format_]
    click.echo(render(findings, color=wants_color(sys.stdout), width=columns(sys.stdout)), nl=False)
    mendable = sum(bool(found.fix) for found in checked.diagnostics)
    if mendable and format_ == "text" and not fix:
        click.echo(f"connectory check --fix mends {mendable} of them")
    if format_ == "text" and any(is_current(catalog) is False for catalog in catalogs_or_default(catalogs)):
        click.echo("connectory: schemas/definition-1.json is of another version; run: connectory schema", err=True)
    return 1 if _fails(checked, strict=strict) else 0


def _fails(checked: Checked, *, strict: bool) -> bool:
    return any(strict or found.severity == "error" for found in checked.diagnostics)


def _say_what_is_left(name: str, done: Mended) -> None:
    if done.more:
        click.echo(f"connectory: more of {name} can be mended after this: run it again", err=True)
        return
    for found in done.left:
        click.echo(f"connectory: {found.code} at {found.span} is not mended: it would break the file", err=True)


def _mend(checked: Checked, configuration: Configuration, *, diff: bool) -> int:
    """Mend what can be, or show it; how many findings that are."""
    from connectory.compiler.mend import mended
    from connectory.compiler.publish import write_file

    made = 0
    for name in dict.fromkeys(found.span.path for found in checked.diagnostics if found.fix):
        file = checked.files[name]
        try:
            done = mended(file, name, configuration)
            _say_what_is_left(name, done)
            if done.before == done.after:
                continue
            if file.is_symlink():
                left = f"connectory: {name} is left as it is: it is a link; mend the file that it leads to"
                click.echo(left, err=True)
                continue
            made += len(done.made)
            if diff:
                click.echo(difference(name, done.before, done.after), nl=False)
                continue
            write_file(file, done.after)
        except (OSError, ValueError) as error:
            raise click.UsageError(f"cannot mend {name}: {getattr(error, 'strerror', None) or error}") from None
        for found in done.made:
            click.echo(f"mended {found.code} at {found.span}: {printable(found.message)}", err=True)
    return made
