"""The file's place and its content disagree.

A definition is one file, ``catalog/<integrationId>/<version>.yaml`` (or .yml, .json). Its
integrationId is the folder's name and its version the file's, so that a reviewer sees from the path
what a file releases.

Example: ``catalog/xero/1.0.0.yaml`` that holds

    integrationId: xero
    version: "1.1.0"

Instead, rename the file to ``catalog/xero/1.1.0.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterator

from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Severity

CODE = "D005"
SEVERITY: Severity = "error"
FIXED = True


def check(definition: Definition) -> Iterator[Diagnostic]:
    """A finding for the id and one for the version."""
    places = (("integrationId", definition.folder, "folder"), ("version", definition.stem, "file"))
    for field, place, what in places:
        value = definition.data.get(field)
        if isinstance(value, str) and value != place:
            message = f"{field} is {value!r}, but the {what} is named {place!r}"
            help_ = f"write {field}: {_quoted(place, field)}, or rename the {what} to {value!r}"
            yield definition.finding(globals(), message, (field,), help=help_)


def _quoted(place: str, field: str) -> str:
    return f'"{place}"' if field == "version" else place
