"""What a look-up has to say besides its answer: once for each thing, to ``warnings`` and to a hook."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Mapping
from typing import Any

from connectory.errors import DeprecatedWarning, VersionWarning

Hook = Callable[[VersionWarning | DeprecatedWarning], object]


class Notices:
    """Says each thing once, however often and by whatever way it is looked up."""

    __slots__ = ("_hook", "_said")

    def __init__(self, hook: Hook | None = None) -> None:
        self._hook = hook
        self._said: set[str] = set()

    def several_majors(self, integration_id: str, chosen: str) -> None:
        """A look-up without a version chose among several major versions."""
        message = f"{integration_id} has several major versions; {chosen} answered: name a version or a range"
        self._say(f"{integration_id}: majors", VersionWarning(message))

    def deprecated(self, subject: str, mark: Mapping[str, Any]) -> None:
        """Something that is marked as deprecated was looked up.

        Args:
            subject: what, such as ``xero.create_invoice``.
            mark: the mark, as the definition has it.
        """
        self._say(subject, DeprecatedWarning(_explained(subject, mark), subject, dict(mark)))

    def _say(self, key: str, warning: VersionWarning | DeprecatedWarning) -> None:
        if key in self._said:
            return
        self._said.add(key)
        if self._hook is not None:
            self._hook(warning)
        warnings.warn(warning, stacklevel=_callers_level())


def _explained(subject: str, mark: Mapping[str, Any]) -> str:
    parts = [f"{subject} is deprecated" + (f" since {mark['since']}" if "since" in mark else "")]
    sunset = mark.get("sunset")
    if sunset is not None:
        parts.append(f"{'it ended' if _is_past(sunset) else 'it ends'} on {sunset}")
    if "replacement" in mark:
        parts.append(f"use {mark['replacement']}")
    if "message" in mark:
        parts.append(str(mark["message"]))
    return "; ".join(parts)


def _is_past(date: str) -> bool:
    import datetime

    try:
        return datetime.date.fromisoformat(date[:10]) <= datetime.datetime.now(datetime.UTC).date()
    except ValueError:
        return False


def _callers_level() -> int:
    """How many calls up, for ``warnings.warn`` in the caller of this, the first code outside this package is."""
    frame = sys._getframe(1)
    level = 1
    while frame.f_back is not None and frame.f_globals.get("__package__") == __package__:
        frame = frame.f_back
        level += 1
    return level
