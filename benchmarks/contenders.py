"""What is compared, one process each: ``python contenders.py NAME FOLDER`` prints what it measured, as JSON.

Times are seconds for one operation. FOLDER is what ``prepare`` made of a bundle: the same methods for every contender.
"""

from __future__ import annotations

import json
import mmap
import os
import pickle
import random
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

SERVICES = [("aws_s3", "get_object_tagging"), ("google_drive", "files_list")]
"""The methods that first look-ups are measured on: the same service is opened with AWS's and Google's own libraries."""

_LOOK_UPS = 200


def prepare(bundle: Path, folder: Path) -> None:
    """Write every method of a bundle, self-contained, as the contenders store it."""
    import lmdb
    import msgspec

    import connectory

    folder.mkdir(parents=True, exist_ok=True)
    if (folder / "names.json").exists() and (folder / "bundle").resolve() == bundle.resolve():
        return
    (folder / "bundle").unlink(missing_ok=True)
    (folder / "bundle").symlink_to(bundle.resolve())
    catalog = connectory.open(bundle)
    methods: dict[str, dict[str, Any]] = {}
    for default in catalog.integrations():
        for version in default.versions:
            integration = catalog.integration(default.id, version)
            name = default.id if version == default.version else f"{default.id}@{version}"
            methods[name] = {
                one.id: one.definition() | {"inputSchema": one.input_schema, "outputSchema": one.output_schema}
                for one in integration.methods.values()
            }
    (folder / "all.json").write_bytes(msgspec.json.encode(methods))
    (folder / "all.msgpack").write_bytes(msgspec.msgpack.encode(methods))
    with open(folder / "all.pickle", "wb") as stream:
        pickle.dump(methods, stream)
    rows = [(i, m, msgspec.json.encode(one)) for i, several in methods.items() for m, one in several.items()]
    (folder / "all.sqlite").unlink(missing_ok=True)
    with sqlite3.connect(folder / "all.sqlite") as database:
        database.execute("CREATE TABLE method (i TEXT, m TEXT, body BLOB, PRIMARY KEY (i, m)) WITHOUT ROWID")
        database.executemany("INSERT INTO method VALUES (?, ?, ?)", rows)
    database.close()
    environment = lmdb.open(str(folder / "all.lmdb"), map_size=1 << 33, subdir=False)
    with environment.begin(write=True) as transaction:
        for i, m, body in rows:
            transaction.put(f"{i}\0{m}".encode(), body)
    environment.close()
    (folder / "names.json").write_text(json.dumps([(i, m) for i, m, _ in rows]))


def names(folder: Path) -> list[tuple[str, str]]:
    """All methods, in an order that is random and always the same."""
    found = [(i, m) for i, m in json.loads((folder / "names.json").read_text()) if "@" not in i]
    random.Random(7).shuffle(found)  # noqa: S311  # no secret
    return found


def each(run: Callable[[], Any], calls: int, rounds: int = 25) -> float:
    """The median time of one call."""
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        for _ in range(calls):
            run()
        taken.append((time.perf_counter() - start) / calls)
    return statistics.median(taken)


