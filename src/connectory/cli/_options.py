"""What several commands share: options, colour and progress."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, TextIO

import click

catalog_option = click.option(
    "--catalog",
    "catalogs",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="A catalog; may be given several times.  [default: catalog]",
)


def work_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of commands that look at all files of a catalog."""
    jobs = click.option(
        "-j",
        "--jobs",
        type=click.IntRange(1, 256),
        metavar="N",
        help="Processes to use.  [default: one for each processor]",
    )
    cache = click.option("--no-cache", is_flag=True, help="Do not use, or keep, what earlier runs worked out.")
    return jobs(cache(command))


def means(jobs: int | None, no_cache: bool, progress: Callable[[str, int, int], None]) -> Any:
    """What a run may use, from the options."""
    from connectory.compiler.cache import default_folder
    from connectory.compiler.pipeline import Means
    from connectory.compiler.workers import processors

    return Means(progress, None if no_cache else default_folder(), jobs or processors())


def catalogs_or_default(catalogs: tuple[Path, ...]) -> list[Path]:
    """The catalogs that were named; without any, the folder ``catalog``."""
    return list(catalogs) or [Path("catalog")]


def configuration_here() -> Any:
    """The configuration of the working directory.

    Raises:
        UsageError: it says what it cannot.
    """
    from connectory.compiler.config import InvalidConfiguration, read_configuration

    try:
        return read_configuration(Path())
    except InvalidConfiguration as error:
        raise click.UsageError(str(error)) from None


def base_of(catalogs: Sequence[Path], against: str | None, folders: Sequence[Path] = ()) -> Any:
    """What was released, from ``--against``: at a commit, or in a bundle; None where there is nothing to compare with.

    ``folders`` are those of integrations whose catalogs are not among these.

    Raises:
        UsageError: there is no such thing.
    """
    from connectory.compiler.compat.frozen import base_at, base_in
    from connectory.compiler.git import GitError
    from connectory.errors import BundleError
    from connectory.printable import printable

    if against == "none":
        return None
    try:
        if against and Path(against).is_file():
            return base_in(against)
        base = base_at(catalogs, against, folders)
    except BundleError as error:
        raise click.UsageError(str(error)) from None
    except GitError as error:
        if against is not None:
            raise click.UsageError(f"{against!r} is neither a file nor a commit: {error}") from None
        click.echo(f"connectory: not compared with what was released: {error}", err=True)
        return None
    if base is not None:
        for catalog in base.without:
            click.echo(f"connectory: {base.name} has nothing in {catalog}: nothing there counts as released", err=True)
        for place, kind in base.unread.items():
            said = f"{base.name} has a {kind} at {place}, which is not followed"
            click.echo(printable(f"connectory: {said}: nothing there counts as released"), err=True)
    return base


def asked_for(paths: tuple[Path, ...]) -> Any:
    """What the paths ask for.

    Raises:
        UsageError: one asks for nothing.
    """
    from connectory.compiler.asked import NothingThere, asked

    try:
        return asked(paths)
    except NothingThere as error:
        raise click.UsageError(str(error)) from None


def wants_color(stream: TextIO) -> bool:
    """Whether to colour what goes to ``stream``: on a terminal, unless NO_COLOR (no-color.org) is set."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


_MOMENT = 0.5
"""Seconds after which progress is worth showing."""


def columns(stream: TextIO) -> int:
    """The columns that a report to ``stream`` may have: those of the terminal, and at least forty."""
    from connectory.compiler.report import UNBOUNDED

    try:
        return max(40, os.get_terminal_size(stream.fileno()).columns or UNBOUNDED)
    except (OSError, ValueError):
        return UNBOUNDED


@contextmanager
def progress_shown() -> Iterator[Callable[[str, int, int], None]]:
    """A function that shows how far a stage is; on a terminal only, and only once it has taken a moment."""
    if not sys.stderr.isatty():
        yield lambda stage, done, of: None
        return
    start = time.monotonic()
    with ExitStack() as stack:
        shown: list[Callable[[str, int, int], None]] = []

        def show(stage: str, done: int, of: int) -> None:
            if not shown and time.monotonic() - start > _MOMENT:
                shown.append(stack.enter_context(_bars()))
            for update in shown:
                update(stage, done, of)

        yield show


@contextmanager
def _bars() -> Iterator[Callable[[str, int, int], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, int] = {}

        def update(stage: str, done: int, of: int) -> None:
            if stage not in tasks:
                tasks[stage] = int(bars.add_task(stage, total=of))
            bars.update(tasks[stage], completed=done)  # type: ignore[arg-type]  # rich's TaskID is an int

        yield update


def difference(name: str, before: str, after: str) -> str:
    """What changes in a file, as ``patch`` reads it."""
    from difflib import unified_diff

    lines = unified_diff(_ended(before), _ended(after), f"a/{name}", f"b/{name}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _ended(text: str) -> list[str]:
    """The lines of a text with their ends. ``str.splitlines`` also breaks at characters that end no line."""
    import re

    return re.findall(r"[^\n]*\n|[^\n]+$", text)
