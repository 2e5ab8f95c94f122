"""What paths ask for: catalogs, folders of integrations, and files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from connectory.compiler.load import is_of_others, version_of, versions_in
from connectory.compiler.text.source import SUFFIXES


class NothingThere(Exception):
    """A path is no definition, and there is none in it; the message says what was looked for."""


class Asked(NamedTuple):
    """What paths ask for; nothing twice.

    Attributes:
        catalogs: all that they hold, and what does not belong there.
        folders: of integrations, with all their versions.
        files: single ones.
    """

    catalogs: Sequence[Path] = ()
    folders: Sequence[Path] = ()
    files: Sequence[Path] = ()

    @property
    def single(self) -> list[Path]:
        """The files that do not come with a catalog."""
        return once([*(file for folder in self.folders for file in versions_in(folder)), *self.files])


def asked(paths: Sequence[Path]) -> Asked:
    """What these paths ask for. Below a folder, definitions are looked for where they stand as a catalog has them.

    A folder with no file that could be one is a catalog that is empty, or that lost its last file. One that cannot be
    listed is asked for as a file is: there is a finding of it.

    Raises:
        NothingThere: a path asks for nothing.
    """
    catalogs: list[Path] = []
    folders: list[Path] = []
    files: list[Path] = []
    for path in paths:
        if os.path.isdir(path):
            refused: list[OSError] = []
            below = list(_catalogs_below(path, refused.append))
            files += [Path(error.filename) for error in refused]
            if not below and _holds_versions(path):
                folders.append(path)
            elif below or not (refused or _holds_files(path)):
                catalogs += below or [path]
            elif not refused:
                looked = "looked for <integrationId>/<version>.yaml (or .yml, .json) below it"
                raise NothingThere(f"there is no definition in {str(path)!r}: {looked}")
        elif path.suffix in SUFFIXES and os.path.exists(path):
            files.append(path)
        else:
            raise NothingThere(f"{str(path)!r} {_why_unread(path)}")
    return Asked(once(catalogs), once(folders), once(files))


def _why_unread(path: Path) -> str:
    """What is said of a path that is no definition."""
    try:
        os.stat(path)
    except FileNotFoundError:
        return "does not exist"
    except OSError as error:
        return f"cannot be read: {error.strerror or error}"
    return f"must end in {', '.join(SUFFIXES)}"


def once(paths: Sequence[Path]) -> list[Path]:
    """Paths without those that lead where an earlier one does."""
    found: dict[str, Path] = {}
    for path in paths:
        found.setdefault(os.path.abspath(path), path)
    return list(found.values())


def _catalogs_below(path: Path, refused: Callable[[OSError], None]) -> Iterator[Path]:
    """The folder and those below it that hold folders of versions; none inside another."""
    for folder, folders in _walk(path, refused):
        if any(_holds_versions(folder / name) for name in folders):
            yield folder
            folders.clear()


def _walk(path: Path, refused: Callable[[OSError], None] | None = None) -> Iterator[tuple[Path, list[str]]]:
    """A folder and those below it, each with the names of the next; who takes some away is spared these.

    ``refused`` is called for each that cannot be listed.
    """
    for folder, folders, _ in os.walk(path, onerror=refused):
        inside = (name for name in folders if not is_of_others(name))
        folders[:] = sorted(name for name in inside if not os.path.islink(os.path.join(folder, name)))
        yield Path(folder), folders


def _holds_versions(folder: Path) -> bool:
    return any(version_of(file) for file in versions_in(folder))


def _holds_files(path: Path) -> bool:
    return any(versions_in(folder) for folder, _ in _walk(path))
