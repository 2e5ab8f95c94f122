"""What cannot stand in an address, as it is sent as it is written."""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import quote, urlsplit

from connectory import templates
from connectory.compiler.definition import TEMPLATE
from connectory.errors import UnsafeValue

_ENCODED = r"[^\x21-\x7e]|[<>\"\\^`]|%(?![0-9A-Fa-f]{2})"
_TO_ENCODE = re.compile(_ENCODED)
_REFUSED = re.compile(rf"[{{}}#]|{_ENCODED}")
_VARIABLE = re.compile(r"(\{[^{}]*\})")
_SPACE = re.compile(r"[\s\x00-\x1f\x7f<>\"\\^`]")
_NOTHING = templates.Values("", {}, {}, {}, {})
_LABEL = re.compile(r"(?:[0-9A-Za-z_-]|[^\x00-\x7f]){1,63}")


def flaw(text: str) -> tuple[str, str] | None:
    """What is wrong with a path, or with a path and a query, and the mend.

    Args:
        text: with something plain in the place of each variable and template.
    """
    found = _REFUSED.search(text)
    if found is None:
        return None
    if found[0] == "%":
        said = text[found.start() : found.end() + 2]
        return f"holds {said!r}, which is no percent-encoding", "write % itself as %25"
    if found[0] == "#":
        return "has a fragment, which no request has", "remove it, or write # itself as %23"
    if found[0] in "{}":
        return f"holds {found[0]!r}, which no URL has", "write a template as ${config.NAME}"
    mend = "remove it" if found[0] != " " and found[0].isspace() else f"write it as {_quoted(found)}"
    return f"holds {found[0]!r}, which no URL has", mend


def path_flaw(text: str) -> tuple[str, str] | None:
    """As ``flaw``, for a whole path."""
    try:
        templates.require_segments(text, text)
    except UnsafeValue:
        return "has a segment . or .., which leads elsewhere", "write the path that it leads to"
    return flaw(text)


def encoded(text: str) -> str:
    """A path in which what no URL holds is percent-encoded, but for its variables and templates."""
    parts = _VARIABLE.split(text)
    return "".join(part if index % 2 else _TO_ENCODE.sub(_quoted, part) for index, part in enumerate(parts))


def _quoted(found: re.Match[str]) -> str:
    return quote(found[0], safe="", errors="replace")


def encoded_address(url: str) -> str:
    """An address with its path and query as ``encoded`` has them."""
    scheme, separator, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{separator}{host}{slash}{encoded(path)}"


def is_host(name: str) -> bool:
    """Whether a name is that of a host, as far as DNS goes; its letters may be of any language."""
    return len(name) <= 253 and all(_LABEL.fullmatch(label) for label in name.removesuffix(".").split("."))


def address_flaw(url: str) -> tuple[str, str] | None:
    """What is wrong with an address, and the mend."""
    plain = TEMPLATE.sub("1", url)  # a template may also be the port
    refused = _SPACE.search(plain)
    if refused:
        return f"holds {refused[0]!r}, which no URL has", "remove it, or write it percent-encoded"
    try:
        parts = urlsplit(plain)
        port_is_number = parts.port is None or parts.port >= 0
    except ValueError as error:
        return f"is not a URL: {error}", "write it as in https://api.example.com"
    if parts.scheme not in ("http", "https") or not url.lower().startswith(("http://", "https://")):
        return "is not an http or https URL", _with_scheme(url, parts.scheme)
    if not parts.hostname or not port_is_number:
        return "has no host", "write it as in https://api.example.com"
    if not (is_host(parts.hostname) or "[" in parts.netloc or "${" in plain):  # another rule reports what is not closed
        is_template = "{" in parts.hostname or "$" in parts.hostname
        help_ = "write a template as ${config.NAME}" if is_template else "write it as in https://api.example.com"
        return "has no host: only letters, digits, hyphens and single dots can stand in one", help_
    if parts.username is not None or parts.password is not None:
        return "holds a user name or password", "remove what stands before the @; credentials are supplied by users"
    return None


def unsendable(url: str, is_base: bool, keys: Collection[str] = ()) -> tuple[str, str] | None:
    """What keeps requests from being sent to an address, and the mend."""
    plain = TEMPLATE.sub("1", url)
    for key in keys if is_base else ():
        plain = plain.replace(f"{{{key}}}", "1")
    refused = flaw(plain.partition("//")[2][len(urlsplit(plain).netloc) :])
    if refused:
        return refused
    if is_base and "?" in plain:
        return "has a query, but paths are appended to it", "write its parameters as constants.query of the methods"
    try:
        templates.address(plain, _NOTHING, "the address")
    except UnsafeValue as error:
        return f"cannot be sent to: {error.message}", "write the address that it leads to"
    return None


def _with_scheme(url: str, scheme: str) -> str:
    """The mend of an address that does not start with http:// or https://."""
    if scheme in ("http", "https"):
        return f"write {scheme}://{url.partition(':')[2].lstrip('/')}"
    bare = not scheme or "." in scheme
    return f"write https://{url.lstrip('/')}" if bare and "." in url else "start it with https://"
