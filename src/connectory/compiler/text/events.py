"""What the readers of YAML and JSON tell the builder: a document as a flat stream."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

DEPTH = 64
"""Containers inside each other; a definition needs about twenty."""

VALUES = 400_000
"""Values of one file; the largest known definition has 122,000."""

LINES = 1_000_000
"""Lines of one file."""

Mark = tuple[int, int]
"""A line and a column, both from 1."""


class Event(NamedTuple):
    """One step through a document.

    Attributes:
        kind: a container's start or end, or a scalar. A mapping's keys and values alternate.
        value: a scalar's value: str, int, Decimal, bool or None.
        start, end: the text it stands for; the end is exclusive.
        raw: a scalar's text.
    """

    kind: Literal["mapping", "sequence", "end", "scalar"]
    value: Any
    start: Mark
    end: Mark
    raw: str = ""
