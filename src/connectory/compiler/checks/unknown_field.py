"""A field is not part of the format.

The format is closed, so that a misspelt field is not silently ignored. Fields of your own start with ``x-``.

Example:

    oauth2Config:
      tokenUri: https://example.com/token

Instead:

    oauth2Config:
      tokenUrl: https://example.com/token
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Severity
from connectory.compiler.format import Violation
from connectory.names import certain_match, close_matches

CODE = "D001"
SEVERITY: Severity = "error"
FIXED = True


def check(definition: Definition) -> Iterator[Diagnostic]:
    """One finding for each unknown field."""
    for violation in definition.violations:
        if violation.keyword == "additionalProperties" and violation.argument is False:
            yield from _fields(definition, violation)


def _fields(definition: Definition, violation: Violation) -> Iterator[Diagnostic]:
    known = violation.schema.get("properties", {})
    free = [candidate for candidate in known if candidate not in violation.instance]
    unknown = [name for name in violation.instance if name not in known]
    meanings = Counter(meant for name in unknown if (meant := certain_match(name, free)))
    for name in unknown:
        if name.startswith("x-"):
            continue
        close = close_matches(name, free)
        help_ = f"did you mean {close[0]!r}?" if close else "remove it; a field of your own starts with x-"
        there = certain_match(name, known)
        if there and there in violation.instance:
            help_ = f"remove it: {there!r} is there already; a field of your own starts with x-"
        meant = certain_match(name, free)
        owner = _owner(violation)
        yield definition.finding(
            globals(),
            f"{owner} has no field {name!r}",
            (*violation.path, name),
            key=True,
            help=help_,
            fix=definition.writing((*violation.path, name), meant, key=True) if meant and meanings[meant] == 1 else (),
        )


def _owner(violation: Violation) -> str:
    title = str(violation.schema.get("title", "this mapping"))
    return f"the {title[0].lower()}{title[1:]}" if title[:2] != title[:2].upper() else f"the {title}"
