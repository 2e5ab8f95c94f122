"""What properties are declared by the schemas that may apply to the same value as another one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from connectory.compiler.schemas import matcher, pattern_compiles


class Declarations(NamedTuple):
    """Properties.

    Attributes:
        names: those that are declared by name.
        patterns: those that are declared by pattern.
        is_open: whether all others have a schema of their own, or nothing is said of any.
    """

    names: frozenset[str]
    patterns: tuple[str, ...]
    is_open: bool

    def has(self, name: str) -> bool:
        """Whether a property is declared."""
        return (
            name in self.names
            or self.is_open
            or any(pattern_compiles(pattern) and matcher(pattern)(name) for pattern in self.patterns)
        )


def declared_by(schemas: Iterable[dict[str, Any]]) -> Declarations:
    """The properties that any of these declares."""
    names: set[str] = set()
    patterns: list[str] = []
    is_open = False
    for schema in schemas:
        names.update(_names(schema.get("properties")))
        patterns += _names(schema.get("patternProperties"))
        is_open = is_open or isinstance(schema.get("additionalProperties"), dict) or "propertyNames" in schema
        is_open = is_open or isinstance(schema.get("unevaluatedProperties"), dict)
    return Declarations(frozenset(names), tuple(patterns), is_open)


def _names(value: Any) -> list[str]:
    return [name for name in value if isinstance(name, str)] if isinstance(value, dict) else []
