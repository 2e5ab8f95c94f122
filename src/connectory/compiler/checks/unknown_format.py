"""A format is not known.

Values are held to the formats of JSON Schema: date, date-time, time, duration, email, idn-email, hostname,
idn-hostname, ipv4, ipv6, uri, uri-reference, uri-template, iri, iri-reference, uuid, regex, json-pointer and
relative-json-pointer. Those of OpenAPI's registry (int32, int64, float, double, byte, binary, password, ...) only
describe. Any other is ignored by every validator.

Example:

    created: {type: string, format: datetime}

Instead:

    created: {type: string, format: date-time}
"""

from __future__ import annotations

from collections.abc import Iterator

from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Severity
from connectory.compiler.vocabulary import FORMATS
from connectory.names import close_matches

CODE = "S012"
SEVERITY: Severity = "error"

_OTHERWISE = {
    "url": "uri",
    "guid": "uuid",
    "ip": "ipv4 or ipv6",
    "ip-address": "ipv4 or ipv6",
    "host-name": "hostname",
    "timestamp": "date-time",
    "base64": "byte, or contentEncoding: base64",
    "integer": "int32 or int64",
    "long": "int64",
    "bytes": "byte",
}


def check(definition: Definition) -> Iterator[Diagnostic]:
    """One finding for each unknown format."""
    for node in definition.nodes_with("format"):
        name = node.data["format"]
        if isinstance(name, str) and name not in FORMATS:
            message = f"the format {name[:80]!r} is not known"
            yield definition.finding(globals(), message, (*node.path, "format"), help=_help(name))


def _help(name: str) -> str:
    if name.casefold() in _OTHERWISE:
        return f"write {_OTHERWISE[name.casefold()]}"
    close = close_matches(name, sorted(FORMATS))
    return f"did you mean {close[0]!r}?" if close else "remove it, and say it in the description or by a pattern"
