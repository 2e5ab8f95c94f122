"""What a year changed in AWS's and Google's own descriptions: both imported twice, and compared.

    python benchmarks/histories.py OLD NEW [--table FILE] [--services FILE] [--sample N]

OLD and NEW are folders into which botocore and google-api-python-client of two dates were installed. The table says,
for each of the two, how many services there are in both, the bump that each needs, what stays unknown, and how long
comparing took; ``--services`` is written a line of each. ``--sample`` prints some of the breaking changes, to be read
by hand.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from pathlib import Path
from typing import NamedTuple

from corpus import Source, aws, google

from connectory.compiler.compat.changes import Change, changes, needed
from connectory.compiler.compat.kinds import BY_CODE, Bump
from connectory.importers.importing import import_source
from connectory.importers.source import SourceError
from connectory.importers.tally import Tally


class Row(NamedTuple):
    """A service at two dates; ``seconds`` of this process, for the comparison alone."""

    group: str
    id: str
    methods: int
    bump: str
    seconds: float
    changes: tuple[Change, ...]


def sources(folder: Path) -> dict[tuple[str, str], Source]:
    """Every document, by id and, of Google's, the name of its file."""
    return {(one.id or "", one.path.name): one for one in (*aws(folder), *google(folder))}


def compare(pair: tuple[Source, Source]) -> Row | None:
    """What changed; None where one of them cannot be imported."""
    new = pair[1]
    try:
        before, after = [
            import_source(one.format, str(one.path), Tally(), id_=one.id, version="1.0.0").definition for one in pair
        ]
    except SourceError:
        return None
    start = time.process_time()
    found = changes(before, after, date(2026, 1, 1))
    seconds = time.process_time() - start
    bump = str(needed(found)) if found else "none"
    name = new.path.name.removesuffix(".json") if new.format == "discovery" else str(new.id)
    return Row(new.group, name, len(after["methods"]), bump, seconds, tuple(found))


def services(rows: Sequence[Row]) -> Iterator[str]:
    """A line of each service, separated by commas."""
    yield "source,service,methods,needs,changes,breaking,unknown,seconds\n"
    for row in rows:
        breaking = sum(change.bump is Bump.MAJOR for change in row.changes)
        unknown = sum(change.code == "C012" for change in row.changes)
        cells = (row.group, row.id, row.methods, row.bump, len(row.changes), breaking, unknown, f"{row.seconds:.2f}")
        yield ",".join(map(str, cells)) + "\n"


def table(rows: Sequence[Row]) -> Iterator[str]:
    """What the rows say, in Markdown."""
    bumps = [str(bump) for bump in reversed(Bump)]
    yield "| source | services | methods | changes | " + " | ".join(f"need {bump}" for bump in bumps) + " | equal "
    yield "| unknown | CPU seconds | slowest |\n|---|" + "---:|" * 10 + "\n"
    for group in dict.fromkeys(row.group for row in rows):
        same = [row for row in rows if row.group == group]
        found = Counter(row.bump for row in same)
        codes = Counter(change.code for row in same for change in row.changes)
        cells: list[object] = [group, len(same), sum(row.methods for row in same), sum(codes.values())]
        cells += [found[bump] for bump in bumps]
        cells += [found["none"], codes["C012"], f"{sum(row.seconds for row in same):.1f}"]
        cells.append(f"{max(row.seconds for row in same):.2f}")
        yield "| " + " | ".join(map(str, cells)) + " |\n"
    yield "\n| code | change | " + " | ".join(dict.fromkeys(row.group for row in rows)) + " |\n|---|---|---:|---:|\n"
    for code in BY_CODE:
        counts = [
            sum(change.code == code for row in rows if row.group == group for change in row.changes)
            for group in dict.fromkeys(row.group for row in rows)
        ]
        if any(counts):
            yield f"| {code} | {BY_CODE[code].what} | {' | '.join(map(str, counts))} |\n"


def main() -> None:
    """Compare everything, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("--table", type=Path, help="the file to write the table to; the console without it")
    parser.add_argument("--services", type=Path, help="the file to write a line of each service to")
    parser.add_argument("--sample", type=int, default=0, metavar="N", help="print so many breaking changes")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only every so-many-th service")
    arguments = parser.parse_args()
    before, after = sources(arguments.old), sources(arguments.new)
    pairs = [(before[key], after[key]) for key in sorted(before.keys() & after.keys())][:: arguments.every]
    with ProcessPoolExecutor(arguments.jobs) as pool:
        rows = []
        for row in filter(None, pool.map(compare, pairs, chunksize=4)):
            rows.append(row)
            print(f"{len(rows)} of {len(pairs)}: {row.group} {row.id} {row.bump} {row.seconds:.1f} s", file=sys.stderr)
    rows.sort(key=lambda row: (row.group, row.id))
    text = _HEAD + "".join(table(rows))
    if arguments.table:
        arguments.table.write_text(text, encoding="utf-8")
    else:
        print(text)
    if arguments.services:
        arguments.services.write_text("".join(services(rows)), encoding="utf-8")
    breaking = [(row, change) for row in rows for change in row.changes if change.bump is Bump.MAJOR]
    for row, change in breaking[:: max(1, len(breaking) // max(1, arguments.sample))][: arguments.sample]:
        print(row.id, change.subject, change.code, change.message[:300], repr(change.witness)[:300], change.path)


_HEAD = """# What a year changed

Written by `benchmarks/histories.py`: AWS's and Google's own descriptions at two dates, imported and compared.

"""

if __name__ == "__main__":
    main()
