"""Nothing says where an API key goes, or what else authenticates a request.

Without apiKeyConfig, or for ``authType: custom`` without customAuthConfig, no request can be authenticated by what the
definition says. The second counts where methods have requests; ``scheme: none`` says that they need no credentials.

Example:

    authType: apikey

Instead:

    authType: apikey
    apiKeyConfig: {in: header, name: Authorization, valueTemplate: "Bearer ${credentials.apiKey}"}
"""

from __future__ import annotations

from collections.abc import Iterator

from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Severity

CODE = "A009"
SEVERITY: Severity = "warning"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """A finding for each way to sign in with a key that has no place, or with nobody knows what."""
    has_requests = any("http" in method.data for method in definition.methods)
    for way in definition.signins():
        if way.data.get("authType") == "custom" and "customAuthConfig" not in way.data and has_requests:
            message = "nothing says how requests are authenticated"
            help_ = "add customAuthConfig with scheme, such as basic or none"
            yield definition.finding(globals(), message, (*way.path, "authType"), help=help_)
        if way.data.get("authType") == "apikey" and "apiKeyConfig" not in way.data:
            message = "nothing says where the API key goes"
            help_ = "add apiKeyConfig with in and name"
            yield definition.finding(globals(), message, (*way.path, "authType"), help=help_)
