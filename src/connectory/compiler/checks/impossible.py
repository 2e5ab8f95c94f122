"""Nothing is valid under a schema.

Its keywords contradict each other: types of ``allOf`` that exclude each other, ``not: {}``, a required property that
may not be given, a list that needs more items than it may have, a pattern of texts that are longer than allowed, an
object that must contain itself without end. Or an optional property can never be given: another schema of ``allOf``,
``patternProperties`` or ``additionalProperties`` leaves it no value, or ``propertyNames``, ``not`` or
``maxProperties`` refuses it. Only what is certain is reported.

Example:

    amount: {type: string, allOf: [{type: number}]}

Instead:

    amount: {type: number}
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from connectory.compiler.checks import closed_out, empty_range, enum_values, refused_value, undeclared_required
from connectory.compiler.contradicted import Contradicted, contradicted
from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Related, Severity
from connectory.compiler.in_place import Place
from connectory.compiler.unsatisfiable import Unsatisfiable, reaches, unsatisfiable
from connectory.pointers import pointer

CODE = "S020"
SEVERITY: Severity = "error"

_MOST_REACHED = 200_000
"""Schemas inside of those under which nothing is valid, after which no more of these are looked for."""

_OTHERS: tuple[Any, ...] = (closed_out, empty_range, enum_values, refused_value, undeclared_required)
"""The rules that report other reasons for the same."""


def check(definition: Definition) -> Iterator[Diagnostic]:
    """One finding for each, except where that is because of another that is reported."""
    if definition.tangles:
        return
    for one in contradicted(definition):
        yield _never_given(definition, one)
    found: dict[int, Unsatisfiable] = {}
    reached: dict[int, dict[int, Place]] = {}
    left = _MOST_REACHED
    for each in unsatisfiable(definition):
        inside = {id(place.data): place for place in reaches(definition, each.place)}
        found[id(each.place.data)], reached[id(each.place.data)] = each, inside
        left -= len(inside)
        if left < 0:
            break
    reported = _around(other.pointer for rule in _OTHERS for other in rule.check(definition)) if found else set[str]()
    order = {identity: number for number, identity in enumerate(found)}
    for identity, each in found.items():
        inside = reached[identity]
        because_of_another = any(
            identity not in reached[other] or order[other] < order[identity]
            for other in inside.keys() & found.keys()
            if other != identity
        )
        if not because_of_another and not any(pointer(place.path) in reported for place in inside.values()):
            yield _finding(definition, each, endless=_is_endless(definition, each, list(inside.values())))


def _around(pointers: Iterable[str | None]) -> set[str]:
    """The pointers of everything that lies around what these point at."""
    found: set[str] = set()
    for each in pointers:
        around = (each or "").rpartition("/")[0]
        while around not in found:
            found.add(around)
            around = around.rpartition("/")[0]
    return found


def _never_given(definition: Definition, one: Contradicted) -> Diagnostic:
    keyword = one.by[-2] if one.by[-2] in ("properties", "patternProperties") else one.by[-1]
    message = f"nothing is valid for {one.path[-1]!r}: {keyword} says otherwise"
    if keyword == "patternProperties":
        message += f" with {one.by[-1]!r}"
    elif keyword not in ("properties", "additionalProperties"):
        message = f"{one.path[-1]!r} can never be given: {keyword} refuses it"
    elsewhere = () if one.is_near else (Related(definition.span(one.by, key=True), "it says so here"),)
    return definition.finding(globals(), message, one.path, key=True, help="change one of the two", related=elsewhere)


def _is_endless(definition: Definition, each: Unsatisfiable, inside: list[Place]) -> bool:
    """Whether the schema is inside itself."""
    targets = (definition.in_place.target(place.home, place.data.get("$ref")) for place in inside)
    return any(target is not None and target.data is each.place.data for target in targets)


def _finding(definition: Definition, each: Unsatisfiable, *, endless: bool) -> Diagnostic:
    causes = [cause for cause in each.causes if cause != "type"]
    causes = causes if len(causes) > 1 else each.causes
    quoted = ", ".join(map(repr, causes[:-1])) + " and " * (len(causes) > 1) + "".join(map(repr, causes[-1:]))
    if endless and "required" in causes:
        message = "nothing is valid under this schema: a value would have to contain itself without end"
        help_ = "leave one of the properties out of required"
    elif len(causes) > 1:
        message = f"nothing is valid under this schema: {quoted} contradict each other"
        help_ = "change one of them"
    elif causes:
        message = f"nothing is valid under this schema, because of {quoted}"
        help_ = f"change {quoted}, or remove it"
    else:
        message = "nothing is valid under this schema"
        help_ = "remove what contradicts the rest"
    return definition.finding(globals(), message, (*each.place.path, *causes[-1:]), key=True, help=help_)
