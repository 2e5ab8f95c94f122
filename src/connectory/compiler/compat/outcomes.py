"""What a search can come to."""

from __future__ import annotations

from typing import Any, Final, NamedTuple


class Witness(NamedTuple):
    """There is such a value.

    Attributes:
        value: one; parts of it may be shared, so that nobody may change it.
        size: the number of values in it.
    """

    value: Any
    size: int = 1


class Empty(NamedTuple):
    """There is none."""


class Doubt(NamedTuple):
    """Nobody knows."""

    reason: str


Outcome = Witness | Empty | Doubt

EMPTY: Final = Empty()
