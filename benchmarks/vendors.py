"""Imports OpenAPI and Swagger files of vendors, and says for each what was found, converted and kept.

    make vendors SOURCES='Stripe=stripe/spec3.json DigitalOcean=digitalocean/DigitalOcean-public.v2.yaml'

Each file is imported in a process of its own, then once more with its paths, operations and shared parts in another
order; the result is put to the rules. What comes of it goes to benchmarks/vendors.md.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from judge import Kept, retention

from connectory.compiler.pipeline import check_files
from connectory.importers.assemble import Request, assemble
from connectory.importers.formats import openapi
from connectory.importers.importing import import_source
from connectory.importers.source import Documents, SourceError
from connectory.importers.tally import Finding, Tally
from connectory.importers.write import WRITERS


class Row(NamedTuple):
    """What came of one file; without ``kept`` it was not imported, for the reason ``error``.

    Attributes:
        megabytes: the most memory that the process of the import held.
        errors: what the rules say against the result.
        alike: whether the same file in another order gives the same bytes.
    """

    vendor: str
    document: str
    operations: int = 0
    converted: int = 0
    skipped: Sequence[str] = ()
    findings: Sequence[Finding] = ()
    bytes: int = 0
    seconds: float = 0.0
    megabytes: int = 0
    errors: int = 0
    alike: bool = False
    kept: Kept | None = None
    error: str = ""


def run(vendor: str, path: Path) -> Row:
    """Import one file, and judge what comes of it."""
    tally = Tally()
    start = time.perf_counter()
    try:
        made = import_source("openapi", str(path), tally, id_="judged")
    except SourceError as error:
        return Row(vendor, path.name, error=str(error))
    text = WRITERS["json"](made.definition)
    seconds = time.perf_counter() - start
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    source = made.definition["metadata"]["sources"][0]
    return Row(
        vendor,
        f"{source['name'].replace(' document', ':', 1)}, {source.get('version', 'without a version')}",
        made.found,
        len(made.converted),
        [one.reason for one in made.skipped],
        tally.findings(),
        len(text.encode()),
        seconds,
        megabytes,
        _errors(text),
        _in_another_order(path) == text,
        retention("openapi", path, made.definition, made.converted),
    )


def _errors(text: str) -> int:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "judged" / "1.0.0.json"
        path.parent.mkdir()
        path.write_text(text, encoding="utf-8")
        return sum(found.severity == "error" for found in check_files([path]).diagnostics)


def _in_another_order(path: Path) -> str:
    """The definition of the same source with what has no order in another one."""
    tally = Tally()
    documents = Documents(path, tally)
    root = documents.root
    random = Random(1)  # noqa: S311  # an order, not a secret
    shared = [root.get("definitions"), *(root.get("components") or {}).values()]
    for mapping in (root, root["paths"], *root["paths"].values(), root.get("components"), *shared):
        _shuffle(mapping, random)
    made = assemble(openapi.read(documents, tally), Request("judged", "1.0.0"), tally)
    return WRITERS["json"](made.definition)


def _shuffle(mapping: Any, random: Random) -> None:
    if isinstance(mapping, dict):
        members = list(mapping.items())
        random.shuffle(members)
        mapping.clear()
        mapping.update(members)


_COLUMNS = ("operations", "converted", "findings", "kept %", "JSON bytes", "seconds", "MB", "errors", "any order")


def table(rows: Sequence[Row]) -> str:
    """What the rows say, in Markdown."""
    lines = [f"| vendor | document | {' | '.join(_COLUMNS)} |", f"|---|---{'|---:' * len(_COLUMNS)}|"]
    lines += [f"| {row.vendor} | {row.document} | {' | '.join(_cells(row))} |" for row in rows]
    lost = ["| vendor | what | why | count | such as |", "|---|---|---|---:|---|"]
    skipped = ["| vendor | why an operation was skipped | count |", "|---|---|---:|"]
    places: Counter[str] = Counter()
    files: Counter[str] = Counter()
    for row in rows:
        skipped += [f"| {row.vendor} | {why} | {count:,} |" for why, count in Counter(row.skipped).most_common()]
        kept = row.kept or Kept()
        for (kind, why), count in kept.lost.most_common(3):
            place = " ".join(kept.places[kind, why].replace("|", "\\|").split())[:100]
            lost.append(f"| {row.vendor} | {kind} | {why} | {count:,} of {kept.stated[kind]:,} | `{place}` |")
        for finding in row.findings:
            places[finding.kind] += finding.count
            files[finding.kind] += 1
    found = ["| finding | places | documents |", "|---|---:|---:|"]
    found += [f"| {kind.replace('|', ' ')} | {count:,} | {files[kind]} |" for kind, count in places.most_common(60)]
    parts = [_HEAD, "\n".join(lines)]
    parts += ["## Skipped", "\n".join(skipped) if len(skipped) > 2 else "None."]
    parts += ["## What did not arrive: the three largest causes of each", "\n".join(lost)]
    parts += ["## The most frequent findings of all reports", "\n".join(found)]
    return "\n\n".join(parts) + "\n"


def _cells(row: Row) -> list[str]:
    if row.kept is None:
        return [row.error] + [""] * (len(_COLUMNS) - 1)
    findings = sum(finding.count for finding in row.findings)
    counts = [f"{count:,}" for count in (row.operations, row.converted, findings)]
    measured = [f"{row.kept.share():.2f}", f"{row.bytes:,}", f"{row.seconds:.1f}", f"{row.megabytes}"]
    return [*counts, *measured, str(row.errors), "same bytes" if row.alike else "other bytes"]


_HEAD = """# Files of large vendors

Written by `make vendors`: see `benchmarks/vendors.py`. Kept: how many of the source's properties, types, required
names, enum values, bounds and descriptions stand at the same place of the method's schemas, by `benchmarks/judge.py`.
MB: the most memory that the import held. Errors: what `connectory check` says against the result. Any order: whether
the same file with its paths, operations and shared schemas in another order gives the same bytes."""


def main() -> None:
    """Import every file and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("sources", nargs="+", metavar="VENDOR=FILE", help="with _ for a space")
    parser.add_argument("--table", type=Path, help="the file to write the tables to; the console without it")
    arguments = parser.parse_args()
    pairs = [source.partition("=") for source in arguments.sources]
    with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as pool:
        rows = list(pool.map(run, [name.replace("_", " ") for name, _, _ in pairs], [Path(file) for *_, file in pairs]))
    text = table(rows)
    if arguments.table:
        arguments.table.write_text(text, encoding="utf-8")
    else:
        print(text)


if __name__ == "__main__":
    main()
