"""The default model is not among the available models.

Example:

    availableModels:
      - {id: claude-3-opus, name: Claude 3 Opus, capabilities: [text]}
    defaultModel: claude-3

Instead:

    defaultModel: claude-3-opus
"""

from __future__ import annotations

from collections.abc import Iterator

from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Severity

CODE = "D011"
SEVERITY: Severity = "error"
FIXED = True


def check(definition: Definition) -> Iterator[Diagnostic]:
    """The finding, at defaultModel."""
    config = definition.data.get("aiConfig")
    name = config.get("defaultModel") if isinstance(config, dict) else None
    ids = [model.data["id"] for model in definition.models if isinstance(model.data.get("id"), str)]
    if isinstance(name, str) and name not in ids:
        close = definition.close(name, ids)
        choose = f"choose one of {', '.join(ids[:8])}" if ids else "add it to availableModels"
        help_ = f"did you mean {close[0]!r}?" if close else choose
        message = f"the default model {name!r} is not among availableModels"
        path = ("aiConfig", "defaultModel")
        meant = definition.meant(name, ids)
        fix = definition.writing(path, meant) if meant else ()
        yield definition.finding(globals(), message, path, help=help_, fix=fix)
