"""How many steps a backtracking engine takes to match a text: a small one that counts."""

from __future__ import annotations

from typing import NamedTuple

from connectory.compiler.patterns.automaton import MANY
from connectory.compiler.patterns.charset import contains
from connectory.compiler.patterns.syntax import Chars, Choice, Edge, Node, Repeat, Sequence


class _Take(NamedTuple):
    """Take one character out of a set."""

    characters: frozenset[str]


class _At(NamedTuple):
    """Go on at the start, or at the end, of the text."""

    start: bool


class _Fork(NamedTuple):
    """Go on here or, when that fails, there."""

    here: int
    there: int


class _Advanced(NamedTuple):
    """Go on unless a repetition took nothing since this register was set."""

    register: int


class _Mark(NamedTuple):
    """Set a register to where the text stands."""

    register: int


_Step = _Take | _At | _Fork | _Advanced | _Mark | None

_LONGEST = 10_000


class TooLong(Exception):
    """The pattern has more steps than are worth a trial."""


def steps(node: Node, text: str, limit: int) -> int:
    """The steps that a search for ``node`` in ``text`` takes; at least ``limit`` stands for any more.

    It tries what the usual engines try, in their order, without what some of them do to be faster.

    Raises:
        TooLong: written out, the pattern is too long, even with its high bounds left out.
    """
    try:
        program = _Program(text, node, len(text))
    except TooLong:
        program = _Program(text, node, MANY)
    count = 0
    for start in range(len(text) + 1):
        matched, count = _run(program, text, start, count, limit)
        if matched or count >= limit:
            return count
    return count


class _Program:
    """A pattern, written out for one text; a repetition that may go on for ``endless`` times more counts as endless."""

    def __init__(self, text: str, node: Node, endless: int) -> None:
        self.steps: list[_Step] = []
        self.registers = 0
        self._alphabet = sorted(set(text))
        self._endless = endless
        self._add(node)
        self.steps.append(None)

    def _add(self, node: Node) -> None:
        if len(self.steps) > _LONGEST:
            raise TooLong
        match node:
            case Chars(ranges):
                self.steps.append(_Take(frozenset(each for each in self._alphabet if contains(ranges, each))))
            case Edge(start):
                self.steps.append(_At(start))
            case Sequence(parts):
                for part in parts:
                    self._add(part)
            case Choice(options):
                self._choose(options)
            case Repeat(part, least, most):
                self._repeat(part, least, most)

    def _choose(self, options: tuple[Node, ...]) -> None:
        ends: list[int] = []
        for option in options[:-1]:
            fork = self._reserve()
            self._add(option)
            ends.append(self._reserve())
            self.steps[fork] = _Fork(fork + 1, len(self.steps))
        self._add(options[-1])
        for end in ends:
            self.steps[end] = _Fork(len(self.steps), len(self.steps))

    def _repeat(self, part: Node, least: int, most: int | None) -> None:
        for _ in range(least):
            before = len(self.steps)
            self._add(part)
            if len(self.steps) == before:
                break
        if most is None or most - least >= self._endless:
            register = self.registers
            self.registers += 1
            fork = self._reserve()
            self.steps.append(_Mark(register))
            self._add(part)
            self.steps += [_Advanced(register), _Fork(fork, fork)]
            self.steps[fork] = _Fork(fork + 1, len(self.steps))
            return
        forks: list[int] = []
        for _ in range(most - least):
            forks.append(self._reserve())
            self._add(part)
        for fork in forks:
            self.steps[fork] = _Fork(fork + 1, len(self.steps))

    def _reserve(self) -> int:
        self.steps.append(None)
        return len(self.steps) - 1


def _run(program: _Program, text: str, start: int, count: int, limit: int) -> tuple[bool, int]:
    waiting = [(0, start, (-1,) * program.registers)]
    while waiting and count < limit:
        at, place, registers = waiting.pop()
        while count < limit:
            count += 1
            step = program.steps[at]
            at += 1
            if step is None:
                return True, count
            if isinstance(step, _Take):
                if place == len(text) or text[place] not in step.characters:
                    break
                place += 1
            elif isinstance(step, _Fork):
                if step.there != step.here:
                    waiting.append((step.there, place, registers))
                at = step.here
            elif isinstance(step, _At):
                if place != (0 if step.start else len(text)):
                    break
            elif isinstance(step, _Mark):
                registers = (*registers[: step.register], place, *registers[step.register + 1 :])
            elif registers[step.register] == place:
                break
    return False, count
