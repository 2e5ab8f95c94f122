"""The addresses of an API as one base address and the configuration that it needs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from connectory.importers.inputs import short
from connectory.importers.naming import distinct, snake_case
from connectory.importers.source import mapping, spelling
from connectory.importers.tally import Tally
from connectory.templates import choosers, is_host

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_HOST = re.compile(
    r"(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*"
)
_FOR_TRIALS = re.compile(
    r"(?<![a-z])(?:sandbox|staging|stage|test|testing|dev|development|local|localhost|127\.0\.0\.1|mock|demo|uat|qa)(?![a-z])",
    re.IGNORECASE,
)


class Base(NamedTuple):
    """A base address; ``config``: the schemas of the configuration properties that it has in ``${config.x}``."""

    url: str
    config: dict[str, Any]


def of_swagger(root: Mapping[str, Any], tally: Tally) -> Base:
    """What ``schemes``, ``host`` and ``basePath`` of Swagger 2.0 say together."""
    schemes = root["schemes"] if isinstance(root.get("schemes"), list) else []
    host, base = root.get("host"), root.get("basePath")
    scheme = "http" if "http" in schemes and "https" not in schemes else "https"
    address = f"{scheme}://{host}" if isinstance(host, str) and host else ""
    path = base.strip("/") if isinstance(base, str) else ""
    return _address(f"{address}/{path}", {}, tally, "#/host")


def of_servers(servers: Any, tally: Tally, at: str, *, one: bool = False) -> Base:
    """What a list of servers of OpenAPI says.

    Those that differ only in their host are a choice of the configuration, unless ``one`` is asked for; of others,
    the first that is not for trials is taken.
    """
    said = [
        server
        for server in (servers if isinstance(servers, list) else ())
        if isinstance(server, dict) and isinstance(server.get("url"), str)
    ]
    if not said:
        return _address("/", {}, tally, at)
    chosen = next((server for server in said if not _is_for_trials(server)), said[0])
    hosts = {} if one else _hosts(said)
    if len(hosts) > 1 and len(hosts) == len({server["url"].strip().rstrip("/") for server in said}):
        scheme, _, rest = chosen["url"].strip().partition("://")
        host, slash, path = rest.partition("/")
        url = f"{scheme.lower()}://${{config.host}}{slash}{path}".rstrip("/")
        return Base(url, {"host": _choice(hosts, host)})
    for other in said:
        if other is not chosen:
            tally.note("another server; one is converted", f"{other['url']}")
    return _address(chosen["url"].strip(), mapping(chosen.get("variables")), tally, at)


def _is_for_trials(server: Mapping[str, Any]) -> bool:
    return (
        _FOR_TRIALS.search(f"{server['url'].partition('://')[2].partition('/')[0]} {server.get('description')}")
        is not None
    )


def _hosts(servers: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The hosts of servers, with what is said of each; empty where these differ in more, or are no plain names."""
    hosts: dict[str, str] = {}
    rest: set[tuple[str, str]] = set()
    for server in servers:
        scheme, separator, address = server["url"].strip().rstrip("/").partition("://")
        host, _, path = address.partition("/")
        if not separator or not _HOST.fullmatch(host) or "{" in path:
            return {}
        hosts.setdefault(host, short(server.get("description", "")))
        rest.add((scheme.lower(), path))
    return hosts if len(rest) == 1 else {}


def _choice(hosts: Mapping[str, str], default: str) -> dict[str, Any]:
    described = "; ".join(f"{host}: {text.rstrip('.')}" for host, text in hosts.items() if text)
    return {
        "type": "string",
        "format": "hostname",
        "enum": list(hosts),
        "default": default,
        "description": short(f"The host of the service. {described}"),
    }


def _address(url: str, variables: Mapping[str, Any], tally: Tally, at: str) -> Base:
    """One address with variables."""
    config: dict[str, Any] = {}
    names: dict[str, str] = {}
    if not re.match(r"https?://|\{", url, re.IGNORECASE):
        if url.startswith("//"):
            url = "https:" + url
        else:
            tally.note("the source does not say its host; it is configuration", at)
            config = {"host": dict(_UNKNOWN_HOST), "port": dict(_PORT)}
            url = "https://${config.host}:${config.port}/" + url.lstrip("/")

    def variable(found: re.Match[str]) -> str:
        if url[: found.start()].endswith("$"):
            return found[0]
        said = mapping(variables.get(found[1]))
        if found.start() == 0 and url[found.end() :].startswith("://"):
            return "https"
        if found[1] not in names:
            names[found[1]] = distinct(snake_case(found[1]) or "variable", config)
            alone = url[: found.start()].endswith("://") and url[found.end() :][:1] in ("", "/", ":")
            config[names[found[1]]] = _of_variable(said, whole_host=alone)
        return f"${{config.{names[found[1]]}}}"

    made = _PLACEHOLDER.sub(variable, url).partition("?")[0].partition("#")[0].rstrip("/")
    if not _is_usable(re.sub(r"\$\{[^{}]*\}", "1", made)):
        tally.note("address of a server that is none; the host is configuration", f"{at}: {url[:80]}")
        return Base("https://${config.host}", {"host": dict(_UNKNOWN_HOST)})
    return Base(made, config) if _may_choose(made, config) else _with_own_host(made, config, tally, at)


def _with_own_host(url: str, config: Mapping[str, Any], tally: Tally, at: str) -> Base:
    """An address whose host is configuration as a whole, as no part of it may choose it."""
    tally.note("host that a variable would choose; the host is configuration", f"{at}: {url[:80]}")
    way = re.sub(r"[^:]*://[^/]*", "", url, count=1)
    kept = {name: said for name, said in config.items() if f"${{config.{name}}}" in way}
    host = distinct("host", kept)
    return Base(f"https://${{config.{host}}}{way}", {host: dict(_UNKNOWN_HOST), **kept})


_UNKNOWN_HOST = {
    "type": "string",
    "format": "hostname",
    "minLength": 1,
    "description": "The host name of the service.",
}
_PORT = {"type": "integer", "minimum": 1, "maximum": 65535, "default": 443, "description": "The port of the service."}


def _of_variable(said: Mapping[str, Any], *, whole_host: bool) -> dict[str, Any]:
    values = [spelling(one) for one in said["enum"]] if isinstance(said.get("enum"), list) else []
    default = spelling(said["default"]) if said.get("default") not in (None, "") else ""
    made: dict[str, Any] = {"type": "string", "minLength": 1}
    if whole_host and all(_HOST.fullmatch(one) for one in (*values, default) if one):
        made["format"] = "hostname"
    if values:
        made["enum"] = values
    if default:
        made["default"] = default
    if short(said.get("description", "")):
        made["description"] = short(said["description"])
    return made


def _may_choose(url: str, config: Mapping[str, Any]) -> bool:
    """Whether what chooses the host of an address is one of a list, or a host."""
    said = [mapping(config.get(name.partition(".")[2])) for name in choosers(url)]
    return all("enum" in one or (is_host(url) and one.get("format") == "hostname") for one in said)


def _is_usable(url: str) -> bool:
    try:
        parts = urlsplit(url)
        named = parts.scheme.lower() in ("http", "https") and parts.hostname and parts.username is None
        return bool(named and (parts.port is None or parts.port >= 0) and not re.search(r"[\s<>\"\\^`{}]", url))
    except ValueError:
        return False
