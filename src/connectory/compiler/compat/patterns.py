"""Regular expressions as automata: whether a text matches, followed character by character.

The expressions are those of ECMA-262 that a finite automaton can follow: no look-around, no back-references, no word
boundaries, no Unicode properties.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
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


State = int
"""Where an automaton may be: a bit for each place, and one more while nothing was read yet."""

_WIDTH = 16
_PART = (1 << _WIDTH) - 1
"""A state is looked up in parts of so many bits."""


class Automaton:
    """Says whether an expression matches anywhere in a text, as ``pattern`` asks."""

    def __init__(self, node: Any) -> None:
        """``node`` is an expression as ``_Parser`` reads it.

        Raises:
            Unsupported: it is too large.
        """
        self.node = node
        self._empty: list[list[tuple[int, str]]] = []
        self._moves: list[list[tuple[Ranges, int]]] = []
        first = self._state()
        last = self._state()
        self._moves[first].append((ANY, first))
        self._moves[last].append((ANY, last))
        self._empty[self._build(node, first)].append((last, ""))
        self._far = self._distances(last)
        self._done = 1 << last
        self._fresh = 1 << len(self._moves)
        self.start: State = self._fresh | _mask(self._closure({first}, "start"))
        self._ending = _mask(at for at in range(len(self._moves)) if last in self._closure({at}, "end"))
        if last in self._closure({first}, "start", "end"):
            self._ending |= self._fresh
        self._kept = 0
        self._parts: dict[tuple[int, int, int], State] = {}
        self._tables: dict[tuple[int, ...], _Table] = {}
        self._beyond: dict[int, State] = {}
        self._steps: dict[int, dict[State, State]] = {}
        self._least: dict[State, int | None] = {self.start: 0, 0: None}

    def sets(self) -> Iterator[Ranges]:
        """The characters that make a difference."""
        for moves in self._moves:
            for ranges, _ in moves:
                yield ranges

    def step(self, state: State, char: int) -> State:
        """Where it may be after another character."""
        known = self._steps.get(char)
        if known is None:
            known = self._steps[char] = {}
        found = known.get(state)
        if found is None:
            self._make_room()
            found, rest, place = 0, state & ~self._fresh, 0
            while rest:
                part = rest & _PART
                if part:
                    leap = self._parts.get((char, place, part))
                    found |= self._leap(char, place, part) if leap is None else leap
                rest >>= _WIDTH
                place += _WIDTH
            found = self._done if found & self._done else found
            known[state] = found
        return found

    def follow(self, state: State, chars: tuple[int, ...]) -> list[State]:
        """Where it may be after each of these characters."""
        table = self._tables.get(chars)
        if table is None:
            table = self._tables[chars] = _Table(chars)
        found = [0] * len(chars)
        rest, place = state & ~self._fresh, 0
        while rest:
            part = rest & _PART
            if part:
                leaps = table.leaps.get((place, part))
                for at, leap in self._leaps(table, place, part) if leaps is None else leaps:
                    found[at] |= leap
            rest >>= _WIDTH
            place += _WIDTH
        return [self._done if following & self._done else following for following in found]

    def least(self, state: State) -> int | None:
        """A number of characters that a text needs at least to match from there; None where none ever does."""
        if state not in self._least:
            self._least[state] = min(far for at, far in self._far.items() if state >> at & 1)
        return self._least[state]

    @property
    def size(self) -> int:
        """The number of its places."""
        return len(self._moves)

    def is_done(self, state: State) -> bool:
        """Whether it matches whatever follows."""
        return state == self._done

    def accepts(self, state: State) -> bool:
        """Whether the text may end here."""
        return bool(state & self._ending)

    def matches(self, text: str) -> bool:
        """Whether it matches a text."""
        state = self.start
        for char in text:
            state = self.step(state, ord(char))
        return self.accepts(state)

    def _leap(self, char: int, place: int, part: int) -> State:
        """Where a character leads from some of the places that begin with one, but for dead ends."""
        found = 0
        for at in _places(part, place):
            for ranges, target in self._moves[at]:
                if has(ranges, char):
                    found |= self._reached(target)
        self._parts[char, place, part] = found
        return found

    def _leaps(self, table: _Table, place: int, part: int) -> list[tuple[int, State]]:
        """Where each character leads from some of the places that begin with one; dead ends are left out."""
        self._make_room()
        found: dict[int, State] = {}
        for place_in in _places(part, place):
            for ranges, target in self._moves[place_in]:
                reached = self._reached(target)
                for at in table.hits(ranges) if reached else ():
                    found[at] = found.get(at, 0) | reached
        table.leaps[place, part] = made = list(found.items())
        return made

    def _reached(self, place: int) -> State:
        """Where it may be once it is in a place, but for dead ends."""
        found = self._beyond.get(place)
        if found is None:
            found = self._beyond[place] = _mask(self._closure({place}).intersection(self._far))
        return found

    def _make_room(self) -> None:
        self._kept += 1
        if self._kept > _MOST_KEPT:
            self._kept = 0
            self._parts.clear()
            self._tables.clear()
            self._steps = {}
            self._least = {self.start: 0, 0: None}

    def _distances(self, last: int) -> dict[int, int]:
        """How many characters lie at least between a place and a match, once something was read."""
        before: dict[int, list[tuple[int, int]]] = {}
        for at, empty in enumerate(self._empty):
            for target, condition in empty:
                if condition != "start":
                    before.setdefault(target, []).append((at, 0))
        for at, moves in enumerate(self._moves):
            for _, target in moves:
                before.setdefault(target, []).append((at, 1))
        far = {last: 0}
        waiting = deque([last])
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


class _Table:
    """What an automaton does with some characters.

    Attributes:
        leaps: where each leads, by the first of the places and which of them.
    """

    def __init__(self, chars: tuple[int, ...]) -> None:
        self._chars = chars
        self._hits: dict[Ranges, list[int]] = {}
        self.leaps: dict[tuple[int, int], list[tuple[int, State]]] = {}

    def hits(self, ranges: Ranges) -> list[int]:
        """Which of the characters are among these."""
        found = self._hits.get(ranges)
        if found is None:
            found = self._hits[ranges] = [at for at, char in enumerate(self._chars) if has(ranges, char)]
        return found


def is_within(one: Automaton, other: Automaton) -> bool:
    """Whether it is plain that a text that matches one matches the other: they are alike, and the other says less."""
    return _says_less(one.node, other.node)


def _says_less(node: Any, other: Any) -> bool:
    """Whether all that ``node`` matches is matched by ``other``, part by part."""
    if node == other:
        return True
    if node[0] == "alt":
        return all(_says_less(branch, other) for branch in node[1])
    if other[0] == "alt":
        return any(_says_less(node, branch) for branch in other[1])
    if node[0] == "cat" and len(node[1]) > (len(other[1]) if other[0] == "cat" else 1):
        rest = tuple(part for part in node[1] if part[0] not in ("start", "end"))
        return len(rest) < len(node[1]) and _says_less(_plain(("cat", rest)), other)
    if node[0] != other[0]:
        return other[0] == "rep" and other[2] <= 1 and _says_less(node, other[1])
    if node[0] == "set":
        return bool(union(node[1], other[1]) == union(other[1]))
    if node[0] == "cat":
        return len(node[1]) == len(other[1]) and all(map(_says_less, node[1], other[1]))
    if node[0] == "rep":
        _, inner, low, high = node
        is_wider = other[2] <= low and (other[3] is None or (high is not None and high <= other[3]))
        return is_wider and _says_less(inner, other[1])
    return False


def has(ranges: Ranges, char: int) -> bool:
    """Whether a character is among these."""
    for low, high in ranges:  # noqa: SIM110  # any() takes three times as long, and this is asked most
        if low <= char <= high:
            return True
    return False


def _places(part: int, first: int) -> Iterator[int]:
    """The places of the bits of a part whose lowest bit is ``first``."""
    while part:
        lowest = part & -part
        part ^= lowest
        yield first + lowest.bit_length() - 1


def _mask(places: Iterable[int]) -> int:
    mask = 0
    for at in places:
        mask |= 1 << at
    return mask


@lru_cache(maxsize=512)
def automaton(expression: str) -> Automaton | None:
    """The automaton of an expression, or None where there is none; of some that say the same, it is the same one."""
    try:
        return _automaton_of(_trimmed(_plain(_Parser(expression).whole())))
    except Unsupported:
        return None


_automaton_of = lru_cache(maxsize=512)(Automaton)

_NOTHING: Any = ("cat", ())


def _plain(node: Any) -> Any:
    """An expression without groups and repetitions that say nothing, of which equal ones are equal."""
    kind = node[0]
    if kind == "cat":
        parts: list[Any] = []
        for part in map(_plain, node[1]):
            parts += part[1] if part[0] == "cat" else [part]
        return parts[0] if len(parts) == 1 else ("cat", tuple(parts))
    if kind == "alt":
        branches = tuple(sorted({_plain(branch) for branch in node[1]}, key=repr))
        return branches[0] if len(branches) == 1 else ("alt", branches)
    if kind == "rep":
        _, inner, low, high = node
        inner = _plain(inner)
        if high == 0 or inner == _NOTHING:
            return _NOTHING
        return inner if low == high == 1 else ("rep", inner, low, high)
    return node


def _trimmed(node: Any) -> Any:
    """A plain expression without what need not be there where it is looked for anywhere in a text.

    Where it begins or ends with a repetition, the least number of times is enough.
    """
    if node[0] == "alt":
        return _plain(("alt", tuple(map(_trimmed, node[1]))))
    parts = list(node[1]) if node[0] == "cat" else [node]
    for end in (0, -1):
        while parts and parts[end][0] == "rep" and parts[end][2] != parts[end][3]:
            _, inner, low, _ = parts[end]
            parts[end : end + 1 or None] = [_plain(("rep", inner, low, low))] if low else []
    made = _plain(("cat", tuple(parts)))
    return made if made == node else _trimmed(made)
