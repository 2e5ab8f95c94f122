"""What signing in adds to the requests of methods."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from connectory.compiler.definition import Definition, Part
from connectory.compiler.diagnostics import Path
from connectory.records import OWN_WAY

_COOKIE = re.compile(r"(?:^|;)\s*([^=;\s]+)\s*=")
_TO_A_TOKEN = ("two_step", "jwt_bearer")
"""Schemes that send a token as a bearer where ``apply`` says nothing."""


class Sent(NamedTuple):
    """A header, a cookie, a parameter of the query or a member of the body.

    Attributes:
        kind: headers, cookies, query or body.
        name: its name.
        value: what is sent; None where that is not always the same.
        path: where the definition says so.
    """

    kind: str
    name: str
    value: Any
    path: Path

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from others of a request."""
        return self.kind, self.name.lower() if self.kind == "headers" else self.name


def ways_of(definition: Definition, method: Part) -> list[Part]:
    """The ways to sign in that a method takes."""
    takes = method.data.get("auth")
    every = list(definition.signins())
    if not isinstance(takes, list):
        return every
    return [way for way in every if (str(way.data.get("id")) if way.path else OWN_WAY) in takes]


def sent_by(way: Part) -> list[Sent]:
    """What a way to sign in adds to each request; where several say it, the first is what is sent."""
    oauth2, key, custom = (way.data.get(name) for name in ("oauth2Config", "apiKeyConfig", "customAuthConfig"))
    made: list[Sent] = []
    if isinstance(oauth2, dict):
        made.append(Sent("headers", "Authorization", None, (*way.path, "oauth2Config")))
        made += fixed("headers", oauth2.get("additionalHeaders"), (*way.path, "oauth2Config", "additionalHeaders"))
    elif isinstance(key, dict):
        made += _key(key, (*way.path, "apiKeyConfig"))
        made += fixed("headers", key.get("additionalHeaders"), (*way.path, "apiKeyConfig", "additionalHeaders"))
    elif isinstance(custom, dict):
        made += _custom(custom, (*way.path, "customAuthConfig"))
    return made


def fixed(kind: str, said: Any, path: Path) -> Iterator[Sent]:
    """What a mapping of names to values sends."""
    for name, value in said.items() if isinstance(said, dict) else ():
        yield from _one(kind, name, value, (*path, name))


def _one(kind: str, name: str, value: Any, path: Path) -> Iterator[Sent]:
    """One of them; a header of cookies is as many as it has."""
    if kind == "headers" and name.lower() == "cookie":
        names = _COOKIE.findall(value) if isinstance(value, str) else []
        yield from (Sent("cookies", each, None, path) for each in names)
    else:
        yield Sent(kind, name, value, path)


def _key(config: dict[str, Any], path: Path) -> Iterator[Sent]:
    kind = {"header": "headers", "query": "query", "body": "body"}.get(str(config.get("in")))
    name, value = config.get("name"), config.get("valueTemplate", "${credentials.apiKey}")
    if kind and isinstance(name, str):
        yield from _one(kind, name, value, (*path, "name"))


def _custom(config: dict[str, Any], path: Path) -> Iterator[Sent]:
    apply, scheme = config.get("apply"), config.get("scheme")
    said = apply if isinstance(apply, dict) else {}
    for kind in ("headers", "query", "body"):
        yield from fixed(kind, said.get(kind), (*path, "apply", kind))
    is_bearer = scheme in _TO_A_TOKEN and not any(said.get(kind) for kind in ("headers", "query", "body"))
    own = ["Authorization"] if is_bearer or scheme in ("basic", "aws_sigv4") else []
    headers = said.get("headers")
    given = {str(name).lower() for name in headers} if isinstance(headers, dict) else set()
    for name in (*own, *(["X-Amz-Date"] if scheme == "aws_sigv4" else [])):
        if name.lower() not in given:
            yield Sent("headers", name, None, (*path, "scheme"))
