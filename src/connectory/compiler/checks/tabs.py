"""A tab stands where YAML has blanks.

YAML is laid out with blanks. Some readers refuse a tab between values or before them, others take it for a blank, and
nobody sees which it is. In quoted text, in the text below ``|`` and ``>``, and in comments a tab is a tab.

Example: a file whose lines are indented with tabs, or ``name:<TAB>Xero``.

Instead, use blanks; most editors have a command that changes tabs into blanks.
"""

from connectory.compiler.diagnostics import Diagnostic, Severity, Span

CODE = "Y013"
SEVERITY: Severity = "error"


def report(span: Span) -> Diagnostic:
    """The finding, at the first such tab of a file."""
    help_ = 'write blanks; in text, write "\\t" in double quotes'
    return Diagnostic(CODE, SEVERITY, "a tab stands where YAML has blanks", span, help_)
