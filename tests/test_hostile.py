"""Catalogs that are made to exhaust whoever checks them end in findings, in bounded memory and without network access.

They are checked in processes of their own, with workers, whose memory the system counts.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

SRC = Path(__file__).parent.parent / "src"
MB = 1 << 20
MEMORY = 500 * MB
"""Bytes that a process may take."""

LARGE = 64 * MB - 4096
PATIENCE = 900
"""Seconds after which something hangs, on the busiest machine."""

WATCH = """
import os, sys
def watch(event, arguments):
    if event.startswith("socket."):
        with open(os.environ["SOCKETS"], "a") as file:
            file.write(f"{event}\\n")
        raise PermissionError(event)
sys.addaudithook(watch)
"""
"""Refuses and counts whatever is done with sockets, in every process that Python starts."""

BASE: dict[str, Any] = {
    "name": "Acme",
    "description": "Orders and customers of Acme",
    "version": "1.0.0",
    "authType": "custom",
    "methods": [],
}
HEAD = "".join(f"{name}: {json.dumps(value)}\n" for name, value in BASE.items())


def schemas(properties: dict[str, Any], shared: dict[str, Any] | None = None, methods: int = 1) -> str:
    schema = {"type": "object", "properties": properties}
    texts = {"name": "M", "description": "Does it"}
    made = [
        {"id": f"m{index}", **texts, "inputSchema": schema, "outputSchema": {"type": "object"}}
        for index in range(methods)
    ]
    return json.dumps({**BASE, "methods": made, **({"$defs": shared} if shared else {})})


def chain(length: int, link: Callable[[dict[str, str]], Any]) -> dict[str, Any]:
    """Shared schemas each of which is made of the next."""
    links = {f"d{n}": link({"$ref": f"#/$defs/d{n + 1}"}) for n in range(length)}
    return {**links, f"d{length}": {"type": "string"}}


def circle(length: int, **more: Any) -> dict[str, Any]:
    """Shared schemas each of which requires a property that is the next, and the last one the first."""
    links = ({"$ref": f"#/$defs/d{(n + 1) % length}"} for n in range(length))
    return {f"d{n}": {"required": ["a"], "properties": {"a": link}, **more} for n, link in enumerate(links)}


def methods(count: int, make: Callable[[int], dict[str, Any]]) -> str:
    schemas = {"inputSchema": {"type": "object"}, "outputSchema": {"type": "object"}}
    made = [{"id": f"get_{n}", "description": "Gets it", **schemas, **make(n)} for n in range(count)]
    return json.dumps({**BASE, "methods": made})


def closed(name: str) -> dict[str, Any]:
    """A schema that refuses what it does not declare."""
    properties = {name: {"type": "string"}}
    return {"type": "object", "properties": properties, "required": [name], "additionalProperties": False}


USES_CHAIN = {"a": {"$ref": "#/$defs/d0", "default": 5}}
PATTERNS = [
    "(a+)+$", "(a|a)*$", "(a*)*b", "^(([a-z])+.)+[A-Z]([a-z])+$", "a{1,100000}", "(a{1,1000}){1,1000}",
    "(" * 2000 + ")" * 2000, "[" * 5000, *(f"x{n}{{1,1000}}" for n in range(300)),
]  # fmt: skip


class Case(NamedTuple):
    """A file, without its integrationId, and the codes that are found in it."""

    text: Callable[[], str]
    codes: str
    suffix: str = ".yaml"


CASES = {
    "64 MB of one bracket": Case(lambda: "[" * LARGE, "Y008"),
    "64 MB of one bracket in JSON": Case(lambda: "[" * LARGE, "Y008", ".json"),
    "64 MB of dashes": Case(lambda: "- " * (LARGE // 2), "Y008"),
    "64 MB of empty lists": Case(lambda: '{"a": [' + "[]," * (LARGE // 3 - 4) + "[]]}", "Y015", ".json"),
    "64 MB of line ends": Case(lambda: HEAD + "\n" * LARGE, "Y015"),
    "64 MB of an open quote": Case(lambda: 'x-a: "' + "x" * LARGE, "Y001"),
    "64 MB of a line": Case(lambda: json.dumps({**BASE, "versoin": "x" * LARGE}), "D001", ".json"),
    "an alias bomb": Case(lambda: "a: &a [x, x]\n" + "".join(f"b{n}: &b{n} [*a, *a]\n" for n in range(9)), "Y003"),
    "1,000,000 keys": Case(lambda: json.dumps({f"k{n}": 1 for n in range(10**6)}), "Y015", ".json"),
    "one key 1,000,000 times": Case(lambda: HEAD + "k: 1\n" * 900_000, "Y002"),
    "900,000 times yes": Case(lambda: HEAD + "x-a:\n" + "- yes\n" * 900_000, "Y005"),
    "100,000 findings": Case(lambda: json.dumps({**BASE, **{f"k{n}": 1 for n in range(100_000)}}), "D001", ".json"),
    "20,000 wrong schemas": Case(lambda: schemas({f"p{n}": {"type": "txet"} for n in range(20_000)}), "S001", ".json"),
    "a long chain of references": Case(lambda: schemas(USES_CHAIN, chain(20_000, lambda ref: ref)), "S", ".json"),
    "2^40 ways": Case(lambda: schemas(USES_CHAIN, chain(40, lambda ref: {"anyOf": [ref, ref]})), "S", ".json"),
    "2^40 parts": Case(lambda: schemas(USES_CHAIN, chain(40, lambda ref: {"allOf": [ref, ref]})), "S", ".json"),
    "a long chain of closed parts": Case(
        lambda: schemas(USES_CHAIN, chain(4_000, lambda ref: {**closed(ref["$ref"]), "allOf": [ref]})), "S024", ".json"
    ),
    "1,000 closed parts": Case(
        lambda: schemas({"a": {"type": "object", "allOf": [closed(f"p{n}") for n in range(1_000)]}}), "S021", ".json"
    ),
    "references in a circle": Case(
        lambda: schemas({"a": {"$ref": "#/$defs/A", "default": 1}}, {"A": {"$ref": "#/$defs/A"}}), "S", ".json"
    ),
    "patterns": Case(
        lambda: schemas(
            {f"p{n}": {"type": "string", "pattern": p, "default": "a" * 40 + "!"} for n, p in enumerate(PATTERNS)}
        ),
        "S",
        ".json",
    ),
    "an enum of 50,000": Case(
        lambda: schemas({"a": {"type": "string", "enum": [*(f"v{n}" for n in range(50_000)), "v1"]}}), "S", ".json"
    ),
    "50,000 required names": Case(
        lambda: json.dumps({**BASE, "configSchema": {"type": "object", "required": [f"v{n}" for n in range(50_000)]}}),
        "S",
        ".json",
    ),
    "a circle of 10,000 required objects": Case(
        lambda: schemas({"a": {"$ref": "#/$defs/d0"}}, circle(10_000, type="object")), "S020", ".json"
    ),
    "a circle of 5,000 required values": Case(
        lambda: schemas({"a": {"$ref": "#/$defs/d0"}}, circle(5_000)), "D049", ".json"
    ),
    "a circle of 5,000 required objects that say more": Case(
        lambda: schemas({"a": {"$ref": "#/$defs/d0"}}, circle(5_000, type="object", **{"not": {"required": ["b"]}})),
        "S017",
        ".json",
    ),
    "15,000 references to nowhere": Case(
        lambda: schemas(
            {f"p{n}": {"$ref": f"#/$defs/Itme{n}"} for n in range(15_000)},
            {f"Item{n}": {"type": "string"} for n in range(5_000)},
        ),
        "S003",
        ".json",
    ),
    "15,000 unknown replacements": Case(
        lambda: methods(15_000, lambda n: {"name": "Get", "deprecated": {"since": "1.0.0", "replacement": f"gte_{n}"}}),
        "D028",
        ".json",
    ),
    "20,000 methods without a name": Case(lambda: methods(20_000, lambda n: {}), "D002", ".json"),
    "300,000 suppressions": Case(lambda: HEAD + "# connectory: allow D021 -- why\n" * 300_000, "D016"),
    "a million templates": Case(lambda: json.dumps({**BASE, "baseUrl": "https://x/" + "${" * 10**6}), "D", ".json"),
}
"""Each is checked to have a finding whose code starts so, and nothing that is no rule's."""


