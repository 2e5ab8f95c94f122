"""Builds the large catalog: every service of botocore and every API of google-api-python-client, newest versions.

    make corpus

The two packages are installed below build/, not into the virtual environment; the definitions go to build/corpus. What
is printed is the table of benchmarks/README.md. With paths of other sources as arguments, those are tabled too.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

from connectory.importers.formats.discovery import age
from connectory.importers.importing import import_source
from connectory.importers.source import SourceError
from connectory.importers.tally import Tally
from connectory.importers.write import WRITERS, write_file


class Source(NamedTuple):
    """One file to import; without an id it is only counted."""

    group: str
    format: str
    path: Path
    id: str | None


class Row(NamedTuple):
    """What came of it."""

    source: Source
    operations: int = 0
    converted: int = 0
    skipped: int = 0
    findings: int = 0
    bytes: int = 0
    seconds: float = 0.0
    error: str = ""


def google(folder: Path) -> Iterator[Source]:
    """All documents; the newest of each API has an id."""
    files = sorted(folder.glob("googleapiclient/discovery_cache/documents/*.*.json"), key=lambda path: age(path.stem))
    newest = {path.name.partition(".")[0]: path for path in files}
    for path in sorted(files):
        name = path.name.partition(".")[0]
        id_ = "google_" + name.lower().replace("-", "_") if newest[name] == path else None
        yield Source("Google Discovery", "discovery", path, id_)


def aws(folder: Path) -> Iterator[Source]:
    """The newest API version of each service."""
    for service in sorted((folder / "botocore" / "data").iterdir()):
        models = sorted(service.glob("*/service-2.json*"))
        if models:
            yield Source(
                "AWS (botocore)", "botocore", models[-1], "aws_" + service.name.replace("-", "_").replace(".", "_")
            )


def run(source: Source, out: str) -> Row:
    """Import one source and write its definition, if it has an id."""
    start = time.perf_counter()
    tally = Tally()
    try:
        made = import_source(source.format, str(source.path), tally, id_=source.id)
    except SourceError as error:
        return Row(source, error=str(error))
    text = WRITERS["json"](made.definition)
    if source.id:
        write_file(Path(out) / source.id / "1.0.0.json", text)
    findings = sum(finding.count for finding in tally.findings())
    counts = (made.found, len(made.converted), len(made.skipped), findings, len(text.encode()))
    return Row(source, *counts, time.perf_counter() - start)


def main() -> None:
    """Import everything and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("packages", type=Path, help="the folder that the two packages were installed into")
    parser.add_argument("out", type=Path, help="the catalog to write; what it holds is replaced")
    parser.add_argument("others", nargs="*", metavar="FORMAT=FILE", help="further sources, only counted")
    arguments = parser.parse_args()
    sources = [*google(arguments.packages), *aws(arguments.packages)]
    for other in arguments.others:
        format_, _, file = other.partition("=")
        sources.append(Source(Path(file).name, format_, Path(file), None))
    shutil.rmtree(arguments.out, ignore_errors=True)
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        rows = list(pool.map(run, sources, [str(arguments.out)] * len(sources), chunksize=4))
    print("| source | files | operations | converted | skipped | findings | JSON bytes | seconds |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    for group in dict.fromkeys(row.source.group for row in rows):
        same = [row for row in rows if row.source.group == group and not row.error]
        sums = [sum(row[field] for row in same) for field in range(1, 6)]
        counts = " | ".join(f"{number:,}" for number in (len(same), *sums))
        print(f"| {group} | {counts} | {sum(row.seconds for row in same):.1f} |")
    for row in rows:
        if row.error:
            print(f"not imported: {row.source.path.name}: {row.error}", file=sys.stderr)


if __name__ == "__main__":
    main()
