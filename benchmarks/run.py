"""Connectory against named peers that do the same work on the same catalog, each in processes of its own.

    make bench

Contenders of one comparison take turns, round by round, in fresh processes; what is shown is the median of the rounds,
and its ratio to the first contender. Without build/large (see ``make corpus``), this repository's own catalog is
measured. The table and the plots go to benchmarks/results.
"""

from __future__ import annotations

import argparse
import compileall
import json
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from contenders import bundles, prepare

from connectory.reader import Bundle

HERE = Path(__file__).parent
WORK = Path("build/bench")
PEERS = Path("build/peers")


class Comparison(NamedTuple):
    """A table of the results.

    Attributes:
        title: what is done.
        what: the function of ``contenders`` that measures it.
        stores: the contenders; the ratios are to the first one.
        unit: seconds or bytes.
        rounds: how often each is measured.
    """

    title: str
    what: str
    stores: tuple[str, ...]
    unit: str = "seconds"
    rounds: int = 7


COMPARISONS = [
    Comparison("Open", "open_only", ("bare open and mmap", "connectory", "sqlite", "lmdb"), rounds=15),
    Comparison("Open (whole files)", "open_only", ("connectory", "msgspec", "pickle", "json"), rounds=3),
    Comparison(
        "Open, then the first method with both schemas (S3, Drive)",
        "first_method",
        ("connectory", "sqlite", "lmdb", "botocore", "googleapiclient"),
    ),
    Comparison("The same method again", "again", ("dict[tuple]", "connectory", "lmdb", "sqlite")),
    Comparison("The same method again, with a version", "again_exact", ("version 1.0.0", "version ^1")),
    Comparison(
        "A method never looked up before, without schemas",
        "cold",
        ("connectory", "connectory, bundle alone", "connectory, a miss"),
    ),
    Comparison(
        "Anonymous memory of a worker after 200 look-ups with schemas",
        "memory",
        ("msgspec imported", "connectory", "connectory, forked", "sqlite", "lmdb"),
        "bytes",
        3,
    ),
    Comparison("The same, whole files", "memory", ("connectory", "msgspec", "pickle", "json"), "bytes", 1),
    Comparison("Start Python and import", "importing", ("msgspec", "connectory"), rounds=31),
    Comparison(
        "Validate an input that lacks no default (xero.create_invoice)",
        "validation",
        ("jsonschema-rs", "connectory", "connectory, defaults to fill in", "fastjsonschema", "jsonschema"),
    ),
]


def measure(comparison: Comparison, folder: Path) -> dict[str, float]:
    """The median of each contender; those whose peer is not installed are left out."""
    taken: dict[str, list[list[float]]] = {store: [] for store in comparison.stores}
    for _ in range(comparison.rounds):
        for store in comparison.stores:
            result = child(comparison.what, store, folder)
            if result is not None:
                taken[store].append(result if isinstance(result, list) else [result])
    made: dict[str, float] = {}
    for store, results in taken.items():
        several = list(zip(*results, strict=True))
        for place, values in enumerate(several):
            made[store if len(several) == 1 else f"{store}, {('S3', 'Drive')[place]}"] = statistics.median(values)
    return made


