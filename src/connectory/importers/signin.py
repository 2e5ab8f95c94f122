"""OpenAPI's and Swagger's security schemes as ways to sign in."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from connectory.compiler.url_text import address_flaw, encoded_address, unsendable
from connectory.importers.addresses import encrypted
from connectory.importers.draft import SignIn
from connectory.importers.naming import distinct, input_name, snake_case
from connectory.importers.prose import short
from connectory.importers.tally import Tally
from connectory.records import OWN_WAY

_FLOWS = {
    "authorizationCode": "authorization_code",
    "accessCode": "authorization_code",
    "clientCredentials": "client_credentials",
    "application": "client_credentials",
}
_OUTDATED = ("implicit", "password")
"""Flows that RFC 9700 tells not to use."""

_BEARER = {"in": "header", "name": "Authorization", "valueTemplate": "Bearer ${credentials.apiKey}"}
_BASIC = {
    "scheme": "basic",
    "parametersSchema": {
        "type": "object",
        "additionalProperties": False,
        "required": ["username", "password"],
        "properties": {"username": {"type": "string"}, "password": {"type": "string", "writeOnly": True}},
    },
}


def sign_ins(
    schemes: Mapping[str, Any], requirements: Sequence[Sequence[str]], base_url: str, tally: Tally
) -> tuple[SignIn, ...]:
    """The ways to sign in.

    Args:
        schemes: the source's security schemes by name.
        requirements: the sets of schemes that are used together, the preferred one first.
        base_url: what relative addresses start with.
        tally: where what cannot be expressed is noted.
    """
    ways: dict[str, SignIn] = {}
    taken = {OWN_WAY}
    for names in requirements or [[name] for name in schemes]:
        if len(names) == 1:
            made = _ways(names[0], schemes.get(names[0]), base_url, tally)
        else:
            made = _together(names, schemes, base_url, tally)
        for way in made:
            said = json.dumps((way.auth_type, way.config), sort_keys=True)
            if said not in ways:
                ways[said] = msgspec.structs.replace(way, id=distinct(way.id, taken))
                taken.add(ways[said].id)
            ways[said] = msgspec.structs.replace(ways[said], schemes=(*ways[said].schemes, tuple(sorted(names))))
    return tuple(ways.values())


def _ways(name: str, scheme: Any, base_url: str, tally: Tally) -> list[SignIn]:
    at = f"security scheme {name}"
    if not isinstance(scheme, dict):
        tally.note("security scheme that is not described; left out", at)
        return []
    id_ = snake_case(name) or "auth"
    kind, text = scheme.get("type"), short(scheme.get("description", ""))
    if kind == "oauth2":
        ways = _oauth2(id_, scheme, base_url, text, tally, at)
        return [msgspec.structs.replace(way, scheme=name) for way in ways]
    if kind == "http" and str(scheme.get("scheme")).lower() == "bearer":
        return [SignIn(id=id_, auth_type="apikey", config=_BEARER, description=text)]
    if kind == "basic" or (kind == "http" and str(scheme.get("scheme")).lower() == "basic"):
        return [SignIn(id=id_, auth_type="custom", config=_BASIC, description=text)]
    if kind == "http" and isinstance(scheme.get("scheme"), str) and scheme["scheme"]:
        tally.note(
            "HTTP authentication that no call does by itself; its scheme is named", f"{at}: {scheme['scheme'][:40]}"
        )
        named: dict[str, Any] = {"scheme": scheme["scheme"].lower()}
        if named["scheme"] == "digest":
            named |= {"parametersSchema": _BASIC["parametersSchema"]}
        return [SignIn(id=id_, auth_type="custom", config=named, description=text)]
    if kind == "openIdConnect":
        tally.note("openIdConnect, whose addresses stand elsewhere; its tokens are given as a key", at)
        return [SignIn(id=id_, auth_type="apikey", config=_BEARER, description=text, scheme=name)]
    if kind == "apiKey" and isinstance(scheme.get("name"), str) and scheme["name"]:
        if scheme.get("in") in ("header", "query"):
            key = {"in": scheme["in"], "name": scheme["name"]}
            if scheme["name"].lower() == "authorization" and re.search(r"\bbearer\b", text, re.IGNORECASE):
                key = dict(_BEARER)
            return [SignIn(id=id_, auth_type="apikey", config=key, description=text)]
        if scheme.get("in") == "cookie":
            apply = {"headers": {"Cookie": scheme["name"] + "=${credentials.apiKey}"}}
            return [SignIn(id=id_, auth_type="custom", config={"scheme": "cookie", "apply": apply}, description=text)]
    tally.note(f"security scheme of type {str(kind)[:40]}; left out", at)
    return []


def _oauth2(id_: str, scheme: Mapping[str, Any], base_url: str, text: str, tally: Tally, at: str) -> list[SignIn]:
    flows = scheme.get("flows")
    if not isinstance(flows, dict):
        flows = {str(scheme["flow"]): scheme} if "flow" in scheme else {}
    ways = []
    for flow, grant in _FLOWS.items():
        said = flows.get(flow)
        if not isinstance(said, dict):
            continue
        fields = ("authorizationUrl", "tokenUrl", "refreshUrl")
        urls = {field: _absolute(said.get(field), base_url, tally, at) for field in fields}
        config = {"grantType": grant} | {field: url for field, url in urls.items() if url}
        if "tokenUrl" not in config:
            tally.note("OAuth 2 flow without a usable tokenUrl; left out", at)
            continue
        if grant == "authorization_code" and "authorizationUrl" not in config:
            tally.note("OAuth 2 flow without a usable authorizationUrl; left out", at)
            continue
        if "refreshUrl" in config and grant == "client_credentials":
            del config["refreshUrl"]
            tally.note("refreshUrl of client credentials, which are never refreshed; left out", at)
        scopes = said.get("scopes")
        known = frozenset(scope for scope in scopes if scope) if isinstance(scopes, dict) else None
        ways.append(SignIn(id=id_, auth_type="oauth2", config=config, description=text, scopes=known or None))
    unused = sorted(set(map(str, flows)) - set(_FLOWS))
    password = None if ways else _password(flows.get("password"), base_url, tally, at)
    if password:
        ways = [SignIn(id=id_, auth_type="custom", config=password, description=text)]
        unused.remove("password")
    if not ways:
        ways = [SignIn(id=id_, auth_type="apikey", config=_BEARER, description=text)]
        tally.note("OAuth 2 without a flow that can be used; its tokens are given as a key", at)
    for flow in unused:
        why = "which is not to be used any more" if flow in _OUTDATED else "which a definition cannot say"
        tally.note(f"OAuth 2 flow {flow[:40]}, {why}; left out", at)
    return ways


def _password(said: Any, base_url: str, tally: Tally, at: str) -> dict[str, Any] | None:
    """The flow that sends user name and password, as two steps; None where it has no address."""
    url = _absolute(said.get("tokenUrl"), base_url, tally, at) if isinstance(said, dict) else ""
    if not url:
        return None
    body = {"grant_type": "password"} | {name: f"${{credentials.{name}}}" for name in ("username", "password")}
    return {
        "scheme": "two_step",
        "parametersSchema": _BASIC["parametersSchema"],
        "apply": {"headers": {"Authorization": "Bearer ${token.accessToken}"}},
        "tokenRequest": {
            "url": url,
            "bodyFormat": "form",
            "body": body,
        },
    }


def _absolute(said: Any, base_url: str, tally: Tally, at: str) -> str:
    """An address that requests can be sent to, which may be relative to the base address; empty where it is none."""
    url = said.strip() if isinstance(said, str) else ""
    origin = re.match(r"https?://[^/]+", base_url)
    if origin and re.match(r"/(?!/)", url):
        url = origin[0] + url
    elif origin and re.match(r"\.?[\w/-]", url) and ":" not in url:
        url = f"{base_url}/{url.removeprefix('./')}"
    made = encoded_address(url)
    return "" if address_flaw(made) or unsendable(made, is_base=False) else encrypted(made, tally, at)


def _together(names: Sequence[str], schemes: Mapping[str, Any], base_url: str, tally: Tally) -> list[SignIn]:
    """Several schemes at once: one custom way with a key for each, or keys beside the one that is more than a key."""
    every = {name: _ways(name, schemes.get(name), base_url, tally) for name in names}
    keys = {name: key for name, ways in every.items() if ways and (key := _key(ways[0])) is not None}
    if len(keys) == len(every):
        config = {"scheme": "several_keys"} | _with_keys({}, keys)
        return [SignIn(id="_and_".join(snake_case(name) for name in names), auth_type="custom", config=config)]
    usable = [name for name in names if every[name]]
    chosen = min(usable, key=lambda name: _TELLING.index(every[name][0].auth_type), default="")
    ways = [_beside(way, keys) for way in every.get(chosen, ())]
    for name in names:
        if name != chosen and not all(name in sent for _, sent in ways):
            tally.note(
                "security scheme that a call needs beside another one, which is kept; left out", f"{chosen} and {name}"
            )
    return [way for way, _ in ways]


_Keys = Mapping[str, tuple[str, str, str]]
"""By the name of a scheme, where it puts its key, the name of that there, and the template of it."""


def _beside(way: SignIn, keys: _Keys) -> tuple[SignIn, frozenset[str]]:
    """A way to sign in that sends these keys too, and which of them it sends."""
    if way.config.get("scheme") in ("basic", "two_step"):
        return msgspec.structs.replace(way, config=_with_keys(way.config, keys)), frozenset(keys)
    headers = {name: key for name, key in keys.items() if key[0] == "headers"}
    if way.auth_type != "oauth2" or not headers:
        return way, frozenset()
    name = min(headers)  # for there is one name for a key in the credentials of OAuth 2
    _, wire, template = headers[name]
    config = dict(way.config) | {"additionalHeaders": {wire: template}}
    return msgspec.structs.replace(way, config=config), frozenset((name,))


def _with_keys(config: Mapping[str, Any], keys: _Keys) -> dict[str, Any]:
    """A custom way to sign in, with these keys among what it needs and what it applies."""
    schema = config.get("parametersSchema", {})
    properties: dict[str, Any] = dict(schema.get("properties", {}))
    apply = {place: dict(values) for place, values in config.get("apply", {}).items()}
    own: list[str] = []
    for name, (place, wire, template) in keys.items():
        own.append(distinct(input_name(name), properties))
        properties[own[-1]] = {"type": "string", "minLength": 1, "writeOnly": True}
        value = template.replace("${credentials.apiKey}", f"${{credentials.{own[-1]}}}")
        there = apply.setdefault(place, {})
        there[wire] = f"{there[wire]}; {value}" if wire == "Cookie" and wire in there else value
    needed = {
        "type": "object",
        "additionalProperties": False,
        "required": [*schema.get("required", ()), *sorted(own)],
        "properties": properties,
    }
    return {**config, "parametersSchema": needed, "apply": apply}


_TELLING = ("oauth2", "custom", "apikey")


def _key(way: SignIn) -> tuple[str, str, str] | None:
    """Where a way to sign in puts its one key, and the template of it; None where it is more than a key."""
    if way.auth_type == "apikey":
        place = {"header": "headers", "query": "query"}[way.config["in"]]
        return place, way.config["name"], way.config.get("valueTemplate", "${credentials.apiKey}")
    if way.config.get("scheme") == "cookie":
        return "headers", "Cookie", way.config["apply"]["headers"]["Cookie"]
    return None
