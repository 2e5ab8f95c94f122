"""A format that a model reads or writes is not one that is known.

Formats are ``text``, ``json`` and media types, such as ``image/png`` or, for all of a kind, ``image/*``.

Example:

    inputFormats: [text, image, audio/mp-3]

Instead:

    inputFormats: [text, "image/*", audio/mp3]
"""

from __future__ import annotations

from collections.abc import Iterator

from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Severity
from connectory.compiler.known import known
from connectory.names import close_matches

CODE = "D037"
SEVERITY: Severity = "warning"

_KINDS = ("image", "audio", "video")


def check(definition: Definition) -> Iterator[Diagnostic]:
    """A finding for each other format."""
    formats = known("models")["formats"]
    for model in definition.models:
        for field in ("inputFormats", "outputFormats"):
            said = model.data.get(field)
            for index, name in enumerate(said if isinstance(said, list) else ()):
                if isinstance(name, str) and name not in formats:
                    message = f"the format {name!r} is not known"
                    yield definition.finding(globals(), message, (*model.path, field, index), help=_help(name, formats))


def _help(name: str, formats: list[str]) -> str:
    if name.lower() in _KINDS:
        return f"write a media type, or {name.lower()}/* for all of a kind"
    close = close_matches(name, formats)
    return f"did you mean {close[0]!r}?" if close else "write text, json or a media type such as image/png"
