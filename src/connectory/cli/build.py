"""``connectory build``."""

from __future__ import annotations

import sys
import time
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


@click.command()
@catalog_option
@click.option(
    "--out", type=click.Path(path_type=Path), default="build", show_default=True, metavar="DIR", help="Where to write."
)
@click.option(
    "--since",
    type=click.Path(),
    metavar="REF|BUNDLE",
    help="Have the seed carry only what changed since that release, with a way down that brings it back.",
)
@work_options
def command(catalogs: tuple[Path, ...], out: Path, since: str | None, jobs: int | None, no_cache: bool) -> int:
    """Compile a catalog: the bundle, the SQL migrations and the manifest.

    connectory.toml, where it stands in the working directory, says with [bundle] include and exclude what the bundle
    holds: ids such as aws_*, methods such as *.list_*, type:ai, annotation:readOnlyHint.

    Nothing is written when there is an error. The same catalog always gives the same bytes.

    \b
    Example:
      connectory build
      connectory build --catalog public --catalog private --out dist
      connectory build --since released/catalog.bundle
      connectory build --since v1.4
    """
    from connectory.compiler.cache import NotKept
    from connectory.compiler.config import InvalidConfiguration, read_configuration
    from connectory.compiler.git import GitError
    from connectory.compiler.load import CatalogNotFound
    from connectory.compiler.pins import InvalidPin
    from connectory.compiler.pipeline import build
    from connectory.compiler.postgres.rows import EmitError
    from connectory.compiler.publish import NotOurs
    from connectory.compiler.report import Findings, text
    from connectory.compiler.selection import InvalidPattern
    from connectory.compiler.since import state_since
    from connectory.compiler.workers import WorkerDied
    from connectory.errors import BundleError

    start = time.perf_counter()
    try:
        with progress_shown() as progress:
            run = means(jobs, no_cache, progress)
            configuration = read_configuration(Path())
            before = state_since(since, catalogs_or_default(catalogs), configuration.database.pin) if since else None
            built = build(catalogs_or_default(catalogs), out, run, configuration, before)
    except CatalogNotFound as error:
        raise click.UsageError(str(error)) from None
    except InvalidConfiguration as error:
        raise click.UsageError(str(error)) from None
    except (BundleError, GitError) as error:
        raise click.UsageError(f"--since: {error}") from None
    except InvalidPin as error:
        raise click.UsageError(f"connectory.toml: {error}") from None
    except InvalidPattern as error:
        raise click.UsageError(f"connectory.toml: bundle: {error}") from None
    except (NotOurs, NotKept, EmitError) as error:
        raise click.UsageError(f"nothing was written: {error}") from None
    except OSError as error:
        raise click.UsageError(f"cannot write to {str(out)!r}: {error.strerror or error}") from None
    except WorkerDied as error:
        raise click.ClickException(str(error)) from None
    checked = built.checked
    if checked.diagnostics:
        findings = Findings.of(checked)
        click.echo(text(findings, color=wants_color(sys.stderr), width=columns(sys.stderr)), nl=False, err=True)
    if not built.sizes:
        click.echo("nothing was written", err=True)
        return 1
    for name, size in built.sizes.items():
        click.echo(f"{(out / name).as_posix():32} {size:>12,} bytes")
    counts = f"{built.integrations} integrations, {built.methods} methods, {built.models} models"
    click.echo(f"{counts} in {time.perf_counter() - start:.1f} s{' (nothing had changed)' if built.current else ''}")
    return 0