class Ended(NamedTuple):
    """What a run came to; ``sockets`` is what was tried with some, ``memory`` the bytes of its largest process."""

    code: int
    out: str
    err: str
    sockets: str
    memory: int


def check(folder: Path, *arguments: str) -> Ended:
    """``connectory check`` in a folder, watched."""
    (folder / "sitecustomize.py").write_text(WATCH)
    (folder / "sockets").touch()
    environment = {
        **os.environ,
        "PYTHONPATH": f"{folder}{os.pathsep}{SRC}",
        "SOCKETS": str(folder / "sockets"),
    }
    command = [sys.executable, "-m", "connectory", "check", "--no-cache", "--jobs", "2", *arguments]
    with open(folder / "out", "wb") as output, open(folder / "err", "wb") as messages:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=output, stderr=messages)
        watchdog = threading.Timer(PATIENCE, process.kill)
        watchdog.start()
        _, status, usage = os.wait4(process.pid, 0)
        watchdog.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
    out, err, sockets = ((folder / name).read_text() for name in ("out", "err", "sockets"))
    return Ended(process.returncode, out, err, sockets, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024))


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Ended:
    """All cases, checked in one run."""
    folder = tmp_path_factory.mktemp("hostile")
    for name, case in CASES.items():
        file = folder / "catalog" / _slug(name) / f"1.0.0{case.suffix}"
        file.parent.mkdir(parents=True)
        file.write_text(case.text(), encoding="utf-8")
    return check(folder, "--format", "json")


