"""Looks for a value that satisfies terms: a tableau, one type of JSON after the other.

Terms are taken apart until atoms are left. A value for the atoms alone is looked for first; only a disjunction that it
fails is split. Schemas that name themselves come back to a goal that is being worked on: a smallest value for a goal
holds no value for the same goal inside, so that the inner one may be taken to have none. What was worked out under that
assumption is kept only as long as it holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from connectory.compiler.compat.arrays import find_array
from connectory.compiler.compat.evaluate import holds
from connectory.compiler.compat.numbers import find_number
from connectory.compiler.compat.objects import find_object
from connectory.compiler.compat.outcomes import EMPTY, Doubt, Outcome, Witness
from connectory.compiler.compat.strings import find_string, satisfies
from connectory.compiler.compat.terms import (
    ARRAY,
    BOOLEAN,
    NULL,
    NUMBER,
    OBJECT,
    STRING,
    TYPES,
    Literal,
    Term,
    Terms,
)
from connectory.compiler.compat.values import Undecided, constant, scalar

Goal = frozenset[Literal]

_NEVER = 1 << 30


class Exhausted(Exception):
    """The search took as many steps as it may."""


class Search:
    """A search and what it has found so far.

    Attributes:
        left: the steps that it may still take.
        not_understood: keywords that were taken to say whatever is wanted of them.
    """

    def __init__(
        self, terms: Terms, meaning: Callable[[Any], Term], steps: int, solved: Mapping[Goal, Outcome] | None = None
    ) -> None:
        """``meaning`` says what the key of a reference stands for, ``solved`` what others have worked out."""
        self.terms = terms
        self._meaning_of = meaning
        self.left = steps
        self._known: dict[Goal, Outcome] = dict(solved or {})
        self._assumed: dict[Goal, int] = {}
        self._relying: dict[int, list[Goal]] = {}
        self._working: dict[Goal, int] = {}
        self._lowest = [_NEVER]
        self._words: dict[Any, str | None] = {}
        self.not_understood: set[str] = set()

    def solved(self) -> dict[Goal, Outcome]:
        """What it is sure of, for others to begin with."""
        return {goal: found for goal, found in self._known.items() if not isinstance(found, Doubt)}

    def tick(self, steps: int = 1) -> None:
        """Count steps.

        Raises:
            Exhausted: it was one too many.
        """
        self.left -= steps
        if self.left < 0:
            raise Exhausted

    def meaning(self, term: Term) -> Term:
        """The term that a reference stands for."""
        return self._meaning_of(term.parts[0])

    def constant(self, value: Any) -> Term:
        """The term that only this value satisfies."""
        return constant(self.terms, value)

    def solve(self, goal: Goal) -> Outcome:
        """A value that satisfies all of a goal."""
        known = self._known.get(goal)
        if known is not None:
            return known
        depth = self._working.get(goal)
        if depth is None:
            depth = self._assumed.get(goal)
        if depth is not None:
            self._lowest[-1] = min(self._lowest[-1], depth)
            return EMPTY
        return self._work(goal)

    def _work(self, goal: Goal) -> Outcome:
        depth = len(self._working)
        self._working[goal] = depth
        self._lowest.append(_NEVER)
        try:
            found = self._any_type(goal)
        except Undecided as undecided:
            found = Doubt(str(undecided))
        del self._working[goal]
        lowest = self._lowest.pop()
        relying = self._relying.pop(depth, [])
        for other in relying:
            del self._assumed[other]
        if found is not EMPTY:
            self._known[goal] = found  # what relied on the opposite is forgotten
        elif lowest >= depth:
            self._known.update(dict.fromkeys([*relying, goal], EMPTY))
        else:
            self._lowest[-1] = min(self._lowest[-1], lowest)
            self._assumed.update(dict.fromkeys([*relying, goal], lowest))
            self._relying.setdefault(lowest, []).extend([*relying, goal])
        return found

    def _any_type(self, goal: Goal) -> Outcome:
        doubt: Outcome = EMPTY
        for type_ in TYPES:
            if all((term.may if is_true else term.may_not) & type_ for term, is_true in goal):
                found = self._of_type(type_, goal)
                if isinstance(found, Witness):
                    return found
                doubt = doubt if found is EMPTY else found
        return doubt

    def _of_type(self, type_: int, goal: Goal) -> Outcome:
        state = _State(self, type_)
        try:
            return self._branch(state) if state.assume(goal) else EMPTY
        except Undecided as undecided:
            return Doubt(str(undecided))

    def _branch(self, state: _State) -> Outcome:
        self.tick()
        if not state.propagate():
            return EMPTY
        found = self._leaf(state)
        if found is EMPTY:
            return EMPTY
        choice = state.failed_choice(found)
        if choice is None:
            return found
        doubt: Outcome = EMPTY
        for alternative in choice:
            branch = state.copy(without=choice)
            if branch.assume(alternative):
                found = self._branch(branch)
                if isinstance(found, Witness):
                    return found
                doubt = doubt if found is EMPTY else found
        return doubt

    def _leaf(self, state: _State) -> Outcome:
        """A value for the atoms alone."""
        members = [term for term, is_true in state.atoms if is_true and term.kind == "in"]
        type_ = state.type
        if type_ in (ARRAY, OBJECT):
            atoms = [literal for literal in state.atoms if literal[0].kind != "in"]
            return find_array(self, atoms) if type_ == ARRAY else find_object(self, atoms)
        if not members and type_ == STRING:
            return find_string(state.atoms, self.tick, self._words)
        if not members and type_ == NUMBER:
            return find_number(state.atoms)
        if members:
            candidates = [each for each in members[0].parts[0] if each[0] == type_]
        else:
            candidates = [(NULL, None)] if type_ == NULL else [(BOOLEAN, False), (BOOLEAN, True)]
        return self._candidate(candidates, state.atoms)

    def _candidate(self, candidates: list[Any], atoms: list[Literal]) -> Outcome:
        """One of a few values. That one lacks a format proves nothing: not every validator checks formats."""
        doubt: Outcome = EMPTY
        formats = [literal for literal in atoms if literal[0].kind == "format"]
        for candidate in sorted(candidates):
            if self._fits(candidate, atoms):
                value = scalar(candidate)
                if all(satisfies(term, value) == is_true for term, is_true in formats):
                    return Witness(value)
                if not any(satisfies(term, value) for term, is_true in formats if not is_true):
                    doubt = Doubt(f"whether {value!r} has a format is not always checked")
        return doubt

    def _fits(self, candidate: Any, atoms: list[Literal]) -> bool:
        """Whether a value satisfies everything but formats."""
        if any((candidate in term.parts[0]) != is_true for term, is_true in atoms if term.kind == "in"):
            return False
        rest = (literal for literal in atoms if literal[0].kind not in ("in", "format"))
        return all(holds(self, term, scalar(candidate)) == is_true for term, is_true in rest)


class _State:
    """What is assumed of a value of one type.

    Attributes:
        type: the type.
        atoms: the atoms that speak of it.
        choices: disjunctions, each a list of alternatives.
    """

    def __init__(self, search: Search, type_: int) -> None:
        self.search = search
        self.type = type_
        self.decided: dict[Term, bool] = {}
        self.atoms: list[Literal] = []
        self.choices: list[list[tuple[Literal, ...]]] = []

    def copy(self, without: Any) -> _State:
        other = _State(self.search, self.type)
        other.decided = dict(self.decided)
        other.atoms = list(self.atoms)
        other.choices = [choice for choice in self.choices if choice is not without]
        return other

    def assume(self, literals: Any) -> bool:
        """Take these to hold; False where they contradict what is assumed."""
        waiting = list(literals)
        while waiting:
            term, is_true = waiting.pop()
            while term.kind == "not":
                term, is_true = term.parts[0], not is_true
            known = self.decided.get(term)
            if known is not None:
                if known != is_true:
                    return False
                continue
            if not (term.may if is_true else term.may_not) & self.type:
                return False
            if not (term.may_not if is_true else term.may) & self.type:
                continue
            self.search.tick()
            self.decided[term] = is_true
            kind, parts = term.kind, term.parts
            if kind == ("all" if is_true else "any"):
                waiting += [(part, is_true) for part in parts]
            elif kind in ("all", "any"):
                self.choices.append([((part, is_true),) for part in parts])
            elif kind == "one":
                self.choices.append(_exactly_one(parts, is_true))
            elif kind == "ref":
                waiting.append((self.search.meaning(term), is_true))
            elif kind == "opaque":
                self.search.not_understood.add(parts[0][0])  # it may hold: a witness is confirmed later
            elif kind != "types":
                self.atoms.append((term, is_true))
        return True

    def propagate(self) -> bool:
        """Drop choices that are made, and alternatives that are none; assume what is left alone."""
        again = True
        while again:
            again = False
            left = []
            for choice in self.choices:
                alternatives = [each for each in choice if all(self._may(literal) for literal in each)]
                if not alternatives:
                    return False
                if any(all(self._must(literal) for literal in each) for each in alternatives):
                    continue
                left.append(alternatives)
            self.choices = [choice for choice in left if len(choice) > 1]
            for choice in left:
                if len(choice) == 1:
                    again = True
                    if not self.assume(choice[0]):
                        return False
        return True

    def failed_choice(self, found: Outcome) -> Any:
        """The smallest choice that a value fails, or of all where there is no value; None where there is none."""
        failed = self.choices
        if isinstance(found, Witness):
            failed = [choice for choice in self.choices if not self._is_met(choice, found.value)]
        return min(failed, key=len) if failed else None

    def _is_met(self, choice: list[tuple[Literal, ...]], value: Any) -> bool:
        try:
            return any(all(holds(self.search, term, value) == is_true for term, is_true in each) for each in choice)
        except Undecided:
            return False

    def _may(self, literal: Literal) -> bool:
        term, is_true = literal
        while term.kind == "not":
            term, is_true = term.parts[0], not is_true
        return bool((term.may if is_true else term.may_not) & self.type) and self.decided.get(term, is_true) == is_true

    def _must(self, literal: Literal) -> bool:
        term, is_true = literal
        while term.kind == "not":
            term, is_true = term.parts[0], not is_true
        return self.decided.get(term) == is_true or not (term.may_not if is_true else term.may) & self.type


def _exactly_one(parts: tuple[Term, ...], is_true: bool) -> list[tuple[Literal, ...]]:
    """The ways in which exactly one of them holds; or, not one."""
    if is_true:
        places = range(len(parts))
        return [tuple((other, at == place) for at, other in enumerate(parts)) for place in places]
    pairs = [((one, True), (other, True)) for place, one in enumerate(parts) for other in parts[place + 1 :]]
    return [tuple((part, False) for part in parts), *pairs]
