"""A schema's bounds leave nothing between them.

No value is both at least the lower bound and at most the upper one.

Example:

    quantity: {type: integer, minimum: 10, maximum: 1}

Instead:

    quantity: {type: integer, minimum: 1, maximum: 10}
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Any, NamedTuple, TypeGuard

from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Severity
from connectory.compiler.vocabulary import types_of

CODE = "S013"
SEVERITY: Severity = "error"

_COUNTS = (
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
    ("minProperties", "maxProperties"),
    ("minContains", "maxContains"),
)


def check(definition: Definition) -> Iterator[Diagnostic]:
    """One finding for each pair of bounds."""
    for lower, upper in _COUNTS:
        for node in definition.nodes_with(lower):
            low, high = node.data[lower], node.data.get(upper)
            if _is_number(low) and _is_number(high) and low > high:
                message = f"{lower} is {low} and {upper} is {high}: nothing lies between"
                yield definition.finding(globals(), message, (*node.path, lower), help="swap them, or change one")
    seen: set[int] = set()
    for node in definition.nodes_with("minimum", "exclusiveMinimum"):
        if id(node.data) not in seen and not node.data.keys().isdisjoint(("maximum", "exclusiveMaximum")):
            seen.add(id(node.data))
            wrong = _empty(node.data)
            if wrong:
                yield definition.finding(globals(), wrong[1], (*node.path, wrong[0]), help="swap them, or change one")


class _Bound(NamedTuple):
    """A bound of numbers; ``open`` where it is not itself allowed."""

    keyword: str
    value: Any
    open: bool


def _empty(schema: dict[str, Any]) -> tuple[str, str] | None:
    """The keyword of the lower bound, and why no number lies between the bounds."""
    lower = _bounds(schema, "minimum", "exclusiveMinimum")
    upper = _bounds(schema, "maximum", "exclusiveMaximum")
    if not lower or not upper:
        return None
    low = max(lower, key=lambda bound: (bound.value, bound.open))
    high = min(upper, key=lambda bound: (bound.value, not bound.open))
    message = f"{low.keyword} is {low.value} and {high.keyword} is {high.value}: "
    if low.value > high.value or (low.value == high.value and (low.open or high.open)):
        return low.keyword, message + "nothing lies between"
    step = _step(schema)
    if step is not None and not _has_multiple(low, high, step):
        what = "whole number" if step == 1 else f"multiple of {schema['multipleOf']}"
        return low.keyword, message + f"no {what} lies between"
    return None


def _bounds(schema: dict[str, Any], inclusive: str, exclusive: str) -> list[_Bound]:
    return [
        _Bound(keyword, schema[keyword], keyword == exclusive)
        for keyword in (inclusive, exclusive)
        if _is_number(schema.get(keyword))
    ]


def _step(schema: dict[str, Any]) -> Fraction | None:
    """What values are multiples of; None where that is not said."""
    given = schema.get("multipleOf")
    if _is_number(given) and given > 0:
        return Fraction(given)
    return Fraction(1) if types_of(schema) <= {"integer"} else None


def _has_multiple(low: _Bound, high: _Bound, step: Fraction) -> bool:
    first, last = Fraction(low.value) / step, Fraction(high.value) / step
    least = floor(first) + 1 if low.open else ceil(first)
    most = ceil(last) - 1 if high.open else floor(last)
    return least <= most


def _is_number(value: Any) -> TypeGuard[Any]:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)
