"""Patterns of names, in which ``*`` stands for any text and ``?`` for one character; everything else for itself."""

from __future__ import annotations

from fnmatch import fnmatchcase


def matches(name: str, pattern: str) -> bool:
    """Whether a pattern matches all of a name."""
    return fnmatchcase(name, pattern.replace("[", "[[]"))  # elsewhere brackets hold characters to choose from
