"""The order of a definition's fields: that of the format's JSON Schema. What authors name keeps theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, TypeVar

from connectory.compiler.canonical.tree import Item, Node
from connectory.compiler.format import format_schema
from connectory.compiler.suppressions import is_meant

_T = TypeVar("_T")

_FREE = frozenset(("objectSchema", "jsonSchema", "extension"))
"""Definitions of the format in which authors order things: JSON Schemas, and fields of their own."""

_EDITORS = "yaml-language-server"
"""What a comment holds that is about the whole file."""


class Shape:
    """What the format says about the members of a mapping, or the items of a list."""

    def __init__(self, schema: dict[str, Any]) -> None:
        """``schema`` is one inside the format's own."""
        self._properties: dict[str, Any] = schema.get("properties", {})
        self._others = [schema.get("items"), schema.get("additionalProperties")]
        self._rank = {name: index for index, name in enumerate(self._properties)}

    def sort(self, members: Iterable[_T], name: Callable[[_T], str]) -> list[_T]:
        """Members in the format's order; one that it does not name stays behind the one that it follows."""
        ranked: list[tuple[int, _T]] = []
        rank = -1
        for member in members:
            rank = self._rank.get(name(member), rank)
            ranked.append((rank, member))
        return [member for _, member in sorted(ranked, key=lambda one: one[0])]

    def inside(self, name: str | None) -> Shape | None:
        """The shape of a member or, for None, of an item."""
        known = self._properties.get(name) if name is not None else None
        schema = known or next((other for other in self._others if isinstance(other, dict)), None)
        return _shape(schema) if schema else None


@cache
def definition_shape() -> Shape:
    """The shape of a whole definition."""
    return Shape(format_schema())


_shapes: dict[int, Shape | None] = {}


def _shape(schema: dict[str, Any]) -> Shape | None:
    """The shape of a schema inside the format's; None where authors order things themselves."""
    if id(schema) not in _shapes:  # the format's schema lives as long as the process
        name = str(schema.get("$ref", "")).rpartition("/")[2]
        whole = format_schema()["$defs"][name] if name else schema
        _shapes[id(schema)] = None if name in _FREE else Shape(whole)
    return _shapes[id(schema)]


def in_order(data: Any, shape: Shape | None) -> Any:
    """Some data with its fields in order."""
    if shape is None:
        return data
    if isinstance(data, dict):
        names = shape.sort(data, str)
        return {name: in_order(data[name], shape.inside(name)) for name in names}
    if isinstance(data, list):
        return [in_order(value, shape.inside(None)) for value in data]
    return data


def put_in_order(root: Item) -> None:
    """Order the fields of a document; what stands at its top, and is about all of it, stays there.

    A comment that is meant for this tool goes first to what it is about, which is what follows it.
    """
    first = root.value.items[0] if root.value.items else None
    if first:
        head, rest = _split(first.before)
        root.before += _others(head)
        first.before = [*filter(is_meant, head), *rest]
        root.value.end = _hand_on(root.value) + root.value.end
    _order(root.value, definition_shape())


def _split(lines: list[str]) -> tuple[list[str], list[str]]:
    """The comments above the first field: those about the file, up to a blank line or a modeline, and the others."""
    ends = [index + 1 for index, line in enumerate(lines) if not line or _EDITORS in line]
    at = ends[-1] if ends else 0
    return lines[:at], lines[at:]


def _hand_on(node: Node) -> list[str]:
    """Move what is meant for this tool from the ends of lists and mappings to the field or item that follows.

    The result is what nothing follows inside the node.
    """
    waiting: list[str] = []
    for item in node.items:
        blank = next((index for index, line in enumerate(item.before) if line), len(item.before))
        item.before[blank:blank] = waiting
        waiting = _hand_on(item.value)
        left = list(filter(is_meant, item.value.end))
        if left:
            item.value.end = _others(item.value.end)
            while item.value.end and not item.value.end[-1]:
                left.insert(0, item.value.end.pop())
        waiting += left
    return waiting


def _others(lines: list[str]) -> list[str]:
    """The comments that are not meant for this tool, with one blank line at a time."""
    others = [line for line in lines if not is_meant(line)]
    return [line for index, line in enumerate(others) if line or not index or others[index - 1]]


def _order(node: Node, shape: Shape | None) -> None:
    if shape is None:
        return
    if node.kind == "mapping":
        node.items = shape.sort(node.items, lambda item: item.key or "")
    for item in node.items:
        _order(item.value, shape.inside(item.key))
