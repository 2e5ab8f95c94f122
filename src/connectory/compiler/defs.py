"""Schemas that stand alone: shared definitions moved into the schemas that use them.

Within a method's schema ``#/$defs/X`` means the schema's own ``$defs`` first, then the definition's. A schema
that leaves its definition therefore has to take along what it reaches there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeGuard
from urllib.parse import unquote

from connectory.compiler.schemas import REFERENCES, children
from connectory.pointers import unescape

_PREFIX = "#/$defs/"


def self_contained(schema: dict[str, Any], shared_defs: Mapping[str, Any]) -> dict[str, Any]:
    """The schema with each shared definition that it reaches, directly or not, in its own ``$defs``.

    Its own definitions come first and win over shared ones of the same name; shared ones follow in the order
    of ``shared_defs``. All other keys keep their places. A schema that reaches none is returned as it is.
    References that nobody defines stay. Neither argument is changed; the result shares their values.
    """
    own = schema.get("$defs", {})
    reached = _reached(schema, {name: body for name, body in shared_defs.items() if name not in own})
    if not reached:
        return schema
    merged = {**own, **{name: body for name, body in shared_defs.items() if name in reached}}
    return {**schema, "$defs": merged}


def _reached(schema: dict[str, Any], shared: Mapping[str, Any]) -> set[str]:
    reached: set[str] = set()
    waiting = [schema] if shared else []
    while waiting:
        named = {name for name in referenced_defs(waiting.pop()) if name in shared} - reached
        reached |= named
        waiting.extend(body for body in map(shared.__getitem__, named) if _in_place(body))
    return reached


def referenced_defs(schema: dict[str, Any]) -> Iterator[str]:
    """The ``X`` of each ``#/$defs/X`` that the schema refers to, or into, by a keyword; with repetitions.

    Values that are data (``const``, ``enum``, ``default``, ``examples``, unknown keywords) are not looked at,
    nor is what lies below a nested ``$id``: ``#`` means something else there.
    """
    waiting = [schema]
    while waiting:
        node = waiting.pop()
        yield from (_name(node[word]) for word in REFERENCES if _is_to_defs(node.get(word)))
        waiting.extend(child for _, child in children(node) if _in_place(child))


def _in_place(schema: Any) -> TypeGuard[dict[str, Any]]:
    """Whether this is a schema, other than true and false, in which ``#`` means the schema around it."""
    return isinstance(schema, dict) and "$id" not in schema


def _is_to_defs(reference: Any) -> bool:
    return isinstance(reference, str) and unquote(reference).startswith(_PREFIX)


def _name(reference: str) -> str:
    """The definition's name in ``#/$defs/NAME`` or ``#/$defs/NAME/...``."""
    return unescape(unquote(reference).removeprefix(_PREFIX).split("/", 1)[0])
