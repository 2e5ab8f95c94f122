"""Names that callers look up."""

from __future__ import annotations

from collections.abc import Iterable

_MOST = 3
_LONGEST = 200
_SHORTEST = 4


def close_matches(name: object, known: Iterable[str]) -> list[str]:
    """At most three of the known names that look like ``name``, best first, whatever its case and separators."""
    if not isinstance(name, str) or len(name) > _LONGEST:
        return []
    from difflib import get_close_matches

    spellings: dict[str, str] = {}
    for candidate in known:
        spellings.setdefault(_plain(candidate), candidate)
    return [spellings[match] for match in get_close_matches(_plain(name), spellings, _MOST, 0.6)]


def certain_match(name: object, known: Iterable[str]) -> str | None:
    """The one known name that ``name`` must be meant to be; None where that is not certain.

    It differs in case and separators alone, or, if it has four characters or more, by one that is missing, too many,
    another one, or two that are swapped; and no other known name does.
    """
    if not isinstance(name, str) or len(name) > _LONGEST:
        return None
    near = [other for other in set(known) if _plain(name) == _plain(other) or _is_one_slip(name, other)]
    return near[0] if len(near) == 1 else None


def _is_one_slip(name: str, other: str) -> bool:
    if min(len(name), len(other)) < _SHORTEST or abs(len(name) - len(other)) > 1:
        return False
    same = next((at for at, (a, b) in enumerate(zip(name, other, strict=False)) if a != b), min(len(name), len(other)))
    left, meant = name[same:], other[same:]
    swapped = left[:2] == meant[1::-1] and left[2:] == meant[2:]
    return left[1:] == meant[1:] or left[1:] == meant or left == meant[1:] or swapped


def _plain(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum()) or name


def require_text(what: str, value: object) -> str:
    """``value``, if it is text."""
    if not isinstance(value, str):
        raise TypeError(f"{what} must be str, not {type(value).__name__}")
    return value
