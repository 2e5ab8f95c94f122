"""Local references inside a JSON Schema, followed."""

from __future__ import annotations

from urllib.parse import unquote

from connectory.model import Json
from connectory.pointers import unescape

Schemas = tuple[dict[str, Json], ...]


def applied(schemas: list[Json], root: dict[str, Json]) -> Schemas:
    """These schemas and all that ``$ref`` and ``allOf`` apply to the same value, without repetition."""
    found: dict[int, dict[str, Json]] = {}
    waiting = schemas[::-1]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict) and id(part) not in found:
            found[id(part)] = part
            waiting.extend(reversed(part.get("allOf", ())))
            if "$ref" in part:
                waiting.append(resolve(part["$ref"], root))
    return tuple(found.values())


def resolve(reference: str, root: Json) -> Json:
    """What a reference of the form ``#`` or ``#/...`` points at in ``root``; None where that is no schema."""
    if not reference.startswith("#") or reference[1:2] not in ("", "/"):
        return None
    node = root
    for token in map(unescape, unquote(reference[1:]).split("/")[1:]):
        if isinstance(node, dict) and token in node:
            node = node[token]
        elif isinstance(node, list) and token.isascii() and token.isdigit() and int(token) < len(node):
            node = node[int(token)]
        else:
            return None
    return node if isinstance(node, dict | bool) else None
