"""A capability of a model is not one that is known.

Services choose models by capability, so a capability that is spelt in two ways is two. The words that are known
are those that providers share; a new one is no mistake, but look whether there is a word for it.

Example:

    capabilities: [text, image-generation]

Instead:

    capabilities: [text, image_generation]
"""

from __future__ import annotations

from collections.abc import Iterator

from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Severity
from connectory.compiler.known import known
from connectory.names import close_matches

CODE = "D036"
SEVERITY: Severity = "warning"

_WORDS = "look whether there is a word for it, such as text, vision, embedding, image_generation, tool_use or reasoning"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """A finding for each other word."""
    words = known("models")["capabilities"]
    for model in definition.models:
        capabilities = model.data.get("capabilities")
        for index, name in enumerate(capabilities if isinstance(capabilities, list) else ()):
            if isinstance(name, str) and name not in words:
                close = close_matches(name, words)
                help_ = f"did you mean {close[0]!r}?" if close else _WORDS
                path = (*model.path, "capabilities", index)
                yield definition.finding(globals(), f"the capability {name!r} is not known", path, help=help_)
