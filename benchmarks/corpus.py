"""Imports the large catalog: every service of botocore, and every version of every API of google-api-python-client.

    make corpus [SOURCES='openapi=box.json mcp=github.json']

The two packages are installed below build/, not into the virtual environment; the definitions go to build/corpus. What
was found, converted and kept goes to benchmarks/imports.md, with a line for each of the further sources.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

from judge import KINDS, Kept, retention

from connectory.compiler.publish import write_file
from connectory.importers.formats.discovery import age
from connectory.importers.importing import import_source
from connectory.importers.source import SourceError
from connectory.importers.tally import Tally
from connectory.importers.write import WRITERS


class Source(NamedTuple):
    """One file to import; without an id it is only counted."""

    group: str
    format: str
    path: Path
    id: str | None
    version: str = "1.0.0"


class Row(NamedTuple):
    """What came of it; without ``kept`` it was not imported, for the reason ``error``."""

    source: Source
    operations: int = 0
    converted: int = 0
    skipped: int = 0
    findings: int = 0
    bytes: int = 0
    seconds: float = 0.0
    kept: Kept | None = None
    error: str = ""


def google(folder: Path) -> Iterator[Source]:
    """All documents; those of one API are major versions of it, the oldest first."""
    files = sorted(folder.glob("googleapiclient/discovery_cache/documents/*.*.json"), key=lambda path: age(path.stem))
    versions: dict[str, int] = {}
    for path in files:
        name = "google_" + path.name.partition(".")[0].lower().replace("-", "_")
        versions[name] = versions.get(name, 0) + 1
        yield Source("Google Discovery", "discovery", path, name, f"{versions[name]}.0.0")


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
        made = import_source(source.format, str(source.path), tally, id_=source.id, version=source.version)
    except SourceError as error:
        return Row(source, error=str(error))
    text = WRITERS["json"](made.definition)
    if source.id:
        write_file(Path(out) / source.id / f"{source.version}.json", text)
    seconds = time.perf_counter() - start
    findings = sum(finding.count for finding in tally.findings())
    counts = (made.found, len(made.converted), len(made.skipped), findings, len(text.encode()))
    kept = retention(source.format, source.path, made.definition, made.converted)
    return Row(source, *counts, seconds, kept)


def tables(rows: list[Row]) -> str:
    """What the rows say, in Markdown."""
    columns = ["operations", "converted", "skipped", "findings", "JSON bytes", "seconds", "kept %", *KINDS]
    lines = [f"| source | files | {' | '.join(columns)} |", f"|---|{'---:|' * (len(columns) + 1)}"]
    causes = ["| source | what | why | count | such as |", "|---|---|---|---:|---|"]
    ruled = ["| source | what | count |", "|---|---|---:|"]
    for group in dict.fromkeys(row.source.group for row in rows):
        same = [row for row in rows if row.source.group == group and row.kept is not None]
        kept = Kept()
        for row in same:
            kept.add(row.kept or Kept())
        counts = [f"{sum(row[field] for row in same):,}" for field in range(1, 6)]
        shares = [f"{kept.share(kind):.2f}" for kind in (None, *KINDS)]
        cells = [group, f"{len(same):,}", *counts, f"{sum(row.seconds for row in same):.1f}", *shares]
        lines.append(f"| {' | '.join(cells)} |")
        for (kind, why), count in kept.lost.most_common():
            place = kept.places[kind, why].replace("|", "\\|").replace("\n", " ")
            causes.append(f"| {group} | {kind} | {why} | {count:,} of {kept.stated[kind]:,} | `{place[:120]}` |")
        ruled += [f"| {group} | {what} | {count:,} |" for what, count in kept.by_rule.most_common()]
    errors = Counter(f"{row.source.group}: {row.error}" for row in rows if row.error)
    absent = [f"- {error}: {count}" for error, count in sorted(errors.items())] or ["- none"]
    parts = (lines, ["## What did not arrive, and why", "", *causes])
    parts += (["## What belongs elsewhere by rule, and is not counted above", "", *ruled],)  # type: ignore[assignment]
    parts += (["## Files without an operation that could be converted", "", *absent],)  # type: ignore[assignment]
    return _HEAD + "\n\n".join("\n".join(part) for part in parts) + "\n"


_HEAD = """# What imports keep

Written by `make corpus`. The last columns say, in percent, how many of the source's properties, required names, enum
values, bounds and descriptions stand at the same place of the method's schemas: `benchmarks/judge.py` reads the source
by itself, without the importers' code. Findings are what the import's report lists.

"""


def main() -> None:
    """Import everything and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("packages", type=Path, help="the folder that the two packages were installed into")
    parser.add_argument("out", type=Path, help="the catalog to write; what it holds is replaced")
    parser.add_argument("others", nargs="*", metavar="FORMAT=FILE", help="further sources, only counted")
    parser.add_argument("--table", type=Path, help="the file to write the tables to; the console without it")
    arguments = parser.parse_args()
    sources = [*google(arguments.packages), *aws(arguments.packages)]
    for other in arguments.others:
        format_, _, file = other.partition("=")
        sources.append(Source(Path(file).name, format_, Path(file), None))
    shutil.rmtree(arguments.out, ignore_errors=True)
    rows = []
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for row in pool.map(run, sources, [str(arguments.out)] * len(sources), chunksize=2):
            rows.append(row)
            if sys.stderr.isatty():
                print(f"\r{len(rows):,} of {len(sources):,} files", end="", file=sys.stderr, flush=True)
    text = tables(rows)
    if arguments.table:
        arguments.table.write_text(text, encoding="utf-8")
    else:
        print(text)


if __name__ == "__main__":
    main()
