"""Whether one schema accepts only what another accepts."""

from __future__ import annotations

import math
from decimal import Decimal
from functools import cached_property
from itertools import islice
from typing import Any, Literal

import msgspec

from connectory.compiler.compat.confirm import about, engine, names_in
from connectory.compiler.compat.outcomes import Doubt, Empty, Outcome, Witness
from connectory.compiler.compat.parts import Parts
from connectory.compiler.compat.search import Exhausted, Goal, Search
from connectory.compiler.compat.terms import Term, Terms
from connectory.compiler.compat.translate import Reference, Schema
from connectory.compiler.compat.values import Undecided
from connectory.compiler.compat.walk import of_one_alone, replaced, without
from connectory.compiler.diagnostics import Path
from connectory.pointers import pointer

STEPS = 100_000
"""Steps after which a search gives up."""


_MOST_PLACES = 20


class Verdict(msgspec.Struct, frozen=True):
    """Whether every instance that one schema accepts is accepted by another.

    Attributes:
        answer: yes is proven; no has a witness; unknown is neither.
        reason: why, with the place in a schema where there is one.
        path: for no, where the second schema refuses the witness: names of members and indexes.
        witness: for no, an instance that the first accepts and the second does not; otherwise UNSET. null may be one.
        at: for no, where in the witness what is refused is, likewise.
    """

    answer: Literal["yes", "no", "unknown"]
    reason: str
    witness: Any = msgspec.UNSET
    path: Path = ()
    at: Path = ()


def subset(a: Any, b: Any, *, steps: int = STEPS) -> Verdict:
    """Whether schema ``b`` accepts every instance that ``a`` accepts; both are draft 2020-12, a mapping or a boolean.

    It opens nothing and takes a bounded time; what it cannot decide in ``steps`` is unknown.
    """
    if not (_is_json(a) and _is_json(b)):
        return Verdict("unknown", "a schema holds what JSON cannot")
    return Comparer().subset(a, b, steps)


def _is_json(value: Any) -> bool:
    """Whether all numbers are finite, and all names texts; what others hold is found when it is looked at."""
    waiting = [value]
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, dict):
            if not all(isinstance(name, str) for name in inner):
                return False
            waiting += inner.values()
        elif isinstance(inner, list):
            waiting += inner
        elif isinstance(inner, float | Decimal) and not math.isfinite(inner):
            return False
    return True


