"""A schema applies others to the same value in too many ways.

Each schema of ``anyOf``, ``allOf`` or ``oneOf`` that leads to two others doubles what a validator may have to try:
thirty such steps are a thousand million ways, and a validator that hangs.

Example:

    $defs:
      A: {anyOf: [{$ref: "#/$defs/B"}, {$ref: "#/$defs/B"}]}
      B: {anyOf: [{$ref: "#/$defs/C"}, {$ref: "#/$defs/C"}]}

and so on. Instead, refer to each schema once:

    $defs:
      A: {anyOf: [{$ref: "#/$defs/B"}, {$ref: "#/$defs/C"}]}
"""

from __future__ import annotations

from collections.abc import Iterator

from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Severity
from connectory.compiler.in_place import LINKS
from connectory.compiler.tangles import MOST_WAYS

CODE = "S019"
SEVERITY: Severity = "error"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """One finding for each schema with too many ways, which leads to none with too many."""
    for place in definition.tangles.crowded:
        keyword = next(keyword for keyword in place.data if keyword in LINKS)
        message = f"{keyword!r} applies schemas to the same value in more than {MOST_WAYS:,} ways"
        help_ = "let fewer of them lead to the same schemas"
        yield definition.finding(globals(), message, (*place.path, keyword), key=True, help=help_)
