"""The names of two files, or of their folders, differ only in case.

On the file systems of most desktops they are one and the same: whoever checks the repository out there gets one of the
two.

Example: ``catalog/acme/1.0.0-RC.yaml`` beside ``catalog/acme/1.0.0-rc.yaml``.

Instead, keep one of them, or give one another name.
"""

from connectory.compiler.diagnostics import Diagnostic, Related, Severity, Span

CODE = "Y014"
SEVERITY: Severity = "error"


def report(path: str, first: str) -> Diagnostic:
    """The finding, for the second file as a whole."""
    message = f"this file is not read: its name differs from {first} only in case"
    related = (Related(Span(first), "the other file"),)
    return Diagnostic(CODE, SEVERITY, message, Span(path), "keep one of them, or rename one", related)
