"""Changes that break nobody, as those who made them say beside them, with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec

from connectory.compiler.compat.changes import Change
from connectory.compiler.compat.kinds import Bump
from connectory.compiler.compat.releases import finding
from connectory.compiler.config import NAME, Configuration
from connectory.compiler.judge import Extent, judge
from connectory.compiler.suppressions import Suppression, suppressions
from connectory.compiler.text import Source
from connectory.pointers import pointer


def with_reasons(found: Sequence[Change], source: Source, configuration: Configuration, today: date) -> list[Change]:
    """The changes; those that are allowed have the reason, which stands in the new file or in connectory.toml."""
    reasons = _reasons([change for change in found if change.bump > Bump.PATCH], source, configuration, today)
    return [
        msgspec.structs.replace(change, allowed=reasons[change.code_on(today), pointer(change.path)])
        if change.bump > Bump.PATCH
        else change
        for change in found
    ]


def _reasons(
    found: Sequence[Change], source: Source, configuration: Configuration, today: date
) -> dict[tuple[str, str | None], str]:
    """Why changes are allowed, by code and place; empty where they are not. ``check`` reports the same of them."""
    findings = [finding(change.code_on(today), change.message, change, source) for change in found]
    codes = {one.code for one in findings}
    said = [one for one in suppressions(source) if isinstance(one, Suppression) and one.code in codes]
    judged = judge(findings, {source.path: said}, configuration, Extent(()))
    reasons = {(one.code, one.pointer): f"{NAME} turns {one.code} off" for one in findings}
    reasons |= {(one.code, one.pointer): "" for one in judged.diagnostics}
    for one in judged.suppressed:
        reasons[one.finding.code, one.finding.pointer] = one.reason or "no reason is given"
    return reasons
