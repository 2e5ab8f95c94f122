"""The manifest: what was compiled and what came out, by digest. It holds no time, so that equal input
gives equal bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from connectory import __version__

NAME = "manifest.json"


class Compiled(NamedTuple):
    """A definition that was compiled, and the digest of its content."""

    id: str
    version: str
    digest: bytes


def render(definitions: Sequence[Compiled], outputs: Path) -> bytes:
    """The manifest of these definitions and of every file below ``outputs``."""
    files = sorted(path for path in outputs.rglob("*") if path.is_file())
    with ThreadPoolExecutor() as threads:
        digests = list(threads.map(_file_digest, files))
    manifest = {
        "manifest": 1,
        "tool": f"connectory {__version__}",
        "definitions": [
            {"integrationId": one.id, "version": one.version, "digest": _named(one.digest)} for one in definitions
        ],
        "outputs": [
            {"path": path.relative_to(outputs).as_posix(), "bytes": path.stat().st_size, "digest": digest}
            for path, digest in zip(files, digests, strict=True)
        ],
    }
    return json.dumps(manifest, indent=2).encode() + b"\n"


def _file_digest(path: Path) -> str:
    with open(path, "rb") as stream:
        return _named(hashlib.file_digest(stream, "sha256").digest())


def _named(digest: bytes) -> str:
    return f"sha256:{digest.hex()}"
