"""Local references inside a JSON Schema, followed."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

from connectory.pointers import unescape
from connectory.records import Json

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


def is_recursive(schema: dict[str, Json]) -> bool:
    """Whether the schema applies to values of any depth: whether a reference leads back to where it stands.

    References that ``resolve`` does not follow count as such.
    """
    path: list[tuple[int, Iterator[Json]]] = [(id(schema), _inner(schema, schema))]
    around, seen = {id(schema)}, {id(schema)}
    while path:
        node, following = path[-1]
        inner = next(following, path)
        if inner is path:
            path.pop()
            around.discard(node)
        elif inner is None or id(inner) in around:
            return True
        elif isinstance(inner, dict | list) and id(inner) not in seen:
            path.append((id(inner), _inner(inner, schema)))
            around.add(id(inner))
            seen.add(id(inner))
    return False


def _inner(node: dict[str, Json] | list[Json], root: dict[str, Json]) -> Iterator[Json]:
    """The values inside a node that may be schemas, and what it refers to; None for what cannot be followed."""
    for value in node.values() if isinstance(node, dict) else node:
        if isinstance(value, dict | list):
            yield value
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield resolve(node["$ref"], root)
        if "$dynamicRef" in node:
            yield None
