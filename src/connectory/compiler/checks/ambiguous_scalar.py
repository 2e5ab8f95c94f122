"""A value without quotes means different things to different readers of YAML.

``no`` is false to one reader and text to another; ``010`` is 8 or 10; ``1:30`` is 90;
``2026-01-31`` is a date. Which one an author meant cannot be known, so it must be written so that
everybody reads the same.

Example:

    enum: [yes, no]
    port: 010

Instead:

    enum: ["yes", "no"]
    port: 10
"""

from __future__ import annotations

import re
from typing import NamedTuple

from msgspec import structs

from connectory.compiler.diagnostics import Diagnostic, Edit, Severity, Span
from connectory.compiler.quotes import quoted

CODE = "Y005"
SEVERITY: Severity = "error"


_BOOLEANS = {"y": "true", "yes": "true", "on": "true", "n": "false", "no": "false", "off": "false"}

_LONGEST = 40
"""Characters of the text that a finding quotes."""


class Trap(NamedTuple):
    """A shape of plain text that readers disagree on.

    Attributes:
        shape: recognises it.
        meaning: what some readers take it for.
        instead: what to write when that was meant; empty where that is not possible.
    """

    shape: re.Pattern[str]
    meaning: str
    instead: str


TRAPS = (
    Trap(re.compile(r"(?:y|yes|n|no|on|off)", re.IGNORECASE), "a boolean", "true or false"),
    Trap(re.compile(r"[-+]?0[0-7_]+"), "an octal number", "a decimal number"),
    Trap(re.compile(r"[-+]?0o[0-7]+"), "an octal number", "a decimal number"),
    Trap(re.compile(r"[-+]?0b[01_]+"), "a binary number", "a decimal number"),
    Trap(re.compile(r"[-+]?0x[0-9a-fA-F_]+"), "a hexadecimal number", "a decimal number"),
    Trap(re.compile(r"[-+]?[0-9]+(?::[0-5]?[0-9])+(?:\.[0-9_]*)?"), "a number in base 60", "a decimal number"),
    Trap(re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt ].*)?"), "a date", ""),
    Trap(re.compile(r"[-+]?\.(?:inf|nan)", re.IGNORECASE), "a number that is not finite", "a finite number"),
    Trap(
        re.compile(r"[-+]?(?=\.?[0-9])[0-9_]*+\.?[0-9_]*+(?:[eE][-+]?[0-9]+)?"),
        "a number",
        "a number as in 1000, 0.5 or 1.5e+5",
    ),
    Trap(re.compile(r"="), "a default value", ""),
)
"""Tried in this order, on text that is neither a plain integer nor a plain decimal number."""


_ANY = re.compile("|".join(f"(?:{trap.shape.pattern})" for trap in TRAPS), re.IGNORECASE)


def recognise(text: str) -> Trap | None:
    """The trap that ``text`` is, if any."""
    if not _ANY.fullmatch(text):
        return None
    return next((trap for trap in TRAPS if trap.shape.fullmatch(text)), None)


def report(span: Span, text: str, trap: Trap) -> Diagnostic:
    """The finding, at the value."""
    shown = text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."
    message = f"some readers take {shown} for {trap.meaning}, others do not"
    help_ = f"write {quoted(shown)}" + (f" if text is meant, otherwise {trap.instead}" if trap.instead else "")
    fix = () if trap.instead else (Edit(span, quoted(text)),)
    return Diagnostic(CODE, SEVERITY, message, span, help_, fix=fix)


def decided(found: Diagnostic, text: str, expected: str | None) -> Diagnostic:
    """The finding with its mend, where it is certain what was meant: something of the type that is expected there."""
    if found.fix or expected not in ("string", "boolean"):
        return found
    written = quoted(text) if expected == "string" else _BOOLEANS.get(text.lower())
    return structs.replace(found, fix=(Edit(found.span, written),)) if written else found
