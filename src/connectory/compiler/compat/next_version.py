"""The file of the next version: made of the newest one, renamed when the change turns out to need more."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from connectory.compiler.compat.changes import needed
from connectory.compiler.compat.frozen import Base
from connectory.compiler.compat.kinds import Bump
from connectory.compiler.compat.parts import sorted_json
from connectory.compiler.compat.sources import Found, NoSuchSource, difference
from connectory.compiler.compat.versions import after, predecessor, step
from connectory.compiler.config import Configuration
from connectory.compiler.load import version_of
from connectory.compiler.text import read_source
from connectory.compiler.text.source import SUFFIXES, Source
from connectory.names import close_matches
from connectory.versions import Version


class NotPossible(Exception):
    """A file of the next version cannot be made."""


class Stand(NamedTuple):
    """How far an integration is.

    Attributes:
        id: of the integration.
        newest: its newest release, and the file.
        before: the release before that; None where there is none.
        is_open: whether the newest may not be released yet, so that it can be told what it needs.
        is_movable: whether it surely is not, so that it can be renamed.
    """

    id: str
    newest: tuple[Version, Path]
    before: tuple[Version, Path] | None
    is_open: bool
    is_movable: bool

    @classmethod
    def of(cls, id_: str, catalogs: Sequence[Path], base: Base | None) -> Stand:
        """How far an integration of these catalogs is.

        Raises:
            NotPossible: there is no such integration, or no release of it.
        """
        files = _files(id_, catalogs)
        if not files:
            where = ", ".join(map(str, catalogs))
            early = _files(id_, catalogs, prereleases=True)
            if early:
                raise NotPossible(
                    f"there is no release of {id_!r} in {where}, only {max(early)}; rename its file when it is one"
                )
            known = [folder.name for catalog in catalogs if catalog.is_dir() for folder in catalog.iterdir()]
            close = close_matches(id_, known)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            raise NotPossible(f"there is no release of {id_!r} in {where}{hint}")
        newest = max(files)
        before = predecessor(newest, files)
        if before is None:
            return cls(id_, (newest, files[newest]), None, is_open=False, is_movable=False)
        if base is not None and not base.can_tell(files[newest]):
            base = None
        if base is None:
            is_movable = _is_copy(files[before], files[newest])
        else:
            is_movable = not base.has(files[newest], (id_, newest.text))
        is_open = is_movable or base is None
        return cls(id_, (newest, files[newest]), (before, files[before]), is_open, is_movable)


def copied(stand: Stand, bump: Bump) -> Path:
    """Make the file of the next version.

    Raises:
        NotPossible: it is there already, or cannot be written.
    """
    version, path = stand.newest
    return _written(path, Version.parse(after(version, bump)))


def moved(stand: Stand, bump: Bump) -> Path:
    """Rename the file of a version that is not released.

    Raises:
        NotPossible: there is another of that name, or it cannot be written.
    """
    version, path = stand.newest
    assert stand.before is not None  # an open version has one before it
    following = Version.parse(after(stand.before[0], bump))
    if following == version:
        raise NotPossible(f"{path.as_posix()} is that version already")
    made = _written(path, following)
    path.unlink()
    return made


def said(stand: Stand, configuration: Configuration, today: date) -> tuple[bool, str]:
    """Whether the number of a version that is not released is enough for what it changes, and what to tell."""
    assert stand.before is not None  # an open version has one before it
    old, new = [_found(stand.id, version, path) for version, path in (stand.before, stand.newest)]
    try:
        made = difference(stand.id, old, new, configuration, today)
    except NoSuchSource as error:
        raise NotPossible(str(error)) from None
    if not made.changes:
        return True, f"{made.title()}: nothing changed yet"
    bump = needed(list(made.changes))
    reasons = [change.message for change in made.changes if change.bump is bump and not change.allowed]
    more = f", and {len(reasons) - 1} more" if len(reasons) > 1 else ""
    why = f" ({reasons[0]}{more})" if reasons else ""
    allowed = sum(bool(change.allowed) for change in made.changes)
    also = f"; {allowed} allowed with a reason" if allowed else ""
    text = f"{made.title()}: needs a {bump} version{why}{also}"
    if step(stand.before[0], stand.newest[0]) >= bump:
        return True, text
    return False, f"{text}: 'connectory bump {stand.id} --to {bump}' renames it to {after(stand.before[0], bump)}"


def _files(id_: str, catalogs: Sequence[Path], *, prereleases: bool = False) -> dict[Version, Path]:
    """The releases of an integration, or its pre-releases, and their files."""
    found: dict[Version, Path] = {}
    if id_ in ("", ".", "..") or Path(id_).name != id_:
        return found
    for catalog in catalogs:
        folder = catalog / id_
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            version = version_of(path)
            if version is not None and path.suffix in SUFFIXES and version.is_prerelease is prereleases:
                found[version] = path
    return found


def _is_copy(one: Path, other: Path) -> bool:
    """Whether two files differ in their version alone."""
    old, new = [{**read_source(path, str(path)).data, "version": ""} for path in (one, other)]
    return sorted_json(old) == sorted_json(new)


def _found(id_: str, version: Version, path: Path) -> Found:
    source = read_source(path, path.as_posix())
    return Found(id_, version.text, lambda: source.data, lambda: source)


def _written(path: Path, version: Version) -> Path:
    source = read_source(path, path.as_posix())
    target = path.with_name(f"{version}{path.suffix}")
    others = [target.with_name(f"{version}{suffix}") for suffix in SUFFIXES]
    if any(other.exists() for other in others):
        raise NotPossible(f"there is a {target.as_posix()} already")
    try:
        _write_new(target, _with_version(source, version))
    except OSError as error:
        raise NotPossible(f"cannot write {target.as_posix()}: {error.strerror or error}") from None
    return target


def _with_version(source: Source, version: Version) -> str:
    """The text of a definition with another version; nothing else changes.

    Raises:
        NotPossible: its text cannot be edited there.
    """
    span = source.span(("version",))
    lines = source.text.split("\n")
    line = lines[span.line - 1] if 0 < span.line <= len(lines) else ""
    written = line[span.column - 1 : span.end_column - 1]
    if span.end_line != span.line or written.strip("\"'") != source.data.get("version"):
        raise NotPossible(f"{source.path} has no version that can be replaced")
    quote = written[0] if written[0] in "\"'" else '"'
    lines[span.line - 1] = f"{line[: span.column - 1]}{quote}{version}{quote}{line[span.end_column - 1 :]}"
    return "\n".join(lines)


def _write_new(path: Path, text: str) -> None:
    """Write a file that is not there yet, whole or not at all."""
    temporary = path.with_name(f".new-{path.name}")
    try:
        with open(temporary, "x", encoding="utf-8", newline="") as stream:
            stream.write(text)
        os.link(temporary, path)
    finally:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
