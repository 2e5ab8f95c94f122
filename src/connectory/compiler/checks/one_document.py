"""The YAML file holds several documents, or a directive.

A file is one definition. Directives (``%YAML``, ``%TAG``) change how the rest is read.

Example:

    integrationId: xero
    ---
    integrationId: gmail

Instead, make each a file of its own.
"""

from connectory.compiler.diagnostics import Diagnostic, Severity, Span

CODE = "Y007"
SEVERITY: Severity = "error"


def report(span: Span, *, directive: bool) -> Diagnostic:
    """The finding, where the document starts."""
    if directive:
        return Diagnostic(CODE, SEVERITY, "YAML directives are not allowed", span, "remove the lines that start with %")
    return Diagnostic(CODE, SEVERITY, "a second document starts here", span, "a file is one definition: remove ---")
