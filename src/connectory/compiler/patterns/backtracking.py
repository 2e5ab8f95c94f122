"""Texts on which the backtracking engines of ECMA-262 and Python take too long to say that a pattern does not match.

A candidate comes from the automaton: two ways around a loop that take the same text (their number doubles with each
round), several loops one after the other that take the same text (the start of a search is one of them, where nothing
says that a match begins where the text does), or a part that must be there many times and may be empty each time. Only
what a trial confirms is reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple, TypeGuard

from connectory.compiler.patterns.automaton import Automaton, TooLarge, is_loop, path
from connectory.compiler.patterns.chains import most_loops
from connectory.compiler.patterns.charset import Ranges, contains, example, overlap
from connectory.compiler.patterns.syntax import Chars, Choice, Edge, Node, Repeat, Sequence, read
from connectory.compiler.patterns.trial import TooLong, steps
from connectory.components import components

LIMIT = 100_000
"""Steps that are too many for a text of about a hundred characters."""

_LENGTH = 60
_LOOPS = 4
_PAIRS = 20_000
_SETS = 6
_SHORT = 4
_TRIED = 12
_ROUNDS = 18
_COPIES = 16
_PAIRED = 4
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
    if not _REPEATED_GROUP.search(pattern) and sum(map(pattern.count, "*+{")) < _LOOPS - 1:
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
    for start, again, rounds in _candidates(node, pattern):
        for end in _ENDS:
            tried = Attack(start, again, rounds, end)
            if steps(node, tried.text, LIMIT) >= LIMIT:
                return tried
    return None


def _candidates(node: Node, pattern: str) -> Iterator[tuple[str, str, int]]:
    """What to put before a repetition, what to repeat, and how often."""
    loops = _loops(node)
    doubtful = any(not isinstance(loop.part, Chars) and any(_doubled(Automaton(loop))) for loop in loops)
    enough = _LOOPS - (not _is_anchored(node))
    words = list(_words(node, loops, pattern, enough))
    copies = [part for part in _inside(node) if _is_copied_optional(part)]
    if not doubtful and not words and not copies:
        return
    automaton = Automaton(node)
    seen: set[str] = set()
    for start, again in _doubled(automaton) if doubtful else ():
        if again not in seen:
            seen.add(again)
            yield start, again, max(_ROUNDS, _LENGTH // len(again))
        if len(seen) == _TRIED:
            break
    for word in words[:_TRIED]:
        lead = _loops_in_a_row(automaton, word, enough)
        if lead is not None:
            yield lead, word, max(2, _LENGTH // len(word))
    for copied in copies:
        inside = Automaton(copied.part)
        for state in inside.first:
            yield "", _lead(inside, state), copied.least // 2


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


def _words(node: Node, loops: list[Repeat], pattern: str, enough: int) -> Iterator[str]:
    """Short texts that enough loops in a row may take: a character, a round of a loop, or two characters."""
    if len(loops) < enough:
        return
    taken = [[part.ranges for part in _inside(loop) if isinstance(part, Chars)] for loop in loops]
    sets = list(dict.fromkeys(ranges for loop in taken for ranges in loop))[:_SETS]
    common = [overlap(one, other) for one in sets for other in sets]
    found = dict.fromkeys(example(ranges) for ranges in common if ranges)
    characters = dict.fromkeys((*found, *(one for one in pattern if not one.isalnum())))
    rounds = [text for loop in loops if not isinstance(loop.part, Chars) for text in _rounds(loop)]
    between = [text for text in _between(node) if sum(_takes(loop, text) for loop in taken) >= enough][:_PAIRED]
    pairs = [one + other for one in between for other in between if one != other]
    for word in dict.fromkeys((*characters, *rounds, *between, *pairs)):
        if word and sum(_takes(loop, word) for loop in taken) >= enough <= most_loops(node, word):
            yield word


def _between(node: Node) -> Iterator[str]:
    """The short texts that are written beside repetitions."""
    for inner in _inside(node):
        if isinstance(inner, Sequence) and any(isinstance(part, Repeat) for part in inner.parts):
            runs = groupby(inner.parts, lambda part: isinstance(part, Chars) and _is_one(part.ranges))
            texts = [
                "".join(example(part.ranges) for part in run if isinstance(part, Chars)) for one, run in runs if one
            ]
            yield from (text for text in texts if len(text) <= _SHORT)


def _is_one(ranges: Ranges) -> bool:
    return len(ranges) == 1 and ranges[0][0] == ranges[0][1]


def _takes(sets: list[Ranges], word: str) -> bool:
    return all(any(contains(ranges, character) for ranges in sets) for character in word)


def _inside(node: Node) -> Iterator[Node]:
    """A part, and all parts in it."""
    waiting = [node]
    while waiting:
        inner = waiting.pop()
        yield inner
        match inner:
            case Sequence(parts) | Choice(parts):
                waiting.extend(parts)
            case Repeat(part, _, _):
                waiting.append(part)


def _rounds(loop: Repeat) -> Iterator[str]:
    """For each character that a loop can start with, a shortest text that goes around it once."""
    automaton = Automaton(loop)
    for first in automaton.first:
        found = path([first], lambda at: list(automaton.follow[at]), lambda at: _leads_to_first(automaton, at))
        yield _text(automaton, found or [])


def _leads_to_first(automaton: Automaton, state: int) -> bool:
    return any(first in automaton.follow[state] for first in automaton.first)


def _is_anchored(node: Node) -> bool:
    """Whether a match starts where the text does."""
    match node:
        case Edge(start):
            return start
        case Sequence(parts):
            return bool(parts) and _is_anchored(parts[0])
        case Choice(options):
            return all(map(_is_anchored, options))
        case Repeat(part, least, _):
            return least > 0 and _is_anchored(part)
        case _:
            return False


def _is_copied_optional(node: Node) -> TypeGuard[Repeat]:
    """Whether a part must be there many times, and may be empty each time."""
    return isinstance(node, Repeat) and node.least >= _COPIES and _may_be_empty(node.part)


def _may_be_empty(node: Node) -> bool:
    match node:
        case Chars():
            return False
        case Edge():
            return True
        case Sequence(parts):
            return all(map(_may_be_empty, parts))
        case Choice(options):
            return any(map(_may_be_empty, options))
        case Repeat(part, least, _):
            return least == 0 or _may_be_empty(part)


def _doubled(automaton: Automaton) -> Iterator[tuple[str, str]]:
    """What to put before a repetition, and what to repeat: texts that there are two ways to take around a loop."""
    graph = {state: list(following) for state, following in enumerate(automaton.follow)}
    for group in components(graph):
        if len(group) > 1 or group[0] in graph[group[0]]:
            yield from _two_ways(automaton, group)
            yield from _ambiguous(automaton, group)


def _two_ways(automaton: Automaton, group: list[int]) -> Iterator[tuple[str, str]]:
    """The loops one of whose steps can be taken in two ways."""
    inside = set(group)
    for state in group:
        for other, ways in automaton.follow[state].items():
            if ways > 1 and other in inside:
                back = path([other], lambda at: [s for s in automaton.follow[at] if s in inside], state.__eq__)
                if back:
                    yield _lead(automaton, state), _text(automaton, back)


def _ambiguous(automaton: Automaton, group: list[int]) -> Iterator[tuple[str, str]]:
    """The loops that two different series of states take the same text around."""
    inside = set(group)
    if len(group) > 1 and not any(
        overlap(automaton.sets[one], automaton.sets[other]) for one in group for other in group if one < other
    ):
        return
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
            return
        waiting.extend(graph[pair])
    for around in components(graph):
        same = next((pair for pair in around if pair[0] == pair[1]), None)
        if same:
            for split in around:
                if split[0] < split[1]:
                    pairs = [*_within(graph, around, same, split)[1:], *_within(graph, around, split, same)[1:]]
                    text = "".join(example(overlap(automaton.sets[one], automaton.sets[other])) for one, other in pairs)
                    yield _lead(automaton, same[0]), text


def _within(graph: Mapping[_Pair, list[_Pair]], group: list[_Pair], start: _Pair, end: _Pair) -> list[_Pair]:
    """A path inside a component."""
    inside = set(group)
    return path([start], lambda pair: [other for other in graph[pair] if other in inside], end.__eq__) or []


def _loops_in_a_row(automaton: Automaton, word: str, enough: int) -> str | None:
    """What leads to enough loops that take one text, with nothing but that text between them; None where none are."""
    graph = {state: _after(automaton, state, word) for state in range(len(automaton.sets))}
    most: dict[int, int] = {}
    best = (0, -1)
    for group in components(graph):
        ahead = max((most[other] for state in group for other in graph[state] if other in most), default=0)
        loops = ahead + (len(group) > 1 or group[0] in graph[group[0]])
        most.update(dict.fromkeys(group, loops))
        best = max(best, (loops, group[0]))
    if best[0] < enough:
        return None
    return _lead(automaton, best[1])


def _after(automaton: Automaton, state: int, word: str) -> list[int]:
    """The states that a text leads to."""
    at = {state}
    for character in word:
        at = {other for one in at for other in automaton.follow[one] if contains(automaton.sets[other], character)}
    return sorted(at)


def _lead(automaton: Automaton, state: int) -> str:
    """A text that leads to a state, the character that it takes included."""
    found = path(automaton.first, lambda at: list(automaton.follow[at]), state.__eq__)
    return _text(automaton, found or [])


def _text(automaton: Automaton, states: list[int]) -> str:
    return "".join(example(automaton.sets[state]) for state in states if automaton.sets[state])
