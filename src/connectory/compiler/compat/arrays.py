"""Arrays that satisfy what is said of their items.

Places before ``tail`` have conditions of their own; those after it all have the same. Existential conditions and counts
become counters; places are filled one after the other, with the counters (as far as they matter) as the state.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

from connectory.compiler.compat.outcomes import EMPTY, TOO_LARGE, Doubt, Outcome, Witness, is_too_large
from connectory.compiler.compat.terms import Literal
from connectory.compiler.compat.values import key

if TYPE_CHECKING:
    from connectory.compiler.compat.search import Search

Goal = frozenset[Literal]

_LONGEST = 2000
_MOST_COUNTERS = 6
_MOST_PATHS = 200


class _Counter(NamedTuple):
    """So many items in a range satisfy something."""

    literal: Literal
    start: int = 0
    stop: int | None = None
    least: int = 0
    most: int | None = None

    def covers(self, place: int) -> bool:
        return self.start <= place and (self.stop is None or place < self.stop)


class _Step(NamedTuple):
    """One item: what it must satisfy, and which counters it counts for."""

    goal: Goal
    counts: tuple[int, ...]


class _Node(NamedTuple):
    """A way to fill the places so far; the last step is taken so many times."""

    counts: tuple[int, ...]
    step: _Step | None
    before: _Node | None
    times: int = 1


def find_array(search: Search, literals: list[Literal]) -> Outcome:
    """An array that satisfies them all."""
    return _Arrays(search, literals).find()


class _Arrays:
    def __init__(self, search: Search, literals: list[Literal]) -> None:
        self.search = search
        self.least = 0
        self.most: int | None = None
        self.every: list[tuple[int, int | None, Literal]] = []
        self.unique: bool | None = None
        self.doubt: Doubt | None = None
        counters: dict[Any, _Counter] = {}
        for term, is_true in literals:
            self._take(term.kind, term.parts, is_true, counters)
        self.counters = list(counters.values())
        ends = [end for start, stop, _ in self.every for end in (start, stop) if end is not None]
        ends += [end for each in self.counters for end in (each.start, each.stop) if end is not None]
        self.tail = max(ends, default=0)
        self._steps: dict[int, list[_Step]] = {}

    def _take(self, kind: str, parts: tuple[Any, ...], is_true: bool, counters: dict[Any, _Counter]) -> None:
        if kind == "unique":
            self.unique = is_true
        elif kind == "items":
            start, stop, inner = parts
            if is_true:
                self.every.append((start, stop, (inner, True)))
            else:
                counters[parts] = _Counter((inner, False), start, stop, 1)
        elif kind in ("at_least", "at_most"):
            count, inner = parts
            before = counters.get(inner) or _Counter((inner, True))
            if (kind == "at_least") == is_true:
                before = before._replace(least=max(before.least, count if is_true else count + 1))
            else:
                limit = count if is_true else count - 1
                before = before._replace(most=limit if before.most is None else min(before.most, limit))
            counters[inner] = before
        elif (kind == "shortest") == is_true:
            self.least = max(self.least, parts[1] if is_true else parts[1] + 1)
        else:
            limit = parts[1] if is_true else parts[1] - 1
            self.most = limit if self.most is None else min(self.most, limit)

    def find(self) -> Outcome:
        if self.most is not None and self.most < self.least:
            return EMPTY
        for each in self.counters:
            if each.most is not None and each.most < each.least:
                return EMPTY
            if each.least and not self._anywhere(each):
                return EMPTY
        found = self._with_pair() if self.unique is False else self._search(None)
        return self.doubt if found is EMPTY and self.doubt else found

    def _anywhere(self, counter: _Counter) -> bool:
        """Whether a single item can count for it."""
        stop = self.tail + 1 if counter.stop is None else counter.stop
        if self.most is not None:
            stop = min(stop, self.most)
        return any(self._is_possible(self._base(place) | {counter.literal}) for place in range(counter.start, stop))

    def _base(self, place: int) -> Goal:
        return frozenset(
            literal for start, stop, literal in self.every if start <= place and (stop is None or place < stop)
        )

    def _is_possible(self, goal: Goal) -> bool:
        found = self.search.solve(goal)
        if isinstance(found, Doubt):
            self.doubt = found
        return found is not EMPTY

    def _steps_at(self, place: int) -> list[_Step]:
        place = min(place, self.tail)
        if place not in self._steps:
            self._steps[place] = self._make_steps(self._base(place), [place])
        return self._steps[place]

    def _make_steps(self, base: Goal, places: list[int]) -> list[_Step]:
        """The kinds of items that may stand there; the fewest conditions last."""
        choices = []
        for each in self.counters:
            if not any(each.covers(place) for place in places):
                choices.append((0,))
            else:
                choices.append((1, 0) if each.most is None else (1, -1))  # type: ignore[arg-type]  # tuples of any length
        steps = []
        for counts in product(*choices):
            self.search.tick()
            goal = set(base)
            for sign, each in zip(counts, self.counters, strict=True):
                if sign:
                    term, is_true = each.literal
                    goal.add((term, is_true if sign > 0 else not is_true))
            if self._is_possible(frozenset(goal)):
                steps.append(_Step(frozenset(goal), tuple(max(sign, 0) for sign in counts)))
        return steps

    def _with_pair(self) -> Outcome:
        """An array in which two items are equal."""
        last = self.tail + 2 if self.most is None else min(self.tail + 2, self.most)
        for second in range(1, last):
            for first in range(second):
                found = self._search((first, second))
                if found is not EMPTY:
                    return found
        return EMPTY

    def _search(self, pair: tuple[int, int] | None) -> Outcome:
        if len(self.counters) > _MOST_COUNTERS:
            return Doubt("too many conditions on items meet")
        needed = sum(each.least for each in self.counters)
        limit = max(self.least, self.tail if needed or pair else 0) + needed + (2 if pair else 0)
        if self.most is not None:
            limit = min(limit, self.most)
        if limit - self._idle(self.tail) > _LONGEST:
            return TOO_LARGE
        if pair is None:
            return self._fill(limit, None, None)
        base = self._base(pair[0]) | self._base(pair[1])
        for step in self._make_steps(base, list(pair)):
            found = self._fill(limit, pair, step)
            if found is not EMPTY:
                return found
        return EMPTY

    def _fill(self, limit: int, pair: tuple[int, int] | None, shared: _Step | None) -> Outcome:
        """Fill places one after the other, at most ``limit``; with ``pair``, two of them by the same step."""
        level = {tuple(0 for _ in self.counters): _Node(tuple(0 for _ in self.counters), None, None)}
        tries = place = 0
        while place <= limit:
            for node in level.values():
                if place >= self.least and (pair is None or place > pair[1]) and self._is_enough(node.counts):
                    found = self._build(node)
                    if found is not EMPTY:
                        return found
                    tries += 1
            if place == limit:
                break
            steps = [shared] if pair and shared and place in pair else self._steps_at(place)
            following: dict[tuple[int, ...], _Node] = {}
            for node in level.values():
                for step in steps:
                    self.search.tick()
                    counts = self._counted(node.counts, step, place)
                    if counts is not None:
                        following.setdefault(counts, _Node(counts, step, node))
            level, place = following, place + 1
            if place > max(self.tail, pair[1] if pair else 0):
                level, place = self._in_one_go(level, place)
        if tries and self.unique:
            return self._fill_slowly(limit)
        return EMPTY

    def _in_one_go(self, level: dict[tuple[int, ...], _Node], place: int) -> tuple[dict[tuple[int, ...], _Node], int]:
        """Fill many places with items of one kind each, where every way so far can go on so for as long as it likes.

        All these places have the same conditions, so that the items that count may as well come last; places for as
        many as can matter are left.
        """
        until = place + self._idle(place)
        found = {}
        for counts, node in level.items() if until > place else ():
            step = next((each for each in self._steps_at(place) if self._counted(counts, each, place) == counts), None)
            if step is None:
                return level, place
            found[counts] = _Node(counts, step, node, until - place)
        return found or level, until

    def _idle(self, place: int) -> int:
        """How many of the places from there on are only there because there must be so many items."""
        if self.unique:
            return 0
        counted = sum(each.least if each.most is None else each.most for each in self.counters)
        return max(0, self.least - counted - place)

    def _fill_slowly(self, limit: int) -> Outcome:
        """As ``_fill``, each way on its own: equal counts may hold different items, and items must differ."""
        start = tuple(0 for _ in self.counters)
        waiting = [(0, _Node(start, None, None))]
        paths = 0
        while waiting:
            self.search.tick()
            place, node = waiting.pop()
            if place >= self.least and self._is_enough(node.counts):
                paths += 1
                found = self._build(node)
                if found is not EMPTY:
                    return found
                if paths > _MOST_PATHS:
                    return Doubt("too many ways to choose items that differ")
            if place < limit:
                for step in self._steps_at(place):
                    counts = self._counted(node.counts, step, place)
                    if counts is not None:
                        waiting.append((place + 1, _Node(counts, step, node)))
        return EMPTY

    def _is_enough(self, counts: tuple[int, ...]) -> bool:
        return all(count >= each.least for count, each in zip(counts, self.counters, strict=True))

    def _counted(self, counts: tuple[int, ...], step: _Step, place: int) -> tuple[int, ...] | None:
        """The counts after a step, as far as they matter; None where one is too much."""
        found = []
        for count, more, each in zip(counts, step.counts, self.counters, strict=True):
            count += more if each.covers(place) else 0
            if each.most is not None and count > each.most:
                return None
            found.append(count if each.most is not None else min(count, each.least))
        return tuple(found)

    def _build(self, node: _Node) -> Outcome:
        goals: list[tuple[Goal, int]] = []
        at: _Node | None = node
        while at is not None and at.step is not None:
            goals.append((at.step.goal, at.times))
            at = at.before
        goals.reverse()
        if self.unique:
            return self._distinct([goal for goal, _ in goals])
        parts, size = [], 1
        for goal, times in goals:
            found = self.search.solve(goal)
            if not isinstance(found, Witness):
                return found
            parts.append((found.value, times))
            size += found.size * times
        if is_too_large(size):
            return TOO_LARGE
        return Witness([value for value, times in parts for _ in range(times)], size)

    def _distinct(self, goals: list[Goal]) -> Outcome:
        """An array of different items. As many candidates as there are places are enough for each of them."""
        candidates: dict[Goal, dict[Any, Witness]] = {}
        for goal in goals:
            if goal not in candidates:
                found = self._several(goal, len(goals))
                if isinstance(found, Doubt):
                    return found
                candidates[goal] = found
        owner: dict[Any, int] = {}
        for place in range(len(goals)):
            if not _match(place, goals, candidates, owner):
                return EMPTY
        by_place = {place: value for value, place in owner.items()}
        chosen = [candidates[goal][by_place[place]] for place, goal in enumerate(goals)]
        size = 1 + sum(each.size for each in chosen)
        return TOO_LARGE if is_too_large(size) else Witness([each.value for each in chosen], size)

    def _several(self, goal: Goal, count: int) -> dict[Any, Witness] | Doubt:
        """Different values that satisfy a goal, as many as wanted, or all."""
        found: dict[Any, Witness] = {}
        while len(found) < count:
            outcome = self.search.solve(goal)
            if isinstance(outcome, Doubt):
                return outcome
            if not isinstance(outcome, Witness):
                break
            found[key(outcome.value)] = outcome
            goal = goal | {(self.search.constant(outcome.value), False)}
        return found


def _match(start: int, goals: list[Goal], candidates: dict[Goal, dict[Any, Witness]], owner: dict[Any, int]) -> bool:
    """Give a place a value of its own, moving others where needed (augmenting paths, in breadth)."""
    came: dict[Any, tuple[int, Any]] = {}
    waiting: list[tuple[int, Any]] = [(start, None)]
    for place, held in waiting:
        for value in candidates[goals[place]]:
            if value in came:
                continue
            came[value] = (place, held)
            if value not in owner:
                at: Any = value
                while at is not None:
                    place, before = came[at]
                    owner[at] = place
                    at = before
                return True
            waiting.append((owner[value], value))
    return False
