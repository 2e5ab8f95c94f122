"""A way to sign in lacks what its scheme needs, or the scheme is misspelt.

``two_step`` needs a tokenRequest, ``aws_sigv4`` the service among its parameters. Another name is a vendor's
own scheme: one that only differs from a known one in its spelling is meant to be that.

Example:

    customAuthConfig: {scheme: two-step}

Instead:

    customAuthConfig:
      scheme: two_step
      tokenRequest: {url: "https://example.com/login", body: {user: "${credentials.username}"}}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Severity

CODE = "A011"
SEVERITY: Severity = "error"

_SCHEMES = {"basic": "basic", "twostep": "two_step", "jwtbearer": "jwt_bearer", "awssigv4": "aws_sigv4", "none": "none"}


def check(definition: Definition) -> Iterator[Diagnostic]:
    """The findings of each customAuthConfig."""
    for config in definition.auth_configs("customAuthConfig"):
        scheme = config.data.get("scheme")
        if not isinstance(scheme, str):
            continue
        meant = _SCHEMES.get("".join(filter(str.isalnum, scheme.lower())))
        path = (*config.path, "scheme")
        if meant and meant != scheme:
            yield definition.finding(globals(), f"there is no scheme {scheme!r}", path, help=f"write {meant}")
        elif scheme == "two_step" and "tokenRequest" not in config.data:
            message = "two_step exchanges the credentials for a token, but there is no tokenRequest"
            yield definition.finding(globals(), message, path, help="add tokenRequest with url and body")
        elif scheme == "aws_sigv4" and not _names_service(config.data.get("parameters")):
            message = "aws_sigv4 signs for a service, but parameters does not name it"
            help_ = "add parameters with service and region"
            yield definition.finding(globals(), message, path, help=help_)


def _names_service(parameters: Any) -> bool:
    return isinstance(parameters, dict) and "service" in parameters
