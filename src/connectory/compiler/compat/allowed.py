"""Changes that break nobody, as those who made them say beside them, with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec

from connectory.compiler.compat.changes import Change
from connectory.compiler.compat.kinds import Bump
from connectory.compiler.config import NAME, Configuration
from connectory.compiler.diagnostics import Diagnostic
from connectory.compiler.judge import Extent, judge
from connectory.compiler.suppressions import Suppression, suppressions
from connectory.compiler.text import Source
from connectory.pointers import pointer


def with_reasons(found: Sequence[Change], source: Source, configuration: Configuration, today: date) -> list[Change]:
    """The changes; those that are allowed have the reason, which stands in the new file or in connectory.toml."""
    said = [one for one in suppressions(source) if isinstance(one, Suppression)]
    return [
        msgspec.structs.replace(change, allowed=_reason(change, source, said, configuration, today))
        if change.bump > Bump.PATCH
        else change
        for change in found
    ]


def _reason(change: Change, source: Source, said: list[Suppression], configuration: Configuration, today: date) -> str:
    """Why a change is allowed; empty where it is not. ``check`` reports the same of it."""
    code = "C032" if change.sunset > today.isoformat() else change.code
    span = source.span(change.path, key=True)
    finding = Diagnostic(code, "error", change.message, span, pointer=pointer(change.path))
    about = {source.path: [one for one in said if one.code == code]}
    judged = judge([finding], about, configuration, Extent(()))
    if judged.suppressed:
        return judged.suppressed[0].reason or "no reason is given"
    return "" if judged.diagnostics else f"{NAME} turns {code} off"
