"""What a vendor answered to a call, as the method's output."""

from __future__ import annotations

import base64
import re
import time
from codecs import BOM_UTF8
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import msgspec

from connectory.binding import finisher
from connectory.errors import CallFailed
from connectory.media_types import is_json, is_text
from connectory.model import Http, HttpErrors, Pagination
from connectory.printable import printable
from connectory.records import Json
from connectory.references import applied

if TYPE_CHECKING:
    from connectory.integration import Integration
    from connectory.method import Method, OnInvalidOutput

_LINK = re.compile(r'<([^<>]*)>((?:\s*;\s*[\w*-]+\s*=\s*(?:"[^"]*"|[^",;\s]*))*)')
_REL = re.compile(r';\s*rel\s*=\s*(?:"([^"]*)"|([^",;\s]*))', re.IGNORECASE)
_CHARSET = re.compile(r""";\s*charset\s*=\s*"?((?:utf|us|iso|windows|shift|euc|gb|big|koi)[\w:.-]*)""", re.IGNORECASE)
"""Of texts on the web; codecs of Python beyond those are slow, or no texts."""
_MESSAGES = ("message", "error_description", "detail", "title", "error", "errors", "errorMessages", "Message")
"""Where vendors say what went wrong, when a definition does not say where."""
_ITEM = re.compile("[0-9]{1,9}|-1")
_DEEP = 8
"""Steps into a vendor's answer in which a message is looked for."""
_LONGEST = 500
"""Characters of a vendor's message that are shown."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """A call's output.

    Attributes:
        output: the output; the caller's own.
        next: the input of the call for the next page; None where there is none, or where nothing says what it is.
        next_url: the address of the next page, with vendors that give one.
    """

    output: dict[str, Json]
    next: dict[str, Json] | None = None
    next_url: str | None = None


def parse(
    method: Method,
    status: int,
    headers: Mapping[str, str],
    body: bytes | str,
    data: Json,
    on_invalid_output: OnInvalidOutput,
    now: float | None = None,
) -> Answer:
    """What a call came to; see ``Method.parse_response``.

    Raises:
        CallFailed: the vendor says that it failed.
        InvalidOutput: the output is not valid.
    """
    http = method.http
    lowered = {str(name).lower(): str(value) for name, value in headers.items()}
    kind = lowered.get("content-type", "")
    if isinstance(body, str):
        content, kind = body.encode("utf-8"), kind.partition(";")[0]
    else:
        content = bytes(body)
    found = _decoded(content, kind)
    subject = f"{method.integration_id}.{method.id}"
    errors = http.errors if http else None
    if not 200 <= status < 300 or is_failure(found, errors):
        wait = _seconds(lowered.get("retry-after", ""), time.time() if now is None else now)
        raise CallFailed(subject, status, message(found, errors), found, wait)
    wrap = http.response.wrap if http and http.response else None
    output: Json = {wrap: found} if wrap and content else {} if found is None else found
    finisher(method, "the vendor", on_invalid_output)(output)
    if http is None or http.pagination is None:
        return Answer(output=output)
    return _paged(method, http, http.pagination, output, lowered, data if isinstance(data, Mapping) else {})


def refusal(integration: Integration, status: int, headers: Mapping[str, str], body: bytes) -> str:
    """Why the answer to ``verify_request`` does not prove the credentials; empty where it does."""
    errors = integration.verify.errors if integration.verify else None
    lowered = {str(name).lower(): str(value) for name, value in headers.items()}
    found = _decoded(body, lowered.get("content-type", ""))
    if 200 <= status < 300 and not is_failure(found, errors):
        return ""
    return f"HTTP {status} {message(found, errors)}".strip()


def is_failure(found: Json, errors: HttpErrors | None) -> bool:
    """Whether a body says that the call failed."""
    if errors is None:
        return False
    is_flagged = errors.flag is not None and at(found, errors.flag) is False
    return is_flagged or (errors.present is not None and bool(at(found, errors.present)))


def _seconds(said: str, now: float) -> float | None:
    """How long to wait, by a Retry-After header: seconds or a date (RFC 9110, 10.2.3); None where it says neither."""
    if said.isascii() and said.isdigit() and len(said) < 10:
        return float(said)
    try:
        return max(parsedate_to_datetime(said).timestamp() - now, 0.0)
    except (ValueError, OverflowError):
        return None


def at(value: Json, path: str) -> Json:
    """What stands at a dotted path; None where there is nothing. A key that has the dots itself comes first.

    Items of a list are counted from 0; -1 is the last one.
    """
    while True:
        if isinstance(value, dict) and path in value:
            return value[path]
        head, dot, path = path.partition(".")
        if isinstance(value, dict) and dot:
            value = value.get(head)
        elif isinstance(value, list) and value and _ITEM.fullmatch(head) and int(head) < len(value):
            value = value[int(head)]
            if not dot:
                return value
        else:
            return None


def _decoded(content: bytes, media_type: str) -> Json:
    """A body as JSON, where it is; else as a text, or as base64 of its bytes."""
    kind = media_type.partition(";")[0].strip().lower()
    if not content:
        return None
    if not kind or is_json(kind):
        try:
            return msgspec.json.decode(content.removeprefix(BOM_UTF8))
        except (msgspec.MsgspecError, RecursionError):
            pass
    try:
        if not kind or is_text(kind):
            charset = _CHARSET.search(media_type)
            return content.decode(charset[1] if charset else "utf-8")
    except (UnicodeDecodeError, LookupError):
        pass
    return base64.b64encode(content).decode("ascii")


def message(found: Json, errors: HttpErrors | None = None) -> str:
    """What a vendor said went wrong; empty where it did not, or where nobody knows in which member."""
    said: Any = at(found, errors.message) if errors and errors.message else None
    for _ in range(_DEEP):
        if isinstance(said, str) and said:
            return printable(said[:_LONGEST])
        if isinstance(said, list) and said:
            said = said[0]
        elif isinstance(said, dict):
            said = next((said[name] for name in _MESSAGES if said.get(name)), None)
        elif said is None and isinstance(found, dict):
            said, found = found, None
        else:
            break
    return ""


def _paged(
    method: Method, http: Http, pages: Pagination, output: dict[str, Json], headers: Mapping[str, str], data: Json
) -> Answer:
    """The answer, with what asks for the next page."""
    said = at(output, pages.output) if pages.output else None
    if pages.style == "link":
        url = said if isinstance(said, str) and said else _next_link(headers.get("link", ""))
        return Answer(output=output, next=_inputs_of(method, http, url, data) if url else None, next_url=url or None)
    if pages.input is None:
        return Answer(output=output)
    following = said if pages.output else _counted(method, pages, output, data)
    if following in (None, "", False, -1) or following == data.get(pages.input):
        return Answer(output=output)
    return Answer(output=output, next={**data, pages.input: following})


def _counted(method: Method, pages: Pagination, output: Json, data: Mapping[str, Json]) -> int | None:
    """The number of the next page, or of its first item; None after a page without items."""
    items = at(output, pages.items) if pages.items else None
    if pages.input is None or not isinstance(items, list) or not items:
        return None
    schema = _properties(method).get(pages.input, {})
    now = data.get(pages.input, schema.get("default", 1 if pages.style == "page" else 0))
    if isinstance(now, bool) or not isinstance(now, int):
        return None
    return now + (1 if pages.style == "page" else len(items))


def _next_link(header: str) -> str | None:
    """The target of ``rel="next"`` in a Link header (RFC 8288)."""
    for found in _LINK.finditer(header):
        rel = _REL.search(found[2])
        if rel and "next" in (rel[1] or rel[2] or "").lower().split():
            return found[1]
    return None


def _inputs_of(method: Method, http: Http, url: str, data: Mapping[str, Json]) -> dict[str, Json] | None:
    """The input that leads to an address; None where its path is another method's, or a parameter is no input's."""
    path, _, query = url.partition("#")[0].partition("?")
    given = parse_qs(query, keep_blank_values=True)
    is_same_path = path.endswith(http.path.rpartition("}")[2])  # vendors write variables otherwise: by another id
    if not given or not is_same_path or not set(given) <= set(http.query) | set(http.constants.query):
        return None
    properties = _properties(method)
    made = dict(data)
    for wire, name in http.query.items():
        if wire in given:
            made[name] = _typed(given[wire], properties.get(name, {}))
    return made


def _typed(texts: list[str], schema: Mapping[str, Json]) -> Json:
    """The texts of a parameter as its schema has them."""
    kind = schema.get("type")
    if kind == "array":
        return [_typed([text], schema.get("items", {})) for text in texts]
    if kind in ("integer", "number", "boolean"):
        try:
            return msgspec.json.decode(texts[-1])
        except msgspec.MsgspecError:
            pass
    return texts[-1]


def _properties(method: Method) -> dict[str, dict[str, Json]]:
    """What the input's schema says of each input, merged over references."""
    root = method.input_schema
    found: dict[str, dict[str, Json]] = {}
    for part in applied([root], root):
        for name, schema in part.get("properties", {}).items():
            for said in reversed(applied([schema], root)):
                found.setdefault(name, {}).update(said)
    return found
