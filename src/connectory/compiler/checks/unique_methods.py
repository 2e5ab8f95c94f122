"""Two methods have the same id.

A look-up could only ever find one of them.

Example:

    methods:
      - id: create_invoice
      - id: create_invoice

Instead, give each an id of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from connectory.compiler.definition import Definition, repeated
from connectory.compiler.diagnostics import Diagnostic, Related, Severity

CODE = "D007"
SEVERITY: Severity = "error"
FIXED = True


def check(definition: Definition) -> Iterator[Diagnostic]:
    """A finding at each id that an earlier method has."""
    for name, path, first in repeated(definition.methods):
        message = f"the method id {name!r} is given twice"
        related = (Related(definition.span(first), "first defined here"),)
        yield definition.finding(globals(), message, path, help="give one of them another id", related=related)
