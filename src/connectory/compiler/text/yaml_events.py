"""YAML text to events, with libyaml's parser: iterative, so that no depth can exhaust the stack.

The scalars are those that YAML 1.1 and 1.2 read alike. What they read differently, or what is
easily taken for something else, is reported and then read as text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from importlib import import_module
from typing import Any

import yaml

from connectory.compiler.checks import aliases, ambiguous_scalar, nesting, numbers, one_document, syntax, tabs, tags
from connectory.compiler.diagnostics import MOST, Diagnostic, Span
from connectory.compiler.text.events import DEPTH, Event, Mark
from connectory.compiler.text.lines import lines_at, mark_of
from connectory.compiler.text.tabs import first_misplaced

_Parser: Any = import_module("yaml.cyaml").CParser if yaml.__with_libyaml__ else yaml.Loader
"""libyaml's parser; where PyYAML was built without it, the one in Python, which is some ten times slower."""

_CONSTANTS = {"": None, "~": None, "null": None, "Null": None, "NULL": None} | {
    text: text.lower() == "true" for text in ("true", "True", "TRUE", "false", "False", "FALSE")
}
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_FIRST_OF_NUMBERS = frozenset("-0123456789")
_FRACTION = re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]+(?:[eE][-+][0-9]+)?")


_AT_CONTEXT = ("could not find expected ':'", "found unexpected end of stream")
"""Problems that are seen long after the place that has them."""

_TOO_DEEP = "exceeded maximum nesting depth"
"""The problem of newer releases of libyaml with a thousand brackets, before these are events."""


_DIRECTIVE = ("directive", "incompatible YAML document")
_TAG = ("while scanning a tag", "undefined tag handle")
"""What problems with what is not allowed anyway have in their words."""


def yaml_events(text: str, file: str, found: list[Diagnostic]) -> Iterator[Event]:
    """The events of a document; what is wrong with its text goes to ``found``."""
    parser = _Parser(text)
    last = mark_of(text, len(text))
    reader = _Reader(file, found, lambda mark: min((mark.line + 1, mark.column + 1), last))
    has_tabs = "\t" in text
    try:
        documents = 0
        while len(found) < MOST and parser.check_event():
            event = parser.get_event()
            documents += isinstance(event, yaml.DocumentStartEvent)
            if isinstance(event, yaml.DocumentStartEvent) and (documents > 1 or event.version or event.tags):
                found.append(one_document.report(reader.span(event), directive=documents == 1))
                return
            if has_tabs and isinstance(event, yaml.ScalarEvent) and event.style:
                reader.written.append((reader.at(event.start_mark), reader.at(event.end_mark)))
            translated = reader.translated(event)
            if translated is not None:
                yield translated
        misplaced = first_misplaced(text, reader.written) if has_tabs else None
        if misplaced:
            found.append(tabs.report(_one(file, misplaced)))
    except yaml.MarkedYAMLError as error:
        found.append(_syntax(error, text, file, reader.at))
    except yaml.YAMLError as error:
        found.append(syntax.report(Span(file, 1, 1, 1, 1), "YAML", str(error)))
    finally:
        parser.dispose()


def plain_value(text: str) -> Any:
    """What a scalar without quotes stands for, where nothing is wrong with it."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return Decimal(text) if _FRACTION.fullmatch(text) else text


_KINDS: dict[type, Any] = {
    yaml.MappingStartEvent: "mapping",
    yaml.SequenceStartEvent: "sequence",
    yaml.MappingEndEvent: "end",
    yaml.SequenceEndEvent: "end",
    yaml.ScalarEvent: "scalar",
    yaml.AliasEvent: "alias",
}
"""What we call libyaml's events; others are about streams and documents."""

_At = Callable[[Any], Mark]
"""The place of a mark. libyaml sees a line more where the last one has no end."""


class _Reader:
    """Turns libyaml's events into ours.

    Attributes:
        at: the place of a mark.
        written: where texts stand in which a tab is a tab: in quotes, or below | and >.
    """

    def __init__(self, file: str, found: list[Diagnostic], at: _At) -> None:
        self.at = at
        self.written: list[tuple[Mark, Mark]] = []
        self._file = file
        self._found = found
        self._anchors: set[str] = set()

    def span(self, event: yaml.Event) -> Span:
        """Where an event stands."""
        return Span(self._file, *self.at(event.start_mark), *self.at(event.end_mark))

    def translated(self, event: Any) -> Event | None:
        """Our event for one of libyaml's, if there is one."""
        kind = _KINDS.get(type(event))
        if kind is None:
            return None
        start, end = self.at(event.start_mark), self.at(event.end_mark)
        if kind == "end":
            return Event("end", None, start, end)
        is_alias = kind == "alias"
        if event.anchor:
            self._anchor(event, is_alias=is_alias)
        if is_alias:
            return Event("scalar", f"*{event.anchor}", start, end, f"*{event.anchor}")
        if event.tag:
            self._found.append(tags.report(self.span(event), event.tag))
        if kind == "scalar":
            text = event.value
            return Event("scalar", self._plain(event, text) if event.implicit[0] else text, start, end, text)
        return Event(kind, None, start, end)

    def _anchor(self, event: Any, *, is_alias: bool) -> None:
        """Report an anchor, or an alias; that of an anchor that is reported goes with it."""
        if not (is_alias and event.anchor in self._anchors):
            self._found.append(aliases.report(self.span(event), event.anchor, alias=is_alias))
            self._anchors.add(event.anchor)

    def _plain(self, event: Any, text: str) -> Any:
        """What a scalar without quotes stands for."""
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        if text == "<<":
            self._found.append(aliases.report(self.span(event), text, alias=False))
            return text
        if text[0] in _FIRST_OF_NUMBERS and (_INTEGER.fullmatch(text) or _FRACTION.fullmatch(text)):
            wrong = numbers.refused(text)
            if wrong:
                self._found.append(numbers.report(self.span(event), text, wrong))
                return 0
            return int(text) if _INTEGER.fullmatch(text) else Decimal(text)
        trap = ambiguous_scalar.recognise(text)
        if trap:
            self._found.append(ambiguous_scalar.report(self.span(event), text, trap))
        return text


def _syntax(error: yaml.MarkedYAMLError, text: str, file: str, at: _At) -> Diagnostic:
    starts_it = (error.problem in _AT_CONTEXT or error.context in _TAG) and error.context_mark
    mark = error.context_mark if starts_it else error.problem_mark or error.context_mark
    line, column = at(mark) if mark else (1, 1)
    if error.problem == _TOO_DEEP:
        return nesting.report(_one(file, (line, column)), DEPTH)
    reason = " ".join(part for part in (error.context, error.problem) if part)
    written = lines_at(text, {line}).get(line, "")
    if any(words in reason for words in _DIRECTIVE):
        return one_document.report(Span(file, line, 1, line, len(written) + 1), directive=True)
    if any(words in reason for words in _TAG):
        tag = written[column - 1 :].split(maxsplit=1)[:1] or ["!"]
        return tags.report(Span(file, line, column, line, column + len(tag[0])), tag[0])
    if written[column - 1 : column] == "\t":
        return tabs.report(_one(file, (line, column)))
    return syntax.report(_one(file, (line, column)), "YAML", reason)


def _one(file: str, mark: Mark) -> Span:
    """The character at a mark."""
    return Span(file, *mark, mark[0], mark[1] + 1)
