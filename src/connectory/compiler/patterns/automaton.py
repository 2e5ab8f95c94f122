"""The automaton of a regular expression: which of its characters can follow which, and in how many ways.

Its states are the places in the pattern that take a character. A repetition with a high bound counts as one without.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterable
from typing import NamedTuple, TypeVar

from connectory.compiler.patterns.charset import Ranges
from connectory.compiler.patterns.syntax import Chars, Choice, Edge, Node, Repeat, Sequence

_MOST = 300
MANY = 8
"""From so many times more on, a repetition counts as one without end."""

State = TypeVar("State", bound=Hashable)

Ways = dict[int, int]
"""States, and in how many ways they are reached: 1, or 2 for any more."""


class TooLarge(Exception):
    """There are more states than are worth looking at."""


class _Piece(NamedTuple):
    """A part of the pattern: the states that it starts and ends with, and the ways in which it takes nothing."""

    first: Ways
    last: Ways
    empty: int


class Automaton:
    """The states and what follows them.

    Attributes:
        sets: the characters that each state takes.
        follow: what can follow each state.
        first: the states that a match can start with.

    Raises:
        TooLarge: it has more states than are worth looking at.
    """

    def __init__(self, node: Node) -> None:
        self.sets: list[Ranges] = []
        self.follow: list[Ways] = []
        self.first = self._piece(node).first

    def _piece(self, node: Node) -> _Piece:
        match node:
            case Chars(ranges):
                return self._state(ranges)
            case Edge():
                return _Piece({}, {}, 1)
            case Sequence(parts):
                return self._chain(self._piece(part) for part in parts)
            case Choice(options):
                pieces = [self._piece(option) for option in options]
                return _Piece(
                    _sum(*(piece.first for piece in pieces)),
                    _sum(*(piece.last for piece in pieces)),
                    min(2, sum(piece.empty for piece in pieces)),
                )
            case Repeat(part, least, most):
                return self._repeat(part, least, most)

    def _state(self, ranges: Ranges) -> _Piece:
        if len(self.sets) == _MOST:
            raise TooLarge
        state = len(self.sets)
        self.sets.append(ranges)
        self.follow.append({})
        return _Piece({state: 1}, {state: 1}, 0)

    def _chain(self, pieces: Iterable[_Piece]) -> _Piece:
        whole = _Piece({}, {}, 1)
        for piece in pieces:
            self._link(whole.last, piece.first)
            whole = _Piece(
                _sum(whole.first, *[piece.first] * whole.empty),
                _sum(piece.last, *[whole.last] * piece.empty),
                min(2, whole.empty * piece.empty),
            )
        return whole

    def _repeat(self, part: Node, least: int, most: int | None) -> _Piece:
        if most == 0:
            return _Piece({}, {}, 1)
        loops = is_loop(least, most)
        copies = [self._copy(part) for _ in range(least - loops)]
        if loops:
            piece = self._piece(part)
            self._link(piece.last, piece.first)
            copies.append(piece if least else piece._replace(empty=1))
        elif most is not None:
            copies += [self._optional(part) for _ in range(most - least)]
        return self._chain(copies)

    def _copy(self, part: Node) -> _Piece:
        piece = self._piece(part)
        if not piece.first:
            raise TooLarge  # many copies of nothing
        return piece

    def _optional(self, part: Node) -> _Piece:
        piece = self._piece(part)
        return piece._replace(empty=min(2, piece.empty + 1))

    def _link(self, lasts: Ways, firsts: Ways) -> None:
        for last, ways in lasts.items():
            following = self.follow[last]
            for state, others in firsts.items():
                following[state] = min(2, following.get(state, 0) + ways * others)


def is_loop(least: int, most: int | None) -> bool:
    """Whether a repetition counts as one without end."""
    return most is None or most - least >= MANY


def _sum(*several: Ways) -> Ways:
    total: Ways = {}
    for ways in several:
        for state, count in ways.items():
            total[state] = min(2, total.get(state, 0) + count)
    return total


def path(
    starts: Iterable[State], following: Callable[[State], Iterable[State]], ends: Callable[[State], bool]
) -> list[State] | None:
    """A shortest path from one of ``starts`` to a state that ends it; None where there is none."""
    before: dict[State, State | None] = dict.fromkeys(starts)
    waiting = deque(before)
    while waiting:
        state = waiting.popleft()
        if ends(state):
            found = [state]
            previous = before[state]
            while previous is not None:
                found.append(previous)
                previous = before[previous]
            return found[::-1]
        for other in following(state):
            if other not in before:
                before[other] = state
                waiting.append(other)
    return None
