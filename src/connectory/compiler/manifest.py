"""The manifest: what was compiled and what came out, by digest. It holds no time, so that equal input
gives equal bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from connectory import __version__

NAME = "manifest.json"


class Compiled(NamedTuple):
    """A definition that was compiled, and the digest of its content."""

    id: str
    version: str
    digest: bytes


class Written(NamedTuple):
    """A file that was written."""

    path: str
    bytes: int
    digest: str


def written(top: Path, outputs: Path) -> list[Written]:
    """What stands at ``top``, a file or a folder of files; paths are from ``outputs``."""
    files = sorted(path for path in [top, *top.rglob("*")] if path.is_file())
    return [Written(file.relative_to(outputs).as_posix(), file.stat().st_size, _file_digest(file)) for file in files]


def render(definitions: Sequence[Compiled], outputs: Sequence[Written]) -> bytes:
    """The manifest of these definitions and files."""
    manifest = {
        "manifest": 1,
        "tool": f"connectory {__version__}",
        "definitions": [
            {"integrationId": one.id, "version": one.version, "digest": _named(one.digest)} for one in definitions
        ],
        "outputs": [one._asdict() for one in sorted(outputs)],
    }
    return json.dumps(manifest, indent=2).encode() + b"\n"


def _file_digest(path: Path) -> str:
    with open(path, "rb") as stream:
        return _named(hashlib.file_digest(stream, "sha256").digest())


def _named(digest: bytes) -> str:
    return f"sha256:{digest.hex()}"
