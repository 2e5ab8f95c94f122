"""An API key is not sent.

``valueTemplate`` is what is sent, so it names the key. A key in the path takes the place of a variable: at
least one address or path of the definition has it. A key in the body, or what else signing in puts there, is a member
of a JSON object or of a form: no other body takes it.

Example:

    apiKeyConfig: {in: header, name: Authorization, valueTemplate: Bearer}

Instead:

    apiKeyConfig: {in: header, name: Authorization, valueTemplate: "Bearer ${credentials.apiKey}"}
"""

from __future__ import annotations

from collections.abc import Iterator

from connectory.compiler.bindings import Binding, bindings
from connectory.compiler.definition import TEMPLATE, Definition
from connectory.compiler.diagnostics import Diagnostic, Related, Severity
from connectory.compiler.kinds import kinds
from connectory.compiler.signed import sent_by, ways_of
from connectory.media_types import is_json
from connectory.request import FORM, JSON

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
    for way in definition.signins():
        members = [one for one in sent_by(way) if one.kind == "body"]
        taken = (one for one in bindings(definition) if way in ways_of(definition, one.method)) if members else ()
        for binding in taken:
            kind = _refusing(definition, binding)
            if kind:
                message = f"{members[0].name!r} is to be a member of the body, but this is {kind}"
                related = (Related(definition.span(members[0].path), "sent here"),)
                help_ = "send it elsewhere, or say with auth which ways to sign in the method takes"
                at = (*binding.http.path, "body")
                yield definition.finding(globals(), message, at, key=True, help=help_, related=related)


def _refusing(definition: Definition, binding: Binding) -> str:
    """What the body of each request is, where it takes no further members; else empty."""
    body = binding.http.data.get("body")
    inputs = binding.inputs
    whole = next((placed.input for placed in binding.placed if placed.kind == "body"), None)
    if not isinstance(body, dict) or not (binding.takes_rest or whole in inputs.required):
        return ""
    kind = str(body.get("contentType", JSON))
    if kind != FORM and not is_json(kind):
        return kind
    if body.get("wrap") and is_json(kind):
        return ""
    said = inputs.schemas.get(whole, ()) if whole is not None else ()
    is_list = said and "object" not in kinds(((one, inputs.root) for one in said), definition.shared)
    return "no object" if body.get("wrapInArray") or is_list else ""


def _is_nowhere(definition: Definition, name: str) -> bool:
    """Whether there are paths, and none of them has the variable."""
    verify = definition.data.get("verify")
    texts = [definition.data.get("baseUrl"), verify.get("path") if isinstance(verify, dict) else None]
    for binding in bindings(definition):
        texts += [binding.http.data.get("path"), binding.http.data.get("baseUrl")]
    said = [text for text in texts if isinstance(text, str)]
    return bool(said) and not any(f"{{{name}}}" in text for text in said)
