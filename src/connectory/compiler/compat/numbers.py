"""Numbers that satisfy bounds and multiples, exactly."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from itertools import chain, islice
from typing import NamedTuple

from connectory.compiler.compat.outcomes import EMPTY, Doubt, Outcome, Witness
from connectory.compiler.compat.terms import NUMBER, Literal
from connectory.compiler.compat.values import written

_MOST_TRIES = 20_000
_MOST_PLACES = 60


class _Interval(NamedTuple):
    low: Fraction | None = None
    low_open: bool = False
    high: Fraction | None = None
    high_open: bool = False

    def above(self, bound: Fraction, excluded: bool) -> _Interval:
        if self.low is None or (bound, excluded) > (self.low, self.low_open):
            return self._replace(low=bound, low_open=excluded)
        return self

    def below(self, bound: Fraction, excluded: bool) -> _Interval:
        if self.high is None or (bound, not excluded) < (self.high, not self.high_open):
            return self._replace(high=bound, high_open=excluded)
        return self

    def is_empty(self) -> bool:
        if self.low is None or self.high is None:
            return False
        return self.low > self.high or (self.low == self.high and (self.low_open or self.high_open))

    def holds(self, value: Fraction) -> bool:
        return not self.above(value, False).below(value, False).is_empty() and not (
            (value == self.low and self.low_open) or (value == self.high and self.high_open)
        )


def find_number(literals: list[Literal]) -> Outcome:
    """A number that satisfies them all: bounds, multiples, and excluded values."""
    interval = _Interval()
    step: Fraction | None = None
    avoided: set[Fraction] = set()
    excluded: set[Fraction] = set()
    for term, holds in literals:
        if term.kind == "in":
            excluded |= {value for kind, value in term.parts[0] if kind == NUMBER}
        elif term.kind == "multiple":
            (of,) = term.parts
            if holds:
                step = of if step is None else _common_multiple(step, of)
            else:
                avoided.add(of)
        elif (term.kind == "above") == holds:
            bound, is_open = term.parts
            interval = interval.above(bound, is_open if holds else not is_open)
        else:
            bound, is_open = term.parts
            interval = interval.below(bound, is_open if holds else not is_open)
    if interval.is_empty():
        return EMPTY
    if step is not None:
        return _multiple(interval, step, avoided, excluded)
    if interval.low is not None and interval.low == interval.high:
        return _first([interval.low], avoided, excluded) or EMPTY
    return _first(_dense(interval), avoided, excluded) or Doubt("no number was found between bounds")


def _first(
    values: Iterator[Fraction] | list[Fraction], avoided: set[Fraction], excluded: set[Fraction]
) -> Outcome | None:
    for value in islice(values, _MOST_TRIES):
        if value not in excluded and not any((value / of).denominator == 1 for of in avoided):
            found = written(value)
            if found is not None:
                return Witness(found)
    return None


def _multiple(interval: _Interval, step: Fraction, avoided: set[Fraction], excluded: set[Fraction]) -> Outcome:
    """A multiple of ``step``. Which of them are multiples of what is avoided repeats, so that a period says it all."""
    period = 1
    for of in avoided:
        period = math.lcm(period, (_common_multiple(step, of) / step).numerator)
        if (step / of).denominator == 1:
            return EMPTY
    low = None if interval.low is None else math.ceil(interval.low / step)
    if low is not None and not interval.holds(low * step):
        low += 1
    high = None if interval.high is None else math.floor(interval.high / step)
    if high is not None and not interval.holds(high * step):
        high -= 1
    if low is not None and high is not None and low > high:
        return EMPTY
    if low is not None:
        last = low + period * (len(excluded) + 1) - 1
        counts = range(low, last + 1 if high is None else min(high, last) + 1)
    elif high is not None:
        counts = range(high, high - period * (len(excluded) + 1), -1)
    else:
        counts = range(period * (len(excluded) + 1))
    if low is not None and (high is None or high >= 0) and low <= 0 and not excluded and not avoided:
        counts = range(1)
    found = _first((count * step for count in counts), avoided, excluded)
    return found or (EMPTY if len(counts) <= _MOST_TRIES else Doubt("a multiple is too rare to be looked for"))


def _dense(interval: _Interval) -> Iterator[Fraction]:
    """Numbers inside an interval of more than one, of few digits first."""
    low, high = interval.low, interval.high
    near = Fraction(0) if low is None and high is None else low if low is not None else high
    assert near is not None
    ends = [end for end in (low, high) if end is not None]
    start = [value for value in chain([Fraction(0)], ends) if interval.holds(value)]
    yield from start
    for places in range(_MOST_PLACES):
        scale = 10**places
        first = math.floor(near * scale)
        offsets = range(-30, 31) if low is not None or high is not None else range(31)
        for offset in sorted(offsets, key=abs):
            value = Fraction(first + offset, scale)
            if interval.holds(value):
                yield value


def _common_multiple(one: Fraction, other: Fraction) -> Fraction:
    return Fraction(
        math.lcm(one.numerator * other.denominator, other.numerator * one.denominator),
        one.denominator * other.denominator,
    )
