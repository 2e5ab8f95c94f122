"""Texts as YAML scalars: the shortest style in which every reader of YAML finds the same text."""

from __future__ import annotations

import re

from connectory.compiler.checks import ambiguous_scalar
from connectory.compiler.quotes import is_visible, quoted

WIDTH = 120
"""Characters of a line, where its text can be folded or its list broken up."""

_LEAST = 40
"""Characters that folded text gets, however deep it stands."""

_WORDS = frozenset(("", "~", "null", "Null", "NULL", "true", "True", "TRUE", "false", "False", "FALSE", "<<"))

_LIKE_A_NUMBER = re.compile(r"[-+.]?[0-9][-+.:_0-9eE]*")
"""Numbers, dates, times and versions: a person, or another reader, may take them for something else than text."""

_INDICATORS = frozenset("?:,[]{}#&*!|>'\"%@`")
"""What starts something else than plain text. A hyphen starts a list only before a blank."""

_ENDS_PLAIN = re.compile(r": |:$| #|^- |^-$|^---|^\.\.\.")
_ENDS_PLAIN_IN_FLOW = re.compile(r"[,\[\]{}]")
_SEPARATE = re.compile(r"(?<=[^ ]) (?=[^ ])")
"""Where a line may be broken: a single blank inside a text."""


def is_plain(text: str, *, flow: bool = False) -> bool:
    """Whether ``text`` needs no quotes; ``flow`` where it stands in brackets."""
    return (
        text not in _WORDS
        and text[0] not in _INDICATORS
        and text[0] != " "
        and text[-1] != " "
        and not _ENDS_PLAIN.search(text)
        and not (flow and _ENDS_PLAIN_IN_FLOW.search(text))
        and is_visible(text)
        and not _LIKE_A_NUMBER.fullmatch(text)
        and not ambiguous_scalar.recognise(text)
    )


def one_line(text: str, *, flow: bool = False) -> str:
    """``text`` as a scalar of one line: plain, else in the quotes that need fewer escapes, the double ones if equal."""
    return text if is_plain(text, flow=flow) else quoted(text)


def block(text: str, indent: int) -> list[str] | None:
    """``text`` as a block scalar: its header and its lines, which are not indented yet; None where it can be none.

    Lines that fit are kept as they are (``|``); longer ones are folded at blanks (``>``).
    """
    body = text.removesuffix("\n")
    lines = body.split("\n")
    if not lines[0] or not lines[-1] or lines[0][0] == " " or not all(map(is_visible, lines)):
        return None
    if any(line.endswith(" ") for line in lines):
        return None
    chomping = "-" if body == text else ""
    literal = [f"|{chomping}", *lines]
    width = max(WIDTH - indent, _LEAST)
    if "\n" in text and (all(len(line) <= width for line in lines) or any(line.startswith(" ") for line in lines)):
        return literal
    folded = [part for line in lines for part in (*(_fold(line, width) if line else ()), "")][:-1]
    if len(folded) > 1:
        return [f">{chomping}", *folded]
    return literal if "\n" in text else None


def _fold(line: str, width: int) -> list[str]:
    """The lines that ``line`` is broken into at single blanks, none longer than ``width`` where that is possible."""
    made = []
    start = end = 0
    for place in _SEPARATE.finditer(line):
        if place.start() - start > width and end > start:
            made.append(line[start:end])
            start = end + 1
        end = place.start()
    if len(line) - start > width and end > start:
        made.append(line[start:end])
        start = end + 1
    return [*made, line[start:]]
