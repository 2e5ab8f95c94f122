"""Media types: which one of several is converted, and what their names say of a body."""

from __future__ import annotations

import re
from collections.abc import Sequence

from connectory.media_types import is_json, is_stream, is_text
from connectory.request import FORM, JSON

URLENCODED = FORM
MULTIPART = "multipart/form-data"

_ANY = ("*/*", "application/*")
"""What vendors write for JSON, or do not say."""

_NAME = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+")


def preferred(names: Sequence[str]) -> str:
    """The one that is converted: JSON before forms, XML, text, bytes and streams; whatever order they stand in.

    JSON Patch, a list of changes, comes after what describes the thing itself.
    """
    return min(names, key=lambda name: (_rank(name), "json-patch" in name, name))


def _rank(name: str) -> int:
    plain = essence(name)
    if is_stream(plain):
        return 100  # for most vendors send one only where it is asked for
    by_rank = (
        plain == JSON,
        is_json(plain),
        plain in _ANY,
        plain == URLENCODED,
        plain.startswith("multipart/"),
        plain.endswith(("/xml", "+xml")),
        plain == "text/plain",
        plain.startswith("text/"),
        is_text(plain),
    )
    return next((rank for rank, holds in enumerate(by_rank) if holds), len(by_rank))


def essence(name: str) -> str:
    """The media type in lower case and without parameters."""
    return name.partition(";")[0].strip().lower()


def is_json_body(name: str) -> bool:
    """Whether a body of this media type is JSON, as far as its name says."""
    plain = essence(name)
    return is_json(plain) or is_any(name)


def is_any(name: str) -> bool:
    """Whether a media type does not say what a body is."""
    return essence(name) in _ANY


def is_form(name: str) -> bool:
    """Whether a body of this media type is made of the members of an object."""
    plain = essence(name)
    return plain == URLENCODED or plain.startswith("multipart/")


def is_tree(name: str) -> bool:
    """Whether a body of this media type is a text with members inside each other, such as XML and YAML."""
    return re.search(r"[/+](x-)?(xml|yaml|json)$", essence(name)) is not None


def is_binary(name: str) -> bool:
    """Whether bodies of a media type are bytes."""
    plain = essence(name)
    return not (is_text(plain) or is_form(plain) or is_any(name))


def bare(name: str) -> str:
    """The media type without parameters and wildcards; that of bytes where it is none."""
    plain = essence(name)
    if plain in (*_ANY, "application/*+json"):
        return JSON
    return plain if _NAME.fullmatch(plain) else "application/octet-stream"
