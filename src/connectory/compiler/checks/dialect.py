"""A schema names another dialect of JSON Schema.

Schemas are draft 2020-12. Under another name the same keywords would mean something else.

Example:

    $schema: http://json-schema.org/draft-07/schema#

Instead, remove it, or write https://json-schema.org/draft/2020-12/schema
"""

from __future__ import annotations

from collections.abc import Iterator

from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Severity
from connectory.compiler.schemas import DIALECT

CODE = "S005"
SEVERITY: Severity = "error"
FIXED = True


def check(definition: Definition) -> Iterator[Diagnostic]:
    """One finding for each other dialect."""
    for node in definition.nodes_with("$schema"):
        if node.data["$schema"] != DIALECT:
            message = f"the dialect {str(node.data['$schema'])[:80]!r} is not JSON Schema draft 2020-12"
            yield definition.finding(globals(), message, (*node.path, "$schema"), help=f"remove it, or write {DIALECT}")
