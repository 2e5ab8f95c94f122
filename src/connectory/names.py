"""Names that callers look up."""

from __future__ import annotations

import re
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
    """The one name of the format's own that ``name`` must be meant to be; None where that is not certain.

    It differs in case and separators alone, or, if it has four characters or more, by one that is missing, too many,
    another one, or two that are swapped, and none of them a digit; and no other known name does.
    """
    if not isinstance(name, str) or len(name) > _LONGEST:
        return None
    near = [other for other in set(known) if _plain(name) == _plain(other) or _slip(name, other) is not None]
    meant = near[0] if len(near) == 1 else ""
    return meant if meant and (_plain(name) == _plain(meant) or not _has_digit(_slip(name, meant))) else None


def certain_id(name: object, known: Iterable[str]) -> str | None:
    """The same for names that authors choose, which differ by a letter and are two: gpt-4 and gpt-4o, Item and Items.

    What differs is case, which separators there are but for those between digits, or two small letters are swapped.
    """
    meant = certain_match(name, known)
    if meant is None or not isinstance(name, str):
        return None
    left, right = _slip(name, meant) or ("", "")
    swapped = len(left) == len(right) == 2 and left.isalpha() and left.islower()
    return meant if swapped or _apart(name) == _apart(meant) else None


def _slip(name: str, other: str) -> tuple[str, str] | None:
    """What stands in a name in place of what stands in another, where that is one slip."""
    if min(len(name), len(other)) < _SHORTEST or abs(len(name) - len(other)) > 1:
        return None
    same = next((at for at, (a, b) in enumerate(zip(name, other, strict=False)) if a != b), min(len(name), len(other)))
    left, meant = name[same:], other[same:]
    if left[:2] == meant[1::-1] and left[2:] == meant[2:]:
        return left[:2], meant[:2]
    if left[1:] == meant[1:]:
        return left[:1], meant[:1]
    if left[1:] == meant:
        return left[:1], ""
    return ("", meant[:1]) if left == meant[1:] else None


def _has_digit(slip: tuple[str, str] | None) -> bool:
    return any(map(str.isdigit, "".join(slip or ())))


_SEPARATORS = re.compile(r"(?<=[0-9])([-_. ]+)(?=[0-9])|[-_. ]")


def _apart(name: str) -> str:
    """A name without case and separators; numbers stay apart."""
    return _SEPARATORS.sub(lambda found: "." if found[1] else "", name.casefold())


def _plain(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum()) or name


def require_text(what: str, value: object) -> str:
    """``value``, if it is text."""
    if not isinstance(value, str):
        raise TypeError(f"{what} must be str, not {type(value).__name__}")
    return value
