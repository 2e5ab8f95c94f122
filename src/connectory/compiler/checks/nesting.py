"""Values are nested too deeply.

64 levels are allowed; a real definition needs about twenty. Deeper ones exhaust the readers that services use.

Example: a list in a list in a list, a hundred times.

Instead, name the inner schema under ``$defs`` and refer to it.
"""

from connectory.compiler.diagnostics import Diagnostic, Severity, Span

CODE = "Y008"
SEVERITY: Severity = "error"


def report(span: Span, limit: int) -> Diagnostic:
    """The finding, at the first value that is too deep."""
    message = f"this is nested more than {limit} levels deep"
    return Diagnostic(CODE, SEVERITY, message, span, 'name inner schemas under "$defs" and refer to them')
