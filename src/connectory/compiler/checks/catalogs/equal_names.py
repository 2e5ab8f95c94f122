"""Two integrations have the same name.

People choose by the name, and would not know which is which.

Example: ``catalog/xero/1.0.0.yaml`` and ``catalog/xero_payroll/1.0.0.yaml``, both with

    name: Xero

Instead, name the second one ``Xero Payroll``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from connectory.compiler.definition import Listed
from connectory.compiler.diagnostics import Diagnostic, Related, Severity
from connectory.versions import Version

CODE = "D041"
SEVERITY: Severity = "warning"


def check_catalog(definitions: Sequence[Listed]) -> Iterator[Diagnostic]:
    """A finding for each integration whose name another one has already, in the order of their ids."""
    newest = {definition.id: definition for definition in sorted(definitions, key=_age)}
    first: dict[str, Listed] = {}
    for definition in sorted(newest.values(), key=lambda one: one.id):
        name = " ".join(definition.name.casefold().split())
        before = first.setdefault(name, definition) if name else definition
        if before is not definition:
            message = f"the integrations {before.id!r} and {definition.id!r} have the same name"
            related = (Related(before.span("name"), "the other one"),)
            help_ = "say in the name what tells them apart"
            yield Diagnostic(CODE, SEVERITY, message, definition.span("name"), help_, related, "/name")


def _age(definition: Listed) -> tuple[bool, Version | None, str]:
    version = Version.read(definition.version)
    return version is not None, version, definition.file
