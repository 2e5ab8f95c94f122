"""Signing in uses a secret that is part of the configuration.

Configuration is stored, logged and shown as it is. What signs in is a credential: apiKey, clientSecret and the
like are there by themselves, others are declared in parametersSchema of customAuthConfig, with ``writeOnly:
true``.

Example:

    configSchema: {type: object, properties: {apiKey: {type: string}}}
    apiKeyConfig: {in: header, name: X-Key, valueTemplate: "${config.apiKey}"}

Instead:

    apiKeyConfig: {in: header, name: X-Key, valueTemplate: "${credentials.apiKey}"}
"""

from __future__ import annotations

from collections.abc import Iterator

from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Related, Severity
from connectory.compiler.signin import secret_fields, used_in_signin

CODE = "A003"
SEVERITY: Severity = "error"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """A finding for each such field, at the template."""
    used = used_in_signin(definition)
    for name, path in secret_fields(definition) if used else ():
        if name in used:
            message = f"${{config.{name}}} is a secret, but part of the configuration"
            related = (Related(definition.span(path, key=True), "declared here"),)
            help_ = f"write ${{credentials.{name}}}, and remove it from configSchema"
            yield definition.finding(globals(), message, used[name], help=help_, related=related)
