"""Objects that satisfy what is said of their properties.

Universal conditions (every property with such a name has such a value) meet existential ones (there is such a one).
A property of a name that a schema mentions meets each existential condition, or one of another name; other names
only differ by the conditions that they fall under.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from connectory.compiler.compat.evaluate import holds
from connectory.compiler.compat.outcomes import EMPTY, TOO_LARGE, Doubt, Outcome, Witness, is_too_large
from connectory.compiler.compat.terms import FALSE, STRING, TRUE, Literal, Term

if TYPE_CHECKING:
    from connectory.compiler.compat.search import Search

Goal = frozenset[Literal]

_MOST_ADDED = 300
_MOST_KINDS = 12


class _Need(NamedTuple):
    """There must be a property with such a name and such a value."""

    names: Term
    goal: Goal


def find_object(search: Search, literals: list[Literal]) -> Outcome:
    """An object that satisfies them all."""
    return _Objects(search, literals).find()


class _Objects:
    def __init__(self, search: Search, literals: list[Literal]) -> None:
        self.search = search
        self.least = 0
        self.most: int | None = None
        self.by_name: dict[str, list[Literal]] = {}
        self.general: list[tuple[Term, Term]] = []
        self.required: dict[str, set[Literal]] = {}
        self.needs: list[_Need] = []
        self.doubt: Doubt | None = None
        for term, is_true in literals:
            self._take(term, is_true)
        self.known = self._known_names()
        self.kinds = list(dict.fromkeys([names for names, _ in self.general] + [need.names for need in self.needs]))
        self._general_of: dict[str, list[Literal]] = {}

    def _take(self, term: Term, is_true: bool) -> None:
        kind, parts = term.kind, term.parts
        if kind == "has":
            if is_true:
                self.required.setdefault(parts[0], set())
            else:
                self.by_name.setdefault(parts[0], []).append((FALSE, True))
        elif kind == "fields":
            names, inner = parts
            name = _single(names)
            if is_true:
                if name is None:
                    self.general.append((names, inner))
                else:
                    self.by_name.setdefault(name, []).append((inner, True))
            elif name is None:
                self.needs.append(_Need(names, frozenset(((inner, False),))))
            else:
                self.required.setdefault(name, set()).add((inner, False))
        elif (kind == "shortest") == is_true:
            self.least = max(self.least, parts[1] if is_true else parts[1] + 1)
        else:
            limit = parts[1] if is_true else parts[1] - 1
            self.most = limit if self.most is None else min(self.most, limit)

    def _known_names(self) -> list[str]:
        """The names that a condition mentions."""
        found = dict.fromkeys([*self.required, *self.by_name])
        waiting = [names for names, _ in self.general] + [need.names for need in self.needs]
        seen = set(waiting)
        while waiting:
            term = waiting.pop()
            if term.kind == "in":
                found.update(dict.fromkeys(sorted(name for kind, name in term.parts[0] if kind == STRING)))
            inner = [part for part in term.parts if isinstance(part, Term)]
            inner += [self.search.meaning(term)] if term.kind == "ref" else []
            waiting += [part for part in inner if part not in seen]
            seen.update(inner)
        return list(found)

    def find(self) -> Outcome:
        if self.most is not None and (self.most < self.least or self.most < len(self.required)):
            return EMPTY
        chosen: dict[str, Goal] = {}
        for name, goal in sorted(self.required.items(), key=lambda item: not item[1]):
            chosen[name] = self._goal(name, frozenset(goal))
            if self._value(chosen[name]) is EMPTY:
                return EMPTY
        found = self._place(0, chosen)
        if found is EMPTY and self.doubt:
            return self.doubt
        return found

    def _place(self, at: int, chosen: dict[str, Goal]) -> Outcome:
        """Meet the needs from ``at`` on, beside the properties that were chosen."""
        self.search.tick()
        if at == len(self.needs):
            return self._fill(chosen)
        need = self.needs[at]
        for name, goal in self._options(need, chosen):
            if self.most is not None and name not in chosen and len(chosen) >= self.most:
                continue
            joined = chosen.get(name, frozenset()) | goal
            if self._value(joined) is not EMPTY:
                found = self._place(at + 1, {**chosen, name: joined})
                if isinstance(found, Witness):
                    return found
                if isinstance(found, Doubt):
                    self.doubt = found
        return EMPTY

    def _options(self, need: _Need, chosen: dict[str, Goal]) -> Iterator[tuple[str, Goal]]:
        names = list(dict.fromkeys([*chosen, *self.known]))
        for name in names:
            if self._is_named(need.names, name):
                yield name, self._goal(name, need.goal)
        yield from self._fresh(need, names)

    def _fresh(self, need: _Need, taken: list[str]) -> Iterator[tuple[str, Goal]]:
        """Properties of names that nothing mentions, one for each combination of general conditions."""
        others = self.search.terms.within((STRING, name) for name in taken)
        start: set[Literal] = {(need.names, True), (others, False)}
        waiting: list[tuple[int, Goal]] = [(0, frozenset(start))]
        if len(self.kinds) > _MOST_KINDS and self._name(waiting[0][1]) is not EMPTY:
            self.doubt = Doubt("too many patterns of names meet")
            return
        while waiting:
            self.search.tick()
            at, names = waiting.pop()
            if self._name(names) is EMPTY:
                continue
            if at < len(self.kinds):
                kind = self.kinds[at]
                waiting += [(at + 1, names | {(kind, sign)}) for sign in (True, False)]
                continue
            goal = need.goal | {(inner, True) for kind, inner in self.general if (kind, True) in names}
            if self._value(goal) is EMPTY:
                continue
            found = self._name(names)
            if isinstance(found, Witness):
                yield found.value, goal
            elif isinstance(found, Doubt):
                self.doubt = found

    def _name(self, names: Goal) -> Outcome:
        """A name; not the empty one where there is another."""
        terms = self.search.terms
        text: Goal = names | {(terms.types(STRING), True)}
        found = self.search.solve(text | {(terms.atom("shortest", STRING, 1), True)})
        return self.search.solve(text) if found is EMPTY else found

    def _fill(self, chosen: dict[str, Goal]) -> Outcome:
        """Add properties until there are as many as there must be."""
        if self.least - len(chosen) > _MOST_ADDED:
            return Doubt("an object would have too many properties to be shown")
        need = _Need(TRUE, frozenset())
        while len(chosen) < self.least:
            for name, goal in self._options(need, chosen):
                if name not in chosen and self._value(goal) is not EMPTY:
                    chosen = {**chosen, name: goal}
                    break
            else:
                return EMPTY
        members: dict[str, Any] = {}
        size = 1
        for name, goal in chosen.items():
            value = self._value(goal)
            if not isinstance(value, Witness):
                return value
            members[name] = value.value
            size += value.size
        return TOO_LARGE if is_too_large(size) else Witness(members, size)

    def _goal(self, name: str, goal: Goal) -> Goal:
        """What the value of a property must satisfy."""
        general = self._general_of.get(name)
        if general is None:
            general = self._general_of[name] = [
                (inner, True) for names, inner in self.general if self._is_named(names, name)
            ]
        return goal | frozenset(self.by_name.get(name, ())) | frozenset(general)

    def _is_named(self, names: Term, name: str) -> bool:
        return names is TRUE or holds(self.search, names, name)

    def _value(self, goal: Goal) -> Outcome:
        return self.search.solve(goal)


def _single(names: Term) -> str | None:
    """The only name that satisfies a term, where that is plain."""
    if names.kind == "in" and len(names.parts[0]) == 1:
        ((kind, name),) = names.parts[0]
        if kind == STRING:
            return str(name)
    return None
