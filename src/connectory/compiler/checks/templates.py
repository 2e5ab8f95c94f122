"""A template names something that nothing declares, or cannot be read.

Addresses and authentication may hold ``${config.x}``, where x is a property of configSchema;
``${credentials.x}``, where x is one of the fixed names (apiKey, username, password, clientId,
clientSecret, accessToken, refreshToken) or a property of that way's parametersSchema; and
``${token.x}``, where x is accessToken or a value that captureFromToken or captureFromCallback
keeps; not in what asks for that token. Other notations, such as ``{config.x}``, are no templates.

Example:

    baseUrl: https://${config.subdomian}.example.com
    configSchema: {type: object, properties: {subdomain: {type: string}}}

Instead:

    baseUrl: https://${config.subdomain}.example.com
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from connectory.compiler.definition import TEMPLATE, Definition, Part, strings
from connectory.compiler.diagnostics import Diagnostic, Path, Severity
from connectory.compiler.schemas import subschemas
from connectory.compiler.signin import captured

_NEARLY = re.compile(r"(?:\$[\s{(]*|[{<][\s{]*)(?P<space>config|credentials|token)\.(?P<name>\w+)[\s})>]*")
"""What looks like a template of another notation, or like one with a sign missing."""

CODE = "D012"
SEVERITY: Severity = "error"

_CREDENTIALS = ("apiKey", "username", "password", "clientId", "clientSecret", "accessToken", "refreshToken")
_TOKEN = ("accessToken", "refreshToken")
_ASKING = ("authorizationUrl", "tokenUrl", "additionalParameters", "tokenParameters", "tokenRequest")
"""What of a way to sign in asks for a token."""
_CONFIGS = ("oauth2Config", "apiKeyConfig", "customAuthConfig")


def check(definition: Definition) -> Iterator[Diagnostic]:
    """One finding for each template that stands for nothing."""
    known = {"config": _properties(definition.data.get("configSchema")), "credentials": set(_CREDENTIALS)}
    everywhere = known | {"token": _captured(definition)}
    for name in ("baseUrl", "headers", "verify"):
        if name in definition.data:
            yield from _unknown(definition, (name,), definition.data[name], everywhere)
    for method in definition.methods:
        http = method.data.get("http")
        for name in ("baseUrl", "constants"):
            if isinstance(http, dict) and name in http:
                at = (*method.path, "http", name)
                yield from _unknown(definition, at, http[name], everywhere)
    for way in definition.signins():
        yield from _signin(definition, way, known)


def _signin(definition: Definition, way: Part, known: dict[str, set[str]]) -> Iterator[Diagnostic]:
    custom = way.data.get("customAuthConfig")
    supplied = _properties(custom.get("parametersSchema")) if isinstance(custom, dict) else set()
    own = known | {"credentials": known["credentials"] | supplied, "token": _tokens(way)}
    for name in _CONFIGS:
        config = way.data.get(name)
        if isinstance(config, dict):
            values = {field: value for field, value in config.items() if field != "parametersSchema"}
            yield from _unknown(definition, (*way.path, name), values, own)
            yield from _too_early(definition, (*way.path, name), config, own["token"] - {"accessToken"})


def _too_early(definition: Definition, path: Path, config: dict[str, Any], kept: set[str]) -> Iterator[Diagnostic]:
    """The templates of a token in the request for it; an access token may have been given beside the credentials."""
    for field in _ASKING:
        for at, text in strings(config.get(field), (*path, field)):
            for template in TEMPLATE.finditer(text):
                space, _, name = template[1].partition(".")
                if space == "token" and name in kept:
                    message = f"{template[0]} has no value yet, as this is what asks for the token"
                    yield definition.finding(globals(), message, at, help="take it from the configuration")


def _unknown(definition: Definition, path: Path, value: Any, known: dict[str, set[str]]) -> Iterator[Diagnostic]:
    for at, text in strings(value, path):
        for template in TEMPLATE.finditer(text):
            wrong = _wrong(definition, template[1], known)
            if wrong:
                yield definition.finding(globals(), f"{template[0]} {wrong[0]}", at, help=wrong[1])
        rest = TEMPLATE.sub("", text)
        nearly = _NEARLY.search(rest)
        if "${" in rest:
            yield definition.finding(globals(), "a template is not closed", at, help="write ${config.NAME}")
        elif nearly and nearly["name"] in known.get(nearly["space"], ()):
            message = f"{nearly[0]} is no template, and is sent as it stands"
            help_ = f"write ${{{nearly['space']}.{nearly['name']}}}"
            yield definition.finding(globals(), message, at, help=help_)


def _wrong(definition: Definition, inner: str, known: dict[str, set[str]]) -> tuple[str, str] | None:
    """What is wrong with a template, and the mend."""
    without_blanks = "".join(inner.split())
    if without_blanks != inner and _wrong(definition, without_blanks, known) is None:
        return "holds a blank", f"write ${{{without_blanks}}}"
    space, dot, name = inner.partition(".")
    if space not in known or not dot:
        everywhere = [f"{other}.{inner}" for other, names in known.items() if inner in names]
        close = everywhere or [f"{match}.{name}" for match in definition.close(space, known)]
        return "stands for nothing", f"did you mean ${{{close[0]}}}?" if close else "write ${config.NAME}"
    if name in known[space]:
        return None
    declares = {"config": "configSchema has", "credentials": "the credentials have", "token": "the token has"}[space]
    close = definition.close(name, known[space])
    add = {"config": "add it to configSchema", "credentials": "declare it in parametersSchema"}
    help_ = f"did you mean ${{{space}.{close[0]}}}?" if close else add.get(space, "keep it with captureFromToken")
    return f"is not declared: {declares} no {name!r}", help_


def _properties(schema: Any) -> set[str]:
    """The names of the properties that a schema declares for its own instance."""
    names: set[str] = set()
    for path, node in subschemas(schema):
        declared = node.get("properties")
        if isinstance(declared, dict) and all(step in _SAME_INSTANCE or isinstance(step, int) for step in path):
            names.update(declared)
    return names


_SAME_INSTANCE = frozenset(("allOf", "anyOf", "oneOf", "if", "then", "else"))


def _tokens(way: Part) -> set[str]:
    """The values of a token response that a way to sign in keeps."""
    config = way.data.get("oauth2Config")
    return {*_TOKEN, *captured(config, "captureFromToken"), *captured(config, "captureFromCallback")}


def _captured(definition: Definition) -> set[str]:
    return set().union(*map(_tokens, definition.signins()))
