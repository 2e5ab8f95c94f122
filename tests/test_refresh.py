"""Bundles that are replaced while services run, bundles over each other, and bundles in packages."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import connectory
from bundles import HERE, SOURCES, definition, method, write_bundle
from connectory import BundleNotFound, CorruptBundle, MissingRequirements, UnknownMethod


def publish(path: Path, *definitions: dict[str, object]) -> None:
    """Replace a bundle as ``connectory build`` does."""
    os.replace(write_bundle(path.with_suffix(".new"), definitions), path)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write_bundle(tmp_path / "b", [definition("acme", "1.0.0")])


def test_nothing_new(path: Path) -> None:
    catalog = connectory.open(path)
    found = catalog.method("acme", "ping")
    assert catalog.refresh() is False
    assert catalog.method("acme", "ping") is found


def test_a_newer_bundle_answers_and_what_was_handed_out_stays_valid(path: Path) -> None:
    catalog = connectory.open(path)
    old_method, old, look_up = catalog.method("acme", "ping"), catalog.integration("acme"), catalog.method
    publish(path, definition("acme", "1.1.0", methods=[method("ping"), method("pong")]), definition("slack"))
    assert catalog.method("acme", "ping") is old_method
    assert catalog.refresh() is True
    assert catalog.refresh() is False
    assert (catalog.method("acme", "ping").version, look_up("acme", "pong").version) == ("1.1.0", "1.1.0")
    assert catalog.method("acme", "ping", "^1").version == "1.1.0"
    assert list(catalog) == ["acme", "slack"]
    assert (old_method.version, old_method.input_schema) == ("1.0.0", {"type": "object"})
    assert old.version == "1.0.0"
    with pytest.raises(UnknownMethod):
        old.methods["pong"]


def test_a_newer_bundle_that_cannot_be_used_changes_nothing(path: Path) -> None:
    catalog = connectory.open(path, require={"acme": {"version": "^1", "methods": ["ping"]}})
    publish(path, definition("acme", "2.0.0"))
    with pytest.raises(MissingRequirements):
        catalog.refresh()
    assert catalog.method("acme", "ping").version == "1.0.0"
    damaged = path.with_suffix(".bad")
    damaged.write_bytes(path.read_bytes()[:-1])
    os.replace(damaged, path)
    with pytest.raises(CorruptBundle):
        catalog.refresh()
    path.unlink()
    with pytest.raises(BundleNotFound):
        catalog.refresh()
    assert catalog.method("acme", "ping").version == "1.0.0"
    publish(path, definition("acme", "1.2.0"), definition("acme", "2.0.0"))
    assert catalog.refresh()
    assert catalog.method("acme", "ping").version == "1.2.0"


# Layers


def test_the_first_bundle_that_has_an_integration_answers(path: Path, tmp_path: Path) -> None:
    private = write_bundle(tmp_path / "p", [definition("acme", "0.1.0", name="Ours"), definition("intern")])
    public = write_bundle(tmp_path / "q", [definition("acme", "3.0.0"), definition("slack"), definition("intern")])
    catalog = connectory.open([private, path, public])
    assert list(catalog) == ["acme", "intern", "slack"]
    assert (len(catalog), "slack" in catalog, "x" in catalog) == (3, True, False)
    assert catalog.integration("acme").name == "Ours"
    assert catalog.integration("acme").versions == ("0.1.0",)
    assert catalog.method("slack", "ping").integration_id == "slack"
    assert dict(catalog.conflicts) == {
        "acme": (str(private), str(path), str(public)),
        "intern": (str(private), str(public)),
    }
    assert repr(catalog) == f"<Catalog {private}, {path}, {public}: 3 integrations, 6 methods>"
    publish(path, definition("zeta"))
    publish(public, definition("slack", "2.0.0"))
    assert catalog.refresh()
    assert list(catalog) == ["acme", "intern", "slack", "zeta"]
    assert catalog.method("slack", "ping").version == "2.0.0"
    assert dict(catalog.conflicts) == {}


def test_a_layer_that_is_missing(path: Path, tmp_path: Path) -> None:
    with pytest.raises(BundleNotFound):
        connectory.open([path, tmp_path / "none"])


# Packages


def test_a_bundle_in_a_package(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "lib" / "acme_catalog"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("raise SystemExit('it is not imported')")
    write_bundle(package / "catalog.bundle", [definition("acme")])
    write_bundle(package / "other.bundle", [definition("other")])
    monkeypatch.syspath_prepend(tmp_path / "lib")
    assert list(connectory.open("package:acme_catalog")) == ["acme"]
    assert list(connectory.open(["package:acme_catalog/other.bundle", "package:acme_catalog"])) == ["acme", "other"]
    for name, message in [
        ("package:no_such_package", "there is no package 'no_such_package'"),
        ("package:", "there is no package ''"),
        ("package:a.b", "there is no package 'a.b'"),
        ("package:json", "no such file"),
    ]:
        with pytest.raises(BundleNotFound, match=message):
            connectory.open(name)


# While another process publishes


PUBLISHER = """
import os, pathlib, sys
sys.path.insert(0, sys.argv[1])
from bundles import definition, method, write_bundle
path, count = pathlib.Path(sys.argv[2]), int(sys.argv[3])
for number in range(1, count + 1):
    text = f"release {number}"
    made = [definition(f"i{n}", f"1.{number}.0", description=text, methods=[method("ping", description=text)])
            for n in range(20)]
    os.replace(write_bundle(path.with_suffix(".new"), made), path)