def once(run: Callable[[], Any]) -> float:
    """The time of one call."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def anonymous() -> int:
    """Bytes that belong to this process alone: the sum of Anonymous in /proc/self/smaps."""
    with open("/proc/self/smaps") as lines:
        return 1024 * sum(int(line.split()[1]) for line in lines if line.startswith("Anonymous:"))


# Stores: how each finds a method with both of its schemas.


def _connectory(folder: Path) -> Callable[[str, str], Any]:
    import connectory

    catalog = connectory.open(folder / "bundle")

    def find(i: str, m: str) -> Any:
        method = catalog.method(i, m)
        return method, method.input_schema, method.output_schema

    return find


def _json(folder: Path) -> Callable[[str, str], Any]:
    methods = json.loads((folder / "all.json").read_bytes())
    return lambda i, m: methods[i][m]


def _msgspec(folder: Path) -> Callable[[str, str], Any]:
    import msgspec

    methods = msgspec.msgpack.decode((folder / "all.msgpack").read_bytes())
    return lambda i, m: methods[i][m]


def _pickle(folder: Path) -> Callable[[str, str], Any]:
    with open(folder / "all.pickle", "rb") as stream:
        methods = pickle.load(stream)  # noqa: S301  # written above
    return lambda i, m: methods[i][m]


def _sqlite(folder: Path) -> Callable[[str, str], Any]:
    database = sqlite3.connect(f"file:{folder / 'all.sqlite'}?mode=ro", uri=True)
    query = "SELECT body FROM method WHERE i = ? AND m = ?"
    return lambda i, m: json.loads(database.execute(query, (i, m)).fetchone()[0])


def _lmdb(folder: Path) -> Callable[[str, str], Any]:
    import lmdb

    environment = lmdb.open(str(folder / "all.lmdb"), readonly=True, lock=False, subdir=False)

    def find(i: str, m: str) -> Any:
        with environment.begin() as transaction:
            return json.loads(transaction.get(f"{i}\0{m}".encode()))

    return find


STORES: dict[str, Callable[[Path], Callable[[str, str], Any]]] = {
    "connectory": _connectory,
    "lmdb": _lmdb,
    "sqlite": _sqlite,
    "msgspec": _msgspec,
    "pickle": _pickle,
    "json": _json,
}


# What is measured.


def open_only(store: str, folder: Path) -> float:
    """Open, and nothing else."""
    if store == "bare open and mmap":
        path = str(folder / "bundle")

        def bare() -> None:
            descriptor = os.open(path, os.O_RDONLY)
            mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ)
            os.close(descriptor)

        return each(bare, 200)
    if store == "connectory":
        import connectory

        path = str(folder / "bundle")
        return each(lambda: connectory.open(path), 200)
    if store in ("sqlite", "lmdb"):
        STORES[store](folder)
        return each(lambda: STORES[store](folder), 1 if store == "lmdb" else 20)
    return once(lambda: STORES[store](folder))


def first_method(store: str, folder: Path) -> list[float]:
    """Open, and find a method with both schemas, as the first thing after the imports: for each of SERVICES."""
    if store == "botocore":
        import botocore.loaders
        import botocore.model

        def find_aws() -> Any:
            model = botocore.model.ServiceModel(botocore.loaders.Loader().load_service_model("s3", "service-2"))
            operation = model.operation_model("GetObjectTagging")
            return operation.input_shape.members, operation.output_shape.members

        return [once(find_aws)]
    if store == "googleapiclient":
        import googleapiclient.discovery as google

        text = Path(google.__file__).with_name("discovery_cache").joinpath("documents/drive.v3.json").read_text()
        return [once(lambda: google.build_from_document(text, developerKey="x").files().list)]
    if store == "connectory":
        import connectory

        connectory.open(folder / "bundle")
    there = set(names(folder))
    return [once(lambda i=i, m=m: STORES[store](folder)(i, m)) for i, m in SERVICES if (i, m) in there]


def again(store: str, folder: Path) -> float:
    """A method that was found before."""
    i, m = names(folder)[0]
    if store == "dict[tuple]":
        known = {name: object() for name in names(folder)[:2000]}
        return _looped("known[i, m]", known=known, i=i, m=m)
    if store == "connectory":
        import connectory

        catalog = connectory.open(folder / "bundle", on_warning=None)
        catalog.method(i, m)
        return _looped("catalog.method(i, m)", catalog=catalog, i=i, m=m)
    find = STORES[store](folder)
    return each(lambda: find(i, m), 500)


def again_exact(store: str, folder: Path) -> float:
    """The same, with a version."""
    import connectory

    i, m = names(folder)[0]
    catalog = connectory.open(folder / "bundle")
    version = store.partition(" ")[2]
    catalog.method(i, m, version)
    return _looped("catalog.method(i, m, version)", catalog=catalog, i=i, m=m, version=version)


def _looped(statement: str, **values: Any) -> float:
    """The time of a statement in a loop of a function, where Python is fastest."""
    source = f"def run({', '.join(values)}):\n for _ in range(100_000):\n  {statement}\n"
    made: dict[str, Any] = {}
    exec(source, made)  # noqa: S102  # our own text
    return min(once(lambda: made["run"](**values)) for _ in range(15)) / 100_000


def cold(store: str, folder: Path) -> float:
    """The median time of 3,000 methods that were never looked up before; schemas not included."""
    import connectory

    catalog = connectory.open(folder / "bundle")
    wanted = names(folder)[:3000]
    if store == "connectory, a miss":
        wanted = [(i, m + "_no_such") for i, m in wanted]
        bundle = catalog._now.bundles[0]
        versions = {i: catalog.integration(i).version for i, _ in wanted}
        return statistics.median(once(lambda i=i, m=m: bundle.method(i, versions[i], m)) for i, m in wanted)
    if store == "connectory, bundle alone":
        bundle = catalog._now.bundles[0]
        versions = {i: catalog.integration(i).version for i, _ in wanted}
        return statistics.median(once(lambda i=i, m=m: bundle.method(i, versions[i], m)) for i, m in wanted)
    return statistics.median(once(lambda i=i, m=m: catalog.method(i, m)) for i, m in wanted)


def memory(store: str, folder: Path) -> int:
    """Anonymous bytes after 200 look-ups with both schemas each, started alone or forked from a parent that opened."""
    store, _, how = store.partition(", ")
    wanted = names(folder)[:_LOOK_UPS]
    if store == "msgspec imported":
        import msgspec  # noqa: F401

        return anonymous()
    if how != "forked":
        find = STORES[store](folder)
        for i, m in wanted:
            find(i, m)
        return anonymous()
    find = STORES[store](folder)
    read, write = os.pipe()
    if not os.fork():
        for i, m in wanted:
            find(i, m)
        os.write(write, str(anonymous()).encode())
        os._exit(0)
    os.wait()
    return int(os.read(read, 100))


def importing(module: str, folder: Path) -> float:
    """Start Python and import a module."""
    import subprocess

    return once(lambda: subprocess.run([sys.executable, "-c", f"import {module}"], check=True))  # noqa: S603  # ourselves


def validation(store: str, folder: Path) -> float:
    """Validate the same valid input of xero.create_invoice that lacks no default."""
    import connectory

    method = connectory.open(folder / "own").method("xero", "create_invoice")
    data = method.validate_input(method.examples[0]["input"])
    schema = method.input_schema
    if store == "connectory":
        method.validate_input(data)
        return _looped("check(data)", check=method.validate_input, data=data)
    if store == "connectory, defaults to fill in":
        given = method.examples[0]["input"]
        return each(lambda: method.validate_input(given), 2000)
    if store == "jsonschema-rs":
        import jsonschema_rs

        check = jsonschema_rs.Draft202012Validator(schema, validate_formats=True, offline=True).is_valid
        return _looped("check(data)", check=check, data=data)
    if store == "fastjsonschema":
        import fastjsonschema

        compiled = fastjsonschema.compile(schema, use_default=False)
        return each(lambda: compiled(data), 500)
    import jsonschema

    validator = jsonschema.Draft202012Validator(schema)
    return each(lambda: validator.is_valid(data), 50)


def main() -> None:
    """Measure one thing of one contender."""
    import warnings

    warnings.simplefilter("ignore")
    what, store, folder = sys.argv[1:4]
    print(json.dumps(globals()[what](store, Path(folder))))


def bundles(folder: Path) -> Iterator[tuple[int, Path]]:
    """Bundles of 10 to 10,000 integrations with ten methods each."""
    from connectory.compiler.emit import bundle
    from connectory.compiler.lower import lower
    from connectory.compiler.release import Release

    schema = {"type": "object", "properties": {"a": {"type": "string"}}}
    methods = [{"id": f"m{n}", "name": "M", "inputSchema": schema, "outputSchema": schema} for n in range(10)]
    for count in (10, 100, 1000, 10_000):
        path = folder / f"{count}.bundle"
        if not path.exists():
            common = {"name": "N", "description": "D", "version": "1.0.0", "authType": "apikey", "methods": methods}
            made = [lower({"integrationId": f"i{n:05}", **common}) for n in range(count)]
            bundle.write(Release(bundle.segments(made)), path)
        yield count, path


if __name__ == "__main__":
    main()
