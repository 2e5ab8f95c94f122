"""An address is not encrypted.

Whoever is on the way reads credentials and data that are sent to an http address. Only on the machine itself,
at localhost, 127.0.0.1 or [::1], nobody is.

Example:

    tokenUrl: http://api.example.com/token

Instead:

    tokenUrl: https://api.example.com/token
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Severity
from connectory.compiler.signin import addresses

CODE = "A002"
SEVERITY: Severity = "error"

_LOOPBACK = re.compile(r"http://(?:localhost|127\.0\.0\.1|\[::1\])(?::[0-9]+|:\$\{[^{}]*\})?(?:[/?#]|$)", re.IGNORECASE)


def check(definition: Definition) -> Iterator[Diagnostic]:
    """A finding for each address that credentials or data are sent to."""
    for path, url in addresses(definition):
        if url[:7].lower() == "http://" and not _LOOPBACK.match(url):
            message = f"{path[-1]} is not encrypted: {url[:80]!r}"
            yield definition.finding(globals(), message, path, help=f"write https://{url[7:80]}")
