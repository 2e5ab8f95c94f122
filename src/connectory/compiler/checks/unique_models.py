"""Two models have the same id.

A model's id chooses its price: with two, nobody knows which.

Example:

    availableModels:
      - {id: claude-3-opus, name: Claude 3 Opus, capabilities: [text]}
      - {id: claude-3-opus, name: Claude 3 Sonnet, capabilities: [text]}

Instead, give each the id that the provider's API takes.
"""

from __future__ import annotations

from collections.abc import Iterator

from connectory.compiler.definition import Definition, repeated
from connectory.compiler.diagnostics import Diagnostic, Related, Severity

CODE = "D008"
SEVERITY: Severity = "error"
FIXED = True


def check(definition: Definition) -> Iterator[Diagnostic]:
    """A finding at each id that an earlier model has."""
    for name, path, first in repeated(definition.models):
        message = f"the model id {name!r} is given twice"
        related = (Related(definition.span(first), "first defined here"),)
        yield definition.finding(globals(), message, path, help="give one of them another id", related=related)
