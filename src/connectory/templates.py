"""Templates such as ``${config.subdomain}``, rendered for the place they stand in.

What a template stands for comes from people who configure an instance, so no value may change the host of an address
(but for a field of ``format: hostname`` that is the whole host), leave its segment of a path, add a parameter or a
header. What the definition itself lists, in ``enum`` or ``const``, is its author's: it may be several segments or none,
and a host with its port.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from connectory.errors import InvalidCredentials, Issue, UnsafeValue
from connectory.records import Json
from connectory.references import applied
from connectory.request import require_header, require_https, scalar

_TEMPLATE = re.compile(r"\$\{([^{}]*)\}")
_LABELS = re.compile(
    r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*"
)
_PORT = re.compile(r"[1-9][0-9]{0,4}")
_ADDRESS = re.compile(r"(https?://)([^/?#]*)([^?#]*)(\??[^#]*)", re.IGNORECASE)
_UNVOUCHED = "only a value of the token response may be a whole host"
_END = re.compile(r":(?:[0-9]*|\$\{[^{}]*\})$")
"""The port of an address, at the end of its authority."""
_SECRET = re.compile(r"\$\{(?:credentials|token)\.[^{}]*\}")


class Values(NamedTuple):
    """What templates stand for.

    Attributes:
        subject: whose they are, for messages.
        config: the configuration.
        credentials: what the user supplied.
        token: ``accessToken``, ``refreshToken`` and what was captured.
        config_schema: JSON Schema of the configuration, which says what may be a whole host.
        brought: names of ``token`` that came with the redirect, through a browser: no provider vouches for them.
    """

    subject: str
    config: Mapping[str, Json]
    credentials: Mapping[str, Json]
    token: Mapping[str, Json]
    config_schema: Mapping[str, Json]
    brought: Collection[str] = ()

    def __repr__(self) -> str:
        return f"<Values of {self.subject}>"

    def value(self, name: str) -> str:
        """What ``${name}`` stands for, as text.

        Raises:
            InvalidCredentials: a credential is missing.
            UnsafeValue: anything else is missing, or is an array or an object.
        """
        space, _, inner = name.partition(".")
        found = getattr(self, space).get(inner) if space in ("config", "credentials", "token") else None
        if found is None and space == "credentials":
            raise InvalidCredentials(self.subject, [Issue("", f"lacks {inner!r}", "required")])
        if found is None:
            what = {"config": "the configuration", "token": "the token"}.get(space, "a template")
            raise UnsafeValue(f"{what} of {self.subject} has no value for ${{{name}}}", name)
        if isinstance(found, dict | list):
            raise UnsafeValue(f"${{{name}}} stands for a text or a number, not for several values", name)
        text = scalar(found)
        if not text.isascii() and text.encode("utf-8", "ignore").decode("utf-8") != text:
            raise UnsafeValue(f"${{{name}}} stands for a text that holds a lone surrogate", name)
        return text

    def property(self, name: str) -> tuple[Mapping[str, Json], ...]:
        """What the configuration's schema says of a ``config.x``."""
        root = dict(self.config_schema)
        space, _, inner = name.partition(".")
        if space != "config":
            return ()
        said = [part["properties"][inner] for part in applied([root], root) if inner in part.get("properties", {})]
        return applied(said, root)

    def lists(self, name: str, value: str) -> bool:
        """Whether the configuration's schema itself lists a value of ``config.x``."""
        return any(value in part.get("enum", ()) or part.get("const") == value for part in self.property(name))


def plain(value: Json, values: Values) -> Json:
    """A text for a body or a query, where nothing is special, at any depth; other values as they are."""
    if isinstance(value, str):
        return _rendered(value, values.value)
    if isinstance(value, Mapping):
        return {name: plain(inner, values) for name, inner in value.items()}
    return [plain(inner, values) for inner in value] if isinstance(value, list | tuple) else value


def header(name: str, text: str, values: Values) -> str:
    """The value of a header.

    Raises:
        UnsafeValue: what it stands for cannot stand in a header.
    """
    made = _rendered(text, values.value)
    require_header(name, made)
    return made


def path(text: str, values: Values) -> str:
    """A path in which no value leaves its segment, unless the definition lists it.

    Raises:
        UnsafeValue: a segment would be empty, or lead upwards.
    """

    def segment(name: str) -> str:
        value = values.value(name)
        return quote(value, safe="/") if values.lists(name, value) else quote(_not_empty(value, name), safe="")

    made = _rendered(text, segment)
    require_segments(made, text)
    return made