class Comparer:
    """Compares schemas with each other, and reads each only once. They must stay as they are meanwhile."""

    def __init__(self, parts: Parts | None = None) -> None:
        """``parts`` is what others have found out of the same shared schemas."""
        self._terms = Terms()
        self._parts = Parts() if parts is None else parts
        self._known: dict[int, _Known] = {}
        self._solved: dict[Goal, Outcome] = {}
        self._verdicts: dict[tuple[int, int, int], Verdict] = {}

    def subset(self, a: Any, b: Any, steps: int = STEPS) -> Verdict:
        """As the function of that name."""
        key = id(a), id(b), steps
        if key not in self._verdicts:
            self._verdicts[key] = self._subset(a, b, steps)
        return self._verdicts[key]

    def _subset(self, a: Any, b: Any, steps: int) -> Verdict:
        try:
            first, second = self._look_at(a), self._look_at(b)
            if first.whole.equals(second.whole):
                return Verdict("yes", "the schemas are equal")
            for name, known in (("first", first), ("second", second)):
                if not known.whole.is_valid:
                    return Verdict("unknown", f"the {name} is no valid schema of draft 2020-12")
            found = self._search(first, second, steps)
            if isinstance(found, Empty):
                return Verdict("yes", "no instance tells them apart")
            return _checked(first, second, found)
        except RecursionError:
            return Verdict("unknown", "a schema is nested too deeply")
        except (TypeError, ValueError) as error:
            return Verdict("unknown", f"a schema cannot be read: {error}")

    def refusals(self, a: Any, b: Any) -> list[Verdict]:
        """Each place where ``b`` refuses an instance that ``a`` accepts, with one; none where there is no such place.

        A member that only ``b`` describes is one place. What can be known of the rest no better comes last, as unknown.
        """
        found: dict[Path, Verdict] = {}
        lenient = b
        for _ in range(_MOST_PLACES):
            verdict = self.subset(a, lenient)
            if verdict.answer == "yes":
                return list(found.values())
            if found and verdict.answer == "no" and self.accepts(b, verdict.witness):
                verdict = Verdict("unknown", "what else it refuses depends on what it refuses already")
            if verdict.answer == "unknown" or not verdict.path:
                return [*found.values(), verdict]
            try:
                path = of_one_alone(a, lenient, verdict.at)
                lenient = without(lenient, verdict.path) if path is None else replaced(lenient, path, True)
                found.setdefault(path or verdict.path, msgspec.structs.replace(verdict, path=path or verdict.path))
            except (LookupError, TypeError, AttributeError):  # a reference that leads elsewhere is on the way
                return [*found.values(), verdict, Verdict("unknown", "what else it refuses is not known")]
        return [*found.values(), Verdict("unknown", f"it refuses something in more than {_MOST_PLACES} places")]

    def accepts(self, schema: Any, value: Any) -> bool:
        """Whether the engine of the runtime says that a value is valid."""
        return bool(self._look_at(schema).engine_for([value]).is_valid(value))

    def _look_at(self, schema: Any) -> _Known:
        if id(schema) not in self._known:
            self._known[id(schema)] = _Known(schema, self._terms, self._parts)
        return self._known[id(schema)]

    def _search(self, first: _Known, second: _Known, steps: int) -> Outcome:
        """A value that the first accepts and the second does not."""
        search = Search(self._terms, Reference.meaning, steps, self._solved)
        try:
            found = search.solve(frozenset(((first.term, True), (second.term, False))))
            if isinstance(found, Witness) and search.not_understood:
                return found._replace(doubt=f"{min(search.not_understood)!r} is only known to equal itself")
            return found
        except Undecided as undecided:
            return Doubt(str(undecided))
        except Exhausted:
            return Doubt(f"it takes more than {steps} steps")
        finally:
            self._solved = {} if search.not_understood else search.solved()  # it has to be said again each time


class _Known:
    """A schema, and what was found out of it."""

    def __init__(self, schema: Any, terms: Terms, parts: Parts) -> None:
        self.schema = schema
        self._terms = terms
        self._parts = parts
        self.whole = parts.whole(schema)
        self._engines: dict[frozenset[str] | None, Any] = {}

    def engine_for(self, values: list[Any]) -> Any:
        """The engine of the runtime, as far as it matters to these values.

        Raises:
            ValueError: it cannot compile the schema.
        """
        names = names_in(values) if self.whole.is_simple else None
        if names not in self._engines:
            self._engines[names] = engine(self.schema if names is None else about(self.schema, names))
        return self._engines[names]

    @cached_property
    def _translated(self) -> Schema:
        return Schema(self._terms, self.schema, id(self), self._parts)

    @property
    def term(self) -> Term:
        return self._translated.term()


def _checked(first: _Known, second: _Known, found: Witness | Doubt) -> Verdict:
    """No, with a witness that the engine of the runtime confirms; otherwise unknown."""
    values = [found.value] if isinstance(found, Witness) else _GUESSES
    try:
        accepts, refuses = first.engine_for(values), second.engine_for(values)
    except ValueError as error:
        return Verdict("unknown", f"a schema cannot be compiled: {str(error).partition(chr(10))[0]}")
    for value in values:
        own = _copied(value)
        if accepts.is_valid(own) and not refuses.is_valid(own):
            (refusal,) = islice(refuses.iter_errors(own), 1)
            path = tuple(refusal.schema_path)
            return Verdict(
                "no", f"{pointer(path) or '/'}: {_shortened(refusal.message)}", own, path, tuple(refusal.instance_path)
            )
    return Verdict("unknown", found.doubt if isinstance(found, Witness) else found.reason)


_GUESSES: list[Any] = [None, True, False, 0, 1, -1, 0.5, "", "a", "0", [], [None], [0, 0], ["a"], {}, {"a": None}]


def _shortened(message: str) -> str:
    """A message without the middle of a long value that it quotes."""
    return message if len(message) <= 300 else f"{message[:140]} ... {message[-140:]}"


def _copied(value: Any) -> Any:
    """A copy whose parts are its own."""
    if isinstance(value, dict):
        return {name: _copied(member) for name, member in value.items()}
    return [_copied(item) for item in value] if isinstance(value, list) else value
