"""An API key is not sent.

``valueTemplate`` is what is sent, so it names the key. A key in the path takes the place of a variable: at
least one address or path of the definition has it.

Example:

    apiKeyConfig: {in: header, name: Authorization, valueTemplate: Bearer}

Instead:

    apiKeyConfig: {in: header, name: Authorization, valueTemplate: "Bearer ${credentials.apiKey}"}
"""

from __future__ import annotations

from collections.abc import Iterator

from connectory.compiler.bindings import bindings
from connectory.compiler.definition import TEMPLATE, Definition
from connectory.compiler.diagnostics import Diagnostic, Severity

CODE = "A010"
SEVERITY: Severity = "error"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """The findings of each apiKeyConfig."""
    for config in definition.auth_configs("apiKeyConfig"):
        template = config.data.get("valueTemplate")
        if isinstance(template, str) and all(named.startswith("config.") for named in TEMPLATE.findall(template)):
            message = f"the key is not part of what is sent, {template[:60]!r}"
            help_ = "write ${credentials.apiKey} where the key goes"
            yield definition.finding(globals(), message, (*config.path, "valueTemplate"), help=help_)
        name = config.data.get("name")
        if config.data.get("in") == "path" and isinstance(name, str) and _is_nowhere(definition, name):
            message = f"no path has the variable {{{name}}} that the key takes the place of"
            help_ = f"write {{{name}}} in the paths, or in baseUrl"
            yield definition.finding(globals(), message, (*config.path, "name"), help=help_)


def _is_nowhere(definition: Definition, name: str) -> bool:
    """Whether there are paths, and none of them has the variable."""
    verify = definition.data.get("verify")
    texts = [definition.data.get("baseUrl"), verify.get("path") if isinstance(verify, dict) else None]
    for binding in bindings(definition):
        texts += [binding.http.data.get("path"), binding.http.data.get("baseUrl")]
    said = [text for text in texts if isinstance(text, str)]
    return bool(said) and not any(f"{{{name}}}" in text for text in said)
