"""JSON that nothing is wrong with, read at the speed of the standard library.

The events of ``json_events`` know where everything stands, which costs fifty times as much as the data itself. They
are only asked for where the text is wrong; where something stands in a right one, ``json_places`` finds out.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

from connectory.compiler.checks import numbers
from connectory.compiler.text.events import DEPTH, VALUES

_HALF = re.compile(r"\\(?<!\\\\)(?:\\\\)*u[dD](?:[89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F]|([89a-fA-F]))")
"""An escape of half a character behind no backslash that is itself one; with a group where the other half is missing.

It starts with what every escape starts with: so it is searched for at the speed of a single letter.
"""


def quick_json(text: str) -> dict[str, Any] | None:
    """The mapping that ``text`` is; None where the events would report anything, or it is none.

    It has exactly the data that the events build; numbers with a fraction or an exponent are Decimal.
    """
    if text.count(",") + text.count("{") + text.count("[") >= VALUES:
        return None  # perhaps too many values: each follows a comma, or comes first in what it is in
    if ("\\ud" in text or "\\uD" in text) and any(half[1] for half in _HALF.finditer(text)):
        return None
    try:
        data = _decoder.decode(text)
    except (ValueError, RecursionError):
        return None
    return data if type(data) is dict and not _too_deep(data) else None


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key is given twice")
    return made


def _integer(text: str) -> int:
    if len(text) > 18 and numbers.refused(text):
        raise ValueError(text)
    return int(text)


def _fraction(text: str) -> Decimal:
    if numbers.refused(text):
        raise ValueError(text)
    return Decimal(text)


def _constant(text: str) -> Any:
    raise ValueError(text)


_decoder = json.JSONDecoder(
    object_pairs_hook=_members, parse_int=_integer, parse_float=_fraction, parse_constant=_constant
)


def _too_deep(root: Any) -> bool:
    """Whether containers are nested more than DEPTH levels deep."""
    level = [root]
    for _ in range(DEPTH):
        level = [
            child
            for node in level
            for child in (node.values() if type(node) is dict else node)
            if type(child) is dict or type(child) is list
        ]
        if not level:
            return False
    return True
