"""Regular expressions as automata: whether a text matches, followed character by character.

The expressions are those of ECMA-262 that a finite automaton can follow: no look-around, no back-references, no word
boundaries, no Unicode properties.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

Ranges = tuple[tuple[int, int], ...]
"""Characters: pairs of a first and a last one, in order."""

_LAST = 0x10FFFF
_MOST_STATES = 2000
_MOST_KEPT = 50_000

ANY: Ranges = ((0, 0xD7FF), (0xE000, _LAST))


class Unsupported(ValueError):
    """An expression that no finite automaton follows, or that is wrong."""


def union(*sets: Ranges) -> Ranges:
    """The characters of all of them."""
    merged: list[tuple[int, int]] = []
    for low, high in sorted(pair for ranges in sets for pair in ranges):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return tuple(merged)


def complement(ranges: Ranges) -> Ranges:
    """The other characters."""
    found = []
    start = 0
    for low, high in (*union(ranges, ((0xD800, 0xDFFF),)), (_LAST + 1, _LAST + 1)):
        if start < low:
            found.append((start, low - 1))
        start = high + 1
    return tuple(found)


def _of(text: str) -> Ranges:
    return union(*[((ord(one), ord(one)),) for one in text])


_DIGIT = ((48, 57),)
_WORD = union(((48, 57), (65, 90), (97, 122)), _of("_"))
_SPACE = union(_of("\t\n\v\f\r \xa0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff"), ((0x2000, 0x200A),))
_CLASSES = {"d": _DIGIT, "w": _WORD, "s": _SPACE}
_CLASSES |= {name.upper(): complement(ranges) for name, ranges in _CLASSES.items()}
_DOT = complement(_of("\n\r\u2028\u2029"))
_CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v", "0": "\0"}
_COUNTS = re.compile(r"\{(\d{1,4})(?:(,)(\d{1,4})?)?\}")


class _Parser:
    """Reads an expression into nested tuples: set, cat, alt, rep, start, end."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0

    def whole(self) -> Any:
        node = self.alternatives()
        if self.at < len(self.text):
            raise Unsupported("an unmatched parenthesis")
        return node

    def alternatives(self) -> Any:
        self.depth += 1
        if self.depth > 50:
            raise Unsupported("nested too deeply")
        branches = [self.sequence()]
        while self.peek() == "|":
            self.at += 1
            branches.append(self.sequence())
        self.depth -= 1
        return branches[0] if len(branches) == 1 else ("alt", branches)

    def sequence(self) -> Any:
        parts = []
        while self.peek() not in ("", "|", ")"):
            parts.append(self.repeated(self.one()))
        return ("cat", parts)

    def repeated(self, node: Any) -> Any:
        low, high = {"*": (0, None), "+": (1, None), "?": (0, 1)}.get(self.peek(), (None, None))
        counts = _COUNTS.match(self.text, self.at)
        if low is not None:
            self.at += 1
        elif counts:
            self.at = counts.end()
            low = int(counts[1])
            high = int(counts[3]) if counts[3] else None if counts[2] else low
            if high is not None and high < low:
                raise Unsupported("a repetition that ends before it starts")
        else:
            if self.peek() == "{":
                raise Unsupported("a brace")
            return node
        if node[0] in ("start", "end"):
            raise Unsupported("a repeated anchor")
        if self.peek() == "?":
            self.at += 1  # a lazy repetition matches the same texts
        if self.peek() in ("*", "+", "?", "{") and self.peek():
            raise Unsupported("a repeated repetition")
        return ("rep", node, low, high)

    def one(self) -> Any:
        char = self.next()
        if char == "(":
            return self.group()
        if char == "[":
            return ("set", self.bracket())
        if char == ".":
            return ("set", _DOT)
        if char in "^$":
            return ("start",) if char == "^" else ("end",)
        if char == "\\":
            return ("set", self.escape())
        if char in "*+?{}]":
            raise Unsupported(f"a lone {char}")
        return ("set", _of(char))

    def group(self) -> Any:
        if self.peek() == "?":
            if self.text.startswith("?:", self.at):
                self.at += 2
            else:
                named = re.compile(r"\?<[A-Za-z_]\w*>").match(self.text, self.at)
                if not named:
                    raise Unsupported("a group of a special kind")
                self.at = named.end()
        node = self.alternatives()
        if self.next() != ")":
            raise Unsupported("an unmatched parenthesis")
        return ("cat", [node])

    def bracket(self) -> Ranges:
        negated = self.peek() == "^"
        self.at += negated
        sets: list[Ranges] = []
        while True:
            char = self.next()
            if char == "]":
                break
            if char == "[" or (char in "&-~" and self.peek() == char):
                raise Unsupported("an operation on classes")
            low = self.escape(inside=True) if char == "\\" else _of(char)
            if self.peek() == "-" and self.text[self.at + 1 : self.at + 2] not in ("]", ""):
                self.at += 1
                char = self.next()
                if char == "[":
                    raise Unsupported("an operation on classes")
                high = self.escape(inside=True) if char == "\\" else _of(char)
                if any(len(each) != 1 or each[0][0] != each[0][1] for each in (low, high)) or low > high:
                    raise Unsupported("a range of classes")
                low = ((low[0][0], high[0][1]),)
            sets.append(low)
        if not sets:
            raise Unsupported("an empty class")
        found = union(*sets)
        return complement(found) if negated else complement(complement(found))

    def escape(self, inside: bool = False) -> Ranges:
        char = self.next()
        if char in _CLASSES:
            return _CLASSES[char]
        if char in _CONTROLS and not (char == "0" and self.peek().isdigit()):
            return _of(_CONTROLS[char])
        if char in "xu":
            digits = self.text[self.at : self.at + (2 if char == "x" else 4)]
            if not re.fullmatch("[0-9A-Fa-f]{2}|[0-9A-Fa-f]{4}", digits) or "d800" <= digits.lower() <= "dfff":
                raise Unsupported("a character by number")
            self.at += len(digits)
            return _of(chr(int(digits, 16)))
        if char.isalnum() or ord(char) > 127:
            raise Unsupported(f"the escape \\{char}")
        return _of(char)

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def next(self) -> str:
        char = self.peek()
        if not char or "\ud800" <= char <= "\udfff":
            raise Unsupported("its end")
        self.at += 1
        return char


