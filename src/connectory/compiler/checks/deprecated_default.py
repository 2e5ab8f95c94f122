"""The default model is deprecated.

Whoever names no model gets it, and is left without one when it ends.

Example:

    availableModels:
      - {id: acme-1, name: Acme 1, capabilities: [text], deprecated: {sunset: "2026-12-31", replacement: acme-2}}
      - {id: acme-2, name: Acme 2, capabilities: [text]}
    defaultModel: acme-1

Instead:

    defaultModel: acme-2
"""

from __future__ import annotations

from collections.abc import Iterator

from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Severity

CODE = "D042"
SEVERITY: Severity = "warning"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """The finding, at defaultModel."""
    config = definition.data.get("aiConfig")
    name = config.get("defaultModel") if isinstance(config, dict) else None
    for model in definition.models:
        said = model.data.get("deprecated")
        if isinstance(name, str) and model.data.get("id") == name and isinstance(said, dict):
            replacement = said.get("replacement")
            is_other = isinstance(replacement, str) and replacement != name
            help_ = f"write {replacement!r}" if is_other else "choose another"
            message = f"the default model {name!r} is deprecated"
            yield definition.finding(globals(), message, ("aiConfig", "defaultModel"), help=help_)
