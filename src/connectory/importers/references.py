"""References to schemas that have no name yet: they are named once everything is converted."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

Direction = Literal["input", "output", "exact"]
Schema = dict[str, Any]

_PENDING = "\0"
"""What a pending reference starts with; no text of a source holds it."""


class Key(NamedTuple):
    """A schema that is referred to.

    Attributes:
        direction: what it is converted for.
        document, pointer: its file, and its JSON Pointer there.
        without: what stands for the names that it must not ask for, because its neighbours leave them out.
        part: not empty where it is a part of one of its own alternatives, without these.
    """

    direction: Direction
    document: str
    pointer: str
    without: str = ""
    part: str = ""

    def reference(self) -> str:
        """The pending reference to it."""
        return _PENDING.join(("", *self))


def key_of(reference: Any) -> Key | None:
    """The key of a pending reference; None for anything else."""
    if not isinstance(reference, str) or not reference.startswith(_PENDING):
        return None
    return Key(*reference.split(_PENDING)[1:])  # type: ignore[arg-type]  # it was written by reference()


def as_object(schema: Schema | bool) -> Schema:
    """The schema as a mapping."""
    if isinstance(schema, bool):
        return {} if schema else {"not": {}}
    return schema
