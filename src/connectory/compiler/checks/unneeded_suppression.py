"""A suppression suppresses nothing.

What it was about is mended, or was never found; left where it is, it would hide the next mistake.

Example:

    # connectory: allow D033 -- the vendor's id is spelt so
    - id: create_invoice

Instead, remove the comment, or the entry of connectory.toml.
"""

from __future__ import annotations

from connectory.compiler.diagnostics import Diagnostic, Severity, Span

CODE = "D016"
SEVERITY: Severity = "warning"
SUPPRESSIBLE = False


def report(code: str, span: Span, where: str) -> Diagnostic:
    """The finding, at the suppression of ``code``."""
    return Diagnostic(
        CODE, SEVERITY, f"nothing is suppressed: there is no finding of {code} {where}", span, "remove it"
    )
