"""The file, or the folder that it is in, cannot be read.

It is missing, a folder, a device, not permitted, or larger than 64 MiB. What a folder holds that cannot
be listed would be left out in silence.

Example: ``catalog/xero/1.0.0.yaml`` is a link to a file that does not exist.

Instead, give the file its content and the right to be read.
"""

from connectory.compiler.diagnostics import Diagnostic, Severity, Span

CODE = "Y012"
SEVERITY: Severity = "error"


def report(span: Span, reason: str, *, is_folder: bool = False) -> Diagnostic:
    """The finding, for the file as a whole, or for a folder."""
    return Diagnostic(CODE, SEVERITY, f"the {'folder' if is_folder else 'file'} cannot be read: {reason}", span)
