"""How many loops of a regular expression can follow each other while they take nothing but a few characters."""

from __future__ import annotations

from functools import reduce
from typing import NamedTuple

from connectory.compiler.patterns.automaton import is_loop
from connectory.compiler.patterns.charset import contains
from connectory.compiler.patterns.syntax import Chars, Choice, Edge, Node, Repeat, Sequence


class _Run(NamedTuple):
    """The most loops that take nothing but the characters.

    Attributes:
        whole: through all of a part; None where that takes another one.
        head, tail: from its start; up to its end.
        best: anywhere in it.
    """

    whole: int | None
    head: int
    tail: int
    best: int


_NONE = _Run(None, 0, 0, 0)
_THROUGH = _Run(0, 0, 0, 0)


def most_loops(node: Node, text: str) -> int:
    """The most loops in a row that take nothing but a text's characters; it may be too many, and is never too few."""
    return _run(node, text).best


def _run(node: Node, text: str) -> _Run:
    match node:
        case Chars(ranges):
            return _THROUGH if any(contains(ranges, character) for character in text) else _NONE
        case Edge():
            return _THROUGH
        case Sequence(parts):
            return reduce(_then, (_run(part, text) for part in parts), _THROUGH)
        case Choice(options):
            return reduce(_either, (_run(option, text) for option in options))
        case Repeat(part, least, most):
            return _repeated(_run(part, text), least, most)


def _then(first: _Run, second: _Run) -> _Run:
    whole = None if first.whole is None or second.whole is None else first.whole + second.whole
    head = first.head if first.whole is None else max(first.head, first.whole + second.head)
    tail = second.tail if second.whole is None else max(second.tail, second.whole + first.tail)
    return _Run(whole, head, tail, max(first.best, second.best, first.tail + second.head))


def _either(first: _Run, second: _Run) -> _Run:
    whole = max((run.whole for run in (first, second) if run.whole is not None), default=None)
    return _Run(whole, max(first.head, second.head), max(first.tail, second.tail), max(first.best, second.best))


def _repeated(run: _Run, least: int, most: int | None) -> _Run:
    if is_loop(least, most):
        whole = None if run.whole is None else max(1, run.whole)
        several = _Run(whole, max(run.head, whole or 0), max(run.tail, whole or 0), max(run.best, whole or 0))
        several = several._replace(best=max(several.best, several.tail + several.head if least > 1 else 0))
    else:
        several = reduce(_then, [run] * min(most or 0, 16), _THROUGH)
    return several if least else several._replace(whole=several.whole or 0)
