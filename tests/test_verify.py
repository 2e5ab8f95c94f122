"""The full check of a bundle: it finds every damaged byte, and says where."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import connectory
from bundles import HERE, SOURCES, ai_definition, definition, method, write_bundle
from connectory import BundleError, CorruptBundle, layout
from connectory.cli import cli
from connectory.reader import Bundle
from connectory.verify import check, faults

SHARED = {"A": {"type": "object", "properties": {"b": {"$ref": "#/$defs/B"}}}, "B": {"$ref": "#/$defs/A"}, "C": True}
USES = {"type": "object", "properties": {"a": {"$ref": "#/$defs/A"}}}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    rich = definition("rich", methods=[method("ping", inputSchema=USES), method("pong", description="x" * 5000)])
    versions = [definition("acme", version) for version in ("1.0.0", "1.1.0")]
    definitions = [*versions, {**rich, "$defs": SHARED}, ai_definition({}, integration_id="claude")]
    return write_bundle(tmp_path / "b", definitions)


def test_an_intact_bundle(path: Path) -> None:
    checked = check(Bundle(path))
    assert checked.faults == ()
    assert checked.records > 12
    assert len(connectory.open(path, verify="full")) == 3


@pytest.mark.parametrize("count", [0, 1, 300])
def test_bundles_of_any_size(tmp_path: Path, count: int) -> None:
    path = write_bundle(tmp_path / "b", [definition(f"i{number}") for number in range(count)])
    assert faults(Bundle(path)) == ()


def test_every_byte_that_is_damaged_is_found(path: Path, tmp_path: Path) -> None:
    whole = path.read_bytes()
    damaged = tmp_path / "damaged"
    missed = []
    for at in range(len(whole)):
        data = bytearray(whole)
        data[at] ^= 0x41
        damaged.write_bytes(data)
        try:
            found: Any = faults(Bundle(damaged))
        except BundleError as error:
            found = [error]
        if not found:
            missed.append(at)
    assert missed == []


def test_no_flipped_byte_gives_a_wrong_answer_in_processes_of_their_own(path: Path) -> None:
    """Each byte of the bundle once; a worker that crashes or says something else ends with another code."""
    command = [sys.executable, str(HERE.parent / "benchmarks/corruption.py"), str(path), "--flips", "0"]
    done = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": str(SOURCES)}, capture_output=True, text=True, timeout=300
    )
    assert (done.returncode, done.stderr) == (0, "")
    flips = sum(int(line.split()[0].replace(",", "")) for line in done.stdout.splitlines())
    assert flips == path.stat().st_size


def test_a_fault_says_where(path: Path) -> None:
    whole = bytearray(path.read_bytes())
    whole[layout.HEADER_SIZE + 3] ^= 1
    path.write_bytes(whole)
    (fault, *_) = faults(Bundle(path))
    assert fault == (layout.HEADER_SIZE, "a record is damaged")
    with pytest.raises(CorruptBundle) as caught:
        connectory.open(path, verify="full")
    assert (caught.value.offset, caught.value.message) == (layout.HEADER_SIZE, "a record is damaged")
    connectory.open(path)


def test_what_is_no_way_to_verify(path: Path) -> None:
    with pytest.raises(ValueError, match="verify is 'touched' or 'full', not 'some'"):
        connectory.open(path, verify="some")  # type: ignore[arg-type]  # that is the point


@pytest.mark.parametrize("seed", range(200))
def test_random_bytes_in_the_middle_never_crash_the_check(path: Path, seed: int) -> None:
    numbers = random.Random(seed)
    whole = bytearray(path.read_bytes())
    for _ in range(numbers.randint(1, 40)):
        at = numbers.randrange(layout.HEADER_SIZE, len(whole))
        whole[at : at + numbers.randint(1, 30)] = numbers.randbytes(numbers.randint(1, 30))
    whole = whole[: path.stat().st_size].ljust(path.stat().st_size, b"\0")
    path.write_bytes(whole)
    assert faults(Bundle(path))


def test_the_command(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    size = path.stat().st_size
    assert cli.main(["verify", str(path)], standalone_mode=False) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"{path}: intact; ")
    assert out.endswith(f" records, {size:,} bytes\n")
    whole = bytearray(path.read_bytes())
    whole[layout.HEADER_SIZE + 3] ^= 1
    path.write_bytes(whole)
    assert cli.main(["verify", str(path)], standalone_mode=False) == 1
    assert f"{path}: a record is damaged (at byte {layout.HEADER_SIZE})" in capsys.readouterr().out
    path.write_bytes(b"PK\3\4")
    assert cli.main(["verify", str(path)], standalone_mode=False) == 1
    assert capsys.readouterr().out == f"{path}: not a Connectory bundle\n"
