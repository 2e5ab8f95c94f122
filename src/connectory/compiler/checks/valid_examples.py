"""An example of a method is not valid.

An example is a call that is known to work: its input is valid under inputSchema, its output under outputSchema.

Example:

    inputSchema: {type: object, properties: {amount: {type: number}}}
    examples:
      - input: {amount: "20"}

Instead:

    examples:
      - input: {amount: 20}
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from connectory.compiler.definition import Definition, Part
from connectory.compiler.defs import SharedDefs
from connectory.compiler.diagnostics import Diagnostic, Path, Severity
from connectory.compiler.schemas import rejecter

CODE = "D026"
SEVERITY: Severity = "error"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """One finding for each reason why an example is refused."""
    shared = SharedDefs(definition.shared)
    valid = None
    for method in definition.methods:
        examples = method.data.get("examples")
        if not isinstance(examples, list) or not examples:
            continue
        valid = {schema.path for schema in definition.valid_schemas} if valid is None else valid
        for field, name in (("input", "inputSchema"), ("output", "outputSchema")):
            if (*method.path, name) in valid:
                reasons = rejecter(shared.self_contained(method.data[name]))
                yield from _refused(definition, method, examples, field, reasons)


def _refused(
    definition: Definition, method: Part, examples: list[Any], field: str, reasons: Callable[[Path, Any], list[str]]
) -> Iterator[Diagnostic]:
    for index, example in enumerate(examples):
        if isinstance(example, dict) and isinstance(example.get(field), dict):
            for reason in reasons((), example[field]):
                message = f"the {field} of this example is not valid under {field}Schema: {reason}"
                path = (*method.path, "examples", index, field)
                yield definition.finding(globals(), message, path, key=True, help="mend the example, or the schema")
