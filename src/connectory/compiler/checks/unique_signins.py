"""Two ways to sign in have the same id.

A service chooses a way by its id; ``default`` names the definition's own.

Example:

    alternativeAuth:
      - {id: token, authType: apikey}
      - {id: token, authType: custom}

Instead, give each an id of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from connectory.compiler.definition import Definition, repeated
from connectory.compiler.diagnostics import Diagnostic, Related, Severity
from connectory.records import OWN_WAY

CODE = "D031"
SEVERITY: Severity = "error"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """A finding at each id that an earlier way has."""
    for way in definition.signins():
        if way.path and way.data.get("id") == OWN_WAY:
            message = f"the id {OWN_WAY!r} names the definition's own way to sign in"
            yield definition.finding(globals(), message, (*way.path, "id"), help="give this one another id")
    for name, path, first in repeated([way for way in definition.signins() if way.path]):
        message = f"the id {name!r} of a way to sign in is given twice"
        related = (Related(definition.span(first), "first defined here"),)
        yield definition.finding(globals(), message, path, help="give one of them another id", related=related)
