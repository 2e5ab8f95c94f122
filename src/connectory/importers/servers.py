"""The addresses of an API as one base address and the configuration that it needs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from connectory.compiler.url_text import encoded
from connectory.importers.addresses import HOST, Base, choice_of, encrypted, of_address
from connectory.importers.prose import short
from connectory.importers.source import mapping
from connectory.importers.tally import Tally

_FOR_TRIALS = re.compile(
    r"(?<![a-z])(?:sandbox|staging|stage|test|testing|dev|development|local|localhost|127\.0\.0\.1|mock|demo|uat|qa)(?![a-z])",
    re.IGNORECASE,
)


def of_swagger(root: Mapping[str, Any], tally: Tally) -> Base:
    """What ``schemes``, ``host`` and ``basePath`` of Swagger 2.0 say together."""
    schemes = root["schemes"] if isinstance(root.get("schemes"), list) else []
    host, base = root.get("host"), root.get("basePath")
    scheme = "http" if "http" in schemes and "https" not in schemes else "https"
    address = f"{scheme}://{host}" if isinstance(host, str) and host else ""
    path = base.strip("/") if isinstance(base, str) else ""
    return of_address(f"{address}/{path}", {}, tally, "#/host")


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
        return of_address("/", {}, tally, at)
    chosen = next((server for server in said if not _is_for_trials(server)), said[0])
    hosts = {} if one else _hosts(said)
    if len(hosts) > 1 and len(hosts) == len({server["url"].strip().rstrip("/") for server in said}):
        scheme, _, rest = chosen["url"].strip().partition("://")
        host, slash, path = rest.partition("/")
        url = f"{scheme.lower()}://${{config.host}}{slash}{encoded(path)}".rstrip("/")
        return Base(encrypted(url, tally, at), {"host": _choice(hosts, host)})
    for other in said:
        if other is not chosen:
            tally.note("another server; one is converted", f"{other['url']}")
    return of_address(chosen["url"].strip(), mapping(chosen.get("variables")), tally, at)


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
        if not separator or not HOST.fullmatch(host) or "{" in path:
            return {}
        hosts.setdefault(host, short(server.get("description", "")))
        rest.add((scheme.lower(), path))
    return hosts if len(rest) == 1 else {}


def _choice(hosts: Mapping[str, str], default: str) -> dict[str, Any]:
    described = "; ".join(f"{host}: {text.rstrip('.')}" for host, text in hosts.items() if text)
    return choice_of(list(hosts), default, short(f"The host of the service. {described}"), hosts=True)
