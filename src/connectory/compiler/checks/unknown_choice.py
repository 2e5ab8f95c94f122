"""A field takes one of a few values, and this is not one of them.

Example:

    authType: oauth

Instead:

    authType: oauth2
"""

from __future__ import annotations

from collections.abc import Iterator

from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Severity
from connectory.compiler.format import Violation
from connectory.names import certain_match, close_matches

CODE = "D004"
SEVERITY: Severity = "error"
FIXED = True


def check(definition: Definition) -> Iterator[Diagnostic]:
    """One finding for each value that is not among its field's choices."""
    for violation in definition.violations:
        if violation.keyword != "enum" or definition.inside_schema(violation.path):
            continue
        field = violation.path[-1] if violation.path else "this"
        value = _value(definition, violation)
        choices = [str(choice) for choice in violation.argument]
        close = close_matches(violation.instance, choices)
        help_ = f"did you mean {close[0]!r}?" if close else f"choose one of {', '.join(choices)}"
        meant = certain_match(violation.instance, choices)
        fix = definition.writing(violation.path, meant) if meant else ()
        message = f"{value} is not a choice for {field!r}"
        yield definition.finding(globals(), message, violation.path, help=help_, fix=fix)


def _value(definition: Definition, violation: Violation) -> str:
    """How a message names the value: as it is written; a mapping or a list only by its kind."""
    if isinstance(violation.instance, dict | list):
        return "a mapping" if isinstance(violation.instance, dict) else "a list"
    return repr(definition.source.raw(violation.path))