def require_segments(path_: str, name: str) -> None:
    """Refuse a path, with its query or without, that leads upwards.

    Raises:
        UnsafeValue: it does.
    """
    if any(part in (".", "..") for part in path_.partition("?")[0].split("/")):
        raise UnsafeValue("a segment of a path can be neither . nor ..", name)


def url(text: str, values: Values, what: str) -> str:
    """An address; each template is rendered for the part that it stands in.

    Args:
        text: the address with its templates.
        values: what they stand for.
        what: what the address is, for messages.

    Raises:
        UnsafeValue: a value cannot stand where it should, or the address is neither https nor on this machine.
    """
    return require_https(address(text, values, what), what)


def address(text: str, values: Values, what: str) -> str:
    """As ``url``, wherever the address leads."""
    parts = _ADDRESS.fullmatch(text)
    if parts is None:
        raise UnsafeValue(f"{what} is no http or https address", text)
    scheme, authority, way, query = parts.groups()
    made = scheme + _authority(authority, values) + path(way, values)
    made += _rendered(query, lambda name: quote(values.value(name), safe="~"))
    if not urlsplit(made).hostname:
        raise UnsafeValue(f"{what} has no host", text)
    return made


def veiled(text: str) -> str:
    """A template of an address or a path, with ``***`` for the credentials and tokens in its path; see ``shown``."""
    parts = _ADDRESS.fullmatch(text)
    before, way, after = (parts[1] + parts[2], parts[3], parts[4]) if parts else ("", text, "")
    return before + _SECRET.sub("***", way) + after


def shown(text: str, values: Values, what: str) -> str:
    """The address as messages may show it where its path holds a secret; else empty. Takes what ``url`` does."""
    template = veiled(text)
    return "" if template == text else url(template, values, what)


def choosers(text: str) -> tuple[str, ...]:
    """The templates in an address that choose its host, for no domain of two labels or more follows them."""
    parts = _ADDRESS.fullmatch(text)
    host = _END.sub("", parts[2]) if parts else ""
    names = _TEMPLATE.findall(host)
    return () if "." in host.rpartition("}")[2].partition(".")[2] else tuple(names)


def is_host(text: str) -> bool:
    """Whether the host of an address is one template and nothing else."""
    parts = _ADDRESS.fullmatch(text)
    return parts is not None and _TEMPLATE.fullmatch(_END.sub("", parts[2])) is not None


def _authority(text: str, values: Values) -> str:
    """The host and the port of an address."""
    end = _END.search(text)
    host = text[: end.start()] if end else text
    is_whole, choosing = is_host(f"https://{host}"), choosers(f"https://{host}")

    def label(name: str) -> str:
        value = values.value(name)
        value = _host(name, value, is_whole, takes_port=is_whole and not end and values.lists(name, value))
        if name in choosing and not _may_choose(name, value, is_whole, values):
            why = _UNVOUCHED if name.startswith("token.") else "its schema has neither format: hostname nor enum"
            raise UnsafeValue(f"this value would choose the host: {why}", name)
        return value

    return _rendered(host, label) + _rendered(end[0] if end else "", lambda name: _port(name, values.value(name)))


def _port(name: str, value: str) -> str:
    if not _PORT.fullmatch(value) or int(value) > 65535:
        raise UnsafeValue("a port is a number from 1 to 65535", name)
    return value


def _host(name: str, value: str, is_whole: bool, takes_port: bool) -> str:
    """A host, or labels of one, and its port where it may have one.

    A provider may give the whole address of its host: ``https://eu1.example.com``.
    """
    if is_whole and name.startswith("token."):
        value = value.removeprefix("https://").removesuffix("/")
    host, colon, port = value.partition(":") if takes_port else (value, "", "")
    if colon:
        _port(name, port)
    if not _LABELS.fullmatch(host) or len(host) > 253:
        raise UnsafeValue("only letters, digits, hyphens and single dots can stand in a host", name)
    return value


def _may_choose(name: str, value: str, is_whole: bool, values: Values) -> bool:
    """Whether a value may be, or end, a host: the provider's own, one of a list, or of a field that is for hosts."""
    if name.startswith("token."):
        return is_whole and name.removeprefix("token.") not in values.brought
    said = values.property(name)
    if is_whole and any(part.get("format") == "hostname" for part in said):
        return True
    return values.lists(name, value)


def _rendered(text: str, value: Callable[[str], str]) -> str:
    return _TEMPLATE.sub(lambda found: value(found[1]), text)


def _not_empty(value: str, name: str) -> str:
    if not value:
        raise UnsafeValue("a segment of a path cannot be empty", name)
    return value
