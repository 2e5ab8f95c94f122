"""A mapping has the same key twice.

Readers of YAML and JSON keep one of the two values and drop the other without a word.

Example:

    properties:
      amount: {type: number}
      amount: {type: string}

Instead, keep one of them, or rename one.
"""

from connectory.compiler.diagnostics import Diagnostic, Related, Severity, Span

CODE = "Y002"
SEVERITY: Severity = "error"


def report(span: Span, first: Span, name: str) -> Diagnostic:
    """The finding, at the second key."""
    related = (Related(first, "first defined here"),)
    return Diagnostic(CODE, SEVERITY, f"the key {name!r} is given twice", span, "remove one of them", related)
