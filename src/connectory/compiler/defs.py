"""Schemas that stand alone: shared definitions moved into the schemas that use them.

Within a method's schema ``#/$defs/X`` means the schema's own ``$defs`` first, then the definition's. A schema
that leaves its definition therefore has to take along what it reaches there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, TypeGuard
from urllib.parse import unquote

from connectory.compiler.schemas import REFERENCES, inner
from connectory.pointers import unescape

_PREFIX = "#/$defs/"


def self_contained(schema: dict[str, Any], shared_defs: Mapping[str, Any]) -> dict[str, Any]:
    """As ``SharedDefs.self_contained``, for one schema."""
    return SharedDefs(shared_defs).self_contained(schema)


class SharedDefs:
    """The shared definitions of one definition; what a schema names is found out once.

    Args:
        bodies: the definitions, by name.
        references: tells the names in the references of a schema, as ``referenced_defs`` does.
    """

    def __init__(
        self, bodies: Mapping[str, Any], references: Callable[[dict[str, Any]], Iterable[str]] | None = None
    ) -> None:
        self._bodies = bodies
        self._order = {name: place for place, name in enumerate(bodies)}
        self._references_of: Callable[[dict[str, Any]], Iterable[str]] = references or referenced_defs
        self._named: dict[str, tuple[str, ...]] = {}

    def named_by(self, schema: Any) -> tuple[str, ...]:
        """The shared definitions that a schema names itself, each once, in the order in which it does."""
        if not self._bodies or not isinstance(schema, dict):
            return ()
        own = schema.get("$defs", {})
        names = dict.fromkeys(self._references_of(schema))
        return tuple([name for name in names if name in self._bodies and name not in own])

    def reached_from(self, schema: dict[str, Any]) -> set[str]:
        """The shared definitions that a schema names, directly or through others."""
        own = schema.get("$defs", {})
        reached: set[str] = set()
        waiting = list(self.named_by(schema))
        while waiting:
            name = waiting.pop()
            if name not in reached and name not in own:
                reached.add(name)
                waiting += self._named_by_shared(name)
        return reached

    def _named_by_shared(self, name: str) -> tuple[str, ...]:
        if name not in self._named:
            body = self._bodies[name]
            names = self._references_of(body) if _in_place(body) else ()
            self._named[name] = tuple(dict.fromkeys(other for other in names if other in self._bodies))
        return self._named[name]

    def self_contained(self, schema: dict[str, Any], bodies: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The schema with each shared definition that it reaches, directly or not, in its own ``$defs``.

        Its own definitions come first and win over shared ones of the same name; shared ones follow in the order
        in which they are shared. All other keys keep their places. A schema that reaches none is returned as it is.
        References that nobody defines stay. Nothing is changed; the result shares its values.

        Args:
            schema: the schema.
            bodies: what stands for the shared definitions in the result, by name; these themselves by default.
        """
        reached = self.reached_from(schema)
        if not reached:
            return schema
        given = self._bodies if bodies is None else bodies
        own = schema.get("$defs", {})
        return {
            **schema,
            "$defs": {**own, **{name: given[name] for name in sorted(reached, key=self._order.__getitem__)}},
        }


def referenced_defs(schema: dict[str, Any]) -> Iterator[str]:
    """The ``X`` of each ``#/$defs/X`` that the schema refers to, or into, by a keyword, in the order of the text.

    Values that are data (``const``, ``enum``, ``default``, ``examples``, unknown keywords) are not looked at,
    nor is what lies below a nested ``$id``: ``#`` means something else there.
    """
    waiting = [schema]
    while waiting:
        node = waiting.pop()
        for word in REFERENCES:
            if word in node and is_to_defs(node[word]):
                yield name_in(node[word])
        waiting.extend(reversed([child for child in inner(node) if type(child) is dict and "$id" not in child]))


def _in_place(schema: Any) -> TypeGuard[dict[str, Any]]:
    """Whether this is a schema, other than true and false, in which ``#`` means the schema around it."""
    return isinstance(schema, dict) and "$id" not in schema


def is_to_defs(reference: Any) -> bool:
    """Whether a reference leads to a definition, or into one."""
    if not isinstance(reference, str):
        return False
    return reference.startswith(_PREFIX) or ("%" in reference and unquote(reference).startswith(_PREFIX))


@lru_cache(maxsize=1 << 14)
def name_in(reference: str) -> str:
    """The definition's name in ``#/$defs/NAME`` or ``#/$defs/NAME/...``."""
    return unescape(unquote(reference).removeprefix(_PREFIX).split("/", 1)[0])
