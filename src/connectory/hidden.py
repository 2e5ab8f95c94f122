"""Values that hold secrets."""

from __future__ import annotations

from typing import Any

from msgspec import Struct


class Hidden(Struct, frozen=True, kw_only=True):
    """A value that shows no member where values are pretty-printed: by rich, and by what prints tracebacks with it.

    ``repr`` is each one's own.
    """

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return []
