"""Builds data and places from events; sees depth, repeated keys and keys that are not text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from connectory.compiler.checks import duplicate_key, nesting, not_a_mapping, text_keys, too_much
from connectory.compiler.diagnostics import MOST, Diagnostic, Span
from connectory.compiler.text.events import DEPTH, VALUES, Event
from connectory.compiler.text.places import Place


class Built(NamedTuple):
    """A document: its data, where everything stands, and what is wrong with it."""

    data: Any
    place: Place
    diagnostics: list[Diagnostic]


class _Open:
    """A container that is being built."""

    __slots__ = ("data", "inside", "key", "place")

    def __init__(self, data: dict[str, Any] | list[Any], place: Place) -> None:
        self.data = data
        self.place = place
        self.inside: dict[str | int, Place] = {}
        self.key: Event | None = None
        place.inside = self.inside


def build(file: str, events: Iterable[Event]) -> Built:
    """The document that ``events`` tells. It stops at the first value that is nested too deeply, or too many."""
    found: list[Diagnostic] = []
    root = _Open([], Place((1, 1), (1, 1)))
    stack = [root]
    values = 0
    for event in events:
        if len(found) >= MOST:
            break
        if event.kind == "end":
            stack.pop().place.end = event.end
            continue
        if len(stack) > DEPTH and event.kind != "scalar":
            found.append(nesting.report(_span(file, event), DEPTH))
            break
        values += not _is_name(stack[-1], event)
        if values > VALUES:
            found.append(too_much.report(_span(file, event), VALUES, "values"))
            break
        added = _add(stack[-1], event, file, found)
        if added is not None:
            stack.append(added)
    return _finish(file, root, found)


def _is_name(parent: _Open, event: Event) -> bool:
    """Whether a value is the name of the next one."""
    return event.kind == "scalar" and parent.key is None and type(parent.data) is dict


def _add(parent: _Open, event: Event, file: str, found: list[Diagnostic]) -> _Open | None:
    """Add a value to its container, or keep it as the key of the next one; the new container, if it is one."""
    value = {"mapping": {}, "sequence": []}.get(event.kind, event.value)
    place = Place(event.start, event.end, event.raw)
    child = None if event.kind == "scalar" else _Open(value, place)
    if isinstance(parent.data, list):
        parent.inside[len(parent.data)] = place
        parent.data.append(value)
    elif parent.key is None:
        parent.key = event
        if not isinstance(event.value, str):
            found.append(text_keys.report(_span(file, event), event.raw))
    else:
        _add_member(parent, value, place, file, found)
    return child


def _add_member(parent: _Open, value: Any, place: Place, file: str, found: list[Diagnostic]) -> None:
    key, parent.key = parent.key, None
    assert key is not None
    assert isinstance(parent.data, dict)
    name = key.value if isinstance(key.value, str) else key.raw
    place.key = (key.start, key.end)
    first = parent.inside.get(name)
    if first is not None:
        found.append(duplicate_key.report(_span(file, key), first.span(file, key=True), name))
        return
    parent.data[name] = value
    parent.inside[name] = place


def _finish(file: str, root: _Open, found: list[Diagnostic]) -> Built:
    assert isinstance(root.data, list)
    if not root.data or not isinstance(root.data[0], dict):
        if not found:
            what = "nothing" if not root.data else "a list" if isinstance(root.data[0], list) else "a single value"
            span = root.place.inside[0].span(file) if root.data else Span(file, 1, 1, 1, 1)
            found.append(not_a_mapping.report(span, what))
        return Built({}, root.place, found)
    return Built(root.data[0], root.place.inside[0], found)


def _span(file: str, event: Event) -> Span:
    return Span(file, *event.start, *event.end)
