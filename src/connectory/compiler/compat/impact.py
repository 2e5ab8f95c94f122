"""Whom changes concern: services, by what their requirements files say that they rely on."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from connectory.compiler.compat.changes import Change
from connectory.compiler.compat.kinds import Bump
from connectory.compiler.compat.render import Difference, cell
from connectory.pointers import pointer
from connectory.requirements import Requirement
from connectory.versions import Version


class Impact(NamedTuple):
    """What a difference means to a service.

    Attributes:
        service: its requirements file.
        difference: of an integration that it uses.
        breaks: the changes that break it.
        affects: those that it may notice.
        stays: whether its range keeps it at the versions before; nothing breaks or affects it then.
    """

    service: str
    difference: Difference
    breaks: Sequence[Change]
    affects: Sequence[Change]
    stays: bool = False

    def verdict(self) -> str:
        """In a word."""
        if self.stays:
            return "stays"
        return "breaks" if self.breaks else "is affected"


def impacts(differences: Sequence[Difference], services: Mapping[str, Sequence[Requirement]]) -> list[Impact]:
    """What differences mean to services, by their requirements; who breaks comes first, others are left out."""
    found = [
        impact
        for service, requirements in services.items()
        for requirement in requirements
        for difference in differences
        if difference.id == requirement.integration_id
        for impact in [_impact(service, requirement, difference)]
        if impact
    ]
    return sorted(found, key=lambda one: (one.stays, not one.breaks, one.service, one.difference.id))


def _impact(service: str, requirement: Requirement, difference: Difference) -> Impact | None:
    gone = not difference.new
    if not _holds(requirement, difference.old if gone else difference.new):
        return None if gone else Impact(service, difference, (), (), stays=True)
    changes = difference.changes
    if gone and any(_holds(requirement, version) for version in difference.left):
        return None
    if gone:
        message = f"{difference.id} {difference.old} is gone"
        changes = (Change("C031", Bump.MAJOR, message, ()),)
    concerning = [change for change in changes if _concerns(requirement, change)]
    breaking = [change for change in concerning if change.bump is Bump.MAJOR and not change.allowed]
    breaks = [change for change in breaking if _uses(requirement, change)]
    affects = [change for change in concerning if change not in breaks and change.bump >= Bump.MINOR]
    return Impact(service, difference, breaks, affects) if breaks or affects else None


def _holds(requirement: Requirement, version: str) -> bool:
    """Whether a service would be given a version."""
    known = Version.read(version)
    return requirement.range is None or (known is not None and requirement.range.holds(known))


def _concerns(requirement: Requirement, change: Change) -> bool:
    """Whether a change is about something that the service uses."""
    about_method = change.path[:1] in (("methods",), ("$defs",)) and bool(change.subject)
    if change.code == "C014":
        return False
    return not about_method or not requirement.methods or change.subject in requirement.methods


def _uses(requirement: Requirement, change: Change) -> bool:
    """Whether a change is about a field that the service uses, where it says which it uses."""
    used = requirement.fields.get(change.subject)
    return used is None or not change.fields or any(field in used for field in change.fields)


def text(found: Sequence[Impact]) -> str:
    """For people."""
    lines = []
    for one in found:
        lines.append(f"{one.service} {one.verdict()}: {one.difference.title()}")
        lines += [f"  {change.code}  {change.message}" for change in one.breaks]
        lines += [f"  {change.code}  {change.message} ({_harmless(change)})" for change in one.affects]
        lines += ["  its range does not reach this version"] if one.stays else []
    return "".join(f"{line}\n" for line in lines) or "no service is concerned\n"


def _harmless(change: Change) -> str:
    return f"allowed: {change.allowed}" if change.allowed else "does not break it"


def as_json(found: Sequence[Impact]) -> str:
    """For programs."""
    report = [
        {
            "service": one.service,
            "integrationId": one.difference.id,
            "old": one.difference.old or None,
            "new": one.difference.new or None,
            "verdict": one.verdict(),
            "breaks": [_plain(change) for change in one.breaks],
            "affects": [_plain(change) for change in one.affects],
        }
        for one in found
    ]
    return json.dumps(report, indent=2) + "\n"


def _plain(change: Change) -> dict[str, str]:
    plain = {"code": change.code, "message": change.message, "path": pointer(change.path)}
    return {**plain, "allowed": change.allowed} if change.allowed else plain


def markdown(found: Sequence[Impact]) -> str:
    """For the comment of a pull request."""
    if not found:
        return "No service is concerned.\n"
    lines = ["| service | | integration | by |", "|---|---|---|---|"]
    for one in found:
        verdict = f"**{one.verdict()}**" if one.breaks else one.verdict()
        by = "<br>".join(f"{change.code} {cell(change.message)}" for change in (*one.breaks, *one.affects)[:8])
        lines.append(f"| {cell(one.service)} | {verdict} | {cell(one.difference.title())} | {by} |")
    return "\n".join(lines) + "\n"


FORMATS: dict[str, Callable[[Sequence[Impact]], str]] = {"text": text, "json": as_json, "markdown": markdown}
"""Reports by the name that ``--format`` takes."""
