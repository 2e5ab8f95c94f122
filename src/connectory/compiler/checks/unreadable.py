"""The file cannot be read.

It is missing, a folder, a device, not permitted, or larger than 64 MiB.

Example: ``catalog/xero/1.0.0.yaml`` is a link to a file that does not exist.

Instead, give the file its content and the right to be read.
"""

from connectory.compiler.diagnostics import Diagnostic, Severity, Span

CODE = "Y012"
SEVERITY: Severity = "error"


def report(span: Span, reason: str) -> Diagnostic:
    """The finding, for the file as a whole."""
    return Diagnostic(CODE, SEVERITY, f"the file cannot be read: {reason}", span)
