"""Times the command line on a large catalog and on this repository's own, as whole processes.

    python benchmarks/commands.py [build/corpus] [--table FILE]

Each line is the median of three runs, or of one where a run takes long. Memory is that of the largest process. One file
is changed in a copy of the catalog, a definition of middling size.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

_LOOKS_OLD = 2.5
"""Seconds after which a file that was written counts as unchanged; see ``compiler/cache.py``."""


class Run(NamedTuple):
    """What a process took: seconds, seconds of processor time of it and its own, bytes of the largest."""

    wall: float
    processor: float
    memory: int


class Line(NamedTuple):
    """A line of the table, and the limit that it is held to, in seconds."""

    name: str
    run: Run
    limit: float


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser()
    parser.add_argument("catalog", nargs="?", type=Path, default=Path("build/corpus"))
    parser.add_argument("--table", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        lines = [*_large(given.catalog, Path(folder)), *_own(Path(folder))]
    table = "".join(f"{line}\n" for line in _rows(lines))
    print(table, end="")
    if given.table:
        given.table.write_text(__doc__.split("\n\n")[0] + "\n\n" + table, encoding="utf-8")


def _large(source: Path, folder: Path) -> list[Line]:
    catalog = folder / "corpus"
    shutil.copytree(source, catalog)
    files = sorted(catalog.rglob("*.json"), key=lambda file: (file.stat().st_size, file))
    changing = files[len(files) // 2]
    out = str(folder / "out")
    on = ["--catalog", str(catalog)]
    cache = folder / "cache"

    def change() -> None:
        text = changing.read_text(encoding="utf-8")
        changing.write_text(text.replace('"description": "', '"description": "Now: ', 1), encoding="utf-8")
        time.sleep(_LOOKS_OLD)

    def empty() -> None:
        shutil.rmtree(cache, ignore_errors=True)
        time.sleep(_LOOKS_OLD)

    return [
        Line("check, nothing known", timed(["check", *on], cache, 1, empty), 25),
        Line("check, nothing changed", timed(["check", *on], cache, 3), 0.5),
        Line("check, one file changed", timed(["check", *on], cache, 3, change), 2),
        Line("build, nothing known", timed(["build", *on, "--out", out], cache, 1, empty), 25),
        Line("build, nothing changed", timed(["build", *on, "--out", out], cache, 3), 0.5),
        Line("build, one file changed", timed(["build", *on, "--out", out], cache, 3, change), 2),
    ]


def _own(folder: Path) -> list[Line]:
    cache = folder / "own"
    return [
        Line("check of catalog/, nothing kept", timed(["check", "--no-cache"], cache, 3), 0.6),
        Line("check of catalog/, nothing changed", timed(["check"], cache, 3, _once(["check"], cache)), 0.25),
        Line("--help", timed(["--help"], cache, 5), 0.15),
    ]


def _once(arguments: list[str], cache: Path) -> Callable[[], None]:
    def once() -> None:
        if not cache.exists():
            _run(arguments, cache)
            time.sleep(_LOOKS_OLD)

    return once


def timed(arguments: list[str], cache: Path, times: int, before: Callable[[], None] | None = None) -> Run:
    """The median of so many runs of a command; ``before`` is called before each."""
    runs = []
    for _ in range(times):
        if before:
            before()
        runs.append(_run(arguments, cache))
    return Run(*(statistics.median(column) for column in zip(*runs, strict=True)))


def _run(arguments: list[str], cache: Path) -> Run:
    environment = {**os.environ, "CONNECTORY_CACHE": str(cache)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [str(Path(sys.executable).with_name("connectory")), *arguments]
    start = time.perf_counter()
    with open(os.devnull, "wb") as nowhere:
        process = subprocess.Popen(command, env=environment, stdout=nowhere, stderr=nowhere)  # noqa: S603 - our own command
        _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


def _rows(lines: list[Line]) -> list[str]:
    rows = ["| | seconds | of processor time | at most | largest process |", "|---|---:|---:|---:|---:|"]
    for line in lines:
        wall, processor, memory = line.run
        rows.append(f"| {line.name} | {wall:.2f} | {processor:.2f} | {line.limit:g} | {memory / 1e6:,.0f} MB |")
    return rows


if __name__ == "__main__":
    main()