_NOWHERE: frozenset[int] = frozenset()

State = tuple[frozenset[int], bool]
"""Where an automaton may be, and whether nothing was read yet."""


class Automaton:
    """Says whether an expression matches anywhere in a text, as ``pattern`` asks."""

    def __init__(self, expression: str) -> None:
        """
        Raises:
            Unsupported: no automaton can follow it.
        """
        self._empty: list[list[tuple[int, str]]] = []
        self._moves: list[list[tuple[Ranges, int]]] = []
        first = self._state()
        self._last = self._state()
        self._moves[first].append((ANY, first))
        self._moves[self._last].append((ANY, self._last))
        self._empty[self._build(_Parser(expression).whole(), first)].append((self._last, ""))
        self._far = self._distances()
        self._leaps: dict[tuple[int, int], frozenset[int]] = {}
        self._steps: dict[tuple[frozenset[int], int], frozenset[int]] = {}
        self._ends: dict[State, bool] = {}
        self._done = frozenset((self._last,))
        self.start: State = (self._closure({first}, "start"), True)

    def sets(self) -> Iterator[Ranges]:
        """The characters that make a difference."""
        for moves in self._moves:
            for ranges, _ in moves:
                yield ranges

    def step(self, state: State, char: int) -> State:
        """Where it may be after another character."""
        key = (state[0], char)
        found = self._steps.get(key)
        if found is None:
            if len(self._steps) > _MOST_KEPT:
                self._steps.clear()
            found = frozenset().union(*[self._leap(at, char) for at in state[0] if self._moves[at]])
            found = self._steps[key] = self._done if self._last in found else found
        return found, False

    def least(self, state: State) -> int | None:
        """A number of characters that a text needs at least to match from there; None where none ever does."""
        return 0 if state[1] else min((self._far[at] for at in state[0]), default=None)

    def is_done(self, state: State) -> bool:
        """Whether it matches whatever follows."""
        return state[0] is self._done

    def accepts(self, state: State) -> bool:
        """Whether the text may end here."""
        found = self._ends.get(state)
        if found is None:
            found = self._last in self._closure(set(state[0]), "end", "start" if state[1] else "")
            self._ends[state] = found
        return found

    def matches(self, text: str) -> bool:
        """Whether it matches a text."""
        state = self.start
        for char in text:
            state = self.step(state, ord(char))
        return self.accepts(state)

    def _leap(self, at: int, char: int) -> frozenset[int]:
        """Where a character leads from a place, but for dead ends."""
        found = self._leaps.get((at, char))
        if found is None:
            targets = set()
            for ranges, target in self._moves[at]:
                for low, high in ranges:
                    if low <= char <= high:
                        targets.add(target)
                        break
            found = self._leaps[at, char] = self._closure(targets).intersection(self._far) if targets else _NOWHERE
        return found

    def _distances(self) -> dict[int, int]:
        """How many characters lie at least between a place and a match, once something was read."""
        before: dict[int, list[tuple[int, int]]] = {}
        for at, empty in enumerate(self._empty):
            for target, condition in empty:
                if condition != "start":
                    before.setdefault(target, []).append((at, 0))
        for at, moves in enumerate(self._moves):
            for _, target in moves:
                before.setdefault(target, []).append((at, 1))
        far = {self._last: 0}
        waiting = deque([self._last])
        while waiting:
            place = waiting.popleft()
            for at, step in before.get(place, ()):
                if at not in far or far[place] + step < far[at]:
                    far[at] = far[place] + step
                    (waiting.append if step else waiting.appendleft)(at)
        return far

    def _state(self) -> int:
        if len(self._moves) > _MOST_STATES:
            raise Unsupported("it is too large")
        self._empty.append([])
        self._moves.append([])
        return len(self._moves) - 1

    def _build(self, node: Any, start: int) -> int:
        """Add a node that begins in ``start``; where it ends."""
        kind = node[0]
        if kind == "cat":
            for part in node[1]:
                start = self._build(part, start)
            return start
        end = self._state()
        if kind == "set":
            self._moves[start].append((node[1], end))
        elif kind in ("start", "end"):
            self._empty[start].append((end, kind))
        elif kind == "alt":
            for branch in node[1]:
                first = self._state()
                self._empty[start].append((first, ""))
                self._empty[self._build(branch, first)].append((end, ""))
        else:
            self._repeat(node, start, end)
        return end

    def _repeat(self, node: Any, start: int, end: int) -> None:
        _, part, low, high = node
        for _ in range(low):
            start = self._build(part, start)
        if high is None:
            loop = self._state()
            self._empty[start].append((loop, ""))
            self._empty[self._build(part, loop)].append((loop, ""))
            self._empty[loop].append((end, ""))
            return
        for _ in range(high - low):
            self._empty[start].append((end, ""))
            start = self._build(part, start)
        self._empty[start].append((end, ""))

    def _closure(self, states: set[int], *allowed: str) -> frozenset[int]:
        waiting = list(states)
        while waiting:
            for target, condition in self._empty[waiting.pop()]:
                if target not in states and (not condition or condition in allowed):
                    states.add(target)
                    waiting.append(target)
        return frozenset(states)


@lru_cache(maxsize=512)
def automaton(expression: str) -> Automaton | None:
    """The automaton of an expression, or None where there is none."""
    try:
        return Automaton(expression)
    except Unsupported:
        return None
