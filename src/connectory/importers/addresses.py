"""One address with variables as a base address, and the configuration that can fill it.

A variable that is a part of a host, a port or a segment of a path becomes configuration. One that is more than that,
such as a path with its slash or a prefix that may be empty, becomes a choice of whole hosts or whole paths where the
source lists its values, and is written into the address where it has one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from string import punctuation
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

from connectory import templates
from connectory.compiler.url_text import encoded_address, is_host
from connectory.errors import UnsafeValue
from connectory.importers.naming import distinct, snake_case
from connectory.importers.prose import short
from connectory.importers.source import mapping, spelling
from connectory.importers.tally import Tally
from connectory.request import require_https

HOST = re.compile(
    r"(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*"
)
_PLACEHOLDER = re.compile(r"(?<!\$)\{([^{}]*)\}")
_WITH_PORT = re.compile(r"([^:/]+):([1-9][0-9]{0,4})")
_MOST = 50
"""Variables of an address; and addresses that are a choice: of more the default one is written."""

_COMPARED = 1000
"""Values of a variable that are tried."""


class Base(NamedTuple):
    """A base address; ``config``: the schemas of the configuration properties that it has in ``${config.x}``."""

    url: str
    config: dict[str, Any]


class _Variable(NamedTuple):
    """A variable of an address.

    Attributes:
        values: those that the source lists.
        default: None where it has none.
        schema: of the configuration property, where it is not a text of these values.
    """

    values: tuple[str, ...] = ()
    default: str | None = None
    description: str = ""
    schema: Mapping[str, Any] | None = None

    @property
    def known(self) -> tuple[str, ...]:
        """The values that it certainly has."""
        return self.values or (() if self.default is None else (self.default,))

    @property
    def usual(self) -> str | None:
        """The value that stands for it where it cannot be chosen."""
        return self.default if self.default is not None else next(iter(self.values), None)


_Said = dict[str, _Variable]

_UNKNOWN_HOST = {
    "type": "string",
    "format": "hostname",
    "minLength": 1,
    "description": "The host name of the service.",
}
_PORT = {"type": "integer", "minimum": 1, "maximum": 65535, "default": 443, "description": "The port of the service."}


def of_address(url: str, variables: Mapping[str, Any], tally: Tally, at: str) -> Base:
    """An address with the variables that the source describes."""
    said = {name: _variable(mapping(variables.get(name))) for name in _names(url)}
    if len(said) > _MOST:
        return _unknown(url, tally, at)
    url, config = _absolute(_started(url, said), tally, at)
    url = _without_ports(url, said)
    unfit = [name for name in _names(url) if not _fits(name, url, said)]
    choice = _choice(url, unfit, said, tally, at)
    if choice is not None:
        url, config = choice
    else:
        url = _written(url, unfit, said, tally, at)
    while True:
        made, names = _with_templates(_stripped(url), said, config)
        wrong = _refused(made)
        if wrong is None:
            return made._replace(url=encrypted(made.url, tally, at))
        if wrong in templates.choosers(made.url):
            return _with_own_host(url, made, said, tally, at)
        blamed = [name for name, own in names.items() if f"config.{own}" == wrong and said[name].usual is not None]
        if not blamed:
            return _unknown(url, tally, at)
        url = _written(url, blamed, said, tally, at)


def _unknown(url: str, tally: Tally, at: str) -> Base:
    tally.note("address of a server that is none; the host is configuration", f"{at}: {url[:80]}")
    return Base("https://${config.host}", {"host": dict(_UNKNOWN_HOST)})


def _with_own_host(url: str, made: Base, said: _Said, tally: Tally, at: str) -> Base:
    """An address whose host is configuration as a whole, as no part of it may choose it."""
    tally.note("host that a variable would choose; the host is configuration", f"{at}: {url[:80]}")
    usual = {name: one.usual for name, one in said.items() if one.usual is not None}
    host = _parts(_substituted(url, usual))[1]
    way = re.sub(r"[^:]*://[^/]*", "", made.url, count=1)
    kept = {name: said for name, said in made.config.items() if f"${{config.{name}}}" in way}
    own = distinct("host", kept)
    default = {"default": host} if HOST.fullmatch(host) else {}
    return Base(f"https://${{config.{own}}}{way}", {own: _UNKNOWN_HOST | default, **kept})


def encrypted(url: str, tally: Tally, at: str) -> str:
    """The address as https, where it is http and not on this machine, which is noted."""
    _note_readable([url], tally, at)
    return _encrypted(url)


def _note_readable(urls: Sequence[str], tally: Tally, at: str) -> None:
    """Note the first of the addresses of one server that is http and not on this machine."""
    readable = next((url for url in urls if _encrypted(url) != url), None)
    if readable is not None:
        tally.note("address of http, which anybody on the way can read; https is converted", f"{at}: {readable[:80]}")


def _encrypted(url: str) -> str:
    if not url.lower().startswith("http://") or _is_safe(url):
        return url
    authority, slash, path = url[7:].partition("/")
    return f"https://{authority.removesuffix(':80')}{slash}{path}"


def _is_safe(url: str) -> bool:
    try:
        require_https(url, "")
    except ValueError:
        return False
    return True


def choice_of(values: Sequence[str], default: str | None, description: str, *, hosts: bool) -> dict[str, Any]:
    """The schema of one of several whole hosts or paths."""
    made: dict[str, Any] = {"type": "string"}
    if hosts and all(HOST.fullmatch(one) for one in values):
        made["format"] = "hostname"
    made["enum"] = list(dict.fromkeys(values))
    if default is not None:
        made["default"] = default
    return made | {"description": description}


def _variable(said: Mapping[str, Any]) -> _Variable:
    listed = said["enum"] if isinstance(said.get("enum"), list) else []
    values = tuple(dict.fromkeys(one for one in map(_value, listed) if one is not None))
    default = _value(said.get("default"))
    if default == "" and values and "" not in values:
        default = None  # a slip for one that is missing
    return _Variable(values, default, short(said.get("description", "")))


def _value(said: Any) -> str | None:
    """A value of a variable; None where it is none, or holds another variable."""
    text = None if said is None or isinstance(said, dict | list) else spelling(said)
    return None if text is None or "{" in text or "}" in text else text


def _names(url: str) -> list[str]:
    return list(dict.fromkeys(_PLACEHOLDER.findall(url)))


def _started(url: str, said: _Said) -> str:
    """The address from its scheme on, where it starts with a variable."""
    found = _PLACEHOLDER.match(url)
    if found is None:
        return f"https:{url}" if url.startswith("//") else url
    if url[found.end() :].startswith("://"):
        values = said[found[1]].known
        plain = "http" if values and "https" not in map(str.lower, values) else "https"
        return plain + url[found.end() :]
    usual = said[found[1]].usual
    if usual is not None and not said[found[1]].values and ("/" in usual or not usual):
        return _started(usual + url[found.end() :], said)
    return url if usual is None or any("/" in value for value in said[found[1]].known) else f"https://{url}"


def _absolute(url: str, tally: Tally, at: str) -> tuple[str, dict[str, Any]]:
    """The address with a host, which is configuration where the source does not say it."""
    if re.match(r"https?://|\{", url, re.IGNORECASE):
        return url, {}
    tally.note("the source does not say its host; it is configuration", at)
    return "https://${config.host}:${config.port}/" + url.lstrip("/"), {
        "host": dict(_UNKNOWN_HOST),
        "port": dict(_PORT),
    }


def _without_ports(url: str, said: _Said) -> str:
    """The address with a variable of its own for the port of a host that is a variable with both."""
    scheme, separator, rest = url.partition("://")
    authority, slash, path = rest.partition("/")
    found = _PLACEHOLDER.fullmatch(authority)
    one = said[found[1]] if found else _Variable()
    both = _WITH_PORT.fullmatch(one.default or "")
    if found is None or both is None or one.values:
        return url
    port = distinct("port", said)
    said[found[1]] = one._replace(default=both[1])
    said[port] = _Variable(schema=_PORT | {"default": int(both[2])}, default=both[2])
    return f"{scheme}{separator}{authority}:{{{port}}}{slash}{path}"


# What cannot be filled by one value.


def _fits(name: str, url: str, said: _Said) -> bool:
    """Whether a template for a variable gives the address that the source means, with each value that is known."""
    for other in _names(url):
        if other != name:
            url = _substituted(url, {other: _sample(other, url, said)})
    made, names = _with_templates(_stripped(url), said, {})
    chooses = f"config.{names[name]}" in templates.choosers(made.url)  # what it may not, nobody can choose
    return all(
        _is_meant(made, {names[name]: value}, _substituted(url, {name: value})) or (chooses and HOST.fullmatch(value))
        for value in said[name].known[:_COMPARED] or (_sample(name, url, said),)
    )


def _is_meant(base: Base, config: Mapping[str, Any], address: str) -> bool:
    """Whether a call with this configuration goes to this address."""
    try:
        return _rendered(base, config) == quote(_by_https(_stripped(address)), safe=punctuation)
    except ValueError:
        return False


def _sample(name: str, url: str, said: _Said) -> str:
    """A value of a variable, whether the source has one or not."""
    usual = said[name].usual
    if usual is not None:
        return usual
    return "443" if re.search(rf"://[^/]*:\{{{re.escape(name)}\}}(/|$)", url) else "a"


def _refused(base: Base) -> str | None:
    """The template that a call could not fill, as ``config.x``; empty where the address is none."""
    config = {
        name: schema.get("default", next(iter(schema.get("enum", ())), None)) for name, schema in base.config.items()
    }
    for name in (name for name, given in config.items() if given is None):
        config[name] = "443" if base.url.partition("://")[2].partition("/")[0].endswith(f":${{config.{name}}}") else "a"
    try:
        return None if _is_usable(_rendered(base, config)) else ""
    except UnsafeValue as error:
        return error.where
    except ValueError:
        return ""


def _rendered(base: Base, config: Mapping[str, Any]) -> str:
    """The address as a call has it, with https for http.

    Raises:
        UnsafeValue: a value cannot stand in its place.
        ValueError: it is no address.
    """
    schema = {"type": "object", "properties": base.config}
    return templates.url(_by_https(base.url), templates.Values("", config, {}, {}, schema), "baseUrl").rstrip("/")


def _by_https(url: str) -> str:
    """The address with https for http: whether it is one does not depend on that."""
    return re.sub("^http:", "https:", url, flags=re.IGNORECASE)


def _is_usable(url: str) -> bool:
    try:
        parts = urlsplit(url)
        named = parts.scheme.lower() in ("http", "https") and parts.hostname and parts.username is None
        named = named and (is_host(parts.hostname or "") or "[" in parts.netloc)
        return bool(named and (parts.port is None or parts.port >= 0) and not re.search(r"[\s<>\"\\^`{}]", url))
    except ValueError:
        return False


# The address with its variables replaced.


def _substituted(url: str, values: Mapping[str, str]) -> str:
    """The address with these values in it; a slash that a value brings or leaves over stands once."""

    def value(found: re.Match[str]) -> str:
        if found[2] not in values:
            return found[0]
        text = values[found[2]]
        if not found[1]:
            return text
        is_last = url[found.end() :][:1] in ("", "/")
        return "" if is_last and not text else "/" + text.removeprefix("/")

    made = re.sub(r"((?<!/)/(?!/))?(?<!\$)\{([^{}]*)\}", value, url)
    return re.sub(r"(://[^/]*?):(?=/|$)", r"\1", made)  # the colon of a port that is not given


def _written(url: str, names: Sequence[str], said: _Said, tally: Tally, at: str) -> str:
    """The address with the usual values of these variables, which are no choice then."""
    for name in names:
        usual = said[name].usual
        if usual is not None:
            tally.note(
                "variable of an address that is more than one part of it; its default is written", f"{at}: {name}"
            )
            url = _substituted(url, {name: usual})
    return url


def _choice(url: str, unfit: Sequence[str], said: _Said, tally: Tally, at: str) -> tuple[str, dict[str, Any]] | None:
    """The address with a choice of whole hosts, or of whole paths, for the variables whose values are listed."""
    listed = [name for name in unfit if len(said[name].values) > 1]
    if not listed or any(said[name].usual is None for name in unfit):
        return None
    every_listed = [name for name in _names(url) if name in listed or len(said[name].values) > 1]
    for names in (listed, every_listed):
        fixed = {name: str(said[name].usual) for name in (*unfit, *names)}
        addresses = list(_addresses(url, names, fixed, said))
        made = _choice_among(addresses, _stripped(_substituted(url, fixed)), names, said)
        if made is not None:
            _note_readable(addresses, tally, at)
            return made
    return None


def _choice_among(
    addresses: Sequence[str], usual: str, listed: Sequence[str], said: _Said
) -> tuple[str, dict[str, Any]] | None:
    if len(addresses) > _MOST:
        return None
    scheme, host, path = _parts(_encrypted(usual))
    schemes, hosts, paths = zip(*(_parts(_encrypted(one)) for one in addresses), strict=True)
    has_default = all(said[name].default is not None for name in listed)
    text = " ".join(filter(None, (said[name].description for name in listed)))
    if len({*schemes}) == len({*paths}) == 1 and not any(map(_PLACEHOLDER.search, hosts)):
        schema = choice_of(hosts, host if has_default else None, text or "The host of the service.", hosts=True)
        return f"{scheme}://${{config.host}}" + (f"/{path}" if path else ""), {"host": schema}
    if len({*schemes}) == len({*hosts}) == 1 and not any(map(_PLACEHOLDER.search, paths)):
        schema = choice_of(paths, path if has_default else None, text or "The path of the service.", hosts=False)
        return f"{scheme}://{host}/${{config.path}}", {"path": schema}
    return None


def _addresses(url: str, listed: Sequence[str], fixed: Mapping[str, str], said: _Said) -> Iterator[str]:
    """The addresses that these variables choose from, one more than are a choice at most."""
    for count, values in enumerate(product(*(said[name].values for name in listed))):
        if count > _MOST:
            return
        yield _stripped(_substituted(url, {**fixed, **dict(zip(listed, values, strict=True))}))


def _parts(url: str) -> tuple[str, str, str]:
    scheme, _, rest = url.partition("://")
    host, _, path = rest.partition("/")
    return scheme.lower(), host, path


def _stripped(url: str) -> str:
    """The address without what no base address has, and with its path as it is sent."""
    return encoded_address(url.partition("?")[0].partition("#")[0].rstrip("/"))


def _with_templates(url: str, said: _Said, config: Mapping[str, Any]) -> tuple[Base, dict[str, str]]:
    """The address with a template for each variable, the configuration of these and of ``config``, and their names."""
    made: dict[str, Any] = dict(config)
    names: dict[str, str] = {}

    def variable(found: re.Match[str]) -> str:
        if found[1] not in names:
            names[found[1]] = distinct(snake_case(found[1]) or "variable", made)
            alone = url[: found.start()].endswith("://") and url[found.end() :][:1] in ("", "/", ":")
            made[names[found[1]]] = _schema(said[found[1]], whole_host=alone)
        return f"${{config.{names[found[1]]}}}"

    return Base(_PLACEHOLDER.sub(variable, url), made), names


def _schema(said: _Variable, *, whole_host: bool) -> dict[str, Any]:
    """The schema of the configuration property that a variable becomes."""
    if said.schema is not None:
        return dict(said.schema)
    made: dict[str, Any] = {"type": "string", "minLength": 1}
    if whole_host and all(HOST.fullmatch(one) for one in (*said.values, said.default) if one):
        made["format"] = "hostname"
    if said.values:
        made["enum"] = list(said.values)
    if said.default is not None:
        made["default"] = said.default
    if said.description:
        made["description"] = said.description
    return made
