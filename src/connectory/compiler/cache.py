"""What is kept between runs: what was found in a file, and what outputs need of it, by the file's content.

Everything goes by a key that the content, the name and the compiler itself are part of, so that nothing ever has to be
thrown away as outdated. Several runs may share a folder: files appear whole, and what is damaged counts as missing. The
index says which key a file had when it was last read, by how the system describes it; a file that changed within two
seconds of being read is read again. Nothing here is needed: what the folder does not take is worked out again.
Whatever else lies in it is left alone.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import stat
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args
from zlib import crc32

import msgspec

_T = TypeVar("_T")

_RACY = 2_000_000_000
"""Nanoseconds within which a file can change twice and look the same."""

_DAY = 24 * 3600
"""Seconds after which what is read is marked as used, by its time."""

_OLD = 30 * _DAY
"""Seconds after which what no run has read or written is removed."""

Kind = Literal["bundled", "compared", "examined", "seeded"]
"""What is kept. Each has a folder of its own, and in it one for the first two digits of the keys."""

_LOOSE = re.compile(r"index-[0-9a-f]{32}|\.new-[a-z0-9_]{8}")
_ENTRY = re.compile(r"[0-9a-f]{64}|\.new-[a-z0-9_]{8}")
"""The names of what is written to the folder itself, and to those of the kinds."""


class NotKept(Exception):
    """There is no place that takes something; says which, and why."""


class Status(msgspec.Struct, frozen=True, array_like=True):
    """What the system says of a file. Whoever changes it and sets its times back cannot set ``changed``."""

    size: int
    modified: int
    changed: int
    inode: int


def status_of(file: str | os.PathLike[str]) -> Status | None:
    """The status of a file; None where there is none."""
    try:
        found = os.stat(file)
    except (OSError, ValueError):
        return None
    return Status(found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)


class Seen(msgspec.Struct, frozen=True, array_like=True):
    """A file's status before it was read, and the key that it had."""

    status: Status
    key: str


