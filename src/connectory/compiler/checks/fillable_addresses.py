"""A template can never be filled, or not with its own default.

A template in a host stands for parts between its dots, one in a path for a segment, and one behind a
colon for a port. What its field lists itself, with ``enum``, may be several segments, or a whole host
with its port. One in a header stands for printable ASCII. Nowhere does a template stand for a list or
a mapping. A call with any other value is refused.

Example:

    baseUrl: https://api.example.com/${config.path}
    configSchema: {type: object, properties: {path: {type: string, enum: [../v1]}}}

Instead:

    configSchema: {type: object, properties: {path: {type: string, enum: [v1, beta/v1]}}}
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from connectory import templates
from connectory.compiler.definition import TEMPLATE, Definition, Part
from connectory.compiler.diagnostics import Diagnostic, Severity
from connectory.compiler.kinds import kinds
from connectory.compiler.members import members
from connectory.compiler.signin import Templated, templated
from connectory.compiler.vocabulary import types_of
from connectory.errors import ConnectoryError, UnsafeValue

CODE = "D050"
SEVERITY: Severity = "error"

_MOST_TEMPLATES = 20
"""Templates of an address from which on nothing is tried."""

_OF_TYPE: Mapping[str, tuple[Any, ...]] = {
    "string": ("a", "443"),
    "integer": (443,),
    "number": (443,),
    "boolean": (True,),
    "array": ([],),
    "object": ({},),
}
"""Values of each type that are tried."""

_SEVERAL = frozenset(("array", "object"))

_MOST = 100
"""Values of a field that are tried; of one that lists more, somebody needs others."""


def check(definition: Definition) -> Iterator[Diagnostic]:
    """A finding for each field of the configuration that no value can fill where it stands, or not its own default."""
    texts = list(templated(definition))
    schema = definition.data.get("configSchema")
    if isinstance(schema, dict) and ("configSchema",) in definition.valid_paths:
        form = _Form(definition.in_place.home(("configSchema",), schema).scope)
        wrong = cache(lambda text, place: list(_wrong(text, place, form)))
        for one in texts:
            for message, help_ in wrong(one.text, one.place):
                yield definition.finding(globals(), message, one.path, help=help_)
    for custom in definition.auth_configs("customAuthConfig"):
        own = [one for one in texts if one.path[: len(custom.path)] == custom.path]
        yield from _credentials(definition, custom, own)


def _credentials(definition: Definition, custom: Part, texts: list[Templated]) -> Iterator[Diagnostic]:
    """What a user supplies as a list or a mapping, for which a template cannot stand."""
    supplied = members(custom.data.get("parametersSchema"), definition.shared)
    for one in texts:
        for name in dict.fromkeys(TEMPLATE.findall(one.text)):
            space, _, inner = name.partition(".")
            said = supplied.schemas.get(inner, ()) if space == "credentials" else ()
            if said and kinds(((part, supplied.root) for part in said), definition.shared) <= _SEVERAL:
                message = f"${{{name}}} can never be filled: it stands for a text or a number, not for several values"
                yield definition.finding(globals(), message, one.path, help="mend its type in parametersSchema")


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


def _wrong(text: str, place: str, form: _Form) -> Iterator[tuple[str, str]]:
    """What is wrong with the templates of a text, and the mends."""
    if place == "url" and not text.lower().startswith(("http://", "https://")):
        return  # another rule reports it
    names = dict.fromkeys(TEMPLATE.findall(text))
    for name in names if len(names) <= _MOST_TEMPLATES else ():
        wrong = _wrong_template(name, text, place, form) if name.startswith("config.") else None
        if wrong is not None:
            yield wrong


def _wrong_template(name: str, text: str, place: str, form: _Form) -> tuple[str, str] | None:
    said, listed = form.said(name), form.listed(name)
    if not said or (place == "url" and name in templates.choosers(text) and not listed):
        return None  # another rule reports it
    refused = (_refusal(name, value, text, place, form) for value in listed or _samples(said))
    first = next(refused, None)
    if first is not None and all(each is not None for each in refused):
        return f"${{{name}}} can never be filled: {first}", "mend its values"
    default = next((part["default"] for part in said if part.get("default") is not None), None)
    reason = None if default is None else _refusal(name, default, text, place, form)
    if reason is not None:
        return (
            f"the default of {name.partition('.')[2]!r} cannot stand here: {reason}",
            "mend the default, or list it with enum" if place in ("url", "path") else "mend the default",
        )
    return None


def _listed(said: tuple[Any, ...]) -> list[Any]:
    values = [part["const"] for part in said if "const" in part]
    values += [value for part in said if isinstance(part.get("enum"), list) for value in part["enum"]]
    return values if len(values) <= _MOST else []


def _samples(said: tuple[Any, ...]) -> list[Any]:
    types = frozenset.intersection(*(types_of(part) for part in said))
    return [value for type_, values in _OF_TYPE.items() if type_ in types for value in values]


def _refusal(name: str, value: Any, text: str, place: str, form: _Form) -> str | None:
    """Why a call could not use a value; None where it could, or something else is wrong."""
    error = _error(name, value, text, place, form)
    if error is None:
        return None
    if place == "header" and error.where not in (name, text):  # of the whole value: it may be the rest of it
        return error.message if _error(name, "a", text, place, form) is None else None
    return error.message if error.where == name or f"${{{name}}}" in error.where else None


def _error(name: str, value: Any, text: str, place: str, form: _Form) -> UnsafeValue | None:
    filled: dict[str, dict[str, Any]] = {"config": {}, "credentials": {}, "token": {}}
    for other in TEMPLATE.findall(text):
        space, _, inner = other.partition(".")
        filled.get(space, {})[inner] = next(iter(form.listed(other)), "a") if space == "config" else "a"
    filled["config"][name.partition(".")[2]] = value
    values = _values(filled["config"], form.schema, filled["credentials"], filled["token"])
    try:
        _RENDERED[place](text, values)
    except UnsafeValue as error:
        return error
    except (ConnectoryError, ValueError):
        return None
    return None


_RENDERED: Mapping[str, Callable[[str, templates.Values], object]] = {
    "url": lambda text, values: templates.url(text, values, ""),
    "header": lambda text, values: templates.header("X", text, values),
    "path": templates.path,
    "plain": templates.plain,
}
"""How a call fills a template, by where it stands."""


def _values(config: dict[str, Any], schema: dict[str, Any], *others: dict[str, Any]) -> templates.Values:
    credentials, token = others or ({}, {})
    return templates.Values("", config, credentials, token, schema)
