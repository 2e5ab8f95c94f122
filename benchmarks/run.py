"""Times Connectory against named peers doing the same work, in one run; prints medians and ratios.

Run it with ``make bench``. Each comparison is a list of (name, function); they take turns, so that a machine
whose speed drifts slows all of them alike.
"""

from __future__ import annotations

import json
import pickle
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import yaml

import connectory
from connectory.compiler.pipeline import build
from connectory.compiler.text import read_source

CATALOG = Path(__file__).parent.parent / "catalog"
ROUNDS = 15

Contender = tuple[str, Callable[[], Any]]


def main() -> int:
    """Run every comparison."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        build([CATALOG], out)
        bundle = out / "catalog.bundle"
        definitions = [integration.definition() for integration in connectory.open(bundle).integrations()]
        _compare("open, then the first method with both schemas", _first_method(bundle, definitions, out), 20)
        _compare("the same method again", _hot(bundle, definitions, out), 20_000)
        _compare("validate an input (xero.create_invoice, valid)", _validation(bundle), 500)
        _compare("read the catalog's YAML", _reading(), 1)
    return 0


def _compare(title: str, contenders: list[Contender], calls: int) -> None:
    times: dict[str, list[float]] = {name: [] for name, _ in contenders}
    for _ in range(ROUNDS):
        for name, run in contenders:
            start = time.perf_counter()
            for _ in range(calls):
                run()
            times[name].append((time.perf_counter() - start) / calls)
    medians = {name: statistics.median(taken) for name, taken in times.items()}
    base = next(iter(medians.values()))
    print(f"\n{title}")
    for name, median in medians.items():
        print(f"  {name:34} {_shown(median):>12}  {median / base:10.2f} x")


def _shown(seconds: float) -> str:
    unit, factor = next(
        (unit, factor) for unit, factor in (("s", 1), ("ms", 1e3), ("us", 1e6), ("ns", 1e9)) if seconds * factor >= 1
    )
    return f"{seconds * factor:,.1f} {unit}"


def _first_method(bundle: Path, definitions: list[dict[str, Any]], out: Path) -> list[Contender]:
    text, packed, pickled = out / "all.json", out / "all.msgpack", out / "all.pickle"
    text.write_bytes(msgspec.json.encode(definitions))
    packed.write_bytes(msgspec.msgpack.encode(definitions))
    pickled.write_bytes(pickle.dumps(definitions))

    def ours() -> Any:
        method = connectory.open(bundle).method("xero", "create_invoice")
        return method.input_schema, method.output_schema

    return [
        ("connectory", ours),
        ("json, whole file", lambda: _find(json.loads(text.read_bytes()))),
        ("msgspec msgpack, whole file", lambda: _find(msgspec.msgpack.decode(packed.read_bytes()))),
        ("pickle, whole file", lambda: _find(pickle.loads(pickled.read_bytes()))),  # noqa: S301 - written above
        ("sqlite, one row", lambda: _row(sqlite3.connect(_database(definitions, out)))),
    ]


def _hot(bundle: Path, definitions: list[dict[str, Any]], out: Path) -> list[Contender]:
    catalog = connectory.open(bundle)
    known = {(one["integrationId"], method["id"]): method for one in definitions for method in one["methods"]}
    return [
        ("dict[tuple]", lambda: known["xero", "create_invoice"]),
        ("connectory", lambda: catalog.method("xero", "create_invoice")),
    ]


def _validation(bundle: Path) -> list[Contender]:
    import jsonschema_rs

    method = connectory.open(bundle).method("xero", "create_invoice")
    data = method.examples[0]["input"]
    bare = jsonschema_rs.Draft202012Validator(method.input_schema, validate_formats=True, offline=True)
    slow = jsonschema.Draft202012Validator(method.input_schema)
    return [
        ("connectory, defaults filled in", lambda: method.validate_input(data)),
        ("jsonschema-rs, bare", lambda: bare.is_valid(data)),
        ("jsonschema, no formats", lambda: slow.is_valid(data)),
    ]


def _reading() -> list[Contender]:
    files = sorted(CATALOG.glob("*/*.yaml"))
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return [
        ("connectory, with positions", lambda: [read_source(file, file.name) for file in files]),
        ("PyYAML, C loader", lambda: [yaml.load(file.read_text(), loader) for file in files]),  # noqa: S506 - a safe loader
    ]


def _find(definitions: list[dict[str, Any]]) -> Any:
    return next(
        (method["inputSchema"], method["outputSchema"])
        for one in definitions
        if one["integrationId"] == "xero"
        for method in one["methods"]
        if method["id"] == "create_invoice"
    )


def _database(definitions: list[dict[str, Any]], out: Path) -> Path:
    path = out / "all.sqlite"
    if not path.exists():
        with sqlite3.connect(path) as database:
            database.execute(
                "CREATE TABLE method (integration TEXT, id TEXT, body TEXT, PRIMARY KEY (integration, id))"
            )
            rows = [(one["integrationId"], m["id"], json.dumps(m)) for one in definitions for m in one["methods"]]
            database.executemany("INSERT INTO method VALUES (?, ?, ?)", rows)
        database.close()
    return path


def _row(database: sqlite3.Connection) -> Any:
    (body,) = database.execute(
        "SELECT body FROM method WHERE integration = ? AND id = ?", ("xero", "create_invoice")
    ).fetchone()
    database.close()
    return json.loads(body)


if __name__ == "__main__":
    sys.exit(main())
