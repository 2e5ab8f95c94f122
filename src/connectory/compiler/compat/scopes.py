"""Which scopes those who signed in have, and which of them a method needs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from connectory.compiler.definition import TEMPLATE


def asked(config: Mapping[str, Any]) -> list[str]:
    """What signing in asks for where a service names nothing: the scopes, or else the parameter of that name.

    A template in that counts as a scope: nobody knows which it is, or whether another one is the same.
    """
    listed = config.get("scopes") or []
    said = (config.get("additionalParameters") or {}).get("scope")
    if listed or not isinstance(said, str):
        return list(listed)
    separator = re.escape(config.get("scopeSeparator") or " ")
    scope = rf"(?:{TEMPLATE.pattern}|(?!{separator}| ).)+"  # what stands in a template separates nothing
    return [found[0] for found in re.finditer(scope, said, re.DOTALL)]


def lacking(old: Mapping[str, Any], new: Mapping[str, Any], granted: Iterable[str]) -> list[str]:
    """The scopes that a method needs now, of which somebody for whom it worked need not have one.

    Args:
        old, new: what the method needs, before and now.
        granted: what everybody has who signed in.
    """
    found: dict[str, None] = {}
    for having in _enough(old, {*granted}):
        found |= dict.fromkeys(scope for scope in new.get("allOf", ()) if scope not in having)
        choice = new.get("anyOf", ())
        if choice and having.isdisjoint(choice):
            found |= dict.fromkeys(choice)
    return list(found)


def _enough(needed: Mapping[str, Any], granted: set[str]) -> Iterator[set[str]]:
    """The least that somebody has for whom a method works."""
    having = granted | {*needed.get("allOf", ())}
    choice = needed.get("anyOf", ())
    if choice and having.isdisjoint(choice):
        yield from ({*having, scope} for scope in choice)
    else:
        yield having
