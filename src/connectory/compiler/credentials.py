"""What looks like a credential, and what is called like one."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from connectory.compiler.known import known

_SHORTEST = 16
"""Characters that a key has at the least."""

_RANDOM = 3.3
"""Bits of a character from which on a text looks drawn by lot; words and identifiers have fewer for their length."""

_CHANGING = 4
"""Characters after which a text that is drawn by lot changes between digits, capitals and others, at the least."""

_ONE_WORD = re.compile(r"[0-9A-Za-z+/=_.~-]+")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_IN_WORD = re.compile(r"[0-9A-Za-z_-]")
_MARKS = [re.compile(r"-(?=[0-9A-Za-z_-]{20})"), re.compile(r"_(?=[0-9A-Za-z+/]{16})")]
"""Where the prefix of a marked key ends; with a character first, a search is as quick as one for a text."""

_PARTS = re.compile(r"[0-9]+|[A-Z]+|[a-z]+")
_SCHEME = re.compile(r"(?i)(bearer|basic|token|bot|apikey|key)[ =:]+")


class _Kind(NamedTuple):
    what: str
    prefix: str
    after: re.Pattern[str]


class Key(NamedTuple):
    """Something that looks like a key of a known kind, between two indexes of a text."""

    what: str
    start: int
    end: int


def keys_in(text: str) -> Iterator[Key]:
    """What looks like a key in a text."""
    for kind, at in _starts(text):
        if kind.prefix[0].isalnum() and _IN_WORD.match(text, at - 1 if at else len(text)):
            continue
        found = kind.after.match(text, at + len(kind.prefix))
        if found and not is_placeholder(found[0]):
            yield Key(kind.what, at, found.end())


def is_secret_name(name: str) -> bool:
    """Whether a field, header or parameter of this name holds a credential."""
    plain = "".join(character for character in name.lower() if character.isalnum())
    return plain.endswith(_names())


def looks_random(value: str) -> bool:
    """Whether a value looks like a key of any kind: long, of one word, mixed, and like no word."""
    text = _SCHEME.sub("", value.strip(), count=1)
    if len(text) < _SHORTEST or not _ONE_WORD.fullmatch(text) or is_placeholder(text) or _UUID.fullmatch(text):
        return False
    if not (any(map(str.isdigit, text)) and any(map(str.isalpha, text))):
        return False
    if len(_PARTS.findall(text)) < len(text) / _CHANGING:
        return False
    counted = Counter(text)
    bits = -sum(n / len(text) * math.log2(n / len(text)) for n in counted.values())
    return bits >= _RANDOM


def _starts(text: str) -> Iterator[tuple[_Kind, int]]:
    """Where the prefixes of keys stand; most texts hold none, and are only searched for that."""
    for kind in _kinds("keys"):
        at = text.find(kind.prefix)
        while at >= 0:
            yield kind, at
            at = text.find(kind.prefix, at + len(kind.prefix))
    marked = _kinds("marked")
    prefixes = tuple(kind.prefix for kind in marked)
    for mark in _MARKS:
        for run in mark.finditer(text):
            end = run.start() + 1
            if text.endswith(prefixes, 0, end):
                yield from ((kind, end - len(kind.prefix)) for kind in marked if text.endswith(kind.prefix, 0, end))


def is_placeholder(text: str) -> bool:
    """Whether a text only shows what stands in its place."""
    lowered = text.lower()
    return any(word in lowered for word in known("secrets")["placeholders"]) or len(set(lowered)) < len(lowered) / 6


@cache
def _names() -> tuple[str, ...]:
    return tuple(known("secrets")["names"])


@cache
def _kinds(group: str) -> list[_Kind]:
    keys: list[dict[str, Any]] = known("secrets")[group]
    return [_Kind(key["what"], prefix, re.compile(key["after"])) for key in keys for prefix in key["prefixes"]]
