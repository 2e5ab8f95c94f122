r"""A pattern takes engines that backtrack longer than anyone waits.

Browsers and Python try one way after the other to match a text. Where a text can be taken in many ways, as by a
repetition inside a repetition, by alternatives that start alike, or by four repetitions of the same characters one
after the other (three, where the match may start anywhere), a text of a hundred characters that does not match in the
end can keep them busy for seconds to years. What is reported was tried: the message says on which text. Fewer
repetitions in a row, such as ``\s*\s*$``, take long texts only, and are not reported: ``maxLength`` helps there.

Example:

    pattern: '^(\w+\s?)*$'

Instead, let only one way take each text:

    pattern: '^\w+(\s\w+)*$'
"""

from __future__ import annotations

from collections.abc import Iterator

from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Severity
from connectory.compiler.patterns.backtracking import LIMIT, Attack, attack
from connectory.compiler.patterns.syntax import read

CODE = "S011"
SEVERITY: Severity = "error"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """One finding for each pattern for which such a text was found, and tried."""
    for pattern, node, is_name in definition.pattern_places():
        found = attack(pattern)
        if found is not None and not read(pattern).problems:
            path = (*node.path, *(("patternProperties", pattern) if is_name else ("pattern",)))
            message = f"an engine that backtracks takes more than {LIMIT:,} steps to match {_text(found)}"
            help_ = f"let there be one way only to take {found.again!r} again and again"
            yield definition.finding(globals(), message, path, key=is_name, help=help_)


def _text(found: Attack) -> str:
    parts = (repr(found.start), f"{found.again!r} * {found.rounds}", repr(found.end))
    return " + ".join(part for part in parts if part != "''")
