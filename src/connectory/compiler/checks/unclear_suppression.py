"""A suppression names no reason, no rule, or one that cannot be suppressed.

A reader of the file has to know why a finding is no mistake, so the reason is part of the comment. What makes a
definition unusable, such as a trap in the text (Y) or a missing field, cannot be suppressed.

Example:

    - id: createInvoice  # connectory: allow D033

Instead:

    - id: createInvoice  # connectory: allow D033 -- the vendor's id is spelt so
"""

from __future__ import annotations

from collections.abc import Iterator

from connectory.compiler.checks import why_not_suppressed
from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Severity
from connectory.compiler.suppressions import Unclear

CODE = "D017"
SEVERITY: Severity = "error"
FIXED = True

_FORM = "write # connectory: allow CODE -- REASON"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """A finding for each comment, or each code in it, that cannot count."""
    for said in definition.suppressions:
        if isinstance(said, Unclear):
            yield Diagnostic(CODE, SEVERITY, f"connectory does not understand {said.text!r}", said.span, _FORM)
            continue
        wrong = why_not_suppressed(said.code)
        if wrong:
            yield Diagnostic(CODE, SEVERITY, wrong, said.span, "mend what is found" if "cannot" in wrong else None)
        elif not said.reason:
            message = f"{said.code} is suppressed without a reason"
            yield Diagnostic(CODE, SEVERITY, message, said.span, f"say why: allow {said.code} -- REASON")
