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
from functools import cache
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
    form = _Form(definition.in_place.home(("configSchema",), schema).scope)
    wrong = cache(lambda url: list(_wrong(url, form)))
    for path, url in addresses(definition):
        for message, help_ in wrong(url):
            yield definition.finding(globals(), message, path, help=help_)


class _Form:
    """The schema of the configuration.

    Attributes:
        schema: with the shared definitions among its own.
        said: what it says of a field; nothing of what is none.
        listed: the values that it lists for a field; none where it does not, or lists too many.
    """

    def __init__(self, schema: dict[str, Any]) -> None:
        self.schema = schema
        self.said = cache(_values({}, schema).property)
        self.listed = cache(lambda name: _listed(self.said(name)))


def _wrong(url: str, form: _Form) -> Iterator[tuple[str, str]]:
    """What is wrong with the templates of an address, and the mends."""
    if not url.lower().startswith(("http://", "https://")):
        return  # another rule reports it
    names = dict.fromkeys(TEMPLATE.findall(url))
    for name in names if len(names) <= _MOST_TEMPLATES else ():
        wrong = _wrong_template(name, url, form) if name.startswith("config.") else None
        if wrong is not None:
            yield wrong


def _wrong_template(name: str, url: str, form: _Form) -> tuple[str, str] | None:
    said, listed = form.said(name), form.listed(name)
    if not said or (name in templates.choosers(url) and not listed):
        return None  # another rule reports it
    default = next((part["default"] for part in said if isinstance(part.get("default"), str)), None)
    refused = (_refusal(name, value, url, form) for value in listed or _samples(said))
    first = next(refused, None)
    if first is not None and all(each is not None for each in refused):
        return f"${{{name}}} can never be filled: {first}", "mend its values"
    reason = None if default is None else _refusal(name, default, url, form)
    if reason is not None:
        return (
            f"the default of {name.partition('.')[2]!r} cannot stand here: {reason}",
            "mend the default, or list it with enum",
        )
    return None


def _listed(said: tuple[Any, ...]) -> list[Any]:
    values = [part["const"] for part in said if "const" in part]
    values += [value for part in said if isinstance(part.get("enum"), list) for value in part["enum"]]
    return values if len(values) <= _MOST else []


def _samples(said: tuple[Any, ...]) -> list[Any]:
    return ["a", "443"] if any("string" in part.get("type", "string") for part in said) else [443]


def _refusal(name: str, value: Any, url: str, form: _Form) -> str | None:
    """Why a call could not use a value; None where it could, or something else is wrong."""
    filled: dict[str, dict[str, Any]] = {"config": {}, "credentials": {}, "token": {}}
    for other in TEMPLATE.findall(url):
        space, _, inner = other.partition(".")
        filled.get(space, {})[inner] = next(iter(form.listed(other)), "a") if space == "config" else "a"
    filled["config"][name.partition(".")[2]] = value
    try:
        templates.url(url, _values(filled["config"], form.schema, filled["credentials"], filled["token"]), "")
    except UnsafeValue as error:
        return error.message if error.where == name or f"${{{name}}}" in error.where else None
    except (ConnectoryError, ValueError):
        return None
    return None


def _values(config: dict[str, Any], schema: dict[str, Any], *others: dict[str, Any]) -> templates.Values:
    credentials, token = others or ({}, {})
    return templates.Values("", config, credentials, token, schema)
