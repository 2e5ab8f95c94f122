"""The versions that stand beside files, which these are measured against when they are checked without the others."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from connectory.compiler.examine import Looked
from connectory.compiler.load import version_of, versions_in
from connectory.compiler.text import content_of
from connectory.versions import Version


class Beside(NamedTuple):
    """What stands beside files.

    Attributes:
        looked: the files that are needed to measure them.
        versions: all that there are, as their names say, by integration id.
    """

    looked: Sequence[Looked] = ()
    versions: Mapping[str, Sequence[Version]] = MappingProxyType({})


def beside(looked: Sequence[Looked], look: Callable[[Sequence[Path]], Sequence[Looked]]) -> Beside:
    """Look at no more than that: of the releases before each in its folder, at the newest one that is sound.

    And at those that may promise something until a day to come, which holds whatever came after them.
    """
    listed: dict[Path, dict[Path, Version]] = {}
    sound = {_place(Path(one.file.path)): one.examined.is_sound for one in looked}
    before = [_earlier(Path(one.file.path), listed) for one in looked if one.examined.is_sound]
    waiting = [iter(files) for files in before]
    wanted = {_place(file): file for files in before for file in files[1:] if _place(file) not in sound}
    wanted = {place: file for place, file in wanted.items() if _may_promise(file)}
    found: list[Looked] = []
    while waiting:
        next_ = [(files, next((file for file in files if sound.get(_place(file), True)), None)) for files in waiting]
        wanted |= {_place(file): file for _, file in next_ if file is not None and _place(file) not in sound}
        seen = look(list(wanted.values())) if wanted else []
        sound.update((_place(Path(one.file.path)), one.examined.is_sound) for one in seen)
        found += seen
        wanted = {}
        waiting = [files for files, file in next_ if file is not None and not sound[_place(file)]]
    versions = {os.path.basename(os.path.abspath(folder)): list(files.values()) for folder, files in listed.items()}
    return Beside(found, versions)


def _may_promise(file: Path) -> bool:
    try:
        return b"sunset" in content_of(file)
    except (OSError, ValueError):
        return False


def _earlier(file: Path, listed: dict[Path, dict[Path, Version]]) -> list[Path]:
    """The releases before one in its folder, the newest first."""
    version = version_of(file)
    if version is None or version.is_prerelease:
        return []
    if file.parent not in listed:
        named = ((other, version_of(other)) for other in versions_in(file.parent))
        listed[file.parent] = {other: found for other, found in named if found is not None}
    known = listed[file.parent]
    before = (other for other, one in known.items() if one < version and not one.is_prerelease)
    return sorted(before, key=lambda other: known[other], reverse=True)


def _place(file: Path) -> str:
    return os.path.abspath(file)
