"""No value that the configuration allows can stand in an address.

A template in a host stands for parts between its dots, one in a path for a segment, and one behind a
colon for a port. What its field lists itself, with ``enum``, may be several segments, or a whole host
with its port. A call with any other value is refused.

Example:

    baseUrl: https://api.example.com/${config.path}
    configSchema: {type: object, properties: {path: {type: string, enum: [../v1]}}}

Instead:

    configSchema: {type: object, properties: {path: {type: string, enum: [v1, beta/v1]}}}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectory import templates
from connectory.compiler.definition import TEMPLATE, Definition
from connectory.compiler.diagnostics import Diagnostic, Severity
from connectory.compiler.signin import addresses
from connectory.errors import ConnectoryError, UnsafeValue

CODE = "D050"
SEVERITY: Severity = "error"

_MOST_TEMPLATES = 20
"""Templates of an address from which on nothing is tried."""

_MOST = 100
"""Values of a field that are tried; of one that lists more, somebody needs others."""


def check(definition: Definition) -> Iterator[Diagnostic]:
    """A finding for each field of the configuration that no value can fill where it stands, or not its own default."""
    schema = definition.data.get("configSchema")
    if not isinstance(schema, dict) or ("configSchema",) not in definition.valid_paths:
        return
    own = schema.get("$defs")
    schema = {**schema, "$defs": {**definition.shared, **(own if isinstance(own, dict) else {})}}
    for path, url in addresses(definition):
        if not url.lower().startswith(("http://", "https://")):
            continue  # another rule reports it
        names = dict.fromkeys(TEMPLATE.findall(url))
        for name in names if len(names) <= _MOST_TEMPLATES else ():
            wrong = _wrong(name, url, schema) if name.startswith("config.") else None
            if wrong is not None:
                yield definition.finding(globals(), wrong[0], path, help=wrong[1])


def _wrong(name: str, url: str, schema: dict[str, Any]) -> tuple[str, str] | None:
    """What is wrong with a template of an address, and the mend."""
    said = _values({}, schema).property(name)
    if not said or (name in templates.choosers(url) and not _listed(name, schema)):
        return None  # another rule reports it
    default = next((part["default"] for part in said if isinstance(part.get("default"), str)), None)
    listed = _listed(name, schema)
    refused = [_refusal(name, value, url, schema) for value in listed or _samples(said)]
    if refused and None not in refused:
        return f"${{{name}}} can never be filled: {refused[0]}", "mend its values"
    reason = None if default is None else _refusal(name, default, url, schema)
    if reason is not None:
        return (
            f"the default of {name.partition('.')[2]!r} cannot stand here: {reason}",
            "mend the default, or list it with enum",
        )
    return None


def _listed(name: str, schema: dict[str, Any]) -> list[Any]:
    """The values that the schema of a field lists; none where it does not, or lists too many."""
    said = _values({}, schema).property(name)
    values = [part["const"] for part in said if "const" in part]
    values += [value for part in said if isinstance(part.get("enum"), list) for value in part["enum"]]
    return values if len(values) <= _MOST else []


def _samples(said: tuple[Any, ...]) -> list[Any]:
    return ["a", "443"] if any("string" in part.get("type", "string") for part in said) else [443]


def _refusal(name: str, value: Any, url: str, schema: dict[str, Any]) -> str | None:
    """Why a call could not use a value; None where it could, or something else is wrong."""
    filled: dict[str, dict[str, Any]] = {"config": {}, "credentials": {}, "token": {}}
    for other in TEMPLATE.findall(url):
        space, _, inner = other.partition(".")
        filled.get(space, {})[inner] = next(iter(_listed(other, schema)), "a") if space == "config" else "a"
    filled["config"][name.partition(".")[2]] = value
    try:
        templates.url(url, _values(filled["config"], schema, filled["credentials"], filled["token"]), "")
    except UnsafeValue as error:
        return error.message if error.where == name or f"${{{name}}}" in error.where else None
    except (ConnectoryError, ValueError):
        return None
    return None


def _values(config: dict[str, Any], schema: dict[str, Any], *others: dict[str, Any]) -> templates.Values:
    credentials, token = others or ({}, {})
    return templates.Values("", config, credentials, token, schema)
