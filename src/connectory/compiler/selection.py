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

from collections.abc import Sequence, Set
from typing import NamedTuple, get_args

import msgspec

from connectory.compiler.lower import LoweredIntegration, LoweredMethod
from connectory.compiler.wildcards import matches
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
        return (self.type or integration.type) == integration.type and matches(integration.id, self.integrations)

    def holds_method(self, integration: LoweredIntegration, method: LoweredMethod) -> bool:
        """Whether it matches a method."""
        if self.annotation is not None:
            return msgspec.msgpack.decode(method.rest, type=_Rest).annotations.get(self.annotation) is True
        if self.methods is None:
            return self.holds_integration(integration)
        return matches(integration.id, self.integrations) and matches(method.id, self.methods)


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


class Selection(NamedTuple):
    """What is wanted in a bundle, and what is not. Without patterns it is everything."""

    include: tuple[Pattern, ...] = ()
    exclude: tuple[Pattern, ...] = ()

    @classmethod
    def read(cls, include: Sequence[str], exclude: Sequence[str]) -> Selection:
        """The selection that patterns write.

        Raises:
            InvalidPattern: one is none.
        """
        return cls(tuple(map(read_pattern, include)), tuple(map(read_pattern, exclude)))

    def narrowed(self, integration: LoweredIntegration) -> LoweredIntegration | None:
        """An integration with the methods that are included and not excluded; None where nothing is left of it."""
        if not self.include and not self.exclude:
            return integration
        methods = tuple(method for method in integration.methods if self._holds(integration, method))
        whole = not self.include or any(pattern.holds_integration(integration) for pattern in self.include)
        against = any(pattern.holds_integration(integration) for pattern in self.exclude)
        if not methods and (integration.methods or against or not whole):
            return None
        return msgspec.structs.replace(integration, methods=methods)

    def _holds(self, integration: LoweredIntegration, method: LoweredMethod) -> bool:
        wanted = not self.include or any(pattern.holds_method(integration, method) for pattern in self.include)
        return wanted and not any(pattern.holds_method(integration, method) for pattern in self.exclude)

    def used(self, integration: LoweredIntegration) -> set[str]:
        """The patterns that match something of an integration."""
        return {
            pattern.text
            for pattern in (*self.include, *self.exclude)
            if pattern.holds_integration(integration)
            or any(pattern.holds_method(integration, method) for method in integration.methods)
        }

    def check(self, used: Set[str]) -> None:
        """Tell whether every pattern is among those that match something.

        Raises:
            InvalidPattern: one is not.
        """
        for pattern in (*self.include, *self.exclude):
            if pattern.text not in used:
                raise InvalidPattern(f"the pattern {pattern.text!r} matches nothing in the catalog")
