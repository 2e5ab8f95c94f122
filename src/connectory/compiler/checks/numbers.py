"""A number is too large, or has too many digits.

Integers go through 64 bits, other numbers through at most 1,000 digits, exponents through at most
3: what lies beyond is lost in one reader or another.

Example:

    maximum: 99999999999999999999

Instead, leave the bound out, or describe the value as text with a pattern.
"""

from __future__ import annotations

from connectory.compiler.diagnostics import Diagnostic, Severity, Span

CODE = "Y011"
SEVERITY: Severity = "error"

_DIGITS = 1000
_LARGEST = 2**64 - 1
_SMALLEST = -(2**63)
_EXPONENT = 300


def refused(text: str) -> str | None:
    """Why a number is refused; None where it is not. ``text`` is a JSON number."""
    if len(text) > _DIGITS:
        return f"has {len(text):,} characters; the limit is {_DIGITS:,}"
    mantissa, _, exponent = text.lower().partition("e")
    if exponent and (len(exponent) > 5 or abs(int(exponent)) > _EXPONENT):
        return f"has an exponent beyond {_EXPONENT}"
    if not exponent and "." not in mantissa and not _SMALLEST <= int(mantissa) <= _LARGEST:
        return "does not fit in 64 bits"
    return None


def report(span: Span, text: str, reason: str) -> Diagnostic:
    """The finding, at the number."""
    shown = text if len(text) <= 40 else text[:37] + "..."
    return Diagnostic(CODE, SEVERITY, f"the number {shown} {reason}", span, "write it as text, or leave it out")
