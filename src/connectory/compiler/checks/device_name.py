"""The id of an integration is a name that Windows keeps for devices.

The folder of an integration is called like its id. No folder can be called con, prn, aux, nul, com1 to com9 or lpt1 to
lpt9 there, so that nobody can check the repository out.

Example: ``catalog/aux/1.0.0.yaml`` with

    integrationId: aux

Instead:

    integrationId: aux_audio
"""

from __future__ import annotations

from collections.abc import Iterator

from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Severity

CODE = "D054"
SEVERITY: Severity = "error"

_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))}


def check(definition: Definition) -> Iterator[Diagnostic]:
    """The finding, at the id."""
    given = definition.data.get("integrationId")
    if isinstance(given, str) and given.casefold() in _DEVICES:
        message = f"{given!r} is the name of a device on Windows, where no folder can be called so"
        yield definition.finding(globals(), message, ("integrationId",), help="choose another id")
