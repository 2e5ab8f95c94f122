"""JSON and SQL text that no migration tool changes.

Every string of a definition reaches SQL through one filter, ``literal``: ``E'...'`` around ASCII JSON whose strings
hold nothing but ``[A-Za-z0-9 _.,+=()[]~|^<>]`` and ``\\\\uXXXX``. Numbers are written digit by digit as the definition
has them, never as floats.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any


class Json(str):
    """JSON text in the encoding that stands between the quotes of a literal."""

    __slots__ = ()


class Sql(str):
    """SQL text that the templates may print."""

    __slots__ = ()


class UnstorableError(Exception):
    """PostgreSQL cannot hold it; says what."""


def encode(value: Any) -> str:
    """The value as JSON in the encoding of literals.

    A blank follows each colon: ``:1`` and ``:true`` are parameters to some tools.

    Raises:
        UnstorableError: PostgreSQL has no place for a part of it.
    """
    kind = type(value)
    if kind is str:
        return _strings[value]
    if kind is dict:
        members = [
            f"{_strings[key]}: {_strings[item] if type(item) is str else encode(item)}" for key, item in value.items()
        ]
        return "{" + ", ".join(members) + "}"
    if kind is list:
        return "[" + ", ".join(map(encode, value)) + "]"
    return _other(value)


def pieces(value: Any, levels: int) -> Iterator[str]:
    """What ``encode`` makes of the value, in pieces: what lies that many levels down or deeper is in one each.

    Joined once, they never stand in memory twice, level by level, and a text that stands in many places is one.

    Raises:
        UnstorableError: PostgreSQL has no place for a part of it.
    """
    if not levels or not value or type(value) not in (dict, list):
        yield encode(value)
        return
    names = value if type(value) is dict else None
    before = "[" if names is None else "{"
    for item in value:
        yield before
        if names is not None:
            yield _strings[item]
            yield ": "
        yield from pieces(item if names is None else names[item], levels - 1)
        before = ", "
    yield "]" if names is None else "}"


def _other(value: Any) -> str:
    match value:
        case Json():
            return value
        case None | True | False:
            return _CONSTANTS[value]
        case int() | Decimal():
            return _number(Decimal(value))
    raise TypeError(f"a definition holds no {type(value).__name__}")


def decode(text: str) -> Any:
    """The value that ``encode`` made this of, with the numbers that are no integers as ``Decimal``.

    Raises:
        ValueError: it is not of this encoding.
    """
    return json.loads(text.replace("\\\\", "\\"), parse_float=Decimal)


def path_to_unstorable(value: Any) -> list[str | int]:
    """Where in a value that ``encode`` refuses the first thing lies that cannot be stored."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, item in items:
        if not _is_storable(str(step)):
            return [step]
        if not _is_storable(item):
            return [step, *path_to_unstorable(item)]
    return []


def _is_storable(value: Any) -> bool:
    try:
        return bool(encode(value))
    except UnstorableError:
        return False


_CONSTANTS = {None: "null", True: "true", False: "false"}

_UNSAFE = re.compile(r"[^A-Za-z0-9 _.,+=()\[\]~|^<>]")


class _Strings(dict[str, str]):
    """Strings and how they are written. Short ones are kept: names and keywords come again and again."""

    _KEPT, _SHORT = 1 << 16, 64

    def __missing__(self, text: str) -> str:
        written = f'"{_UNSAFE.sub(_escaped, text)}"'
        if len(text) <= self._SHORT and len(self) < self._KEPT:
            self[text] = written
        return written


_strings = _Strings()


def _escaped(match: re.Match[str]) -> str:
    return _escape(match[0])


@lru_cache(maxsize=1 << 12)
def _escape(character: str) -> str:
    code = ord(character)
    if code == 0:
        raise UnstorableError("NUL")
    if 0xD800 <= code <= 0xDFFF:
        raise UnstorableError("a lone surrogate")
    units = (0xD7C0 + (code >> 10), 0xDC00 + (code & 0x3FF)) if code > 0xFFFF else (code,)
    return "".join(rf"\\u{unit:04x}" for unit in units)


_DIGITS_BEFORE_POINT, _DIGITS_AFTER_POINT = 131_072, 16_383
"""The limits of numeric: https://www.postgresql.org/docs/18/datatype-numeric.html"""


def _number(number: Decimal) -> str:
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int):
        raise UnstorableError("a number that is not finite")
    if number.adjusted() >= _DIGITS_BEFORE_POINT or -exponent > _DIGITS_AFTER_POINT:
        raise UnstorableError("a number of so many digits")
    if number.is_zero() and number.is_signed():
        raise UnstorableError("the sign of -0.0")
    return format(number, "f")


# What templates may print.


_ROWS = "\x1e"
"""Stands for rows, whose text no template has to hold; no other value has this character."""


def literal(rows: Sequence[str]) -> Sql:
    """Where rows stand, as a list that is a SQL string literal. ``filled`` puts them there, once for all of them."""
    return Sql(f"E'[\n{_ROWS}\n]'")


def has_rows(text: str) -> bool:
    """Whether rows stand in a text."""
    return _ROWS in text


def filled(text: str, following: Callable[[], Sequence[str]]) -> Iterator[str]:
    """A text in pieces, with rows, each a line, where some stand in it.

    ``following`` gives the rows of one place after the other, in the encoding of literals.
    """
    before, *others = text.split(_ROWS)
    yield before
    for other in others:
        for index, row in enumerate(following()):
            if index:
                yield ",\n"
            yield row
        yield other


def comment(words: Iterable[str]) -> Sql:
    """The words as text of a comment line: what is not of ids and versions becomes an underscore."""
    return Sql(" ".join(re.sub(r"[^A-Za-z0-9._+-]", "_", word) for word in words))


IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
"""The names that migrations are written for. Other characters mean something to one tool or another."""


def identifier(names: Sequence[str]) -> Sql:
    """The name of a thing, in double quotes where SQL would fold its letters or take it as a word of its own."""
    for name in names:
        if not IDENTIFIER.fullmatch(name):
            raise ValueError(f"{name!r} is no name that a migration can hold")
    return Sql(".".join(name if name in _PLAIN else f'"{name}"' for name in names))


_PLAIN = ("integration_definitions", "auth_method_enum", "public")


def only_sql(value: object) -> Sql:
    """The value, which must have gone through a filter."""
    if not isinstance(value, Sql):
        raise TypeError("a template prints a value that went through no filter")
    return value
