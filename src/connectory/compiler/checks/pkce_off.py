"""PKCE is off.

With PKCE (RFC 7636) a code that is stolen on its way is of no use; providers that do not know it ignore it. Of
some it is known that they refuse it: there, nothing is said. Of another, say how you know, in a suppression.

Example:

    pkce: none

Instead, remove it, or give the reason:

    pkce: none  # connectory: allow A008 -- the provider answers invalid_request
"""

from __future__ import annotations

from collections.abc import Iterator

from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Severity
from connectory.compiler.signin import provider_of

CODE = "A008"
SEVERITY: Severity = "warning"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """A finding for each configuration that turns it off."""
    for config in definition.auth_configs("oauth2Config"):
        if (
            config.data.get("pkce") != "none"
            or config.data.get("grantType", "authorization_code") != "authorization_code"
        ):
            continue
        provider = provider_of(config.data)
        if not (provider and provider.get("pkce") is False) and config.data.get("tokenAuthMethod") != "none":
            message = "PKCE is off, and nothing says why"
            help_ = "remove it, or suppress this with a reason"
            yield definition.finding(globals(), message, (*config.path, "pkce"), key=True, help=help_)
