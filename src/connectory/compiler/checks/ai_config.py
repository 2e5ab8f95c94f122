"""The integration's type and its AI configuration do not fit together.

``type: ai`` needs ``aiConfig``, and ``aiConfig`` belongs to ``type: ai`` only.

Example:

    type: integration
    aiConfig: {provider: anthropic, availableModels: [], defaultModel: claude-3-opus}

Instead:

    type: ai
    aiConfig: ...
"""

from __future__ import annotations

from collections.abc import Iterator

from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Severity

CODE = "D010"
SEVERITY: Severity = "error"
FIXED = True

_OTHERS = ("integration", "documents", "database")


def check(definition: Definition) -> Iterator[Diagnostic]:
    """The finding, at the type or at the configuration."""
    type_ = definition.data.get("type", "integration")
    has_config = "aiConfig" in definition.data
    if type_ == "ai" and not has_config:
        help_ = "add aiConfig with provider, availableModels and defaultModel"
        yield definition.finding(globals(), "type is ai, but there is no aiConfig", ("type",), help=help_)
    elif has_config and type_ in _OTHERS:
        message = f"aiConfig is for type ai, but type is {type_}"
        yield definition.finding(globals(), message, ("aiConfig",), key=True, help="set type: ai, or remove aiConfig")
