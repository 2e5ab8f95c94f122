"""A method takes a way to sign in that there is none of.

``auth`` lists the ids of the ways that a method takes: those of alternativeAuth, and ``default`` for the
definition's own. An empty list says that the method needs none.

Example:

    alternativeAuth: [{id: api_token, authType: apikey}]
    methods:
      - id: list_orders
        auth: [api_tokn]

Instead:

    auth: [api_token]
"""

from __future__ import annotations

from collections.abc import Iterator

from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Severity
from connectory.names import close_matches
from connectory.records import OWN_WAY

CODE = "D051"
SEVERITY: Severity = "error"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """A finding for each id that is none of a way to sign in."""
    known = dict.fromkeys([OWN_WAY, *(str(way.data.get("id")) for way in definition.signins() if way.path)])
    for method in definition.methods:
        listed = method.data.get("auth")
        for index, name in enumerate(listed if isinstance(listed, list) else ()):
            if isinstance(name, str) and name not in known:
                close = close_matches(name, known)
                help_ = (
                    f"did you mean {close[0]!r}?" if close else f"use one of {', '.join(map(repr, list(known)[:8]))}"
                )
                message = f"there is no way to sign in {name!r}"
                yield definition.finding(globals(), message, (*method.path, "auth", index), help=help_)
