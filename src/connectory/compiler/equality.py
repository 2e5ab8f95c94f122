"""When two JSON values are the same."""

from __future__ import annotations

from typing import Any


def identity(value: Any) -> Any:
    """What two values have in common when JSON takes them for the same: 1 and 1.0 are, 1 and true are not."""
    if isinstance(value, bool) or value is None:
        return (str(value),)
    if isinstance(value, dict):
        return ("object", frozenset((key, identity(member)) for key, member in value.items()))
    if isinstance(value, list):
        return ("array", *map(identity, value))
    return value
