"""A key of a mapping is not text.

JSON, and so PostgreSQL and every reader of a definition, only has text as keys. In YAML, ``200:``
is a number and ``true:`` a boolean.

Example:

    properties:
      200: {type: string}

Instead:

    properties:
      "200": {type: string}
"""

from connectory.compiler.diagnostics import Diagnostic, Severity, Span

CODE = "Y006"
SEVERITY: Severity = "error"


def report(span: Span, text: str) -> Diagnostic:
    """The finding, at the key."""
    help_ = f'write "{text}"' if text else "write a name before the colon"
    return Diagnostic(CODE, SEVERITY, f"the key {text or 'here'} is not text", span, help_)
