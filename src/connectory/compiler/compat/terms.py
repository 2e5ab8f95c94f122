"""What a schema says, as terms of a small logic.

Equal terms are the same object, so that what two schemas share is seen at once.

Terms that speak of one type only (atoms) hold for every value of another type, as the keywords of JSON Schema do.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any, Final

NULL, BOOLEAN, NUMBER, STRING, ARRAY, OBJECT = (1 << place for place in range(6))
EVERY_TYPE: Final = 63
TYPES: Final = (NULL, BOOLEAN, NUMBER, STRING, OBJECT, ARRAY)
"""The types of JSON, in the order in which an instance is looked for. An integer is a number that 1 divides."""

ATOMS: Final = {
    "above": NUMBER,  # (bound, whether it is excluded)
    "below": NUMBER,  # likewise
    "multiple": NUMBER,  # (of what)
    "longest": 0,  # (type, number of characters, items or properties)
    "shortest": 0,  # likewise
    "pattern": STRING,  # (expression)
    "format": STRING,  # (name)
    "items": ARRAY,  # (from, to or None, term): every item there
    "at_least": ARRAY,  # (count, term): so many items
    "at_most": ARRAY,  # likewise
    "unique": ARRAY,
    "has": OBJECT,  # (name)
    "fields": OBJECT,  # (term of names, term): the value of every property with such a name
}
"""The kinds of atoms, what they consist of, and the type that they speak of; 0: their first part says it."""


class Term:
    """A statement about a JSON value.

    Attributes:
        kind: one of ``ATOMS``, or true, false, types, in, all, any, one, not, ref, opaque.
        parts: what it consists of.
        type: of an atom, the type that it speaks of; otherwise 0.
        may: the types of which a value may satisfy it.
        may_not: the types of which a value may fail it.
    """

    __slots__ = ("kind", "may", "may_not", "parts", "type")

    def __init__(self, kind: str, parts: tuple[Any, ...], may: int, may_not: int, type_: int = 0) -> None:
        self.kind = kind
        self.parts = parts
        self.may = may
        self.may_not = may_not
        self.type = type_


Literal = tuple[Term, bool]
"""A term, and whether it is to hold."""

TRUE: Final = Term("true", (), EVERY_TYPE, 0)
FALSE: Final = Term("false", (), 0, EVERY_TYPE)

Scalar = tuple[int, Any]
"""A value that is no array or object, by its type; a number is a Fraction."""


class Terms:
    """Makes terms; of equal ones only one."""

    def __init__(self) -> None:
        self._made: dict[tuple[Any, ...], Term] = {}
        self._names: dict[str, Term] = {}

    def atom(self, kind: str, *parts: Any) -> Term:
        """An atom of a kind."""
        key = (kind, *parts)
        term = self._made.get(key)
        if term is None:
            type_ = ATOMS[kind] or parts[0]
            term = self._made[key] = Term(kind, parts, EVERY_TYPE, type_, type_)
        return term

    def types(self, types: int) -> Term:
        """The value is of one of these types."""
        if types == EVERY_TYPE:
            return TRUE
        return self._make("types", (types,), types, EVERY_TYPE & ~types) if types else FALSE

    def within(self, values: Iterable[Scalar]) -> Term:
        """The value is one of these."""
        members = frozenset(values)
        may = 0
        for kind, _ in members:
            may |= kind
        return self._make("in", (members,), may, EVERY_TYPE) if members else FALSE

    def name(self, name: str) -> Term:
        """The value is this text."""
        term = self._names.get(name)
        if term is None:
            term = self._names[name] = self.within(((STRING, name),))
        return term

    def no(self, term: Term) -> Term:
        """The term does not hold."""
        if term is TRUE or term is FALSE:
            return FALSE if term is TRUE else TRUE
        if term.kind == "not":
            inner: Term = term.parts[0]
            return inner
        return self._make("not", (term,), term.may_not, term.may)

    def all(self, terms: Iterable[Term]) -> Term:
        """All of them hold."""
        return self._joined("all", terms, TRUE, FALSE)

    def any(self, terms: Iterable[Term]) -> Term:
        """One of them holds, or more."""
        return self._joined("any", terms, FALSE, TRUE)

    def one(self, terms: list[Term]) -> Term:
        """Exactly one of them holds."""
        left = [term for term in terms if term is not FALSE]
        if len(left) <= 1:
            return left[0] if left else FALSE
        may = 0
        for term in left:
            may |= term.may
        return self._make("one", tuple(left), may, EVERY_TYPE)

    def fields(self, names: Term, term: Term) -> Term:
        """Every property with such a name has such a value."""
        return TRUE if term is TRUE or names is FALSE else self.atom("fields", names, term)

    def items(self, start: int, stop: int | None, term: Term) -> Term:
        """Every item there is such a value."""
        return TRUE if term is TRUE or start == stop else self.atom("items", start, stop, term)

    def multiple(self, of: Fraction) -> Term:
        """A number that ``of`` divides."""
        return self.atom("multiple", of)

    def ref(self, key: Any) -> Term:
        """What is meant by ``key``."""
        return self._make("ref", (key,), EVERY_TYPE, EVERY_TYPE)

    def opaque(self, key: tuple[Any, ...]) -> Term:
        """Something that is not understood, ``key`` begins with its name; it is only equal to itself."""
        return self._make("opaque", (key,), EVERY_TYPE, EVERY_TYPE)

    def _joined(self, kind: str, terms: Iterable[Term], neutral: Term, absorbing: Term) -> Term:
        flat: dict[Term, None] = {}
        for term in terms:
            inner: tuple[Term, ...] = term.parts if term.kind == kind else (term,)
            for part in inner:
                if part is absorbing:
                    return part
                if part is not neutral:
                    flat[part] = None
        if len(flat) <= 1:
            return next(iter(flat), neutral)
        key = (kind, frozenset(flat))
        found = self._made.get(key)
        if found is None:
            may, may_not = EVERY_TYPE, 0
            if kind == "any":
                may, may_not = 0, EVERY_TYPE
            for term in flat:
                may = may & term.may if kind == "all" else may | term.may
                may_not = may_not | term.may_not if kind == "all" else may_not & term.may_not
            found = self._made[key] = Term(kind, tuple(flat), may, may_not)
        return found

    def _make(self, kind: str, parts: tuple[Any, ...], may: int, may_not: int) -> Term:
        key = (kind, *parts)
        term = self._made.get(key)
        if term is None:
            term = self._made[key] = Term(kind, parts, may, may_not)
        return term
