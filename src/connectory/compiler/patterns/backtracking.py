"""Texts on which the backtracking engines of ECMA-262 and Python take too long to say that a pattern does not match.

A candidate comes from the automaton: two ways around a loop that take the same text (their number doubles with each
round), or several loops one after the other that take the same character. Only what a trial confirms is reported.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from connectory.compiler.components import components
from connectory.compiler.patterns.automaton import Automaton, TooLarge, is_loop, path
from connectory.compiler.patterns.chains import most_loops
from connectory.compiler.patterns.charset import contains, example, overlap
from connectory.compiler.patterns.syntax import Chars, Choice, Node, Repeat, Sequence, read
from connectory.compiler.patterns.trial import TooLong, steps

LIMIT = 100_000
"""Steps that are too many for a text of about a hundred characters."""

_LENGTH = 60
_LOOPS = 4
_PAIRS = 20_000
_SETS = 6
_REPEATED_GROUP = re.compile(r"\)[*+{]")
_ENDS = ("", "!", "\n", "\x00", "a")


_Pair = tuple[int, int]


class Attack(NamedTuple):
    """A text that takes too long: ``start``, then ``again`` as many times as there are ``rounds``, then ``end``."""

    start: str
    again: str
    rounds: int
    end: str

    @property
    def text(self) -> str:
        """All of it."""
        return self.start + self.again * self.rounds + self.end


@lru_cache(maxsize=1 << 14)
def attack(pattern: str) -> Attack | None:
    """A text that a backtracking engine takes more than ``LIMIT`` steps for; None where none was found."""
    if not _REPEATED_GROUP.search(pattern) and sum(map(pattern.count, "*+{")) < _LOOPS:
        return None
    node = read(pattern).node
    if node is None:
        return None
    try:
        return _confirmed(node, pattern)
    except (TooLarge, TooLong, RecursionError):
        return None


def _confirmed(node: Node, pattern: str) -> Attack | None:
    """The first candidate that a trial confirms."""
    loops = _loops(node)
    doubtful = any(not isinstance(loop.part, Chars) and _doubled(Automaton(loop)) for loop in loops)
    characters = [character for character in _shared(loops, pattern) if most_loops(node, character) >= _LOOPS]
    if not doubtful and not characters:
        return None
    automaton = Automaton(node)
    in_a_row = (_loops_in_a_row(automaton, character) for character in characters)
    for candidate in (_doubled(automaton) if doubtful else None, *in_a_row):
        if candidate:
            start, again = candidate
            for end in _ENDS:
                tried = Attack(start, again, max(2, _LENGTH // len(again)), end)
                if steps(node, tried.text, LIMIT) >= LIMIT:
                    return tried
    return None


def _loops(node: Node) -> list[Repeat]:
    """The loops that are in no other; those in a part that is repeated, as often as that."""
    found: list[Repeat] = []
    waiting = [node]
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, Repeat) and is_loop(inner.least, inner.most):
            found.append(inner)
        elif isinstance(inner, Repeat):
            found += _loops(inner.part) * min(inner.most or 0, _LOOPS)
        elif isinstance(inner, Sequence):
            waiting.extend(inner.parts)
        elif isinstance(inner, Choice):
            waiting.extend(inner.options)
    return found


def _shared(loops: list[Repeat], pattern: str) -> list[str]:
    """Characters that several loops over one set of characters take: of two of them, or written between them."""
    sets = [loop.part.ranges for loop in loops if isinstance(loop.part, Chars)]
    if len(loops) < _LOOPS or len(sets) < 2:
        return []
    distinct = list(dict.fromkeys(sets))[:_SETS]
    common = [overlap(one, other) for one in distinct for other in distinct]
    found = {example(ranges) for ranges in common if ranges}
    found.update(character for character in pattern if not character.isalnum())
    return sorted(
        character for character in found if sum(contains(ranges, character) for ranges in sets) >= len(sets[:_LOOPS])
    )


def _doubled(automaton: Automaton) -> tuple[str, str] | None:
    """What to put before a repetition, and what to repeat: a text that there are two ways to take around a loop."""
    graph = {state: list(following) for state, following in enumerate(automaton.follow)}
    for group in components(graph):
        if len(group) > 1 or group[0] in graph[group[0]]:
            found = _two_ways(automaton, group) or _ambiguous(automaton, group)
            if found:
                return found
    return None


def _two_ways(automaton: Automaton, group: list[int]) -> tuple[str, str] | None:
    """A loop one of whose steps can be taken in two ways."""
    inside = set(group)
    for state in group:
        for other, ways in automaton.follow[state].items():
            if ways > 1 and other in inside:
                back = path([other], lambda at: [s for s in automaton.follow[at] if s in inside], state.__eq__)
                if back:
                    return _lead(automaton, state), _text(automaton, back)
    return None


def _ambiguous(automaton: Automaton, group: list[int]) -> tuple[str, str] | None:
    """A loop that two different series of states take the same text around."""
    inside = set(group)
    if len(group) > 1 and not any(
        overlap(automaton.sets[one], automaton.sets[other]) for one in group for other in group if one < other
    ):
        return None
    graph: dict[_Pair, list[_Pair]] = {}
    waiting = [(state, state) for state in group]
    edges = 0
    while waiting:
        pair = waiting.pop()
        if pair in graph:
            continue
        graph[pair] = [
            (one, other)
            for one in automaton.follow[pair[0]]
            if one in inside
            for other in automaton.follow[pair[1]]
            if other in inside and overlap(automaton.sets[one], automaton.sets[other])
        ]
        edges += len(graph[pair]) + 1
        if edges > _PAIRS:
            return None
        waiting.extend(graph[pair])
    for around in components(graph):
        same = next((pair for pair in around if pair[0] == pair[1]), None)
        split = next((pair for pair in around if pair[0] != pair[1]), None)
        if same and split:
            pairs = [*_within(graph, around, same, split)[1:], *_within(graph, around, split, same)[1:]]
            text = "".join(example(overlap(automaton.sets[one], automaton.sets[other])) for one, other in pairs)
            return _lead(automaton, same[0]), text
    return None


def _within(graph: Mapping[_Pair, list[_Pair]], group: list[_Pair], start: _Pair, end: _Pair) -> list[_Pair]:
    """A path inside a component."""
    inside = set(group)
    return path([start], lambda pair: [other for other in graph[pair] if other in inside], end.__eq__) or []


def _loops_in_a_row(automaton: Automaton, character: str) -> tuple[str, str] | None:
    """Where several loops that take one character follow each other, or nothing but that character between them."""
    allowed = {state for state, ranges in enumerate(automaton.sets) if contains(ranges, character)}
    graph = {state: [other for other in automaton.follow[state] if other in allowed] for state in sorted(allowed)}
    most: dict[int, int] = {}
    best = (0, -1)
    for group in components(graph):
        ahead = max((most[other] for state in group for other in graph[state] if other in most), default=0)
        loops = ahead + (len(group) > 1 or group[0] in graph[group[0]])
        most.update(dict.fromkeys(group, loops))
        best = max(best, (loops, group[0]))
    if best[0] < _LOOPS:
        return None
    return _lead(automaton, best[1]), character


def _lead(automaton: Automaton, state: int) -> str:
    """A text that leads to a state, the character that it takes included."""
    found = path(automaton.first, lambda at: list(automaton.follow[at]), state.__eq__)
    return _text(automaton, found or [])


def _text(automaton: Automaton, states: list[int]) -> str:
    return "".join(example(automaton.sets[state]) for state in states if automaton.sets[state])
