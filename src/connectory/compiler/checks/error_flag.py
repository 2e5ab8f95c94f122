"""The flag that tells failures from answers is not part of the output.

``errors.flag`` is a dotted path in what the vendor answers; an answer that has it declares it in outputSchema.

Example:

    http: {method: POST, path: /chat.post, errors: {flag: okay}}
    outputSchema: {type: object, properties: {ok: {type: boolean}}}

Instead:

    http: {method: POST, path: /chat.post, errors: {flag: ok}}
"""

from __future__ import annotations

from collections.abc import Iterator

from connectory.compiler.bindings import bindings
from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Severity
from connectory.compiler.members import reach

CODE = "D046"
SEVERITY: Severity = "warning"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """A finding for each flag that outputSchema does not declare."""
    for binding in bindings(definition):
        errors = binding.http.data.get("errors")
        flag = errors.get("flag") if isinstance(errors, dict) else None
        if not isinstance(flag, str) or "response" in binding.http.data:
            continue
        declared = reach(flag, binding.method.data.get("outputSchema"), definition.shared).declared
        if declared is not None:
            close = definition.close(flag.rpartition(".")[2], declared)
            help_ = f"did you mean {close[0]!r}?" if close else "declare it in outputSchema"
            message = f"errors.flag names {flag!r}, which outputSchema does not declare"
            yield definition.finding(globals(), message, (*binding.http.path, "errors", "flag"), help=help_)
