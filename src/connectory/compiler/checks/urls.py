"""An address is not a usable http or https URL.

Authentication and base addresses are absolute, have a host, and hold neither spaces nor
credentials. A template may stand in any part but the scheme. The same holds for the addresses under
metadata.

What requests are sent to is sent as it is written: its path has no segment .. and no braces, but for the
variable of a key that belongs into the path, and there is no fragment. baseUrl has no query either, as
paths are appended to it.

Example:

    tokenUrl: api.example.com/token

Instead:

    tokenUrl: https://api.example.com/token
"""

from __future__ import annotations

from collections.abc import Iterator

from connectory.compiler.definition import Definition, Part
from connectory.compiler.diagnostics import Diagnostic, Path, Severity
from connectory.compiler.signin import addresses, keys_in_paths
from connectory.compiler.url_text import address_flaw, unsendable

CODE = "D013"
SEVERITY: Severity = "error"

_TOP = ("baseUrl",)
_OAUTH2 = ("authorizationUrl", "tokenUrl", "refreshUrl", "revocationUrl")
_METADATA = ("homepage", "documentation", "logo")


def check(definition: Definition) -> Iterator[Diagnostic]:
    """One finding for each address that is not one."""
    sent_to = {path for path, _ in addresses(definition)}
    keys = keys_in_paths(definition)
    for path, url in _urls(definition):
        wrong = address_flaw(url) or (unsendable(url, path[-1] == "baseUrl", keys) if path in sent_to else None)
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
