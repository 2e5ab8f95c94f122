"""``connectory migrate``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from connectory.cli._options import (
    catalog_option,
    catalogs_or_default,
    columns,
    means,
    progress_shown,
    wants_color,
    work_options,
)


class _Layout(click.ParamType):  # type: ignore[type-arg]  # generic only in newer releases of click
    """The name of a layout; the modules are imported when one is given."""

    name = "layout"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name, if there is such a layout."""
        from connectory.compiler.postgres.layouts import layouts

        if value not in layouts():
            self.fail(f"there is no layout {value!r}; choose one of {', '.join(layouts())}", param, ctx)
        return value


@click.command()
@click.option(
    "--dir", "folder", required=True, type=click.Path(path_type=Path), metavar="DIR", help="The folder of migrations."
)
@click.option(
    "--layout", type=_Layout(), required=True, metavar="L", help="For which tool: alembic, dbmate, plain or sqitch."
)
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if something is missing.")
@catalog_option
@work_options
def command(
    folder: Path, layout: str, check: bool, catalogs: tuple[Path, ...], jobs: int | None, no_cache: bool
) -> int:
    """Append the next migration to a history that you keep in your own repository.

    What the migrations in DIR lead to is worked out from themselves; what the catalog has beyond that becomes a new
    one, with its way down. Migrations of your own may stand between them. Where two branches each added one, it mends
    what the tool cannot merge: sqitch.plan with Git's marks in it, Alembic's several heads.

    \b
    Example:
      connectory migrate --dir db/migrations --layout dbmate
      connectory migrate --dir migrations/versions --layout alembic --check
    """
    from connectory.compiler.cache import NotKept
    from connectory.compiler.config import InvalidConfiguration, read_configuration
    from connectory.compiler.load import CatalogNotFound
    from connectory.compiler.pins import InvalidPin
    from connectory.compiler.pipeline import seeded
    from connectory.compiler.postgres.history import next_migrations, write_next
    from connectory.compiler.postgres.layouts import layouts
    from connectory.compiler.postgres.migration import HistoryError
    from connectory.compiler.postgres.rows import EmitError
    from connectory.compiler.report import Findings, text
    from connectory.compiler.workers import WorkerDied

    tool = layouts()[layout]
    try:
        configuration = read_configuration(Path())
        with (
            progress_shown() as progress,
            seeded(catalogs_or_default(catalogs), means(jobs, no_cache, progress), configuration) as (checked, release),
        ):
            if release is None:
                findings = Findings.of(checked)
                click.echo(text(findings, color=wants_color(sys.stderr), width=columns(sys.stderr)), nl=False, err=True)
                click.echo("nothing was written", err=True)
                return 1
            lacking = next_migrations(folder, tool, release)
            written = [] if check else write_next(folder, tool, lacking, release.target)
    except (CatalogNotFound, InvalidConfiguration, HistoryError, EmitError, NotKept) as error:
        raise click.UsageError(str(error)) from None
    except InvalidPin as error:
        raise click.UsageError(f"connectory.toml: {error}") from None
    except OSError as error:
        raise click.UsageError(f"cannot write to {str(folder)!r}: {error.strerror or error}") from None
    except WorkerDied as error:
        raise click.ClickException(str(error)) from None
    for line in lacking.told:
        click.echo(line)
    for path in written:
        click.echo(path.as_posix())
    if not lacking:
        click.echo(f"{folder.as_posix()} leads to the catalog: nothing to add")
    elif check:
        click.echo(f"run: connectory migrate --dir {folder} --layout {layout}", err=True)
    return int(check and bool(lacking))
