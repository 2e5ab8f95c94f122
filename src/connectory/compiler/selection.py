"""Which integrations and methods a bundle holds.

A pattern is one of

- ``xero`` or ``aws_*``: integrations by id,
- ``xero.get_*`` or ``*.list_*``: methods,
- ``type:ai``: integrations of a type,
- ``annotation:readOnlyHint``: methods that have the annotation.

``*`` stands for any text and ``?`` for one character. An integration that is left without any of its methods is left
out.
"""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple, get_args

import msgspec

from connectory.compiler.lower import LoweredIntegration, LoweredMethod
from connectory.compiler.release import Release
from connectory.names import close_matches
from connectory.records import IntegrationType

_ANNOTATIONS = ("readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint")
_TYPES = get_args(IntegrationType)


class InvalidPattern(ValueError):
    """A pattern that can match nothing, whatever the catalog holds."""


class _Rest(msgspec.Struct):
    """What is looked at of a method beyond its own fields."""

    annotations: dict[str, bool] = {}


class Pattern(NamedTuple):
    """One pattern, read."""

    text: str
    integrations: str = "*"
    methods: str | None = None
    type: str | None = None
    annotation: str | None = None

    def holds_integration(self, integration: LoweredIntegration) -> bool:
        """Whether it matches all of an integration."""
        if self.methods is not None or self.annotation is not None:
            return False
        return (self.type or integration.type) == integration.type and fnmatchcase(integration.id, self.integrations)

    def holds_method(self, integration: LoweredIntegration, method: LoweredMethod) -> bool:
        """Whether it matches a method."""
        if self.annotation is not None:
            return msgspec.msgpack.decode(method.rest, type=_Rest).annotations.get(self.annotation) is True
        if self.methods is None:
            return self.holds_integration(integration)
        return fnmatchcase(integration.id, self.integrations) and fnmatchcase(method.id, self.methods)


def read_pattern(text: str) -> Pattern:
    """The pattern that a text writes.

    Raises:
        InvalidPattern: it names a type or an annotation that there is none of, or nothing.
    """
    kind, colon, name = text.partition(":")
    if not colon:
        integrations, dot, methods = text.partition(".")
        if not integrations or (dot and not methods):
            raise InvalidPattern(f"the pattern {text!r} names nothing")
        return Pattern(text, integrations, methods if dot else None)
    known = {"type": _TYPES, "annotation": _ANNOTATIONS}.get(kind)
    if known is None:
        raise InvalidPattern(f"the pattern {text!r} starts with neither type: nor annotation:")
    if name not in known:
        close = close_matches(name, known) or known
        raise InvalidPattern(f"the pattern {text!r} names no {kind}; did you mean {close[0]!r}?")
    return Pattern(text, type=name) if kind == "type" else Pattern(text, annotation=name)


def narrowed(release: Release, include: Sequence[str], exclude: Sequence[str]) -> Release:
    """The release with what is included and not excluded.

    Raises:
        InvalidPattern: one is none, or matches nothing in the release.
    """
    if not include and not exclude:
        return release
    wanted, unwanted = [list(map(read_pattern, texts)) for texts in (include, exclude)]
    unused = {pattern.text for pattern in (*wanted, *unwanted)}
    narrow = []
    for integration in release.integrations:
        kept = []
        for method in integration.methods:
            found = [pattern for pattern in wanted if pattern.holds_method(integration, method)]
            against = [pattern for pattern in unwanted if pattern.holds_method(integration, method)]
            unused -= {pattern.text for pattern in (*found, *against)}
            if (found or not wanted) and not against:
                kept.append(method)
        whole = not wanted or any(pattern.holds_integration(integration) for pattern in wanted)
        against = [pattern for pattern in unwanted if pattern.holds_integration(integration)]
        unused -= {pattern.text for pattern in wanted if pattern.holds_integration(integration)}
        unused -= {pattern.text for pattern in against}
        if kept or (whole and not against and not integration.methods):
            narrow.append(msgspec.structs.replace(integration, methods=tuple(kept)))
    for text in (*include, *exclude):
        if text in unused:
            raise InvalidPattern(f"the pattern {text!r} matches nothing in the catalog")
    return release._replace(integrations=narrow)
