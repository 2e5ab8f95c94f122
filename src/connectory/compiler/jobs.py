"""Files of catalogs, by the integration that they are versions of."""

from __future__ import annotations

import os
from collections.abc import Sequence, Set
from pathlib import Path

from connectory.compiler.cache import Cache
from connectory.compiler.config import BundleConfig
from connectory.compiler.examine import File, Job, Wanted
from connectory.compiler.load import shown, version_of
from connectory.versions import Version


def jobs(
    files: Sequence[Path], cache: Cache | None, seeded: Set[Path] = frozenset(), bundle: BundleConfig | None = None
) -> list[Job]:
    """A job for each integration, by id; its files by rising version, as their names say it.

    Args:
        files: of one or several catalogs.
        cache: where what is worked out is kept; None where it is not.
        seeded: the files that rows are made of.
        bundle: what a bundle is to hold; None where none is to be made.
    """
    by_id: dict[str, list[Path]] = {}
    for file in files:
        by_id.setdefault(os.path.basename(os.path.dirname(os.path.abspath(file))), []).append(file)
    folder, spare = (str(cache.folder), str(cache.spare or "")) if cache else ("", "")
    made = []
    for _, same in sorted(by_id.items()):
        rising = sorted(same, key=_rank)
        row = next((index for index, file in enumerate(rising) if file in seeded), None)
        made.append(Job(tuple(File(str(file), shown(file)) for file in rising), Wanted(bundle, row), folder, spare))
    return made


def _rank(file: Path) -> tuple[bool, Version | str, str]:
    version = version_of(file)
    return version is None, version or file.name, str(file)
