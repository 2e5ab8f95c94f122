"""A model's capabilities and its formats do not fit together.

A model that sees reads images, one that draws writes them, and so on. Where inputFormats or outputFormats is
given, what a capability needs is among them.

Example:

    capabilities: [text, vision]
    inputFormats: [text]

Instead:

    capabilities: [text, vision]
    inputFormats: [text, image/png, image/jpeg]
"""

from __future__ import annotations

from collections.abc import Iterator

from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Severity
from connectory.compiler.known import known

CODE = "D047"
SEVERITY: Severity = "warning"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """A finding at each capability that lacks a format."""
    facts = known("models")["capabilities"]
    for model in definition.models:
        capabilities = model.data.get("capabilities")
        for index, name in enumerate(capabilities if isinstance(capabilities, list) else ()):
            fact = facts.get(name, {}) if isinstance(name, str) else {}
            for field, verb in (("inputFormats", "reads"), ("outputFormats", "writes")):
                needed, said = fact.get(verb), model.data.get(field)
                if needed and isinstance(said, list) and not any(str(one).startswith(tuple(needed)) for one in said):
                    what = " or ".join(f"{start}..." if start.endswith("/") else start for start in needed)
                    message = f"the capability {name!r} {verb} {what}, but {field} has none"
                    help_ = f"add it to {field}, or remove the capability"
                    yield definition.finding(globals(), message, (*model.path, "capabilities", index), help=help_)
