"""Names that callers look up."""

from __future__ import annotations

from collections.abc import Iterable

_MOST = 3
_LONGEST = 200


def close_matches(name: object, known: Iterable[str]) -> list[str]:
    """At most three of the known names that look like ``name``, best first, whatever its case and separators."""
    if not isinstance(name, str) or len(name) > _LONGEST:
        return []
    from difflib import get_close_matches

    spellings: dict[str, str] = {}
    for candidate in known:
        spellings.setdefault(_plain(candidate), candidate)
    return [spellings[match] for match in get_close_matches(_plain(name), spellings, _MOST, 0.6)]


def _plain(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum()) or name


def require_text(what: str, value: object) -> str:
    """``value``, if it is text."""
    if not isinstance(value, str):
        raise TypeError(f"{what} must be str, not {type(value).__name__}")
    return value
