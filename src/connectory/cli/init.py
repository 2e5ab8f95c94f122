"""``connectory init``."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("folder", metavar="[DIR]", type=click.Path(path_type=Path), default=".")
@click.option("--keep", is_flag=True, help="Leave files that are there as they are, and write the rest.")
def command(folder: Path, keep: bool) -> int:
    """Start a repository of definitions in DIR, by default here.

    It gets one definition to start from, the schema that editors read, connectory.toml, hooks for pre-commit, a GitHub
    workflow that checks pull requests and uploads the outputs, requirements.txt, README.md and .gitignore.
    Nothing is overwritten.

    \b
    Example:
      connectory init
      connectory init definitions --keep
    """
    from connectory.starting.definition import Exists
    from connectory.starting.repository import new_repository

    try:
        written = new_repository(folder, keep=keep)
    except Exists as error:
        raise click.UsageError(f"nothing was written, for these exist: {error}; --keep writes the others") from None
    except OSError as error:
        raise click.UsageError(f"nothing was written to {folder.as_posix()!r}: {error.strerror or error}") from None
    for path in written:
        click.echo(f"wrote {(folder / path).as_posix()}")
    start = "" if folder == Path() else f"cd {folder.as_posix()} && "
    git = "" if (folder / ".git").exists() else "git init && "
    click.echo(f"now: {start}{git}pre-commit install; then: connectory new ID")
    return 0
