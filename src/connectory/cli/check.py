"""``connectory check``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from connectory.cli._options import (
    catalog_option,
    catalogs_or_default,
    files_at,
    means,
    progress_shown,
    wants_color,
    work_options,
)


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
@click.option("--strict", is_flag=True, help="Exit with 1 for warnings too.")
@click.option(
    "--show-suppressed", is_flag=True, help="Show what is suppressed too, with the reason; json and sarif do."
)
@work_options
def command(
    paths: tuple[Path, ...],
    catalogs: tuple[Path, ...],
    format_: str,
    strict: bool,
    show_suppressed: bool,
    jobs: int | None,
    no_cache: bool,
) -> int:
    """Tell what is wrong in definitions, where, and what to do.

    PATHS are definition files, or folders in which to look for them; without any, every definition of the catalog
    is checked. Exits with 1 when there is an error. connectory.toml, where it stands in the working directory, says
    with [check.levels] what findings count as, and with [[check.allow]] which are no mistakes; so does a comment such
    as '# connectory: allow D021 -- REASON' in a definition.

    \b
    Example:
      connectory check
      connectory check catalog/xero/1.0.0.yaml
      connectory check --format json --strict
      connectory check --format sarif > connectory.sarif
    """
    from connectory.compiler.config import InvalidConfiguration, read_configuration
    from connectory.compiler.load import CatalogNotFound
    from connectory.compiler.pipeline import check_catalogs, check_files
    from connectory.compiler.report import FORMATS, Findings
    from connectory.compiler.report_formats import github, sarif
    from connectory.compiler.workers import WorkerDied

    if paths and catalogs:
        raise click.UsageError("give PATHS or --catalog, not both")
    with progress_shown() as progress:
        try:
            configuration = read_configuration(Path())
            run = means(jobs, no_cache, progress)
            if paths:
                checked = check_files(files_at(paths), run, configuration)
            else:
                checked = check_catalogs(catalogs_or_default(catalogs), run, configuration)
        except (CatalogNotFound, InvalidConfiguration) as error:
            raise click.UsageError(str(error)) from None
        except WorkerDied as error:
            raise click.ClickException(str(error)) from None
    findings = Findings(checked.diagnostics, checked.texts, len(checked.files), checked.suppressed, show_suppressed)
    render = {**FORMATS, "github": github, "sarif": sarif}[format_]
    click.echo(render(findings, color=wants_color(sys.stdout)), nl=False)
    severities = {found.severity for found in checked.diagnostics}
    return 1 if "error" in severities or (strict and severities) else 0
