"""What is said of a deprecation cannot be.

``replacement`` is the id of another method, or of another model, of the definition; ``since`` a date or a version that
is not later than this one; ``sunset`` is not before ``since``.

Example:

    - id: create_order
      deprecated: {since: "2026-03-01", sunset: "2026-01-31", replacement: creat_order_v2}

Instead:

    - id: create_order
      deprecated: {since: "2026-01-31", sunset: "2026-03-01", replacement: create_order_v2}
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from connectory.compiler.definition import Definition, Part
from connectory.compiler.diagnostics import Diagnostic, Severity
from connectory.versions import Version

CODE = "D028"
SEVERITY: Severity = "error"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """The findings of the definition, its methods and its models."""
    yield from _dates(definition, Part((), definition.data))
    for kind, owners in (("method", definition.methods), ("model", definition.models)):
        ids = None
        for part in owners:
            if isinstance(part.data.get("deprecated"), dict):
                ids = {str(one.data.get("id")) for one in owners} if ids is None else ids
                yield from _replacement(definition, part, kind, ids)
                yield from _dates(definition, part)


def _replacement(definition: Definition, part: Part, kind: str, ids: set[str]) -> Iterator[Diagnostic]:
    replacement = part.data["deprecated"].get("replacement")
    if not isinstance(replacement, str) or (kind == "method" and "." in replacement):
        return  # a method of another integration is named with its id
    path = (*part.path, "deprecated", "replacement")
    if replacement == part.data.get("id"):
        yield definition.finding(globals(), f"{replacement!r} replaces itself", path, help=f"name another {kind}")
    elif replacement not in ids:
        close = definition.close(replacement, ids)
        help_ = f"did you mean {close[0]!r}?" if close else f"name a {kind} of this definition"
        yield definition.finding(globals(), f"there is no {kind} {replacement!r}", path, help=help_)


def _dates(definition: Definition, part: Part) -> Iterator[Diagnostic]:
    said = part.data.get("deprecated")
    since, sunset = (said.get("since"), said.get("sunset")) if isinstance(said, dict) else (None, None)
    path = (*part.path, "deprecated")
    if not isinstance(since, str):
        return
    date = _date(since)
    if date is None:
        version, current = Version.read(since), Version.read(definition.version)
        if version is None:
            help_ = 'write it as in "1.2.0" or "2026-01-31"'
            yield definition.finding(
                globals(), f"{since!r} is neither a version nor a date", (*path, "since"), help=help_
            )
        elif current and version > current:
            message = f"it is deprecated since {since}, which is later than this version, {definition.version}"
            yield definition.finding(globals(), message, (*path, "since"), help="name this version, or an earlier one")
    elif isinstance(sunset, str) and (end := _date(sunset)) and end < date:
        message = f"it ends on {sunset}, before it is deprecated on {since}"
        yield definition.finding(globals(), message, (*path, "sunset"), help="have the two dates change places")


def _date(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
