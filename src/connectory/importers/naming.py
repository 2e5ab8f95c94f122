"""Names: of methods, inputs, integrations and shared schemas."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

_LONGEST = 255

_PLURALS = re.compile(r"(OAuth|(?<![A-Z])[A-Z]{2,}s)(?=$|[A-Z0-9_\W])")
"""Capitals that are one word with what follows: OAuth, and acronyms in the plural (IDs, URLs, ARNs)."""

_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_OTHER = re.compile(r"[^A-Za-z0-9]+")


def words(name: str) -> list[str]:
    """The words of a name in any style, in lower case: ``listUserIDs`` has list, user, ids."""
    plain = unicodedata.normalize("NFKD", name[: 4 * _LONGEST]).encode("ascii", "ignore").decode()
    plain = _PLURALS.sub(lambda found: "_" + found[1].capitalize() + "_", plain)
    return [part.lower() for piece in _OTHER.split(plain) for part in _BOUNDARY.split(piece) if part]


def snake_case(name: str) -> str:
    """``listUserIDs`` as ``list_user_ids``; empty where ``name`` has no letter or digit of ASCII."""
    return "_".join(words(name))[:_LONGEST].strip("_")


def sentence_case(name: str) -> str:
    """``listUserIDs`` as ``List user ids``."""
    return " ".join(words(name)).capitalize()


def input_name(name: str) -> str:
    """The name of the input for a parameter: its own, if it can stand in code."""
    return name if _IDENTIFIER.fullmatch(name) else snake_case(name) or "value"


def schema_name(name: str) -> str:
    """``name`` as the name of a shared schema: what a reference can hold without escapes."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "_", name).strip("_")[:200] or "Schema"


def distinct(name: str, taken: Collection[str]) -> str:
    """``name``, with the first number behind it that makes it differ from all of ``taken``."""
    number, made = 2, name
    while made in taken:
        made = f"{name}_{number}"
        number += 1
    return made


def operation_name(verb: str, path: str) -> str:
    """The name of an operation that has none: ``GET /users/{id}`` as ``get_users_id``."""
    return snake_case(f"{verb.lower()} {path}")
