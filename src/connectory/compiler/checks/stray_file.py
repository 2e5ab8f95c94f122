"""A file in the catalog stands where no definition can stand.

A definition is ``catalog/<integrationId>/<version>.yaml`` (or .yml, .json). A file elsewhere would
be ignored in silence, and one that is reached through a link out of the catalog is not part of what
a reviewer sees. So would one be whose name is a version with another ending, such as 1.0.0.yam, 1.0.0.yaml.orig or
none, a folder with the ending of a definition, and a link to the folder of an integration.

Example: ``catalog/xero.yaml``

Instead: ``catalog/xero/1.0.0.yaml``
"""

from connectory.compiler.diagnostics import Diagnostic, Severity, Span

CODE = "D015"
SEVERITY: Severity = "error"
FIXED = True


def report(span: Span, reason: str, mend: str) -> Diagnostic:
    """The finding, for the file as a whole."""
    return Diagnostic(CODE, SEVERITY, f"this file is not read: {reason}", span, f"{mend}, or remove it")
