"""YAML as vendors write it: aliases and merge keys are followed, and scalars are those of YAML 1.2.

``no``, ``12:30`` and ``2026-01-31`` are text, also where YAML 1.1 has another meaning for them; every
key is text. What aliases expand to is limited.
"""

from __future__ import annotations

import re
from decimal import Decimal
from importlib import import_module
from typing import Any, NamedTuple

import yaml

from connectory.importers.tally import Tally

_Parser: Any = import_module("yaml.cyaml").CParser if yaml.__with_libyaml__ else yaml.Loader

_CONSTANTS = {"": None, "~": None, "null": None, "Null": None, "NULL": None} | {
    text: text.lower() == "true" for text in ("true", "True", "TRUE", "false", "False", "FALSE")
}
_INTEGER = re.compile(r"[-+]?[0-9]+")
_NUMBER = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_LARGEST = 5_000_000
"""Values that a document may hold, each alias counted as what it stands for."""


class YAMLError(Exception):
    """A text is not YAML, or not YAML that is read here."""


class _Open:
    """A container that is being built."""

    __slots__ = ("anchor", "data", "key", "merged", "size")

    def __init__(self, data: Any, anchor: str | None) -> None:
        self.data = data
        self.anchor = anchor
        self.key: str | None = None
        self.merged: list[Any] = []
        self.size = 1


class _Anchored(NamedTuple):
    value: Any
    size: int


def read_yaml(text: str, shown: str, tally: Tally, depth: int) -> Any:
    """The one document of ``text``.

    Raises:
        YAMLError: it is not YAML, holds more than one document, or is nested or expands too far.
    """
    try:
        parser = _Parser(text)
    except yaml.YAMLError as error:
        raise YAMLError(_reason(error)) from None
    try:
        return _build(parser, shown, tally, depth)
    except yaml.YAMLError as error:
        if getattr(error, "problem", None) == "exceeded maximum nesting depth":  # of newer releases of libyaml
            raise YAMLError(f"it is nested more than {depth} levels deep") from None
        raise YAMLError(_reason(error)) from None
    finally:
        parser.dispose()


def _reason(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    place = f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
    return f"{getattr(error, 'problem', None) or str(error).splitlines()[0]}{place}"


def _build(parser: Any, shown: str, tally: Tally, depth: int) -> Any:
    stack = [_Open([], None)]
    anchors: dict[str, _Anchored] = {}
    documents = 0
    while parser.check_event():
        event = parser.get_event()
        line = event.start_mark.line + 1
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise YAMLError(f"it holds more than one document (line {line})")
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            if len(stack) > depth:
                raise YAMLError(f"it is nested more than {depth} levels deep (line {line})")
            stack.append(_Open({} if isinstance(event, yaml.MappingStartEvent) else [], event.anchor))
        elif isinstance(event, yaml.CollectionEndEvent):
            done = stack.pop()
            value = _merged(done)
            if done.anchor:
                anchors[done.anchor] = _Anchored(value, done.size)
            _add(stack[-1], value, done.size, None, line, shown, tally)
        elif isinstance(event, yaml.ScalarEvent):
            value = _plain(event.value) if event.implicit[0] else event.value
            if event.anchor:
                anchors[event.anchor] = _Anchored(value, 1)
            _add(stack[-1], value, 1, event.value, line, shown, tally)
        elif isinstance(event, yaml.AliasEvent):
            if event.anchor not in anchors:
                raise YAMLError(f"the alias *{event.anchor} stands for nothing, or for itself (line {line})")
            known = anchors[event.anchor]
            raw = str(known.value) if not isinstance(known.value, dict | list) else None
            _add(stack[-1], known.value, known.size, raw, line, shown, tally)
    return stack[0].data[0] if stack[0].data else None


def _add(parent: _Open, value: Any, size: int, raw: str | None, line: int, shown: str, tally: Tally) -> None:
    parent.size += size
    if parent.size > _LARGEST:
        raise YAMLError(f"its aliases expand to more than {_LARGEST:,} values (line {line})")
    if isinstance(parent.data, list):
        parent.data.append(value)
    elif parent.key is None:
        if raw is None:
            raise YAMLError(f"a key is a mapping or a list (line {line})")
        parent.key = raw
    else:
        name, parent.key = parent.key, None
        if name == "<<" and isinstance(value, dict | list):
            parent.merged.extend(value if isinstance(value, list) else [value])
            return
        if name in parent.data:
            tally.note("key given twice; the last one counts", f"{shown} line {line}: {name}")
        parent.data[name] = value


def _merged(done: _Open) -> Any:
    """The container's data; of a mapping, with what it merges in below its own members."""
    for other in done.merged:
        if not isinstance(other, dict):
            raise YAMLError("<< merges what is no mapping")
        for name, value in other.items():
            done.data.setdefault(name, value)
    return done.data


def _plain(text: str) -> Any:
    """What a scalar without quotes stands for in YAML 1.2."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[:1] not in "+-.0123456789":
        return text
    from connectory.importers.source import integer, number

    if _INTEGER.fullmatch(text):
        return integer(text)
    if _NUMBER.fullmatch(text):
        found: int | Decimal = number(text)
        return found
    return text