def child(what: str, store: str, folder: Path) -> Any:
    """What a fresh process measures."""
    path = os.pathsep.join((str(HERE.parent / "src"), str(PEERS)))
    done = subprocess.run(  # noqa: S603  # our own program
        [sys.executable, str(HERE / "contenders.py"), what, store, str(folder)],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        print(f"{what}, {store}: {done.stderr.strip().splitlines()[-1]}", file=sys.stderr)
        return None
    return json.loads(done.stdout)


def shown(value: float, unit: str) -> str:
    """A value with a unit that suits it."""
    scales = (("s", 1.0), ("ms", 1e-3), ("us", 1e-6), ("ns", 1e-9))
    if unit == "bytes":
        scales = (("GB", 1e9), ("MB", 1e6), ("kB", 1e3), ("B", 1.0))  # type: ignore[assignment]
    name, scale = next(((name, scale) for name, scale in scales if value >= scale), scales[-1])
    return f"{value / scale:,.3g} {name}"


def table(title: str, medians: dict[str, float], unit: str) -> Iterable[str]:
    """One comparison as Markdown."""
    base = next(iter(medians.values()), 1.0)
    yield from (f"## {title}", "", "| | median | ratio |", "|---|---:|---:|")
    for name, value in medians.items():
        yield f"| {name} | {shown(value, unit)} | {value / base:,.2f} |"
    yield ""


def growth() -> dict[str, float]:
    """The time to open bundles of 10 to 10,000 integrations."""
    folder = WORK / "growth"
    folder.mkdir(parents=True, exist_ok=True)
    made: dict[str, list[float]] = {}
    for count, path in bundles(folder):
        (folder / str(count)).mkdir(exist_ok=True)
        link = folder / str(count) / "bundle"
        if not link.exists():
            link.symlink_to(path.resolve())
    for _ in range(11):
        for count, _ in bundles(folder):
            made.setdefault(f"{count:,} integrations", []).append(child("open_only", "connectory", folder / str(count)))
    return {name: statistics.median(values) for name, values in made.items()}


def sizes(folder: Path) -> dict[str, float]:
    """The bundle beside the same methods, self-contained, as compact JSON."""
    return {
        "self-contained methods as compact JSON": (folder / "all.json").stat().st_size,
        "bundle": (folder / "bundle").stat().st_size,
    }


def main() -> None:
    """Run every comparison and write the results."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--bundle", type=Path, help="the bundle to measure")
    parser.add_argument("--only", help="comparisons whose function is called so")
    parser.add_argument("--results", type=Path, default=HERE / "results")
    arguments = parser.parse_args()
    sys.path.append(str(PEERS))
    large, own = Path("build/large/catalog.bundle"), Path("build/catalog.bundle")
    bundle = arguments.bundle or (large if large.exists() else own)
    folder = WORK / bundle.parent.name
    prepare(bundle, folder)
    compileall.compile_dir(str(HERE.parent / "src"), quiet=1)  # as pip does, whatever PYTHONDONTWRITEBYTECODE says
    (folder / "own").unlink(missing_ok=True)
    (folder / "own").symlink_to(own.resolve())
    header = Bundle(bundle).header
    lines = [
        "# Results",
        "",
        f"Written by `make bench`: {header.integrations:,} integrations, {header.methods:,} methods; "
        f"Python {platform.python_version()} on {platform.machine()}, {os.cpu_count()} cores. "
        "Ratios are to the first line of each table.",
        "",
    ]
    results: dict[str, tuple[dict[str, float], str]] = {}
    if not arguments.only:
        results["Size"] = (sizes(folder), "bytes")
        results["Open, as the catalog grows"] = (growth(), "seconds")
    for comparison in COMPARISONS:
        if arguments.only in (None, comparison.what):
            results[comparison.title] = (measure(comparison, folder), comparison.unit)
    for title, (medians, unit) in results.items():
        text = list(table(title, medians, unit))
        lines += text
        print("\n".join(text), flush=True)
    if not arguments.only:
        arguments.results.mkdir(exist_ok=True)
        (arguments.results / "table.md").write_text("\n".join(lines).rstrip() + "\n")
        plot(results, arguments.results)


def plot(results: dict[str, tuple[dict[str, float], str]], folder: Path) -> None:
    """Bars for each comparison, as PNG and SVG."""
    try:
        import matplotlib  # type: ignore[import-not-found,unused-ignore]

        matplotlib.use("Agg")
        import matplotlib.pyplot as plt  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        print("matplotlib is not installed: no plots", file=sys.stderr)
        return
    matplotlib.rcParams["svg.hashsalt"] = "connectory"
    figure, axes = plt.subplots(len(results), 1, figsize=(9, 1.2 + 1.4 * len(results)))
    for axis, (title, (medians, unit)) in zip(axes, results.items(), strict=True):
        names = list(medians)[::-1]
        colors = ["#1f6feb" if "connectory" in name or "bundle" in name else "#8b949e" for name in names]
        bars = axis.barh(names, [medians[name] for name in names], color=colors)
        axis.set_xscale("log")
        axis.set_title(title, loc="left", fontsize=9)
        axis.bar_label(bars, labels=[f" {shown(medians[name], unit)}" for name in names], fontsize=7)
        axis.tick_params(labelsize=7)
        axis.margins(x=0.15)
        for side in ("top", "right"):
            axis.spines[side].set_visible(False)
    figure.tight_layout()
    figure.savefig(folder / "results.svg", metadata={"Date": None})
    figure.savefig(folder / "results.png", dpi=110)


if __name__ == "__main__":
    main()
