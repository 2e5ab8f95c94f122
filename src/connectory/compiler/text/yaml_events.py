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

from connectory.compiler.checks import aliases, ambiguous_scalar, nesting, numbers, one_document, syntax, tags
from connectory.compiler.diagnostics import MOST, Diagnostic, Span
from connectory.compiler.text.events import DEPTH, Event, Mark
from connectory.compiler.text.lines import Lines

_Parser: Any = import_module("yaml.cyaml").CParser if yaml.__with_libyaml__ else yaml.Loader
"""libyaml's parser; where PyYAML was built without it, the one in Python, which is some ten times slower."""

_CONSTANTS = {"": None, "~": None, "null": None, "Null": None, "NULL": None} | {
    text: text.lower() == "true" for text in ("true", "True", "TRUE", "false", "False", "FALSE")
}
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_FRACTION = re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]+(?:[eE][-+][0-9]+)?")


_AT_CONTEXT = ("could not find expected ':'", "found unexpected end of stream")
"""Problems that are seen long after the place that has them."""

_TOO_DEEP = "exceeded maximum nesting depth"
"""The problem of newer releases of libyaml with a thousand brackets, before these are events."""


def yaml_events(text: str, file: str, found: list[Diagnostic]) -> Iterator[Event]:
    """The events of a document; what is wrong with its text goes to ``found``."""
    parser = _Parser(text)
    last = Lines(text).mark(len(text))

    def at(mark: Any) -> Mark:
        """The place of a mark; libyaml sees a line more where the last one has no end."""
        return min((mark.line + 1, mark.column + 1), last)

    try:
        documents = 0
        while len(found) < MOST and parser.check_event():
            event = parser.get_event()
            documents += isinstance(event, yaml.DocumentStartEvent)
            if isinstance(event, yaml.DocumentStartEvent) and (documents > 1 or event.version or event.tags):
                found.append(one_document.report(_span(file, event, at), directive=documents == 1))
                return
            yield from _translate(event, file, found, at)
    except yaml.MarkedYAMLError as error:
        found.append(_syntax(error, file, at))
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


_At = Callable[[Any], Mark]


def _translate(event: Any, file: str, found: list[Diagnostic], at: _At) -> Iterator[Event]:
    start, end = at(event.start_mark), at(event.end_mark)
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        alias = isinstance(event, yaml.AliasEvent)
        found.append(aliases.report(_span(file, event, at), event.anchor, alias=alias))
    if getattr(event, "tag", None):
        found.append(tags.report(_span(file, event, at), event.tag))
    if isinstance(event, yaml.MappingStartEvent):
        yield Event("mapping", None, start, end)
    elif isinstance(event, yaml.SequenceStartEvent):
        yield Event("sequence", None, start, end)
    elif isinstance(event, yaml.CollectionEndEvent):
        yield Event("end", None, start, end)
    elif isinstance(event, yaml.ScalarEvent):
        value = _plain(event, file, found, at) if event.implicit[0] else event.value
        yield Event("scalar", value, start, end, event.value)
    elif isinstance(event, yaml.AliasEvent):
        yield Event("scalar", f"*{event.anchor}", start, end, f"*{event.anchor}")


def _plain(event: yaml.ScalarEvent, file: str, found: list[Diagnostic], at: _At) -> Any:
    """What a scalar without quotes stands for."""
    text = event.value
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text == "<<":
        found.append(aliases.report(_span(file, event, at), text, alias=False))
        return text
    if _INTEGER.fullmatch(text) or _FRACTION.fullmatch(text):
        wrong = numbers.refused(text)
        if wrong:
            found.append(numbers.report(_span(file, event, at), text, wrong))
            return 0
        return int(text) if _INTEGER.fullmatch(text) else Decimal(text)
    trap = ambiguous_scalar.recognise(text)
    if trap:
        found.append(ambiguous_scalar.report(_span(file, event, at), text, trap))
    return text


def _syntax(error: yaml.MarkedYAMLError, file: str, at: _At) -> Diagnostic:
    starts_it = error.problem in _AT_CONTEXT and error.context_mark
    mark = error.context_mark if starts_it else error.problem_mark or error.context_mark
    line, column = at(mark) if mark else (1, 1)
    if error.problem == _TOO_DEEP:
        return nesting.report(Span(file, line, column, line, column + 1), DEPTH)
    reason = " ".join(part for part in (error.context, error.problem) if part)
    return syntax.report(Span(file, line, column, line, column + 1), "YAML", reason)


def _span(file: str, event: yaml.Event, at: _At) -> Span:
    return Span(file, *at(event.start_mark), *at(event.end_mark))
