"""A model has no capabilities.

Services choose models by what they can do; one that can do nothing is never chosen, unless by its name.

Example:

    - id: claude-3-opus
      name: Claude 3 Opus
      capabilities: []

Instead:

    - id: claude-3-opus
      name: Claude 3 Opus
      capabilities: [text, vision]
"""

from __future__ import annotations

from collections.abc import Iterator

from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Severity

CODE = "D053"
SEVERITY: Severity = "warning"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """A finding for each model."""
    for model in definition.models:
        if model.data.get("capabilities") == []:
            message = f"the model {str(model.data.get('id'))!r} has no capabilities"
            help_ = "say what it can do, such as text or embedding"
            yield definition.finding(globals(), message, (*model.path, "capabilities"), help=help_)
