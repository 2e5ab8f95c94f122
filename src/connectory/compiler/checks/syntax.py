"""The file is not valid YAML, or not valid JSON.

Nothing in the file can be read past this place. In YAML the usual causes are indentation that does
not line up, a tab, a quote that is not closed, or a colon inside text that has no quotes.

Example:

    name: Xero: accounting

Instead:

    name: "Xero: accounting"
"""

from connectory.compiler.diagnostics import Diagnostic, Severity, Span

CODE = "Y001"
SEVERITY: Severity = "error"


def report(span: Span, language: str, reason: str) -> Diagnostic:
    """The finding, in the parser's words."""
    return Diagnostic(CODE, SEVERITY, f"this is not valid {language}: {reason}", span)
