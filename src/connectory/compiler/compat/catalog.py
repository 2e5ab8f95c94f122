"""What the versions of catalogs break, and what of a release changed or is gone."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path, PurePosixPath

from connectory.compiler.asked import Asked
from connectory.compiler.beside import Beside
from connectory.compiler.compat.frozen import Base, frozen
from connectory.compiler.compat.releases import Released, compare, comparisons
from connectory.compiler.diagnostics import Diagnostic
from connectory.compiler.examine import Looked
from connectory.compiler.load import shown
from connectory.compiler.workers import each
from connectory.versions import Version


def has_several(looked: Sequence[Looked]) -> bool:
    """Whether there is anything to compare: an integration of more than one version."""
    seen: set[str] = set()
    for one in looked:
        listed = one.examined.listed
        if listed and listed.id in seen:
            return True
        if listed:
            seen.add(listed.id)
    return False


def measured(
    looked: Sequence[Looked],
    today: date,
    folder: str,
    processes: int,
    progress: Callable[[str, int, int], None],
    base: Base | None = None,
    others: Beside | None = None,
) -> list[Diagnostic]:
    """What versions change without saying so. Only sound definitions are compared.

    Args:
        looked: the files of the catalogs.
        today: sunsets before it have passed.
        folder: where what is worked out is kept; empty where it is not.
        processes: how many to use.
        progress: shows how far it is.
        base: what was released, where that is known.
        others: what stands beside these, and is not measured itself.
    """
    others = others or Beside()
    every = [*looked, *others.looked]
    ids = Counter(one.examined.listed.id for one in every if one.examined.listed)
    several = [_released(one) for one in every if one.examined.listed and ids[one.examined.listed.id] > 1]
    added = frozenset(one.file.shown for one in looked if base and not _stood(one, base))
    wanted = {one.file.path for one in looked}
    compared = comparisons((one for one in several if one), today, folder, added, others.versions)
    jobs = [job for job in compared if job.new.file in wanted]
    weights = [_size(job.old) + _size(job.new) for job in jobs]
    found: list[Diagnostic] = []
    for done, (_, diagnostics) in enumerate(each(compare, jobs, weights, processes), 1):
        found += diagnostics
        progress("comparing", done, len(jobs))
    return found


def unfrozen(looked: Sequence[Looked], base: Base, today: date) -> list[Diagnostic]:
    """What of a base changed in meaning, or disappeared."""
    listed = [(one.examined.listed, one.file.shown) for one in looked if one.examined.listed]
    identities = {(one.id, one.version): shown for one, shown in listed}
    return list(frozen(base, {one.file.shown: Path(one.file.path) for one in looked}, identities, today))


def narrowed(base: Base, asked: Asked, looked: Sequence[Looked]) -> Base:
    """What of a base is about what was asked for: a whole catalog or folder, or a file that was there, if under another
    ending."""
    catalogs, folders = ({PurePosixPath(shown(path)) for path in paths} for paths in (asked.catalogs, asked.folders))
    files = {one.file.shown for one in looked}
    names = {_stem(file) for file in files}

    def is_asked_for(file: str) -> bool:
        folder = PurePosixPath(file).parent
        is_inside = folder in folders or folder.parent in catalogs
        return is_inside or file in files or (_stem(file) in names and not Path(file).exists())

    listed = [one.examined.listed for one in looked if one.examined.listed]
    identities = {(one.id, one.version) for one in listed}
    ids = {Path(os.path.abspath(folder)).name for folder in asked.folders}
    others = {one: read for one, read in base.others.items() if asked.catalogs or one[0] in ids or one in identities}
    return base._replace(files={file: was for file, was in base.files.items() if is_asked_for(file)}, others=others)


def _stem(file: str) -> str:
    return file.removesuffix(PurePosixPath(file).suffix)


def _released(one: Looked) -> Released | None:
    listed = one.examined.listed
    version = Version.read(listed.version) if listed else None
    if listed is None or version is None or not one.examined.is_sound:
        return None
    return Released(listed.id, version, one.file.path, one.file.shown, one.key, one.examined.promised)


def _stood(looked: Looked, base: Base) -> bool:
    listed = looked.examined.listed
    return base.has(Path(looked.file.shown), (listed.id, listed.version) if listed else None)


def _size(released: Released) -> int:
    try:
        return Path(released.file).stat().st_size
    except OSError:
        return 0
