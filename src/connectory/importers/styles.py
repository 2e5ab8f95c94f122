"""OpenAPI's ``style`` and ``explode`` in the words of ``http.styles``: of parameters as of the members of forms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectory.importers.tally import Tally
from connectory.importers.values import mended

_SEPARATORS: Mapping[str, str] = {"form": "comma", "spaceDelimited": "space", "pipeDelimited": "pipe"}


def explodes(style: str, explode: Any) -> bool:
    """Whether each item, or member, stands alone; ``explode`` is None where the source does not say it."""
    return style == "form" if explode is None else mended(explode, ("boolean",)) is True


def style_of(style: str, explode: Any, tally: Tally, where: str, *, is_object: bool) -> str | None:
    """How a list or an object is written in a query or a form.

    Empty for the usual way of a list, its name for each item; None where a definition has no word for it.
    """
    if style == "deepObject":
        if not is_object:
            tally.note("list in style deepObject, which OpenAPI has for objects; its items are a[0], a[1]", where)
        return "brackets"
    if not explodes(style, explode):
        return _SEPARATORS.get(style)
    if style != "form":
        return None
    return "members" if is_object else ""
