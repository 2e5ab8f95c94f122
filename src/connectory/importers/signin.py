"""OpenAPI's and Swagger's security schemes as ways to sign in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from connectory.importers.draft import SignIn
from connectory.importers.inputs import short
from connectory.importers.naming import distinct, input_name, snake_case
from connectory.importers.tally import Tally

_FLOWS = {
    "authorizationCode": "authorization_code",
    "accessCode": "authorization_code",
    "clientCredentials": "client_credentials",
    "application": "client_credentials",
}
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
    ways: list[SignIn] = []
    for names in requirements or [[name] for name in schemes]:
        if len(names) == 1:
            made = _ways(names[0], schemes.get(names[0]), base_url, tally)
        else:
            made = _together(names, schemes, tally)
        for way in made:
            if not any((way.auth_type, way.config) == (other.auth_type, other.config) for other in ways):
                ways.append(_distinct(way, ways))
    return tuple(ways)


def _distinct(way: SignIn, others: Iterable[SignIn]) -> SignIn:
    return SignIn(
        id=distinct(way.id, {other.id for other in others}),
        auth_type=way.auth_type,
        config=way.config,
        description=way.description,
    )


def _ways(name: str, scheme: Any, base_url: str, tally: Tally) -> list[SignIn]:
    at = f"security scheme {name}"
    if not isinstance(scheme, dict):
        tally.note("security scheme that is not described; left out", at)
        return []
    id_ = snake_case(name) or "auth"
    kind, text = scheme.get("type"), short(scheme.get("description", ""))
    if kind == "oauth2":
        return _oauth2(id_, scheme, base_url, text, tally, at)
    if kind == "http" and str(scheme.get("scheme")).lower() == "bearer":
        return [SignIn(id=id_, auth_type="apikey", config=_BEARER, description=text)]
    if kind == "basic" or (kind == "http" and str(scheme.get("scheme")).lower() == "basic"):
        return [SignIn(id=id_, auth_type="custom", config=_BASIC, description=text)]
    if kind == "http" and isinstance(scheme.get("scheme"), str) and scheme["scheme"]:
        return [SignIn(id=id_, auth_type="custom", config={"scheme": scheme["scheme"].lower()}, description=text)]
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
        flows = {str(scheme.get("flow")): scheme}
    ways = []
    for flow, grant in _FLOWS.items():
        said = flows.get(flow)
        if not isinstance(said, dict):
            continue
        config: dict[str, Any] = {"grantType": grant}
        for field in ("authorizationUrl", "tokenUrl", "refreshUrl"):
            if isinstance(said.get(field), str) and said[field].strip():
                config[field] = _absolute(said[field].strip(), base_url)
        if not config.get("tokenUrl", "").startswith("http"):
            tally.note("OAuth 2 flow without a usable tokenUrl; left out", at)
            continue
        if grant == "authorization_code" and not config.get("authorizationUrl", "").startswith("http"):
            tally.note("OAuth 2 flow without a usable authorizationUrl; left out", at)
            continue
        if not config.get("refreshUrl", "http").startswith("http"):
            del config["refreshUrl"]
        if isinstance(said.get("scopes"), dict) and said["scopes"]:
            config["x-scopes"] = sorted(scope for scope in said["scopes"] if scope)
        ways.append(SignIn(id=id_, auth_type="oauth2", config=config, description=text))
    for flow in sorted(set(flows) - set(_FLOWS)):
        tally.note(f"OAuth 2 flow {flow[:40]}, which is not to be used any more; left out", at)
    return ways


def _absolute(url: str, base_url: str) -> str:
    origin = re.match(r"https?://[^/]+", base_url)
    return origin[0] + url if origin and re.match(r"/(?!/)", url) else url


def _together(names: Sequence[str], schemes: Mapping[str, Any], tally: Tally) -> list[SignIn]:
    """Several schemes at once: one custom way with a credential for each."""
    properties: dict[str, Any] = {}
    apply: dict[str, dict[str, str]] = {}
    for name in names:
        scheme = schemes.get(name)
        place = {"header": "headers", "query": "query"}.get(str(scheme.get("in"))) if isinstance(scheme, dict) else None
        wire = scheme.get("name") if isinstance(scheme, dict) else None
        if isinstance(scheme, dict) and scheme.get("type") == "http" and str(scheme.get("scheme")).lower() == "bearer":
            place, wire = "headers", "Authorization"
        if place is None or not isinstance(wire, str):
            tally.note("security schemes that are only valid together; left out", " + ".join(names))
            return []
        own = distinct(input_name(name), properties)
        properties[own] = {"type": "string", "minLength": 1, "writeOnly": True}
        prefix = "Bearer " if wire == "Authorization" else ""
        apply.setdefault(place, {})[wire] = f"{prefix}${{credentials.{own}}}"
    schema = {"type": "object", "additionalProperties": False, "required": sorted(properties), "properties": properties}
    config = {"scheme": "several_keys", "parametersSchema": schema, "apply": apply}
    return [SignIn(id="_and_".join(snake_case(name) for name in names), auth_type="custom", config=config)]
