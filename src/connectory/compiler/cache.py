"""What is kept between runs: what was found in a file, and what outputs need of it, by the file's content.

Everything goes by a key that the content, the name and the compiler itself are part of, so that nothing ever has to be
thrown away as outdated. Several runs may share a folder: files appear whole, and what is damaged counts as missing. The
index says which key a path had when it was last seen, by size, time and inode; a file that changed within two seconds
of being seen is read again. Nothing here is needed: where the folder cannot be written, work is done again.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import time
from pathlib import Path
from typing import Any, TypeVar
from zlib import crc32

import msgspec

_T = TypeVar("_T")

_RACY = 2_000_000_000
"""Nanoseconds within which a file can change twice and look the same."""

_OLD = 30 * 24 * 3600
"""Seconds after which what no run has used is removed."""


class Seen(msgspec.Struct, frozen=True, array_like=True):
    """A file as it was when its key was worked out."""

    size: int
    modified: int
    inode: int
    key: str


class Output(msgspec.Struct, frozen=True, array_like=True):
    """What outputs were made of, and how their files looked then: path to size and time."""

    made_of: str
    files: dict[str, tuple[int, int]]


class _Index(msgspec.Struct):
    files: dict[str, Seen] = {}
    outputs: dict[str, Output] = {}
    examined: dict[str, msgspec.Raw] = {}


def default_folder() -> Path:
    """Where things are kept: ``$CONNECTORY_CACHE``, or below the user's own folder for such things."""
    given = os.environ.get("CONNECTORY_CACHE")
    if given:
        return Path(given)
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(home, "connectory")


class Cache:
    """A folder of things that were worked out; see the module."""

    def __init__(self, folder: Path, maker: bytes = b"") -> None:
        """``maker`` tells what works things out; each has its own index."""
        self.folder = folder
        self._before: _Index | None = None
        name = hashlib.sha256(maker + os.getcwd().encode("utf-8", "surrogateescape")).hexdigest()[:32]
        self._index_path = folder / f"index-{name}"
        self._started = time.time_ns()
        self._now = _Index({}, {}, {})

    def get(self, kind: str, key: str) -> bytes | None:
        """What is kept, or None where it is not, or no longer whole."""
        try:
            data = self._path(kind, key).read_bytes()
        except OSError:
            return None
        return data[:-4] if len(data) >= 4 and crc32(data[:-4]) == int.from_bytes(data[-4:], "little") else None

    def holds(self, kind: str, key: str) -> bool:
        """Whether something is kept; it may be damaged."""
        return self._path(kind, key).is_file()

    def is_writable(self) -> bool:
        """Whether anything can be kept."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.folder):
                return True
        except OSError:
            return False

    def put(self, kind: str, key: str, data: bytes) -> None:
        """Keep something.

        Raises:
            OSError: the folder cannot be written.
        """
        path = self._path(kind, key)
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_whole(path, data + crc32(data).to_bytes(4, "little"))

    def key_of(self, file: str) -> str | None:
        """The key that a file had, where it looks as it did then."""
        seen = self._known().files.get(os.path.abspath(file))
        status = _status(file)
        if seen is None or status is None or status != (seen.size, seen.modified, seen.inode):
            return None
        return seen.key

    def examined(self, key: str, shape: type[_T]) -> _T | None:
        """What was found in a file, from the index or its own file."""
        data = self._known().examined.get(key) or self.get("examined", key)
        try:
            return msgspec.msgpack.decode(data, type=shape) if data else None
        except msgspec.DecodeError:
            return None

    def remember(self, file: str, key: str, examined: Any) -> None:
        """Have the next run know a file by how it looks."""
        self._now.examined[key] = msgspec.Raw(msgspec.msgpack.encode(examined))
        status = _status(file)
        if status is not None and status[1] < self._started - _RACY:
            self._now.files[os.path.abspath(file)] = Seen(*status, key)

    def is_current(self, out: Path, made_of: str) -> bool:
        """Whether the files below ``out`` are those that were made of this, and nobody has touched them since."""
        kept = self._known().outputs.get(os.path.abspath(out))
        return kept is not None and kept.made_of == made_of and kept.files == _looks(out, kept.files)

    def remember_output(self, out: Path, made_of: str, files: list[str]) -> None:
        """Have the next run know the files below ``out``."""
        self._now.outputs[os.path.abspath(out)] = Output(made_of, _looks(out, files))

    def save(self) -> None:
        """Write the index, and remove what no run has used for long. Failing to is no harm."""
        self._now.outputs = {**self._known().outputs, **self._now.outputs}
        self._now.files = {**self._known().files, **self._now.files}
        self._now.examined = {**self._known().examined, **self._now.examined}
        known = {seen.key for seen in self._now.files.values()}
        self._now.examined = {key: data for key, data in self._now.examined.items() if key in known}
        self._now.files = {path: seen for path, seen in self._now.files.items() if seen.key in self._now.examined}
        data = msgspec.msgpack.encode(self._now)
        with contextlib.suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            _write_whole(self._index_path, data + crc32(data).to_bytes(4, "little"))
            self._prune(known)

    def _prune(self, known: set[str]) -> None:
        limit = time.time() - _OLD
        mark = self.folder / "pruned"
        if mark.exists() and mark.stat().st_mtime > limit:
            return
        mark.touch()
        for path in self.folder.glob("*/??/*"):
            if path.name not in known and path.stat().st_mtime < limit:
                path.unlink(missing_ok=True)

    def _path(self, kind: str, key: str) -> Path:
        return self.folder / kind / key[:2] / key

    def _known(self) -> _Index:
        if self._before is None:
            self._before = self._read_index()
        return self._before

    def _read_index(self) -> _Index:
        try:
            data = self._index_path.read_bytes()
            if crc32(data[:-4]) == int.from_bytes(data[-4:], "little"):
                return msgspec.msgpack.decode(data[:-4], type=_Index)
        except (OSError, msgspec.DecodeError):
            pass
        return _Index({}, {}, {})


def _status(file: str) -> tuple[int, int, int] | None:
    try:
        status = os.stat(file)
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns, status.st_ino


def _looks(out: Path, files: Any) -> dict[str, tuple[int, int]]:
    found = {}
    for name in files:
        status = _status(os.path.join(out, name))
        if status is not None:
            found[name] = status[:2]
    return found


def _write_whole(path: Path, data: bytes) -> None:
    """Write a file that others see whole or not at all. It need not outlive a power cut: its sum would tell."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with open(descriptor, "wb") as stream:
            stream.write(data)
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise
