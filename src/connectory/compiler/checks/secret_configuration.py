"""A secret is part of the configuration.

Configuration is stored, logged and shown as it is; credentials are not. A secret belongs to the credentials:
apiKey, clientSecret and the like are there by themselves, others are declared in parametersSchema of
customAuthConfig, with ``writeOnly: true``.

Example:

    configSchema:
      type: object
      properties:
        password: {type: string, description: Password of the user}

Instead:

    authType: custom
    customAuthConfig: {scheme: basic}    # its credentials are username and password
"""

from __future__ import annotations

from collections.abc import Iterator

from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Severity
from connectory.compiler.signin import secret_fields, used_in_signin

CODE = "D040"
SEVERITY: Severity = "warning"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """A finding for each field, unless signing in uses it, which another rule reports."""
    used = used_in_signin(definition)
    for name, path in secret_fields(definition):
        if name not in used:
            message = f"{name!r} is a secret, but part of the configuration"
            help_ = "move it to the credentials: parametersSchema of customAuthConfig"
            yield definition.finding(globals(), message, path, key=True, help=help_)
