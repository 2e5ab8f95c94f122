"""JSON Pointers (RFC 6901)."""

from __future__ import annotations

from collections.abc import Iterable


def pointer(path: Iterable[str | int]) -> str:
    """The pointer that writes a path of member names and indexes; empty for the whole value."""
    return "".join("/" + str(token).replace("~", "~0").replace("/", "~1") for token in path)


def unescape(token: str) -> str:
    """The member name that a pointer's token writes."""
    return token.replace("~1", "/").replace("~0", "~")