def _slug(name: str) -> str:
    return re.sub("[^a-z0-9]+", "_", name.lower())


def test_what_is_hostile_ends_in_findings(ended: Ended) -> None:
    assert (ended.code, ended.err) == (1, "")
    assert json.loads(ended.out)["files"] == len(CASES)


@pytest.mark.parametrize("name", CASES)
def test_each_hostile_file_has_its_finding(name: str, ended: Ended) -> None:
    case = CASES[name]
    file = f"catalog/{_slug(name)}/1.0.0{case.suffix}"
    found = {one["code"] for one in json.loads(ended.out)["diagnostics"] if one["span"]["path"] == file}
    assert any(code.startswith(case.codes) for code in found), found
    assert len(found) == 1 or not case.codes.startswith("Y") or found <= {"Y002", "Y005", "Y003"} | {case.codes}


def test_what_is_hostile_takes_bounded_memory(ended: Ended) -> None:
    assert ended.memory < MEMORY


def test_nothing_that_is_hostile_reaches_the_network(ended: Ended) -> None:
    assert ended.sockets == ""


def test_the_watch_sees_what_a_socket_is_used_for(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(WATCH)
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "SOCKETS": str(tmp_path / "sockets")}
    program = "import multiprocessing as m, socket\nm.Process(target=socket.socket).start()"
    subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True)
    assert "socket.__new__" in (tmp_path / "sockets").read_text()


def test_a_flood_of_files_ends_in_findings(tmp_path: Path) -> None:
    for number in range(10_000):
        file = tmp_path / "catalog" / f"i{number}" / "1.0.0.yaml"
        file.parent.mkdir(parents=True)
        file.write_text("a: [\n")
    ended = check(tmp_path)
    assert (ended.code, ended.err, ended.sockets) == (1, "", "")
    assert ended.out.endswith("\n10000 files checked: 10000 errors\n")
    assert ended.memory < MEMORY
