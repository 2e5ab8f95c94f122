"""A tree as canonical YAML: mappings in block style, lists below their names and indented, two blanks a level."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from connectory.compiler.canonical.scalars import WIDTH, block, one_line
from connectory.compiler.canonical.tree import Item, Node

_LONGEST_NAME = 1000
"""Characters of a name, as it is written, from which on it is announced with ``?``; YAML wants that from 1024 on."""

_STEP = 2


def node_of(value: Any) -> Node:
    """The tree of some data, without comments."""
    if isinstance(value, dict):
        return Node("mapping", items=[Item(node_of(inner), key) for key, inner in value.items()])
    if isinstance(value, list):
        return Node("sequence", items=[Item(node_of(inner)) for inner in value])
    return Node("scalar", value, "" if isinstance(value, str) else _constant(value))


def _constant(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, Decimal):
        text = format(value, "f")
        return text if "." in text else f"{text}.0"
    return str(value)


def emit(root: Item) -> str:
    """The text of a document whose root is a mapping; the comments of the root stand above it."""
    body = _container(root.value, 0) if root.value.items else ["{}", *root.value.end]
    lines = _stripped([*root.before, *body])
    while not lines[-1]:
        lines.pop()
    return "\n".join(lines) + "\n"


def _container(node: Node, indent: int, *, behind_hyphen: bool = False) -> list[str]:
    """The lines of a mapping or a list that holds something; behind a hyphen without the comments above its first."""
    lines: list[str] = []
    for index, item in enumerate(node.items):
        if index:
            lines += _indented(_above(item), indent)
        elif not behind_hyphen:
            lines += _indented(_stripped(_above(item)), indent)
        if item.key is None:
            lines += _value(item, indent, "-")
        elif len(one_line(item.key)) <= _LONGEST_NAME:
            lines += _value(item, indent, f"{one_line(item.key)}:")
        else:
            lines += [*_indented([f"? {one_line(item.key)}"], indent), *_value(item, indent, ":")]
    return lines + _indented(node.end, indent)


def _value(item: Item, indent: int, start: str) -> list[str]:
    """The lines of an item, from what its first line starts with."""
    node = item.value
    inner = indent + _STEP
    first = " " * indent + start
    short = _short(node, WIDTH - len(first) - 1)
    if short is not None:
        lines = [f"{first} {short}"]
    elif node.kind == "scalar":
        header, *body = block(node.value, inner) or [one_line(node.value)]
        lines = [f"{first} {header}", *_indented(body, inner)]
    elif item.key is not None:
        lines = [first, *_container(node, inner)]
    else:
        lines = _container(node, inner, behind_hyphen=True)
        lines = [f"{first} {lines[0][inner:]}", *lines[1:]]
    if item.after and not _stands_alone(item):
        lines[0] += f"  {item.after}"
    return lines


def _short(node: Node, room: int) -> str | None:
    """What fits behind a name: a scalar, an empty container, or a list that its author put in brackets."""
    if node.kind != "scalar":
        text = _in_brackets(node)
    elif isinstance(node.value, str):
        text = None if "\n" in node.value else one_line(node.value)
    else:
        return node.raw
    return text if text is not None and (len(text) <= room or text in ("{}", "[]")) else None


def _in_brackets(node: Node) -> str | None:
    """A value as it stands in a list in brackets, if it can."""
    if node.kind == "scalar":
        if not isinstance(node.value, str):
            return node.raw
        return None if "\n" in node.value else one_line(node.value, flow=True)
    if not node.items:
        return "{}" if node.kind == "mapping" else "[]"
    if not node.flow:
        return None
    parts = [_in_brackets(item.value) for item in node.items]
    return None if None in parts else f"[{', '.join(map(str, parts))}]"


def _above(item: Item) -> list[str]:
    """The comments above an item, with those that have no line to stand behind."""
    above = [*item.before, item.after] if item.after and _stands_alone(item) else item.before
    if item.key is None and item.value.items and not item.value.flow:
        above = [*above, *_stripped(_above(item.value.items[0]))]
    return [line for index, line in enumerate(above) if line or not index or above[index - 1]]


def _stands_alone(item: Item) -> bool:
    """Whether a comment behind an item would come to stand behind the first thing inside it, or behind a long name."""
    if item.key is None:
        return bool(item.value.items) and not item.value.flow
    return len(item.key) > _LONGEST_NAME // 2 and len(one_line(item.key)) > _LONGEST_NAME


def _stripped(lines: list[str]) -> list[str]:
    """Without the blank lines before the first comment."""
    return lines[next((index for index, line in enumerate(lines) if line), len(lines)) :]


def _indented(lines: list[str], indent: int) -> list[str]:
    return [" " * indent + line if line else "" for line in lines]
