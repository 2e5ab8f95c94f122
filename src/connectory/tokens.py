"""Tokens: what a provider answers, and what a service keeps."""

from __future__ import annotations

import time
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from connectory.answers import at, message
from connectory.errors import TokenError
from connectory.hidden import Hidden
from connectory.model import NOTHING, Strings
from connectory.printable import printable
from connectory.records import Json

_FOREVER = 100 * 365 * 24 * 3600
"""Seconds after which a token is taken not to expire: what providers mean by such numbers, and by 0 and -1."""


class Token(Hidden, frozen=True, kw_only=True):
    """An access token and what came with it. ``repr`` shows none of it.

    ``to_dict`` and ``from_dict`` are each other's inverse; what they hold is secret.

    Attributes:
        access_token: what requests carry.
        refresh_token: what gets a new one; None where there is none.
        expires_at: when it ends, in seconds since 1970; None where the provider does not say.
        scopes: what was granted; empty where the provider does not say, which means: what was asked for.
        captured: what the definition keeps of the answer and of the redirect, as ``${token.NAME}``.
    """

    access_token: str
    refresh_token: str | None = None
    expires_at: float | None = None
    scopes: tuple[str, ...] = ()
    captured: Strings = NOTHING

    def expires_within(self, seconds: float, now: float | None = None) -> bool:
        """Whether it ends in this time, or has ended."""
        return self.expires_at is not None and self.expires_at - seconds <= (time.time() if now is None else now)

    def values(self) -> Mapping[str, str]:
        """What ``${token.x}`` stands for."""
        own = {"accessToken": self.access_token, "refreshToken": self.refresh_token}
        return {**self.captured, **{name: value for name, value in own.items() if value is not None}}

    def to_dict(self) -> dict[str, Json]:
        """The token as JSON values, to be stored where secrets are."""
        return {
            "accessToken": self.access_token,
            "refreshToken": self.refresh_token,
            "expiresAt": self.expires_at,
            "scopes": list(self.scopes),
            "captured": dict(self.captured),
        }

    @staticmethod
    def from_dict(stored: Mapping[str, Any]) -> Token:
        """A token that ``to_dict`` made.

        Raises:
            ValueError: this is none; the message does not quote it.
        """
        try:
            found = msgspec.convert(dict(stored), _Stored)
        except (msgspec.MsgspecError, TypeError, ValueError):
            raise ValueError("this is no stored token: it has accessToken and what Token.to_dict made") from None
        return Token(
            access_token=found.access_token,
            refresh_token=found.refresh_token,
            expires_at=found.expires_at,
            scopes=found.scopes,
            captured=MappingProxyType(found.captured),
        )

    def __repr__(self) -> str:
        ends = "does not expire" if self.expires_at is None else f"expires at {int(self.expires_at)}"
        return f"<Token: {ends}, {'with' if self.refresh_token else 'without'} a refresh token>"


class _Stored(msgspec.Struct, rename="camel"):
    access_token: str
    refresh_token: str | None = None
    expires_at: float | None = None
    scopes: tuple[str, ...] = ()
    captured: dict[str, str] = {}


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """Where a provider's answer says what.

    Attributes:
        access_token, expires_in: dotted paths.
        separator: between scopes.
        captured: name to dotted path.
    """

    access_token: str = "access_token"
    expires_in: str = "expires_in"
    separator: str = " "
    captured: Strings = NOTHING


def parse_token(
    status: int,
    headers: Mapping[str, str],
    body: bytes | str,
    shape: Shape,
    previous: Token | None = None,
    captured: Mapping[str, str] = NOTHING,
    now: float | None = None,
) -> Token:
    """The token that a provider answered.

    Args:
        status, headers, body: the answer.
        shape: where it says what.
        previous: the token that was refreshed: kept where the answer is silent.
        captured: of the redirect.
        now: seconds since 1970.

    Raises:
        TokenError: the provider refused, or answered with something else.
    """
    content = body.encode("utf-8") if isinstance(body, str) else bytes(body)
    found = _members(content, headers)
    access = at(found, shape.access_token)
    code = found.get("error")
    if not 200 <= status < 300 or code or not isinstance(access, str) or not access:
        raise _refusal(status, found)
    holder = at(found, shape.access_token.rpartition(".")[0]) if "." in shape.access_token else found
    beside = holder if isinstance(holder, dict) else found
    refresh = beside.get("refresh_token") or found.get("refresh_token")
    said = {name: _text(at(found, path)) for name, path in shape.captured.items()}
    kept = {
        **(previous.captured if previous else {}),
        **captured,
        **{name: text for name, text in said.items() if text},
    }
    return Token(
        access_token=access,
        refresh_token=refresh if isinstance(refresh, str) else previous.refresh_token if previous else None,
        expires_at=_expiry(_first(at(found, shape.expires_in), beside.get("expires_in")), now),
        scopes=_scopes(_first(beside.get("scope"), found.get("scope")), shape.separator)
        or (previous.scopes if previous else ()),
        captured=MappingProxyType(kept),
    )


def _first(*values: Json) -> Json:
    return next((value for value in values if value is not None), None)


def _members(content: bytes, headers: Mapping[str, str]) -> dict[str, Json]:
    """The members of an answer, in JSON or, as some providers still do, as a form."""
    try:
        found = msgspec.json.decode(content)
    except (msgspec.MsgspecError, RecursionError):
        kind = next((str(value) for name, value in headers.items() if name.lower() == "content-type"), "")
        is_form = "=" in content[:256].decode("latin-1") and ("form" in kind or "text/plain" in kind)
        found = dict(parse_qsl(content.decode("utf-8", "replace"))) if is_form else None
    return found if isinstance(found, dict) else {}


def _refusal(status: int, found: Mapping[str, Json]) -> TokenError:
    """What the provider said; never anything that could be a token."""
    code = found.get("error")
    if isinstance(code, dict):
        description = code.get("message")
        code = code.get("code") or code.get("type") or code.get("status")
    else:
        description = found.get("error_description")
    if not code:
        return TokenError("invalid_response", message(found) or "the answer holds no access token", status=status)
    return TokenError(_short(code), _short(description), _short(found.get("error_uri")), status)


def _short(value: Json) -> str:
    return printable(_text(value)[:300])


def _text(value: Json) -> str:
    return value if isinstance(value, str) else "" if value is None else msgspec.json.encode(value).decode()


def _expiry(seconds: Json, now: float | None) -> float | None:
    """When a token ends that lives so many seconds, a number or, with some providers, its text."""
    try:
        life = float(seconds) if not isinstance(seconds, bool) else None
    except (TypeError, ValueError, OverflowError):
        return None
    if life is None or not 0 < life <= _FOREVER:
        return None
    return (time.time() if now is None else now) + life


def _scopes(value: Json, separator: str) -> tuple[str, ...]:
    """The scopes of an answer: some providers join them otherwise than in a request."""
    if isinstance(value, str):
        return tuple(value.replace(separator, " ").replace(",", " ").split())
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()
