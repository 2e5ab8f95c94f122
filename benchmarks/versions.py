"""How long it takes to measure versions against those before them, for real definitions of 40 methods.

    python benchmarks/versions.py build/corpus [--definitions N] [--methods N] [--jobs N] [--table FILE]

The catalog of ``make corpus`` is cut into definitions of so many methods. Of each there are two versions: in one table
row every method of the second is changed, in the other one of ten. Files are read and compared as ``connectory check``
does, in as many processes, without what earlier runs worked out. The code that compares is loaded before.
"""

from __future__ import annotations

import argparse
import copy
import math
import random
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import msgspec

import connectory.compiler.compat.changes  # noqa: F401  # it is loaded when it is needed: the first would be timed with it
from connectory.compiler.compat.releases import Comparison, Released, compare, comparisons
from connectory.compiler.defs import SharedDefs
from connectory.compiler.workers import each, processors
from connectory.versions import Version


class Row(NamedTuple):
    """What comparing took, and what was found."""

    share: str
    definitions: int
    wall: float
    each: list[float]
    codes: Counter[str]


def definitions(corpus: Path, methods: int) -> Iterator[dict[str, Any]]:
    """Definitions of so many methods, in the order of the corpus; then others, whose parts begin between those."""
    files = sorted(corpus.glob("*/*.json"))
    for file, first in [*((file, 0) for file in files), *((file, methods // 2) for file in files)]:
        whole = msgspec.json.decode(file.read_bytes())
        shared = SharedDefs(whole.get("$defs", {}))
        for start in range(first, len(whole["methods"]) - methods + 1, methods):
            some = whole["methods"][start : start + methods]
            needed: dict[str, Any] = {}
            for method in some:
                for field in ("inputSchema", "outputSchema"):
                    contained = shared.self_contained(method.get(field, {}))
                    needed |= contained.get("$defs", {}) if contained is not method.get(field) else {}
            kept = {name: schema for name, schema in whole.get("$defs", {}).items() if name in needed}
            yield {**whole, "version": "1.0.0", "methods": some, "$defs": kept}


def changed(definition: dict[str, Any], share: float, chance: random.Random) -> dict[str, Any]:
    """The next version: one edit in each of a share of the methods."""
    made = copy.deepcopy(definition)
    made["version"] = "1.1.0"
    for method in made["methods"]:
        if chance.random() < share:
            chance.choice(_EDITS)(method)
    return made


def _optional_input(method: dict[str, Any]) -> None:
    method.setdefault("inputSchema", {"type": "object"}).setdefault("properties", {})["a_new_one"] = {"type": "string"}


def _required_input(method: dict[str, Any]) -> None:
    schema = method.setdefault("inputSchema", {"type": "object"})
    schema["required"] = list(schema.get("properties", {})) or ["a_new_one"]


def _less_output(method: dict[str, Any]) -> None:
    properties = method.setdefault("outputSchema", {"type": "object"}).get("properties", {})
    if properties:
        del properties[next(iter(properties))]


def _more_output(method: dict[str, Any]) -> None:
    schema = method.setdefault("outputSchema", {"type": "object"})
    schema.setdefault("properties", {})["a_new_one"] = {"type": "integer", "minimum": 0}
    schema["required"] = [*schema.get("required", ()), "a_new_one"]


def _description(method: dict[str, Any]) -> None:
    method["description"] = f"{method.get('description', '')} More."


_EDITS: tuple[Callable[[dict[str, Any]], None], ...] = (
    _optional_input,
    _required_input,
    _less_output,
    _more_output,
    _description,
)


def measure(chosen: list[dict[str, Any]], share: float, folder: Path, processes: int) -> Row:
    """Write two versions of each, and compare them."""
    chance = random.Random(1)  # noqa: S311  # it chooses edits, always the same
    jobs = []
    for number, definition in enumerate(chosen):
        pair = []
        for data in (definition, changed(definition, share, chance)):
            file = folder / f"{number}-{data['version']}.json"
            file.write_bytes(msgspec.json.encode(data))
            pair.append(Released(str(number), Version.parse(data["version"]), str(file), file.name, ""))
        jobs += comparisons(pair, date(2026, 1, 1))
    weights = [sum(Path(each.file).stat().st_size for each in (job.old, job.new)) for job in jobs]
    wall = time.perf_counter()
    found = [result for _, result in each(timed, jobs, weights, processes)]
    wall = time.perf_counter() - wall
    codes = Counter(code for _, some in found for code in some)
    return Row(f"{share:.0%}", len(jobs), wall, sorted(seconds for seconds, _ in found), codes)


def timed(job: Comparison) -> tuple[float, list[str]]:
    """The seconds of a processor that a comparison takes, and what it finds."""
    start = time.process_time()
    codes = [finding.code for finding in compare(job)]
    return time.process_time() - start, codes


def table(rows: list[Row], methods: int) -> Iterator[str]:
    """What the rows say, in Markdown."""
    yield f"| methods changed | definitions of {methods} methods | wall | seconds of processors "
    yield "| median | 99 of 100 within | slowest | above 0.1 s | findings |\n|---|" + "---:|" * 7 + "---|\n"
    for row in rows:
        found = ", ".join(f"{code} {count}" for code, count in sorted(row.codes.items()))
        most = row.each[math.ceil(0.99 * len(row.each)) - 1]
        above = sum(seconds > 0.1 for seconds in row.each)
        yield f"| {row.share} | {row.definitions} | {row.wall:.1f} | {sum(row.each):.1f} | "
        yield f"{statistics.median(row.each):.4f} | {most:.3f} | {row.each[-1]:.3f} | {above} | {found} |\n"


def main() -> None:
    """Measure, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--definitions", type=int, default=1000, metavar="N")
    parser.add_argument("--methods", type=int, default=40, metavar="N")
    parser.add_argument("--jobs", type=int, default=processors(), metavar="N", help="processes; all processors")
    parser.add_argument("--table", type=Path, help="the file to write the table to; the console without it")
    arguments = parser.parse_args()
    chosen = list(islice(definitions(arguments.corpus, arguments.methods), arguments.definitions))
    rows = []
    for share in (0.1, 1.0):
        with TemporaryDirectory() as folder:
            rows.append(measure(chosen, share, Path(folder), arguments.jobs))
    text = "".join(table(rows, arguments.methods))
    if arguments.table:
        arguments.table.write_text(_HEAD + text, encoding="utf-8")
    else:
        print(text)


_HEAD = """# Measuring versions against those before them

Written by `benchmarks/versions.py`: definitions of AWS and Google, cut into equal parts, with a next version each.
Files are read and compared as `connectory check` does; the time of one definition is that of the process that has it.

"""

if __name__ == "__main__":
    main()
