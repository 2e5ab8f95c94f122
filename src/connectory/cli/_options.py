"""What several commands share: options, colour and progress."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import click

catalog_option = click.option(
    "--catalog",
    "catalogs",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="A catalog; may be given several times.  [default: catalog]",
)


def catalogs_or_default(catalogs: tuple[Path, ...]) -> list[Path]:
    """The catalogs that were named; without any, the folder ``catalog``."""
    return list(catalogs) or [Path("catalog")]


def wants_color(stream: TextIO) -> bool:
    """Whether to colour what goes to ``stream``: on a terminal, unless NO_COLOR (no-color.org) is set."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


@contextmanager
def progress_shown() -> Iterator[Callable[[str, int, int], None]]:
    """A function that shows how far a stage is; on a terminal only, and only once it has taken a moment."""
    if not sys.stderr.isatty():
        yield lambda stage, done, of: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, int] = {}

        def show(stage: str, done: int, of: int) -> None:
            if stage not in tasks:
                tasks[stage] = int(bars.add_task(stage, total=of))
            bars.update(tasks[stage], completed=done)  # type: ignore[arg-type]  # rich's TaskID is an int

        yield show
