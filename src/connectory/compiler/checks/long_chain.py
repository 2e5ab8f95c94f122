"""Schemas lead to each other in too long a chain.

A validator follows a reference, ``allOf``, ``anyOf`` and the like by calling itself: after some two hundred that apply
to the same value one after the other, some run out of stack and crash.

Example:

    $defs:
      A: {allOf: [{$ref: "#/$defs/B"}]}
      B: {allOf: [{$ref: "#/$defs/C"}]}

and so on. Instead, list what applies in one place:

    $defs:
      A: {allOf: [{$ref: "#/$defs/B"}, {$ref: "#/$defs/C"}]}
"""

from __future__ import annotations

from collections.abc import Iterator

from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Severity
from connectory.compiler.in_place import LINKS
from connectory.compiler.tangles import LONGEST_CHAIN

CODE = "S024"
SEVERITY: Severity = "error"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """One finding for each schema from which on a chain is too long, which leads to none from which one is."""
    for place in definition.tangles.distant:
        keyword = next(keyword for keyword in place.data if keyword in LINKS)
        message = f"{keyword!r} leads on through a chain of more than {LONGEST_CHAIN} schemas for the same value"
        help_ = "have one schema lead to several, instead of each to the next"
        yield definition.finding(globals(), message, (*place.path, keyword), key=True, help=help_)
