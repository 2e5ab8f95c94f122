"""The file is empty, or holds something else than a mapping.

A definition is a mapping of fields to values.

Example: an empty file, or a file that holds only ``xero``.

Instead, start with the required fields:

    integrationId: xero
    name: Xero
    description: Accounting for small businesses
    version: "1.0.0"
    authType: oauth2
    methods: []
"""

from connectory.compiler.diagnostics import Diagnostic, Severity, Span

CODE = "Y010"
SEVERITY: Severity = "error"


def report(span: Span, what: str) -> Diagnostic:
    """The finding, at what stands there instead."""
    message = f"the file holds {what}; a definition is a mapping of fields"
    return Diagnostic(CODE, SEVERITY, message, span, "start with the field integrationId")
