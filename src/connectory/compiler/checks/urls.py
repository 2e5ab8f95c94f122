"""An address is not a usable http or https URL.

Authentication and base addresses are absolute, have a host, and hold neither spaces nor
credentials. A template may stand in any part but the scheme. The same holds for the addresses under
metadata.

Example:

    tokenUrl: api.example.com/token

Instead:

    tokenUrl: https://api.example.com/token
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from connectory.compiler.definition import TEMPLATE, Definition, Part
from connectory.compiler.diagnostics import Diagnostic, Path, Severity

CODE = "D013"
SEVERITY: Severity = "error"

_TOP = ("baseUrl",)
_OAUTH2 = ("authorizationUrl", "tokenUrl", "refreshUrl", "revocationUrl")
_METADATA = ("homepage", "documentation", "logo")
_SPACE = re.compile(r"[\s\x00-\x1f\x7f<>\"\\^`]")


def check(definition: Definition) -> Iterator[Diagnostic]:
    """One finding for each address that is not one."""
    for path, url in _urls(definition):
        wrong = _wrong(url)
        if wrong:
            reason, help_ = wrong
            yield definition.finding(globals(), f"{url[:80]!r} {reason}", path, help=help_)


def _urls(definition: Definition) -> Iterator[tuple[Path, str]]:
    owners: list[tuple[Part, tuple[str, ...]]] = [(Part((), definition.data), _TOP)]
    owners += [(part, _OAUTH2) for part in definition.auth_configs("oauth2Config")]
    for custom in definition.auth_configs("customAuthConfig"):
        owners += [(part, ("url",)) for part in _inside(custom, "tokenRequest")]
    for method in definition.methods:
        owners += [(http, _TOP) for http in _inside(method, "http")]
    for metadata in _inside(Part((), definition.data), "metadata"):
        owners.append((metadata, _METADATA))
        owners += [(source, ("url",)) for source in _items(metadata, "sources")]
    for model in definition.models:
        owners += [(pricing, ("source",)) for pricing in _inside(model, "pricing")]
    for part, names in owners:
        present = (name for name in names if isinstance(part.data.get(name), str) and part.data[name])
        yield from (((*part.path, name), part.data[name]) for name in present)


def _inside(part: Part, name: str) -> Iterator[Part]:
    if isinstance(part.data.get(name), dict):
        yield Part((*part.path, name), part.data[name])


def _items(part: Part, name: str) -> Iterator[Part]:
    values = part.data.get(name)
    if isinstance(values, list):
        yield from (Part((*part.path, name, i), value) for i, value in enumerate(values) if isinstance(value, dict))


def _wrong(url: str) -> tuple[str, str] | None:
    """What is wrong with an address, and the mend."""
    plain = TEMPLATE.sub("1", url)  # a template may also be the port
    refused = _SPACE.search(plain)
    if refused:
        return f"holds {refused[0]!r}, which no URL has", "remove it, or write it percent-encoded"
    try:
        parts = urlsplit(plain)
        port_is_number = parts.port is None or parts.port >= 0
    except ValueError as error:
        return f"is not a URL: {error}", "write it as in https://api.example.com"
    if parts.scheme not in ("http", "https") or not url.lower().startswith(("http://", "https://")):
        return "is not an http or https URL", _with_scheme(url, parts.scheme)
    if not parts.hostname or not port_is_number:
        return "has no host", "write it as in https://api.example.com"
    if parts.username is not None or parts.password is not None:
        return "holds a user name or password", "remove what stands before the @; credentials are supplied by users"
    return None


def _with_scheme(url: str, scheme: str) -> str:
    """The mend of an address that does not start with http:// or https://."""
    if scheme in ("http", "https"):
        return f"write {scheme}://{url.partition(':')[2].lstrip('/')}"
    bare = not scheme or "." in scheme
    return f"write https://{url.lstrip('/')}" if bare and "." in url else "start it with https://"
