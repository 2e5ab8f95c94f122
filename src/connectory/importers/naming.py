"""Names: of methods, inputs, integrations and shared schemas."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

_LONGEST = 255

_PLURALS = re.compile(r"([oO]Auth|(?<![A-Z])[A-Z]{2,}s)(?=$|[A-Z0-9_\W])")
"""Capitals that are one word with what follows: OAuth, and acronyms in the plural (IDs, URLs, ARNs)."""

_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_TELLS_NOTHING = frozenset(
    (
        *("api", "apis", "rest", "web", "http", "https", "public", "the"),
        *("index", "main", "bundle", "bundled", "preview"),
        *("openapi", "swagger", "fastapi", "spec", "specification", "schema", "reference", "documentation", "docs"),
    )
)
"""Words at the ends of a title, or of a file's name, that any integration could have."""

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


def integration_id(*names: str) -> str:
    """An id from the first name that tells one integration from others; empty where none does.

    The words of a brand stay together: ``SendGrid Mail API v3`` is sendgrid_mail, and ``API Reference`` tells nothing.
    """
    for name in names:
        plain = unicodedata.normalize("NFKD", name[: 4 * _LONGEST].replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))
        plain = re.sub(r"'s\b", "", plain.encode("ascii", "ignore").decode().lower())
        told = _telling([part for part in _OTHER.split(plain) if part])
        if told:
            return "_".join(told)[:_LONGEST]
    return ""


def _telling(parts: list[str]) -> list[str]:
    """Words without those at either end that tell nothing, and without versions behind these."""
    while parts and parts[0] in _TELLS_NOTHING:
        parts = parts[1:]
    while parts:
        unnumbered = list(parts)
        while unnumbered and unnumbered[-1].isdigit():
            unnumbered.pop()
        if unnumbered and unnumbered[-1] not in _TELLS_NOTHING and not re.fullmatch(r"v[0-9]+", unnumbered[-1]):
            break
        parts = unnumbered[:-1]
    return parts


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
    """``name``, with a number behind it that makes it differ from all of ``taken``: the next, where they count up."""
    if name not in taken:
        return name
    least, free = 1, 2
    while f"{name}_{free}" in taken:
        least, free = free, 2 * free
    while free - least > 1:
        middle = (least + free) // 2
        least, free = (middle, free) if f"{name}_{middle}" in taken else (least, middle)
    return f"{name}_{free}"


def operation_name(verb: str, path: str) -> str:
    """The name of an operation that has none: ``GET /users/{id}`` as ``get_users_id``."""
    return snake_case(f"{verb.lower()} {path}")
