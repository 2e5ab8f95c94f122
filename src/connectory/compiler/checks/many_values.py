"""The file holds more values than a definition can need.

500,000 are allowed; the largest definition that is known has half of that. More would take the memory of whoever checks
it.

Example: a list of a million numbers.

Instead, split the integration, or leave out what is not part of its definition.
"""

from connectory.compiler.diagnostics import Diagnostic, Severity, Span

CODE = "Y015"
SEVERITY: Severity = "error"


def report(span: Span, limit: int) -> Diagnostic:
    """The finding, at the first value that is too many."""
    return Diagnostic(CODE, SEVERITY, f"the file holds more than {limit:,} values", span, "split the integration")