"""


def _hammer(path: Path, stop: threading.Event, wrong: list[object], refresh: bool = True) -> int:
    """Look up until told to stop: each answer belongs to one release as a whole."""
    catalog, number, count = connectory.open(path), 0, 0
    while not stop.is_set():
        try:
            if refresh:
                catalog.refresh()
            integration = catalog.integration(f"i{number}")
            found = integration.methods["ping"]
            same = found.description == integration.description == f"release {integration.version.split('.')[1]}"
            alone = catalog.method(f"i{number}", "ping")
            if not same or alone.description != f"release {alone.version.split('.')[1]}":
                wrong.append((integration.version, found.description, alone.version))
            found.validate_input({})
        except Exception as error:
            wrong.append(error)
        number, count = (number + 1) % 20, count + 1
    return count


def test_threads_and_forked_workers_read_while_bundles_are_published(tmp_path: Path) -> None:
    path = tmp_path / "b"
    environment = {**os.environ, "PYTHONPATH": str(SOURCES)}
    command = [sys.executable, "-c", PUBLISHER, str(HERE), str(path)]
    subprocess.run([*command, "1"], check=True, env=environment)
    shared = connectory.open(path)
    wrong: list[object] = []
    stop = threading.Event()
    workers = [_forked(path, tmp_path / "stop", tmp_path / f"worker{number}") for number in range(8)]
    threads = [threading.Thread(target=_hammer, args=(path, stop, wrong)) for _ in range(16)]
    for thread in threads:
        thread.start()
    subprocess.run([*command, "200"], check=True, env=environment)
    stop.set()
    (tmp_path / "stop").touch()
    for thread in threads:
        thread.join()
    assert [os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1]) for worker in workers] == [0] * 8
    assert wrong == []
    assert [int((tmp_path / f"worker{number}").read_text()) > 0 for number in range(8)] == [True] * 8
    assert shared.refresh()
    assert shared.method("i0", "ping").description == "release 200"


def _forked(path: Path, stop: Path, result: Path) -> int:
    worker = os.fork()
    if worker:
        return worker

    class Stop(threading.Event):
        def is_set(self) -> bool:
            return stop.exists()

    wrong: list[object] = []
    count = _hammer(path, Stop(), wrong)
    result.write_text(str(count))
    os._exit(1 if wrong else 0)
