"""What a body is by its media type: JSON, a text, or bytes."""

from __future__ import annotations

import re

_LINES = re.compile(r"ndjson|jsonl(ines)?$|json-?lines|json-?seq|json-?stream|stream\+json")
"""Several JSON texts behind each other, which together are none."""

_NAMES = "xml|xml-dtd|yaml|toml|sql|graphql|javascript|ecmascript|www-form-urlencoded"
_TEXT = re.compile(rf"^text/|[/+](x-)?({_NAMES})$|json")


def is_json(kind: str) -> bool:
    """Whether bodies of a media type, in lower case and without parameters, are one JSON text."""
    return ("json" in kind and not _LINES.search(kind)) or kind == "text/javascript"


def is_stream(kind: str) -> bool:
    """Whether bodies of a media type are several values behind each other, as they come."""
    return kind == "text/event-stream" or _LINES.search(kind) is not None


def is_text(kind: str) -> bool:
    """Whether bodies of a media type are texts, JSON among them."""
    return _TEXT.search(kind) is not None
