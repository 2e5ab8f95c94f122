"""A YAML document as a tree that keeps its comments, each beside what it stood beside.

Comments are found in what lies between the tokens, which hold none. A comment behind something stays behind it; one
on a line of its own belongs to what follows, or to the end of a list or mapping that it is indented as far as.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import yaml

from connectory.compiler.text.yaml_events import plain_value

_Parser: Any = import_module("yaml.cyaml").CParser if yaml.__with_libyaml__ else yaml.Loader

_Boundary: Any = (yaml.DocumentStartEvent, yaml.DocumentEndEvent)
_Start: Any = yaml.CollectionStartEvent

_TOKEN = re.compile(r"\r\n?|\n|#[^\r\n]*|[^\s#]+")
"""What may lie between tokens that hold text: line ends, comments, indicators."""

_HEADER = re.compile(r"[|>][-+0-9]*[ \t]*(#[^\r\n]*)?")
"""The first line of a block scalar."""


@dataclass(slots=True)
class Node:
    """A value.

    Attributes:
        kind: scalar, mapping or sequence.
        value: a scalar's: text, or what is none.
        raw: a scalar's text, where it is no text: a number as it is written.
        flow: whether it is a list that may stay in brackets: its author put it there, and nothing in it has a comment.
        items: what it holds.
        end: the comments behind the last item; an empty one is a blank line.
    """

    kind: str
    value: Any = None
    raw: str = ""
    flow: bool = False
    items: list[Item] = field(default_factory=list)
    end: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Item:
    """A member of a mapping, or an item of a list.

    Attributes:
        value: what it holds.
        key: a member's name.
        before: the comments above it; an empty one is a blank line.
        after: the comment behind its first line.
    """

    value: Node
    key: str | None = None
    before: list[str] = field(default_factory=list)
    after: str = ""


@dataclass(slots=True)
class _Comment:
    """A comment, or with an empty text a blank line, that has no place yet."""

    text: str
    column: int


@dataclass(slots=True)
class _Open:
    """A container that is being read; ``column`` is how far comments at its end are indented at least."""

    owner: Item
    column: int
    flow: bool
    key: str | None = None
    member: Item | None = None

    @property
    def node(self) -> Node:
        return self.owner.value


def read_tree(text: str) -> Item:
    """The document of a text that nothing is wrong with, as the value of an item without a name."""
    reader = _Reader(text)
    parser = _Parser(text)
    try:
        while parser.check_event():
            reader.take(parser.get_event())
    finally:
        parser.dispose()
    return reader.finish()


def comments(item: Item) -> Iterator[str]:
    """The comments of an item and of what it holds."""
    yield from filter(None, (*item.before, item.after))
    for inner in item.value.items:
        yield from comments(inner)
    yield from filter(None, item.value.end)


class _Reader:
    """Events to a tree. ``at`` is where the last token ended; ``last`` is the item that it belongs to."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.root = Item(Node("mapping"))
        self.stack: list[_Open] = []
        self.last: Item | None = None
        self.pending: list[_Comment] = []

    def finish(self) -> Item:
        """The whole document."""
        self._gap(len(self.text))
        self.root.value.end += _lines(self.pending)
        return self.root

    def take(self, event: Any) -> None:
        """Add an event of the parser."""
        self._gap(event.start_mark.index)
        if isinstance(event, _Start):
            kind = "mapping" if isinstance(event, yaml.MappingStartEvent) else "sequence"
            item = self._add(Node(kind, flow=bool(event.flow_style)), block=not event.flow_style)
            self.stack.append(_Open(item, self._column(event), bool(event.flow_style)))
            if event.flow_style:
                self.at = event.end_mark.index
        elif isinstance(event, yaml.CollectionEndEvent):
            self._close(self.stack.pop(), event)
        elif isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, _Boundary):
            self.at = max(self.at, event.end_mark.index)

    def _scalar(self, event: Any) -> None:
        top = self.stack[-1]
        if top.node.kind == "mapping" and top.key is None:
            top.key = event.value
            self._start_member(top)
        else:
            value = plain_value(event.value) if event.implicit[0] else event.value
            raw = "" if isinstance(value, str) else _constant(value, event.value)
            self._add(Node("scalar", value, raw))
        self.at = self._end_of(event)

    def _end_of(self, event: Any) -> int:
        """Where a scalar's text ends; the blank lines after a block scalar are not part of it."""
        start, end = event.start_mark.index, event.end_mark.index
        if event.style not in ("|", ">"):
            return int(end)
        header = _HEADER.match(self.text, start)
        if header and header[1] and self.last is not None:
            self._behind(self.last, header[1])
        body = self.text[start:end].rstrip(" \r\n")
        return int(start) + len(body)

    def _start_member(self, top: _Open) -> None:
        assert top.key is not None
        top.member = self.last = Item(Node("scalar"), top.key, self._above(top))
        top.node.items.append(top.member)

    def _add(self, node: Node, *, block: bool = False) -> Item:
        """Put a value in its place; the item that it is the value of."""
        if not self.stack:
            item = self.root
            item.value = node
        elif self.stack[-1].node.kind == "sequence":
            item = Item(node, before=self._above(self.stack[-1]))
            self.stack[-1].node.items.append(item)
        else:
            top = self.stack[-1]
            assert top.member is not None
            item, top.key = top.member, None
            item.value = node
            waiting = [one for one in self.pending if one.text]
            if waiting and not block:
                item.before += [*filter(None, [item.after]), *_lines(waiting)]
                item.after = ""
            self.pending = self.pending if block else []
        self.last = item
        return item

    def _above(self, top: _Open) -> list[str]:
        """The comments that wait, as those above the next item."""
        waiting, self.pending = self.pending, []
        return _lines([one for one in waiting if one.text or not top.flow])

    def _column(self, event: Any) -> int:
        column = int(event.start_mark.column)
        indentless = self.stack and not self.stack[-1].flow and self.stack[-1].column == column
        return column + 1 if indentless else column

    def _close(self, closed: _Open, event: Any) -> None:
        if closed.flow:
            self.at = event.end_mark.index
            self.last = closed.owner
            left = [one for one in self.pending if one.text]
            self.pending = []
            if closed.node.items:
                closed.node.end = _lines(left)
                is_list = closed.node.kind == "sequence"
                closed.node.flow = is_list and not left and not any(map(_needs_lines, closed.node.items))
            else:
                closed.owner.before += _lines(left)
            return
        follows = event.start_mark.column if event.start_mark.index < len(self.text) else -1
        claimed = 0
        for index, one in enumerate(self.pending):
            if one.text and (one.column < closed.column or one.column <= follows):
                break
            claimed = index + 1 if one.text else claimed
        closed.node.end = _lines(self.pending[:claimed])
        self.pending = self.pending[claimed:]

    def _gap(self, until: int) -> None:
        """Look for comments and blank lines between the last token and an index."""
        if until <= self.at:
            return
        line_is_empty = starts_line = not self.at
        line = self.at
        for found in _TOKEN.finditer(self.text, self.at, until):
            token = found[0]
            if token[0] in "\r\n":
                if line_is_empty and (not self.pending or self.pending[-1].text):
                    self.pending.append(_Comment("", 0))
                line_is_empty = starts_line = True
                line = found.end()
                continue
            if token[0] == "#":
                if starts_line or self.last is None:
                    self.pending.append(_Comment(token.rstrip(), found.start() - line))
                else:
                    self._behind(self.last, token)
            starts_line = starts_line or token[0] in "-?"
            line_is_empty = False
        self.at = until

    def _behind(self, item: Item, comment: str) -> None:
        if item.after:
            item.before.append(item.after)
        item.after = comment.rstrip()


def _needs_lines(item: Item) -> bool:
    """Whether an item in brackets has a comment, or holds what does not stand in brackets."""
    return bool(item.before or item.after or (item.value.items and not item.value.flow))


def _lines(waiting: list[_Comment]) -> list[str]:
    return [one.text for one in waiting]


def _constant(value: Any, raw: str) -> str:
    """A number as it is written; true, false and null in one way."""
    return {True: "true", False: "false", None: "null"}[value] if value is None or isinstance(value, bool) else raw
