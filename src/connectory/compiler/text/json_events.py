"""JSON text (RFC 8259) to events."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from connectory.compiler.checks import numbers, syntax
from connectory.compiler.diagnostics import MOST, Diagnostic, Span
from connectory.compiler.text.events import Event
from connectory.compiler.text.lines import Lines

_SPACE = re.compile(r"[ \t\r\n]*")
_INSIDE = r'"(?:[^"\\\x00-\x1f]|\\["\\/bfnrt]|\\u[0-9A-Fa-f]{4})*+'
_STRING = re.compile(_INSIDE + '"')
_UNCLOSED = re.compile(_INSIDE)
_LONE = re.compile("[\ud800-\udfff]")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_DIGITS = frozenset("0123456789")
_WORD = re.compile(r"[A-Za-z]+")
_WORDS = {"true": True, "false": False, "null": None}


class _Wrong(Exception):
    """The text is not JSON; says where and why."""

    def __init__(self, at: int, why: str) -> None:
        super().__init__(why)
        self.at = at
        self.why = why


class _Text:
    """The text, and the line and column of every position in it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.mark = Lines(text).mark

    def skip(self, at: int) -> int:
        match = _SPACE.match(self.text, at)
        return match.end() if match else at


def json_events(text: str, file: str, found: list[Diagnostic]) -> Iterator[Event]:
    """The events of a document; what is wrong with its text goes to ``found``."""
    source = _Text(text)
    try:
        yield from _document(source, file, found)
    except _Wrong as wrong:
        line, column = source.mark(wrong.at)
        found.append(syntax.report(Span(file, line, column, line, column + 1), "JSON", wrong.why))


def _document(source: _Text, file: str, found: list[Diagnostic]) -> Iterator[Event]:
    text = source.text
    closers: list[str] = []
    at = source.skip(0)
    if at == len(text):
        return
    expects = "value"
    while len(found) < MOST:
        at = source.skip(at)
        char = text[at : at + 1]
        if expects in ("value", "item") and char in ("{", "["):
            closers.append("}" if char == "{" else "]")
            kind: Any = "mapping" if char == "{" else "sequence"
            yield Event(kind, None, source.mark(at), source.mark(at + 1))
            at, expects = at + 1, "key or end" if char == "{" else "item"
        elif closers and char == closers[-1] and expects in ("key or end", "item", "more"):
            closers.pop()
            yield Event("end", None, source.mark(at), source.mark(at + 1))
            at, expects = at + 1, "more"
        elif expects in ("value", "item"):
            if char == "]" and closers[-1:] == ["]"]:
                raise _Wrong(at, "a comma needs something after it")
            event, at = _scalar(source, at, file, found)
            yield event
            expects = "more"
        elif expects in ("key", "key or end"):
            if char == "}":
                raise _Wrong(at, "a comma needs something after it")
            event, at = _string(source, at)
            yield event
            at = _colon(source, at)
            expects = "value"
        elif char == "," and closers:
            at, expects = at + 1, "key" if closers[-1] == "}" else "value"
        else:
            raise _Wrong(at, f"expected ',' or {closers[-1]!r}")
        if expects == "more" and not closers:
            if source.skip(at) != len(text):
                raise _Wrong(source.skip(at), "there is more text after the document's end")
            return


def _colon(source: _Text, at: int) -> int:
    at = source.skip(at)
    if source.text[at : at + 1] != ":":
        raise _Wrong(at, "expected ':' after a member's name")
    return at + 1


def _string(source: _Text, at: int) -> tuple[Event, int]:
    match = _STRING.match(source.text, at)
    if match is None:
        raise _wrong_string(source, at)
    value = json.loads(match[0])
    lone = _LONE.search(value) if "\\u" in match[0] else None
    if lone:
        raise _Wrong(at, f"the half \\u{ord(lone[0]):04x} of a character is not one")
    return Event("scalar", value, source.mark(at), source.mark(match.end()), value), match.end()


def _wrong_string(source: _Text, at: int) -> _Wrong:
    match = _UNCLOSED.match(source.text, at)
    if match is None:
        return _Wrong(at, "expected a name in quotes" if at < len(source.text) else "the text ends too early")
    after = source.text[match.end() : match.end() + 1]
    if after == "\\":
        return _Wrong(match.end(), "this is no escape that JSON has")
    if after in ("", "\r", "\n"):
        return _Wrong(at, "this string is not closed")
    return _Wrong(match.end(), "a control character in a string is written as an escape")


def _scalar(source: _Text, at: int, file: str, found: list[Diagnostic]) -> tuple[Event, int]:
    text = source.text
    if text[at : at + 1] == '"':
        return _string(source, at)
    number = _NUMBER.match(text, at)
    if number:
        if text[number.end() : number.end() + 1] in _DIGITS:
            raise _Wrong(at, "a number does not start with 0")
        return _number(source, number, file, found), number.end()
    word = _WORD.match(text, at)
    if word is None or word[0] not in _WORDS:
        what = f"{word[0][:40]!r} is not JSON" if word else "expected a value"
        raise _Wrong(at, what if at < len(text) else "the text ends too early")
    return Event("scalar", _WORDS[word[0]], source.mark(at), source.mark(word.end()), word[0]), word.end()


def _number(source: _Text, match: re.Match[str], file: str, found: list[Diagnostic]) -> Event:
    start, end = source.mark(match.start()), source.mark(match.end())
    wrong = numbers.refused(match[0])
    if wrong:
        found.append(numbers.report(Span(file, *start, *end), match[0], wrong))
    value: Any = 0 if wrong else Decimal(match[0]) if match[1] or match[2] else int(match[0])
    return Event("scalar", value, start, end, match[0])
