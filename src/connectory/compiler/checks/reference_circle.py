"""A schema refers to itself without going into the value.

To validate a value under it, a validator has to validate the same value under it first: some do so without end, others
crash, others take everything for valid. A reference to a schema around it is fine where it is for a part of the value,
under ``properties`` or ``items``.

Example:

    $defs:
      Category:
        allOf: [{$ref: "#/$defs/Category"}, {type: object}]

Instead:

    $defs:
      Category:
        type: object
        properties: {parent: {$ref: "#/$defs/Category"}}
"""

from __future__ import annotations

from collections.abc import Iterator

from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Path, Severity
from connectory.compiler.in_place import Place
from connectory.compiler.schemas import REFERENCES

CODE = "S018"
SEVERITY: Severity = "error"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """One finding for each circle, at its first reference."""
    for circle in definition.tangles.circles:
        references = sorted(_references(definition, circle), key=lambda each: definition.span(each[0]))
        path, reference = references[0]
        others = len(references) - 1
        through = f", through {others} other reference{'s' * (others > 1)}" if others else ""
        message = f"the reference {reference!r} leads back to where it stands{through}"
        help_ = "refer to it from properties or items, or leave out the reference"
        yield definition.finding(globals(), message, path, help=help_)


def _references(definition: Definition, circle: tuple[Place, ...]) -> Iterator[tuple[Path, str]]:
    inside = {id(place.data) for place in circle}
    for place in circle:
        for keyword in REFERENCES:
            target = definition.in_place.target(place.home, place.data.get(keyword))
            if target and id(target.data) in inside:
                yield (*place.path, keyword), place.data[keyword]
