"""Media types: which one of several is converted, and what their names say of a body."""

from __future__ import annotations

import re
from collections.abc import Sequence

FORM = "multipart/form-data"
URLENCODED = "application/x-www-form-urlencoded"

_TEXT = re.compile(r"json|xml|^text/|x-www-form|multipart|^\*/\*|yaml|graphql|javascript|ndjson")
_NAME = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+")
_PREFERENCE = ("json", "*/*", "x-www-form-urlencoded", "multipart/", "xml", "text/plain", "text/", "")


def preferred(names: Sequence[str]) -> str:
    """The one that is converted: JSON before forms, XML, text and bytes; whatever order they stand in.

    JSON Patch, a list of changes, comes after what describes the thing itself.
    """
    return min(names, key=lambda name: (_rank(name), "json-patch" in name, name))


def _rank(name: str) -> int:
    plain = name.partition(";")[0].strip().lower()
    if plain == "application/json":
        return -1
    return next(index for index, part in enumerate(_PREFERENCE) if part in plain)


def is_json(name: str) -> bool:
    """Whether a body of this media type is JSON, as far as its name says."""
    return "json" in name or "*" in name


def is_binary(name: str) -> bool:
    """Whether bodies of a media type are bytes."""
    return _TEXT.search(name.lower()) is None


def bare(name: str) -> str:
    """The media type without parameters and wildcards; that of bytes where it is none."""
    plain = name.partition(";")[0].strip().lower()
    if plain in ("*/*", "application/*", "application/*+json"):
        return "application/json"
    return plain if _NAME.fullmatch(plain) else "application/octet-stream"