class Output(msgspec.Struct, frozen=True, array_like=True):
    """What outputs were made of, and the status of their files then, by path."""

    made_of: str
    files: dict[str, Status]


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

    def __init__(self, folder: Path, maker: bytes = b"", spare: Path | None = None) -> None:
        """``maker`` tells what works things out; each has its own index. ``spare`` takes what the folder does not."""
        self.folder = folder
        self.spare = spare
        name = hashlib.sha256(maker + os.getcwd().encode("utf-8", "surrogateescape")).hexdigest()[:32]
        self._index_path = folder / f"index-{name}"
        self._started = time.time_ns()
        self._before: _Index | None = None
        self._now = _Index({}, {}, {})

    # Things by their key.

    def get(self, kind: Kind, key: str) -> bytes | None:
        """What is kept, or None where it is not, or no longer whole."""
        found = (_read_whole(path) for path in self._paths(kind, key))
        return next((data for data in found if data is not None), None)

    def holds(self, kind: Kind, key: str) -> bool:
        """Whether something is kept; it may be damaged."""
        return any(map(_is_there, self._paths(kind, key)))

    def put(self, kind: Kind, key: str, data: bytes) -> None:
        """Keep something.

        Raises:
            NotKept: see there.
        """
        reasons: list[object] = []
        for path in map(Path, self._paths(kind, key)):
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                _write_whole(path, data)
                return
            except OSError as error:
                if _read_whole(path) == data:
                    return  # another run has written it, and perhaps one reads it, which not every system lets replace
                reasons.append(error.strerror or error)
        raise NotKept(f"cannot keep what was worked out in {self.folder}: {reasons[0]}")

    def is_writable(self) -> bool:
        """Whether anything can be kept."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.folder):
                return True
        except (OSError, ValueError):  # no path can hold NUL
            return False

    def _paths(self, kind: Kind, key: str) -> list[str]:
        """Where something may be, the folder first."""
        return [os.path.join(folder, kind, key[:2], key) for folder in (self.folder, self.spare) if folder]

    # Files and outputs by how they look.

    def key_of(self, file: str) -> str | None:
        """The key that a file had, where it looks as it did then."""
        seen = self._known().files.get(os.path.abspath(file))
        return seen.key if seen is not None and seen.status == status_of(file) else None

    def examined(self, key: str, shape: type[_T]) -> _T | None:
        """What was found in a file, from the index or its own file."""
        data = self._known().examined.get(key) or self.get("examined", key)
        try:
            return msgspec.msgpack.decode(data, type=shape) if data else None
        except msgspec.MsgspecError:
            return None

    def remember(self, file: str, status: Status | None, key: str, examined: Any) -> None:
        """Have the next run know a file by how it looked before it was read."""
        if status is not None and max(status.modified, status.changed) < self._started - _RACY:
            self._now.files[os.path.abspath(file)] = Seen(status, key)
            self._now.examined[key] = msgspec.Raw(msgspec.msgpack.encode(examined))

    def is_current(self, out: Path, names: Iterable[str], made_of: str) -> bool:
        """Whether the files below ``out`` are those that were made of this, and nobody has touched them since."""
        kept = self._known().outputs.get(os.path.abspath(out))
        return kept is not None and kept.made_of == made_of and kept.files == _statuses(out, names)

    def remember_output(self, out: Path, names: Iterable[str], made_of: str) -> None:
        """Have the next run know the files below ``out``."""
        self._now.outputs[os.path.abspath(out)] = Output(made_of, _statuses(out, names))

    def save(self) -> None:
        """Write the index, and remove what no run has used for long. Failing to is no harm."""
        before = self._known()
        for path, seen in before.files.items():
            if path not in self._now.files and seen.key in before.examined and os.path.exists(path):
                self._now.files[path] = seen
                self._now.examined[seen.key] = before.examined[seen.key]
        outputs = {out: output for out, output in before.outputs.items() if os.path.exists(out)}
        self._now.outputs = {**outputs, **self._now.outputs}
        if self._now == before:
            return
        with contextlib.suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            _write_whole(self._index_path, msgspec.msgpack.encode(self._now))
            self._prune()

    def _prune(self) -> None:
        limit = time.time() - _OLD
        mark = self.folder / "pruned"
        if mark.exists() and mark.stat().st_mtime > limit:
            return
        mark.touch()
        for path in _ours(self.folder):
            if path.stat().st_mtime < limit:
                path.unlink(missing_ok=True)

    def _known(self) -> _Index:
        if self._before is None:
            self._before = _decoded(_read_whole(self._index_path))
        return self._before


def _decoded(data: bytes | None) -> _Index:
    try:
        return msgspec.msgpack.decode(data, type=_Index) if data else _Index({}, {}, {})
    except msgspec.MsgspecError:
        return _Index({}, {}, {})


def _ours(folder: Path) -> Iterator[Path]:
    """The files below a folder that are kept there, by where they stand and how they are called."""
    yield from _named(folder, _LOOSE)
    for kind in get_args(Kind):
        for start in range(256):
            yield from _named(folder / kind / f"{start:02x}", _ENTRY)


def _named(folder: Path, name: re.Pattern[str]) -> list[Path]:
    """The files of a folder with such a name; none where it cannot be listed."""
    try:
        with os.scandir(folder) as entries:
            return [Path(entry) for entry in entries if name.fullmatch(entry.name) and entry.is_file()]
    except OSError:
        return []


def _statuses(out: Path, names: Iterable[str]) -> dict[str, Status]:
    """The status of every file under these names, by its path."""
    tops = [out / name for name in names]
    files = [path for top in tops for path in [top, *top.rglob("*")] if path.is_file()]
    found = {path.relative_to(out).as_posix(): status_of(path) for path in sorted(files)}
    return {name: status for name, status in found.items() if status is not None}


_SUM = 4
"""Bytes of the crc32 that everything ends with."""


def _read_whole(path: str | Path) -> bytes | None:
    try:
        with open(path, "rb") as stream:
            status = os.fstat(stream.fileno())
            length = status.st_size - _SUM
            content, total = (stream.read(length), stream.read()) if length >= 0 else (b"", b"")
    except OSError:
        return None
    if total != _sum(content):
        return None
    _mark_used(path, status)
    return content


def _is_there(path: str) -> bool:
    try:
        status = os.stat(path)
    except OSError:
        return False
    if not stat.S_ISREG(status.st_mode):
        return False
    _mark_used(path, status)
    return True


def _mark_used(path: str | Path, status: os.stat_result) -> None:
    """Have a file look young, so that it stays."""
    if status.st_mtime < time.time() - _DAY:
        with contextlib.suppress(OSError):
            os.utime(path)


def _sum(content: bytes) -> bytes:
    return crc32(content).to_bytes(_SUM, "little")


def _write_whole(path: Path, data: bytes) -> None:
    """Write a file that others see whole or not at all. It need not outlive a power cut: its sum would tell."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with open(descriptor, "wb") as stream:
            stream.write(data)
            stream.write(_sum(data))
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise
