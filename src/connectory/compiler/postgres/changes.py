"""What leads from one state of the rows to another, and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from connectory.compiler.postgres.steps import Step, identity, replacing
from connectory.compiler.release import SeedRow, State, Stored
from connectory.versions import Version


class Changes(NamedTuple):
    """Ids of the integrations that differ.

    Attributes:
        added, removed: those that one state has.
        changed: those whose rows differ.
        unsettled: those whose row a database may have in either of several versions, whatever it should be: the
            versions. They are written again.
    """

    added: list[str]
    changed: list[str]
    removed: list[str]
    unsettled: Mapping[str, list[str]]

    def __bool__(self) -> bool:
        """Whether there is any."""
        return any(self)


def changes(
    before: State, after: State, same: Callable[[str, str], bool], unsettled: Mapping[str, list[str]] | None = None
) -> Changes:
    """What differs; ``same`` compares the texts of two rows."""
    open_ = unsettled or {}
    both = [one for one in after.versions if one in before.versions and one not in open_]
    return Changes(
        added=[one for one in after.versions if one not in before.versions and one not in open_],
        changed=[one for one in both if not same(before.row(one).text, after.row(one).text)],
        removed=[one for one in before.versions if one not in after.versions and one not in open_],
        unsettled=open_,
    )


def ups(found: Changes, before: State, after: State, outside: Mapping[str, list[str]]) -> list[Step]:
    """The steps that make ``after`` of ``before``.

    Args:
        found: what differs.
        before, after: the states.
        outside: versions that a row may not have, by id: a row of one of them goes back even if it is newer.
    """
    replaced = {one: [*outside.get(one, ()), *found.unsettled.get(one, ())] for one in after.versions}
    for one in found.changed:
        if not is_newer(after.versions[one], before.versions[one]):
            replaced[one].append(before.versions[one])
    written = sorted([*found.added, *found.changed, *(one for one in found.unsettled if one in after.versions)])
    backwards = [one for one in written if any(is_newer(old, after.versions[one]) for old in replaced[one])]
    gone = {one: [before.versions[one]] for one in found.removed}
    gone |= {one: versions for one, versions in found.unsettled.items() if one not in after.versions}
    return [
        Step("return", Stored(backwards, lambda one: replacing(after.row(one), sorted(set(replaced[one]))))),
        Step("write", Stored(written, after.row)),
        Step("remove", [identity(SeedRow(one, each, "")) for one in sorted(gone) for each in sorted(set(gone[one]))]),
    ]


def downs(found: Changes, before: State, after: State) -> list[Step]:
    """The steps that make ``before`` of ``after``.

    What was unsettled stays as it is. So does a row with an id that is not of seeds: somebody else inserted it.
    """

    def former(one: str) -> SeedRow:
        return replacing(before.row(one), [after.versions[one]])

    return [
        Step("return", Stored(sorted(found.changed), former)),
        Step("write", Stored(sorted(found.removed), before.row)),
        Step("remove", [identity(SeedRow(one, after.versions[one], ""), ours=True) for one in sorted(found.added)]),
    ]


def is_newer(one: str, other: str) -> bool:
    """Whether a version comes after another, as the statements compare them: what is none comes before all."""
    return _precedence(one) > _precedence(other)


def _precedence(text: str) -> tuple[bool, bool, Version]:
    version = Version.read(text)
    if version is None:
        return False, False, Version.parse("0.0.0")
    return True, not version.pre, version
