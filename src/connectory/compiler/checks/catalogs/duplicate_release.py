"""The same version of an integration is released twice.

One version is one file. Two, such as ``1.0.0.yaml`` and ``1.0.0.json``, or files in two catalogs
that are compiled together, leave open which one counts.

Example: ``catalog/xero/1.0.0.yaml`` beside ``catalog/xero/1.0.0.json``.

Instead, keep one of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from connectory.compiler.definition import Listed
from connectory.compiler.diagnostics import Diagnostic, Related, Severity
from connectory.versions import Version

CODE = "D014"
SEVERITY: Severity = "error"
FIXED = True


def check_catalog(definitions: Sequence[Listed]) -> Iterator[Diagnostic]:
    """A finding for each file whose version, build metadata aside, another file releases already."""
    seen: dict[tuple[str, object], Listed] = {}
    for definition in definitions:
        key = (definition.id, _precedence(definition.version))
        first = seen.setdefault(key, definition)
        if first is not definition:
            message = f"{definition.id} {definition.version} is released twice"
            related = (Related(first.span("version"), "first released here"),)
            span = definition.span("version")
            yield Diagnostic(CODE, SEVERITY, message, span, "keep one of the two files", related)


def _precedence(version: str) -> object:
    return Version.read(version) or version
