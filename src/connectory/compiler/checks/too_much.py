"""The file holds more than a definition can need.

400,000 values and 1,000,000 lines are allowed; the largest definition that is known has less than half of either. More
would take the memory of whoever checks it.

Example: a list of a million numbers.

Instead, split the integration, or leave out what is not part of its definition.
"""

from connectory.compiler.diagnostics import Diagnostic, Severity, Span

CODE = "Y015"
SEVERITY: Severity = "error"


def report(span: Span, limit: int, what: str) -> Diagnostic:
    """The finding, at the first value or line that is too many."""
    return Diagnostic(CODE, SEVERITY, f"the file holds more than {limit:,} {what}", span, "split the integration")
