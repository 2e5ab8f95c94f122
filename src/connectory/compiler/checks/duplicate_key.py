"""A mapping has the same key twice.

Readers of YAML and JSON keep one of the two values and drop the other without a word.

Example:

    properties:
      amount: {type: number}
      amount: {type: string}

Instead, keep one of them, or rename one.
"""

from collections.abc import Callable
from typing import Any

from msgspec import structs

from connectory.compiler.diagnostics import Diagnostic, Edit, Related, Severity, Span

CODE = "Y002"
SEVERITY: Severity = "error"


def report(span: Span, first: Span, name: str) -> Diagnostic:
    """The finding, at the second key."""
    related = (Related(first, "first defined here"),)
    return Diagnostic(CODE, SEVERITY, f"the key {name!r} is given twice", span, "remove one of them", related)


def decided(found: Diagnostic, lines: list[str], read: Callable[[str], dict[str, Any] | None]) -> Diagnostic:
    """The finding with its mend where the same line stands there twice: the second one goes.

    Args:
        found: the finding.
        lines: those of the file, which is YAML.
        read: the mapping that a text is by itself; None where it is none.
    """
    first, second = found.related[0].span, found.span
    line = lines[second.line - 1]
    same = line == lines[first.line - 1] and first.column == second.column and not line[: second.column - 1].strip()
    if not same or any(_goes_on(lines, span) for span in (first, second)):
        return found
    if second.line == len(lines) or not any(
        not isinstance(v, dict | list) for v in (read(line.strip()) or {}).values()
    ):
        return found
    return structs.replace(found, fix=(Edit(Span(second.path, second.line, 1, second.line + 1, 1), ""),))


def _goes_on(lines: list[str], span: Span) -> bool:
    """Whether what a line says goes on below it."""
    below = next((line for line in lines[span.line :] if line.strip()), "")
    return bool(below) and not below[: span.column].strip()
