"""A model may write more tokens than it can hold.

``contextWindow`` counts what is read and written together, so ``maxTokens`` is not above it; one of the two is
wrong, or they have changed places.

Example:

    contextWindow: 4096
    maxTokens: 128000

Instead:

    contextWindow: 128000
    maxTokens: 4096
"""

from __future__ import annotations

from collections.abc import Iterator

from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Severity

CODE = "D035"
SEVERITY: Severity = "warning"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """A finding at each maxTokens that is too large."""
    for model in definition.models:
        window, most = model.data.get("contextWindow"), model.data.get("maxTokens")
        if isinstance(window, int) and isinstance(most, int) and most > window:
            message = f"maxTokens is {most}, above the contextWindow of {window}"
            help_ = "look both up again; they may have changed places"
            yield definition.finding(globals(), message, (*model.path, "maxTokens"), help=help_)
