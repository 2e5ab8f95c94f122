"""Formats texts, and proves that what they mean stays the same."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from connectory.compiler.canonical.emit import emit, node_of
from connectory.compiler.canonical.order import definition_shape, in_order, put_in_order
from connectory.compiler.canonical.tree import Item, comments, read_tree
from connectory.compiler.diagnostics import Diagnostic
from connectory.compiler.load import shown
from connectory.compiler.suppressions import reaches
from connectory.compiler.text.source import FORBIDDEN, Source, read_source, read_text


class NotFormatted(Exception):
    """A text cannot be written in canonical form and mean the same; says why."""


class Outcome(NamedTuple):
    """What formatting a file came to.

    Attributes:
        name: how diagnostics name the file.
        before: its text.
        after: its canonical form; None where the file is to be left as it is.
        diagnostics: what keeps it from being read.
        reason: what else keeps it from being formatted.
    """

    name: str
    before: str
    after: str | None
    diagnostics: tuple[Diagnostic, ...] = ()
    reason: str = ""


def format_file(file: Path) -> Outcome:
    """The canonical form of a file, which is not written."""
    name = shown(file)
    source = read_source(file, name)
    if source.diagnostics:
        return Outcome(name, source.text, None, source.diagnostics)
    try:
        after = formatted(source, file.suffix)
    except NotFormatted as error:
        return Outcome(name, source.text, None, reason=str(error))
    if after != source.text and file.is_symlink():
        return Outcome(name, source.text, None, reason="it is a link; format the file that it leads to")
    return Outcome(name, source.text, after)


def formatted(source: Source, suffix: str) -> str:
    """The canonical form of a text that could be read.

    Args:
        source: the text; nothing is wrong with it.
        suffix: the ending of its file.

    Raises:
        NotFormatted: see there.
    """
    if suffix == ".json":
        return as_json(source.data)
    root = read_tree(source.text)
    kept = Counter(comments(root))
    put_in_order(root)
    text = emit(root)
    if text == source.text:
        return text
    if Counter(comments(read_tree(text))) != kept:
        raise NotFormatted("a comment would be lost")
    _refuse_other_reach(source, text)
    return _same(source.data, text, suffix)


def _refuse_other_reach(source: Source, text: str) -> None:
    """Raise NotFormatted where a suppression would cover something else than it does."""
    if "connectory:" not in source.text:
        return
    after = Counter(reach for _, reach in reaches(read_text(text, "")))
    for one, reach in reaches(source):
        if not after[reach]:
            where = f"the comment in line {one.span.line} that allows {one.code} would be about something else"
            raise NotFormatted(f"{where}; write it above what it is about")
        after[reach] -= 1
    if after.total():
        raise NotFormatted("a comment would allow what nothing allows now")


def as_yaml(data: dict[str, Any], above: str = "") -> str:
    """A definition as canonical YAML; read back it is the same.

    Args:
        data: the definition.
        above: comments, each with its line's end.

    Raises:
        NotFormatted: it cannot be written as YAML.
    """
    root = Item(node_of(data), before=above.splitlines())
    put_in_order(root)
    return _same(data, emit(root), ".yaml", exactly=False)


def as_json(data: dict[str, Any]) -> str:
    """A definition as canonical JSON; read back it is the same.

    Raises:
        NotFormatted: it cannot be written as JSON.
    """
    try:
        encoded = msgspec.json.Encoder(decimal_format="number").encode(_ordered(data))
    except UnicodeEncodeError:
        raise NotFormatted("it holds half a character, which UTF-8 does not have") from None
    text = FORBIDDEN.sub(_escaped, msgspec.json.format(encoded, indent=1).decode()) + "\n"
    return _same(data, text, ".json")


def _escaped(found: re.Match[str]) -> str:
    """As JSON writes it: what lies beyond U+FFFF as two halves."""
    return json.dumps(found[0])[1:-1]


def _same(data: dict[str, Any], text: str, suffix: str, *, exactly: bool = True) -> str:
    """The text, if it reads back as the data; ``exactly`` for the names in their order and numbers with their zeros."""
    read = read_text(text, "", suffix)
    if read.diagnostics:
        raise NotFormatted(read.diagnostics[0].message)
    if read.data != data or (exactly and repr(_ordered(read.data)) != repr(_ordered(data))):
        raise NotFormatted("it would read back differently")
    return text


def _ordered(data: dict[str, Any]) -> Any:
    return in_order(data, definition_shape())
