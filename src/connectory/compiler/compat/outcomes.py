"""What a search can come to."""

from __future__ import annotations

from typing import Any, Final, NamedTuple


class Witness(NamedTuple):
    """There is such a value.

    Attributes:
        value: one; parts of it may be shared, so that nobody may change it.
        size: the number of values in it.
        doubt: what may be wrong with it.
    """

    value: Any
    size: int = 1
    doubt: str = "the instance that was found is not confirmed"


class Empty(NamedTuple):
    """There is none."""


class Doubt(NamedTuple):
    """Nobody knows."""

    reason: str


Outcome = Witness | Empty | Doubt

EMPTY: Final = Empty()

TOO_LARGE: Final = Doubt("an instance would be too large to be shown")


def is_too_large(size: int) -> bool:
    """Whether a witness of so many values is not made."""
    return size > _LARGEST


_LARGEST = 100_000
