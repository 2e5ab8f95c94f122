"""Which version a version is measured against, and how far it moves."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from connectory.compiler.compat.kinds import Bump
from connectory.versions import Version


def predecessor(version: Version, known: Iterable[Version]) -> Version | None:
    """The version that promised what this one has to keep: the newest release before it.

    Pre-releases promise nothing, and are not measured.
    """
    if version.is_prerelease:
        return None
    return max((each for each in known if each < version and not each.is_prerelease), default=None)


def step(old: Version, new: Version) -> Bump:
    """What a version that follows another may change. Below 1.0.0 the minor number takes the major one's role."""
    if new.core[0] != old.core[0]:
        return Bump.MAJOR
    if new.core[1] != old.core[1]:
        return Bump.MINOR if old.core[0] else Bump.MAJOR
    return Bump.PATCH if old.core[0] else Bump.MINOR


def after(old: Version, bump: Bump, known: Sequence[Version] = ()) -> str:
    """The first version that may change so much, and comes after those that have done so already.

    ``known`` are the versions that there are, in their order.
    """
    first = bisect_right(known, old)
    last = bisect_right(known, bump, first, key=lambda each: step(old, each))
    taken = (each for each in reversed(known[first:last]) if not each.is_prerelease)
    major, minor, patch = next(taken, old).core
    if bump is Bump.MAJOR and major:
        return f"{major + 1}.0.0"
    if (bump is Bump.MINOR and major) or bump is Bump.MAJOR:
        return f"{major}.{minor + 1}.0"
    return f"{major}.{minor}.{patch + 1}"
