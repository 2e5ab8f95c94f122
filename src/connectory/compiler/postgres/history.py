"""A folder of migrations: what it leads to, and what comes next."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from itertools import pairwise
from operator import or_
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from connectory.compiler.equality import identity
from connectory.compiler.postgres.changes import Changes, changes, downs, is_newer, ups
from connectory.compiler.postgres.encoding import decode
from connectory.compiler.postgres.layouts import write_files
from connectory.compiler.postgres.migration import Found, HistoryError, Migration
from connectory.compiler.postgres.steps import Step
from connectory.compiler.postgres.target import Target
from connectory.compiler.release import Release, SeedRow, State

CREATE, SEED = "create_integration_definitions", "seed_integration_definitions"
ABOUT_CREATE = "The table of integration definitions. Applying it again changes nothing."

_KINDS = {b"-- Creates the table": "create", b"-- Brings up to date": "write", b"-- Goes back": "return",
          b"-- Removes": "remove"}  # fmt: skip
"""How the first line of each statement says what it does; see the templates."""

_ROW = re.compile(rb'\{"id": (?:null|"[0-9a-f]{32}"), "integration_id": ("[^"]*"), "version": ("[^"]*")')
_REPLACES = re.compile(r', "replaces": (\[[^\]]*\])\}$')


class _Place(NamedTuple):
    """A row in a file: its version, and where its line is."""

    version: str
    path: Path
    start: int
    length: int
    kind: str


class _Touch(NamedTuple):
    """What one migration did to a row."""

    number: str
    place: _Place


class History(NamedTuple):
    """What a folder of migrations leads to.

    Attributes:
        state: the rows, in the order of the tool.
        found: the migrations, somebody else's too.
        creates: whether they make the table.
        unsettled: the rows that two branches wrote, and the versions that they may have: it depends on which branch
            a database saw first.
    """

    state: State
    found: list[Found]
    creates: bool
    unsettled: Mapping[str, list[str]]


def read_history(folder: Path, layout: ModuleType) -> History:
    """What the migrations in a folder lead to.

    Raises:
        HistoryError: they cannot be read.
    """
    found: list[Found] = layout.read(folder) if folder.is_dir() else []
    for number, times in Counter(one.number for one in found).items():
        if times > 1:
            raise HistoryError(f"{folder}: several migrations have the number {number}")
    rows: dict[str, _Place] = {}
    touched: dict[str, list[_Touch]] = {}
    creates = False
    for one in found:
        for name, place in _steps(one.path, layout.UP_ENDS) if one.ours else ():
            creates = creates or place.kind == "create"
            if name:
                _apply(rows, name, place)
                touched.setdefault(name, []).append(_Touch(one.number, place))
    return History(
        State({name: place.version for name, place in sorted(rows.items())}, lambda name: _row(name, rows[name])),
        found,
        creates,
        _unsettled(touched, _lines(found)),
    )


def _steps(path: Path, ends: bytes | None) -> Iterator[tuple[str, _Place]]:
    """Each row of the statements of a file, and where it is; with an empty name, that it makes the table."""
    try:
        with open(path, "rb") as stream:
            kind, start = "", 0
            for line in stream:
                if ends is not None and line.startswith(ends):
                    return
                if line.startswith(b"-- ") and line.rstrip() in _KINDS:
                    kind = _KINDS[line.rstrip()]
                    if kind == "create":
                        yield "", _Place("", path, start, 0, kind)
                match = _ROW.match(line) if kind else None
                if match:
                    name, version = decode(match[1].decode()), decode(match[2].decode())
                    yield name, _Place(version, path, start, len(line.rstrip(b",\r\n")), kind)
                start += len(line)
    except (OSError, ValueError) as error:
        raise HistoryError(f"{path}: cannot be read: {error}") from None


def _apply(rows: dict[str, _Place], name: str, place: _Place) -> None:
    """Do what the statement does; see the templates."""
    stored = rows.get(name)
    match place.kind:
        case "write" if stored is None or not is_newer(stored.version, place.version):
            rows[name] = place
        case "return" if stored is not None and stored.version in _replaced(place):
            rows[name] = place
        case "remove" if stored is not None and stored.version == place.version:
            del rows[name]


def _text(place: _Place) -> str:
    with open(place.path, "rb") as stream:
        stream.seek(place.start)
        return stream.read(place.length).decode("utf-8", "replace")


def _replaced(place: _Place) -> list[str]:
    match = _REPLACES.search(_text(place))
    return list(_value(match[1])) if match else []


def _row(name: str, place: _Place) -> SeedRow:
    return SeedRow(name, place.version, _REPLACES.sub("}", _text(place)))


def same_row(one: str, other: str) -> bool:
    """Whether two texts of rows hold the same values, whichever release of Connectory wrote them.

    Raises:
        HistoryError: one is no JSON: somebody edited it.
    """
    return one == other or identity(_value(one)) == identity(_value(other))


def _value(text: str) -> Any:
    try:
        return decode(text)
    except (ValueError, RecursionError):
        raise HistoryError(f"a row was edited, and is no JSON any more: {text[:120]}") from None


# Branches.


class _Line(NamedTuple):
    """Migrations as bits of integers: sets of each one's would take memory with the square of their count.

    Attributes:
        bit: of the migration itself.
        before: of all that come before it, however many steps away.
    """

    bit: int
    before: int


def _lines(found: Sequence[Found]) -> dict[str, _Line]:
    lines: dict[str, _Line] = {}
    for place, one in enumerate(found):
        direct = [lines[number] for number in one.follows if number in lines]
        lines[one.number] = _Line(1 << place, _all_of(line.bit | line.before for line in direct))
    return lines


def _all_of(bits: Iterable[int]) -> int:
    return reduce(or_, bits, 0)


def _unsettled(touched: Mapping[str, list[_Touch]], lines: Mapping[str, _Line]) -> dict[str, list[str]]:
    unsettled = {}
    for name, touches in sorted(touched.items()):
        passed = _all_of(lines[one.number].before for one in touches)
        last = [one for one in touches if not lines[one.number].bit & passed]
        places = {one.number: one.place for one in last}
        if len(places) > 1 and not (all(one.place.kind == "write" for one in last) and _commute(list(places.values()))):
            unsettled[name] = sorted({place.version for place in places.values()})
    return unsettled


def _commute(places: list[_Place]) -> bool:
    """Whether these, that all write, come to the same in any order: they write the same, or different versions."""
    ordered = sorted(places, key=lambda place: (place.version, place.path))
    return all(
        is_newer(one.version, other.version)
        or is_newer(other.version, one.version)
        or same_row(_text(one), _text(other))
        for one, other in pairwise(ordered)
    )


# What comes next.


class Next(NamedTuple):
    """What a folder lacks.

    Attributes:
        changes: what the rows lack.
        migrations: what is to be written.
        merges: why the tool refuses the folder as it is, or None.
    """

    changes: Changes
    migrations: list[Migration]
    merges: str | None

    def __bool__(self) -> bool:
        """Whether anything is."""
        return bool(self.migrations) or self.merges is not None

    @property
    def told(self) -> list[str]:
        """A line for each thing."""
        names = {
            "added": self.changes.added,
            "changed": self.changes.changed,
            "removed": self.changes.removed,
            "written by two branches": list(self.changes.unsettled),
        }
        lines = [f"{what}: {', '.join(ids)}" for what, ids in names.items() if ids]
        return [*lines, *([f"to be merged: {self.merges}"] if self.merges else [])]


def next_migrations(folder: Path, layout: ModuleType, wanted: Release) -> Next:
    """What leads from what a folder leads to, to the wanted rows.

    Args:
        folder: of the migrations; it need not exist.
        layout: of its tool.
        wanted: what the rows are to be, and whether the migrations are to make the table.

    Raises:
        HistoryError: what is there cannot be continued.
    """
    history = read_history(folder, layout)
    found = changes(history.state, wanted.state, same_row, history.unsettled)
    merges: str | None = layout.needs_merge(folder, history.found)
    follows = layout.heads(history.found)
    made: list[Migration] = []
    sequence = _next_sequence(history.found)
    if wanted.schema_migration and not history.creates:
        made.append(_numbered(sequence, CREATE, [ABOUT_CREATE], [Step("create")], [Step("drop")], follows))
        sequence, follows = sequence + 1, (made[-1].number,)
    if found or (merges and len(follows) > 1 and layout.MERGES_BY_MIGRATION):
        up = ups(found, history.state, wanted.state, wanted.outside)
        made.append(_numbered(sequence, SEED, [summary(found)], up, downs(found, history.state, wanted.state), follows))
    return Next(found, made, merges)


def write_next(folder: Path, layout: ModuleType, given: Next, target: Target) -> list[Path]:
    """Write what a folder lacks; the files, in order.

    Raises:
        OSError: one cannot be written.
    """
    files: dict[str, Iterable[str]] = {}
    for migration in given.migrations:
        files |= layout.files(migration, target)
    if given:
        files |= layout.lists(folder, given.migrations)
    write_files(folder, files)
    return [folder / name for name in files]


def summary(found: Changes) -> str:
    """What a migration does, in a line."""
    counts = [(len(found.added), "adds"), (len(found.changed), "changes"), (len(found.removed), "removes"),
              (len(found.unsettled), "settles")]  # fmt: skip
    told = ", ".join(f"{word} {count}" for count, word in counts if count)
    return f"{told[:1].upper()}{told[1:]}." if told else "Merges what two branches added."


def _next_sequence(found: Sequence[Found]) -> int:
    numbers = [one.number[:-8] if one.ours else one.number for one in found]
    return 1 + max((int(number) for number in numbers if number.isdigit()), default=0)


def _numbered(
    sequence: int, title: str, about: list[str], up: list[Step], down: list[Step], follows: tuple[str, ...]
) -> Migration:
    """A migration whose number is its sequence and eight digits of the digest of its content."""
    digest = hashlib.sha256(" ".join((title, *about, *follows)).encode())
    for step in (*up, *down):
        digest.update(f"\0{step.kind}".encode())
        for row in step.rows:
            digest.update(f"\0{row.text}".encode())
    number = f"{sequence:04d}{int.from_bytes(digest.digest()) % 10**8:08d}"
    return Migration(number, title, about, up, down, follows)
