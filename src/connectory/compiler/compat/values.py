"""JSON values: their types, exact numbers, equality as JSON Schema has it (1 equals 1.0, and neither equals true)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from connectory.compiler.compat.terms import ARRAY, BOOLEAN, FALSE, NULL, NUMBER, OBJECT, STRING, Term, Terms

_MOST_DIGITS = 2000


class Undecided(Exception):
    """Something cannot be decided; the message says what."""


def type_of(value: Any) -> int:
    """The type of a JSON value."""
    if isinstance(value, str):
        return STRING
    if isinstance(value, bool):
        return BOOLEAN
    if isinstance(value, dict):
        return OBJECT
    if isinstance(value, list):
        return ARRAY
    return NULL if value is None else NUMBER


_WHOLE = 2.0**53


def exact(number: Any) -> Fraction:
    """A number as its text writes it; of a float so large that all around it are whole, what it is in binary.

    That is what the engine of the runtime goes by.

    Raises:
        Undecided: it is none, or has thousands of digits.
    """
    if isinstance(number, bool) or not isinstance(number, int | float | Decimal):
        raise Undecided(f"{number!r} is no number")
    if isinstance(number, int):
        if number.bit_length() > 4 * _MOST_DIGITS:
            raise Undecided("a number has too many digits")
        return Fraction(number)
    text = number if not isinstance(number, float) or abs(number) > _WHOLE else repr(number)
    decimal = Decimal(text)
    if (
        not decimal.is_finite()
        or abs(decimal.adjusted()) > _MOST_DIGITS
        or len(decimal.as_tuple().digits) > _MOST_DIGITS
    ):
        raise Undecided(f"{number!r} is beyond what is compared exactly")
    return Fraction(decimal)


def written(number: Fraction) -> int | float | Decimal | None:
    """A number as a JSON value that writes it exactly; None where no text can."""
    if number.denominator == 1:
        return number.numerator
    try:
        nearest = float(number)
        if Fraction(Decimal(repr(nearest))) == number:
            return nearest
    except (OverflowError, ValueError):
        pass
    rest = number.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1:
        return None
    places = 0
    while (number * 10**places).denominator != 1:
        places += 1
    return Decimal((number * 10**places).numerator).scaleb(-places)


def key(value: Any) -> Any:
    """What two values have in common exactly if they are equal.

    Raises:
        Undecided: a number in it cannot be compared exactly.
    """
    kind = type_of(value)
    if kind == ARRAY:
        return kind, tuple(map(key, value))
    if kind == OBJECT:
        return kind, frozenset((name, key(member)) for name, member in value.items())
    return kind, exact(value) if kind == NUMBER else value


def scalar(of: tuple[int, Any]) -> Any:
    """The value of a scalar's key; None also for null."""
    kind, value = of
    return written(value) if kind == NUMBER else value


def constant(terms: Terms, value: Any) -> Term:
    """The term that only a value equal to this one satisfies."""
    kind = type_of(value)
    if kind == ARRAY:
        parts = [
            terms.types(ARRAY),
            terms.atom("shortest", ARRAY, len(value)),
            terms.atom("longest", ARRAY, len(value)),
        ]
        return terms.all(parts + [terms.items(at, at + 1, constant(terms, item)) for at, item in enumerate(value)])
    if kind == OBJECT:
        parts = [terms.types(OBJECT), terms.fields(terms.no(terms.within((STRING, name) for name in value)), FALSE)]
        parts += [terms.atom("has", name) for name in value]
        parts += [terms.fields(terms.name(name), constant(terms, member)) for name, member in value.items()]
        return terms.all(parts)
    return terms.within((key(value),))
