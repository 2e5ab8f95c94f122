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

import re
from collections.abc import Iterator

from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Severity
from connectory.versions import Version

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
            yield definition.finding(globals(), message, (field,), help=_help(field, place, value, what))


def _help(field: str, place: str, value: str, what: str) -> str:
    """What can be done: only what is right by itself is said to be written, or to be the name."""
    can_be = Version.read if field == "version" else _ID.fullmatch
    mends = []
    if can_be(place):
        mends.append(f'write {field}: "{place}"' if field == "version" else f"write {field}: {place}")
    if can_be(value):
        mends.append(f"rename the {what} to {value!r}")
    return ", or ".join(mends) or f"choose another {field}, and rename the {what} to it"


_ID = re.compile("[a-z0-9_-]+")
