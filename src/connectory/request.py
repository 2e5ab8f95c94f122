"""A request as a plain value, for any HTTP client."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import msgspec

from connectory.errors import UnsafeValue
from connectory.hidden import Hidden
from connectory.media_types import is_json
from connectory.model import NOTHING, Strings
from connectory.records import Json

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"

OF_CONNECTION = frozenset(("host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer"))
"""Headers that whatever sends a request sets itself."""

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\t\x20-\x7e]*")
_OPEN = frozenset(("accept", "content-type", "content-length", "user-agent"))
"""Headers whose values a message may show."""
_LOOPBACK = frozenset(("localhost", "127.0.0.1", "::1"))


class Request(Hidden, frozen=True, kw_only=True):
    """What to send. ``repr`` shows neither values of the query nor of headers nor the body: they may be secrets.

    Attributes:
        method: the verb.
        url: the whole address, encoded.
        headers: name to value; names are unique whatever their case.
        body: the bytes; None where there is none.
        shown: the address as messages may show it, where the path holds a secret; else empty.
    """

    method: str
    url: str
    headers: Strings = NOTHING
    body: bytes | None = None
    shown: str = ""

    @property
    def redacted_url(self) -> str:
        """The address without what may be a secret."""
        return redacted_url(self.shown or self.url)

    def header(self, name: str) -> str | None:
        """The value of a header, whatever the case of its name."""
        return next((value for key, value in self.headers.items() if key.lower() == name.lower()), None)

    def with_headers(self, headers: Mapping[str, str]) -> Request:
        """The request with these headers, which replace others of their names; cookies those of theirs.

        Raises:
            UnsafeValue: a name or a value cannot be a header's.
        """
        if not headers:
            return self
        last = {name.lower(): name for name in headers}
        headers = {name: headers[name] for name in last.values()}
        new = last.keys()
        kept = {name: value for name, value in self.headers.items() if name.lower() not in new}
        for name, value in headers.items():
            require_header(name, value)
        standing = self.header("Cookie")
        if standing and "cookie" in new:
            headers = {
                name: _with_cookies(standing, value) if name.lower() == "cookie" else value
                for name, value in headers.items()
            }
        return msgspec.structs.replace(self, headers=MappingProxyType({**kept, **headers}))

    def with_query(self, pairs: Iterable[tuple[str, str]]) -> Request:
        """The request with further parameters at the end of its query."""
        added = list(pairs)
        if not added:
            return self
        shown = with_query(self.shown, added) if self.shown else ""
        return msgspec.structs.replace(self, url=with_query(self.url, added), shown=shown)

    def with_members(self, members: Mapping[str, Json]) -> Request:
        """The request with further members of its body: of a form, or of a JSON object.

        Raises:
            UnsafeValue: the body is neither.
        """
        if not members:
            return self
        kind = (self.header("Content-Type") or JSON).partition(";")[0].strip().lower()
        if kind == FORM:
            return self._with_body(FORM, form([*parse_qsl(_text(self.body), True), *_pairs(members)]))
        try:
            inner = _exact.decode(self.body) if self.body else {}
        except (msgspec.MsgspecError, RecursionError):
            inner = None
        if not isinstance(inner, dict) or not is_json(kind):
            raise UnsafeValue(f"a body of type {kind} takes no further members", ", ".join(members))
        return self._with_body(self.header("Content-Type") or JSON, json_bytes({**inner, **members}))

    def _with_body(self, kind: str, body: bytes) -> Request:
        return msgspec.structs.replace(self.with_headers({"Content-Type": kind}), body=body)

    def redacted(self) -> Request:
        """The request with ``***`` for what may be a secret: to be shown, not sent."""
        return msgspec.structs.replace(
            self,
            url=self.redacted_url,
            headers=MappingProxyType(
                {name: value if name.lower() in _OPEN else "***" for name, value in self.headers.items()}
            ),
            body=None if self.body is None else b"***",
        )

    def __repr__(self) -> str:
        size = "" if self.body is None else f", {len(self.body)} bytes"
        return f"<Request {self.method} {self.redacted_url}: {', '.join(self.headers) or 'no headers'}{size}>"


def with_query(url: str, pairs: Iterable[tuple[str, str]]) -> str:
    """An address with further parameters at the end of its query; spaces become ``%20``."""
    added = urlencode(list(pairs), quote_via=quote, safe="~")
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, added)))))


def redacted_url(url: str) -> str:
    """An address without the values of its query, and without a user's name and password."""
    parts = urlsplit(url)
    names = [name for name, _ in parse_qsl(parts.query, True)]
    shown = "&".join(f"{quote(name, safe='[]')}=***" for name in names)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query=shown, fragment=""))


def require_https(url: str, what: str) -> str:
    """``url``, if nobody on the way can read what is sent there: https, or http on this machine.

    Raises:
        UnsafeValue: it is not.
    """
    parts = urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        return url
    raise UnsafeValue(f"{what} must be an https address (http on this machine only)", redacted_url(url))


def require_header(name: str, value: str) -> None:
    """Refuse what would be another header, or none.

    Raises:
        UnsafeValue: the name is no header's, or the value holds what is not printable ASCII.
    """
    if not _NAME.fullmatch(name):
        raise UnsafeValue("this is no name of a header", name)
    if not _VALUE.fullmatch(value) or value != value.strip():
        raise UnsafeValue("the value of a header is printable ASCII, without spaces around it", name)


def form(pairs: Iterable[tuple[str, str]]) -> bytes:
    """A form's body."""
    return urlencode(list(pairs)).encode("ascii")


def json_bytes(value: Json) -> bytes:
    """JSON text; decimals digit by digit."""
    encoded: bytes = _encoder.encode(value)
    return encoded


def scalar(value: Json) -> str:
    """A JSON value other than an array or an object as the text that stands for it in an address or a header."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else value if isinstance(value, str) else json_bytes(value).decode()


def _with_cookies(standing: str, added: str) -> str:
    """A Cookie header with the cookies of another one, which win."""
    pairs = [one.strip() for one in f"{standing};{added}".split(";")]
    return "; ".join({one.partition("=")[0]: one for one in pairs if one}.values())


def _pairs(members: Mapping[str, Json]) -> list[tuple[str, str]]:
    return [(name, scalar(value)) for name, value in members.items()]


def _text(body: bytes | None) -> str:
    return (body or b"").decode("utf-8", "surrogateescape")


_encoder: Any = msgspec.json.Encoder(decimal_format="number")
_exact: Any = msgspec.json.Decoder(float_hook=Decimal)
