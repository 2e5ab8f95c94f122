"""A method's input as a request, before anybody has signed in."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import chain, repeat
from string import punctuation
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, quote, urldefrag, urljoin, urlsplit

import msgspec

from connectory import templates
from connectory.credentials import apply
from connectory.errors import InvalidInput, Issue, NotCallable, UnsafeValue
from connectory.media_types import is_json
from connectory.model import Http, HttpBody, Style
from connectory.multipart import Part, alternatives, multipart, said_of
from connectory.pointers import pointer
from connectory.records import Json
from connectory.references import Schemas, applied
from connectory.request import FORM, JSON, Request, form, json_bytes, require_header, scalar
from connectory.templates import Values

if TYPE_CHECKING:
    from connectory.auth import Auth
    from connectory.integration import Integration
    from connectory.method import Method
    from connectory.tokens import Token

_VARIABLE = re.compile(r"\{([^{}=]+)(=\*\*)?\}")
_JOINED: Mapping[Style, str] = {"comma": ",", "space": " ", "pipe": "|"}

Pairs = list[tuple[str, str]]


def authenticated(
    method: Method,
    integration: Integration,
    data: Json,
    credentials: Mapping[str, Json],
    config: Mapping[str, Json] | None,
    token: Token | None,
    auth: str | None,
    next_url: str | None = None,
    veil: str | None = None,
) -> Request:
    """See ``Method.request``; a ``veil`` stands in place of each secret among the inputs."""
    way = way_of(method, integration, auth)
    completed = integration.configure(config)
    values = way.values(credentials, completed, token) if way else integration.auth.values({}, completed)
    made = request(method, integration, data, values, veil)
    if next_url is not None:
        made = _moved(made, next_url)
    return apply(way, made, values) if way else made


def way_of(method: Method, integration: Integration, auth: str | None) -> Auth | None:
    """The way to sign in for a call, the method's first one where none is named; None where it needs none.

    Raises:
        NotCallable: the method does not take this one.
        UnknownName: there is no such way.
    """
    takes = method.auth
    if takes == ():
        return None
    if takes is None:
        return integration.way(auth)
    way = integration.way(takes[0] if auth is None else auth)
    if auth is not None and auth not in takes:
        others = " or ".join(map(repr, takes))
        raise NotCallable(
            f"{method.integration_id}.{method.id} does not take the way to sign in {auth!r}, but {others}"
        )
    return way


def verification(
    integration: Integration,
    credentials: Mapping[str, Json],
    config: Mapping[str, Json] | None,
    token: Token | None,
    auth: str | None,
) -> Request:
    """See ``Integration.verify_request``."""
    said = integration.verify
    if said is None or integration.base_url is None:
        raise NotCallable(f"the definition of {integration.id} has no harmless request that proves credentials")
    way = integration.way(auth)
    completed = integration.configure(config)
    values = way.values(credentials, completed, token)
    path, veiled = (templates.path(text, values) for text in (said.path, templates.veiled(said.path)))
    made = _addressed(said.method, integration.base_url, path, veiled, values)
    made = made.with_query(_constants(said.query, values))
    for fixed in (integration.headers, said.headers):
        made = made.with_headers({name: templates.header(name, text, values) for name, text in fixed.items()})
    if said.body is not None:
        made = made.with_members(_plain(said.body, values))
    return apply(way, made, values)


def request(method: Method, integration: Integration, data: Json, values: Values, veil: str | None = None) -> Request:
    """The request of a call: validated, every input in its place; see ``Method.request`` and ``authenticated``.

    Raises:
        InvalidInput: the input is not valid, or a part of a path is empty.
        NotCallable: the definition does not say how.
        UnsafeValue: a value cannot stand in its place.
    """
    http = method.http
    base = (http.base_url if http else None) or integration.base_url
    if http is None or base is None:
        raise NotCallable(f"the definition of {method.integration_id}.{method.id} does not say what its request is")
    given = method.validate_input(data)
    if veil is not None:
        from connectory.method import compile_validator

        given = compile_validator(method.input_schema).veiled(given, veil)
    try:
        return _put_together(_Placed(method, http, given), http, base, integration, values)
    except (UnicodeEncodeError, RecursionError) as error:
        from connectory.validation import TOO_DEEP, not_json

        issue = TOO_DEEP if isinstance(error, RecursionError) else not_json(given)
        raise InvalidInput(f"{method.integration_id}.{method.id}", [issue] if issue else []) from None


def _put_together(placed: _Placed, http: Http, base: str, integration: Integration, values: Values) -> Request:
    """The request with every input in its place."""
    path = placed.path()
    made = _addressed(http.method, base, path, path, values)
    made = made.with_query([*_constants(http.constants.query, values), *placed.query()])
    for fixed in (integration.headers, http.constants.headers):
        made = made.with_headers({name: templates.header(name, text, values) for name, text in fixed.items()})
    made = made.with_headers(placed.headers())
    return placed.with_body(made, _plain(http.constants.body, values))


def _addressed(verb: str, base: str, path: str, veiled: str, values: Values) -> Request:
    """A request to a path below an address; ``veiled`` is the path as messages may show it."""
    url = templates.url(base, values, "baseUrl").rstrip("/")
    shown = templates.shown(base, values, "baseUrl").rstrip("/") or ("" if veiled == path else url)
    return Request(method=verb, url=url + path, shown=shown and shown + veiled)


def _moved(made: Request, next_url: str) -> Request:
    """The request to the address of the next page, which may be relative, and is of the same host.

    Raises:
        UnsafeValue: credentials would go to another host.
    """
    try:
        url = quote(urldefrag(urljoin(made.url, next_url)).url, safe="%" + punctuation)
        here, there = (_origin(urlsplit(one)) for one in (made.url, url))
    except ValueError:
        raise UnsafeValue("this is no address", "next_url") from None
    if here != there:
        raise UnsafeValue("the next page is at another host, where no credentials are sent", "next_url")
    return msgspec.structs.replace(made, url=url, shown=urljoin(url, "/***") if made.shown else "")


def _origin(parts: SplitResult) -> tuple[str, str | None, str | None, int | None]:
    return parts.scheme, parts.username, parts.hostname, parts.port or {"https": 443, "http": 80}.get(parts.scheme)


def _constants(members: Mapping[str, Json], values: Values) -> Pairs:
    return [(name, scalar(value)) for name, value in _plain(members, values).items()]


def _plain(members: Mapping[str, Json], values: Values) -> dict[str, Json]:
    return {name: templates.plain(value, values) for name, value in members.items()}


class _Placed:
    """The inputs of one call and where each of them goes."""

    def __init__(self, method: Method, http: Http, given: dict[str, Json]) -> None:
        self._method = method
        self._http = http
        self._given = given
        self._in_path = [name for name, _ in _VARIABLE.findall(http.path)]

    @cached_property
    def _root(self) -> dict[str, Json]:
        """The schema of the inputs, which is decoded anew whenever the method is asked for it."""
        return self._method.input_schema

    def path(self) -> str:
        """The path with its variables; one that nobody gives stays, for a key that belongs there."""

        def variable(found: re.Match[str]) -> str:
            name, is_deep = found[1], bool(found[2])
            if name not in self._given:
                return found[0]
            text = self._joined(name, self._given[name], "comma")
            made = quote(text, safe="/" if is_deep else "")
            if not text or any(part in (".", "..") for part in made.split("/")):
                raise self._refused(name, "is a part of the path: it cannot be empty, . or ..")
            return made

        return _VARIABLE.sub(variable, self._http.path)

    def query(self) -> Pairs:
        """The parameters of the query, what is placed nowhere else among them."""
        pairs = [pair for wire, name in self._http.query.items() for pair in self._pairs(wire, name)]
        if self._http.body is None or self._http.body.source != "*":
            pairs += [pair for name in self._left() for pair in self._pairs(name, name)]
        return pairs

    def headers(self) -> dict[str, str]:
        """The headers that carry inputs."""
        made: dict[str, str] = {}
        for wire, name in self._http.headers.items():
            if name in self._given:
                made[wire] = self._joined(name, self._given[name], "comma")
                self._require_header(wire, made[wire], name)
        cookies = [
            f"{wire}={quote(self._joined(name, self._given[name], 'comma'), safe='')}"
            for wire, name in self._http.cookies.items()
            if name in self._given
        ]
        return made | ({"Cookie": "; ".join(cookies)} if cookies else {})

    def with_body(self, made: Request, constants: dict[str, Json]) -> Request:
        """The request with its body."""
        body = self._http.body
        if body is None:
            return made
        if body.source == "*":
            inner: Json = {**constants, **{name: self._given[name] for name in self._left()}}
        elif body.source in self._given:
            inner = self._given[body.source]
        elif constants:
            inner = constants
        else:
            return made
        kind, content = self._encoded(body, inner)
        if kind.startswith("multipart/") or not self._says_type():
            made = made.with_headers({"Content-Type": kind})
        return msgspec.structs.replace(made, body=content)

    def _says_type(self) -> bool:
        """Whether the definition has a header of its own for the type of the body, and it is sent."""
        fixed = self._http.constants.headers
        given = (wire for wire, name in self._http.headers.items() if name in self._given)
        return any(wire.lower() == "content-type" for wire in (*fixed, *given))

    def _encoded(self, body: HttpBody, inner: Json) -> tuple[str, bytes]:
        """The media type and the bytes of a body."""
        kind = body.content_type
        if is_json(kind):
            wrapped = [inner] if body.wrap_in_array else inner
            return kind, json_bytes({body.wrap: wrapped} if body.wrap else wrapped)
        if kind == FORM and isinstance(inner, dict):
            return kind, form(pair for name, value in inner.items() for pair in self._flat(name, name, value))
        if kind.startswith("multipart/") and isinstance(inner, dict):
            return self._multipart(body, inner)
        if isinstance(inner, str):
            name, root = body.source, self._root
            is_bytes = said_of(_inside([root], name, root), root).is_base64
            return kind, self._bytes(inner, name) if is_bytes else inner.encode("utf-8")
        raise NotCallable(f"{self._subject()} has a body of type {kind}, which is not made of a JSON object")

    def _multipart(self, body: HttpBody, members: dict[str, Json]) -> tuple[str, bytes]:
        """A body of several parts; what is base64 by its schema is a file."""
        root = self._root
        start = [root] if body.source == "*" else list(_inside([root], body.source, root))
        whole = [schema for branch in alternatives(start, root) for schema in branch]
        parts = (self._parts(name, value, _inside(whole, name, root)) for name, value in members.items())
        return multipart(body.content_type, chain.from_iterable(parts))

    def _parts(self, name: str, value: Json, schemas: Schemas) -> Iterator[Part]:
        """The parts that a member of a body becomes."""
        said = said_of(schemas, self._root)
        style = self._style(name)
        several = value if isinstance(value, list) else [value]
        are_texts = all(isinstance(one, str) for one in several)
        if said.is_base64 and are_texts and style != "text":
            for text, called in zip(several, self._filenames(name), strict=False):
                yield Part(name, self._bytes(text, name), said.media_type or "application/octet-stream", called)
            return
        kind = said.media_type if are_texts and not said.is_base64 else ""
        are_json = {"json": isinstance(value, dict | list), "jsons": not are_texts}.get(style, False)
        for wire, text in self._flat(name, name, value):
            yield Part(wire, text.encode("utf-8"), JSON if are_json else kind)

    def _filenames(self, name: str) -> Iterator[str]:
        """What the files of an input are called; as the input is, where nobody says."""
        body = self._http.body
        said = self._given.get(body.filenames.get(name, "")) if body else None
        given = said if isinstance(said, list) else [said]
        return chain((one if isinstance(one, str) else name for one in given), repeat(name))

    def _bytes(self, text: str, name: str) -> bytes:
        plain = text.replace("-", "+").replace("_", "/").rstrip("=")
        try:
            return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
        except (binascii.Error, ValueError):
            raise self._refused(name, "must be base64") from None

    def _left(self) -> list[str]:
        """The inputs that are placed neither in the path nor in the query, a header, a cookie or alone in the body."""
        http = self._http
        placed = {*self._in_path, *http.query.values(), *http.headers.values(), *http.cookies.values()}
        if http.body is not None:
            placed |= {http.body.source, *http.body.filenames.values()}
        return [name for name in self._given if name not in placed]

    def _pairs(self, wire: str, name: str) -> Pairs:
        return self._flat(wire, name, self._given[name]) if name in self._given else []

    def _style(self, name: str) -> Style:
        return self._http.styles.get(name, self._http.styles.get("*", "repeat"))

    def _flat(self, wire: str, name: str, value: Json) -> Pairs:
        """A value of a query or a form as its parameters, in the style that the definition has for it."""
        if not isinstance(value, dict | list):
            return [(wire, scalar(value))]
        style = self._style(name)
        if style == "jsons" and isinstance(value, list):
            return [(wire, _json(item)) for item in value]
        if style in ("json", "jsons"):
            return [(wire, _json(value))]
        if style == "numbered":
            return list(_numbered(wire, value, _inside([self._root], name, self._root), self._root))
        if style in _JOINED:
            return [(wire, self._joined(name, value, style))]
        members = value if style == "members" and isinstance(value, dict) else {wire: value}
        is_repeated = style in ("repeat", "text", "members")
        return [pair for key, member in members.items() for pair in _spread(key, member, is_repeated)]

    def _joined(self, name: str, value: Json, style: Style) -> str:
        """A value as one text."""
        if isinstance(value, dict):
            value = [part for key, member in value.items() for part in (key, member)]
        if not isinstance(value, list):
            return scalar(value)
        if any(isinstance(one, dict | list) for one in value):
            raise self._refused(name, "cannot be written in one parameter")
        return _JOINED[style].join(map(scalar, value))

    def _require_header(self, wire: str, value: str, name: str) -> None:
        try:
            require_header(wire, value)
        except UnsafeValue as error:
            raise self._refused(name, f"becomes a header: {error.message}") from None

    def _refused(self, name: str, message: str) -> InvalidInput:
        return InvalidInput(self._subject(), [Issue(pointer([name]), message, "http")])

    def _subject(self) -> str:
        return f"{self._method.integration_id}.{self._method.id}"


def _numbered(wire: str, value: Json, schemas: Schemas, root: dict[str, Json]) -> Iterator[tuple[str, str]]:
    """``a.1=...`` and ``a.b=...``, with the names between that the schemas have: AWS's query protocol, and EC2's."""
    if not isinstance(value, dict | list):
        yield wire, scalar(value)
        return
    said: dict[str, str] = {}
    for schema in reversed(schemas):
        said |= schema.get("x-xml", {})
    at = wire
    if "name" in said and said.get("flattened"):
        at = (wire.rpartition(".")[0] + "." + said["name"]).lstrip(".")
    elif "name" in said:
        at = f"{wire}.{said['name']}"
    if isinstance(value, list):
        if not value and "name" in said:
            yield wire, ""
        for number, item in enumerate(value, 1):
            yield from _numbered(f"{at}.{number}", item, _inside(schemas, 0, root), root)
    elif "key" in said:
        for number, (key, member) in enumerate(value.items(), 1):
            yield f"{at}.{number}.{said['key']}", key
            yield from _numbered(f"{at}.{number}.{said['value']}", member, _inside(schemas, key, root), root)
    else:
        for key, member in value.items():
            yield from _numbered(f"{wire}.{key}", member, _inside(schemas, key, root), root)


def _inside(schemas: Iterable[dict[str, Json]], step: str | int, root: dict[str, Json]) -> Schemas:
    """What schemas say of a member, or of an item."""
    found = []
    for schema in applied(list(schemas), root):
        if isinstance(step, int):
            found.append(schema.get("items"))
        else:
            found.append(schema.get("properties", {}).get(step, schema.get("additionalProperties")))
    return applied(found, root)


def _json(value: Json) -> str:
    """An array or an object as JSON text; any other value as the text that stands for it."""
    return json_bytes(value).decode() if isinstance(value, dict | list) else scalar(value)


def _spread(wire: str, value: Json, is_repeated: bool) -> Iterator[tuple[str, str]]:
    """A value as a parameter for each item, where nothing is nested in it; else in brackets."""
    if is_repeated and isinstance(value, list) and not any(isinstance(one, dict | list) for one in value):
        yield from ((wire, scalar(item)) for item in value)
    else:
        yield from _bracketed(wire, value)


def _bracketed(wire: str, value: Any) -> Iterator[tuple[str, str]]:
    """``a[b][0]=...``: how nested values are written in forms and queries."""
    if not isinstance(value, dict | list):
        yield wire, scalar(value)
        return
    for key, member in value.items() if isinstance(value, dict) else enumerate(value):
        yield from _bracketed(f"{wire}[{key}]", member)
