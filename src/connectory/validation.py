"""Compiled validators. Imported on the first validation: only this module loads jsonschema-rs."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable
from decimal import Decimal
from enum import Enum
from typing import Any

import jsonschema_rs

from connectory.defaults import compile_defaults, with_defaults_required
from connectory.errors import InvalidData, Issue
from connectory.pointers import pointer
from connectory.records import Json
from connectory.references import is_recursive

_SHORT = 60
_DEEPEST = 128
"""How deep a value may be nested that a recursive schema describes: jsonschema-rs follows any depth, off its stack."""
_REFUSALS = (ValueError, TypeError, OverflowError, RecursionError)
"""What jsonschema-rs raises for Python values that are not JSON."""

TOO_DEEP = Issue("", "is nested too deeply", "type")
_JSON_TYPES = (bool, int, float, Decimal, dict, list, tuple)

_Place = tuple["_Place", str | int] | None
"""A path as a chain from its end, so that a step costs the same at any depth."""

_MESSAGES: dict[str, Callable[[Any], str]] = {
    "additionalProperties": lambda kind: f"does not take {_names(kind.unexpected)}",
    "const": lambda kind: f"must be {_short(kind.expected_value)}",
    "contains": lambda kind: "does not contain the items that it must",
    "enum": lambda kind: f"must be one of {', '.join(map(_short, kind.options))}",
    "exclusiveMaximum": lambda kind: f"must be less than {_short(kind.limit)}",
    "exclusiveMinimum": lambda kind: f"must be greater than {_short(kind.limit)}",
    "falseSchema": lambda kind: "is not allowed",
    "format": lambda kind: f"must be in the format {kind.format!r}",
    "maxItems": lambda kind: f"must have at most {kind.limit} items",
    "maxLength": lambda kind: f"must have at most {kind.limit} characters",
    "maxProperties": lambda kind: f"must have at most {kind.limit} members",
    "maximum": lambda kind: f"must be at most {_short(kind.limit)}",
    "minItems": lambda kind: f"must have at least {kind.limit} items",
    "minLength": lambda kind: f"must have at least {kind.limit} characters",
    "minProperties": lambda kind: f"must have at least {kind.limit} members",
    "minimum": lambda kind: f"must be at least {_short(kind.limit)}",
    "multipleOf": lambda kind: f"must be a multiple of {_short(kind.multiple_of)}",
    "not": lambda kind: "matches a schema that it must not match",
    "pattern": lambda kind: f"must match {kind.pattern}",
    "required": lambda kind: f"lacks {kind.property!r}",
    "type": lambda kind: f"must be {' or '.join(kind.types)}",
    "unevaluatedItems": lambda kind: "has items that no schema describes",
    "unevaluatedProperties": lambda kind: f"does not take {_names(kind.unexpected)}",
    "uniqueItems": lambda kind: "has equal items",
}


class Validator:
    """A schema, compiled: it fills defaults in and validates, offline, with formats asserted."""

    __slots__ = ("_fill", "_is_recursive", "_is_valid", "_schema", "_validator", "is_complete")

    is_complete: Callable[[Json], bool]
    """Whether a value is valid with nothing to fill in, as far as that is quick to say; raises what is no JSON."""

    def __init__(self, schema: dict[str, Json]) -> None:
        self._schema = schema
        self._validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True, offline=True)
        self._is_valid = self._validator.is_valid
        self._is_recursive = is_recursive(schema)
        self._fill = compile_defaults(schema)
        self.is_complete = self._quick()

    def complete(self, data: Json, subject: str, error: type[InvalidData]) -> dict[str, Any]:
        """A valid copy of ``data`` in which absent members have their defaults; ``data`` itself stays as it is.

        Containers to which nothing was added are shared with ``data``, all but the outermost.

        Raises:
            InvalidData: as ``error``, when it is not valid with its defaults filled in.
        """
        if self._is_recursive and _is_too_deep(data):
            raise error(subject, [TOO_DEEP])
        try:
            filled = data if self._fill is None else self._fill(data)
            if self._is_valid(filled):
                return dict(filled) if filled is data else filled
        except _REFUSALS as refusal:
            raise error(subject, [not_json(data) or _refused_whole(refusal)]) from None
        raise error(subject, self._issues(filled))

    def check(self, data: Json, subject: str, error: type[InvalidData]) -> None:
        """Validate ``data`` as it is.

        Raises:
            InvalidData: as ``error``, when it is not valid.
        """
        if self._is_recursive and _is_too_deep(data):
            raise error(subject, [TOO_DEEP])
        try:
            if self._is_valid(data):
                return
        except _REFUSALS as refusal:
            raise error(subject, [not_json(data) or _refused_whole(refusal)]) from None
        raise error(subject, self._issues(data))

    def veiled(self, data: Json, instead: str) -> Json:
        """The data with a text in place of each secret, to be shown: of what the schema marks ``writeOnly``."""
        return _Secrets(self._schema).veiled(data, instead)

    def _quick(self) -> Callable[[Json], bool]:
        check = self._is_valid
        if self._fill is not None:
            strict = with_defaults_required(self._schema)
            if strict is None:
                return lambda data: False
            check = jsonschema_rs.Draft202012Validator(strict, validate_formats=True, offline=True).is_valid
        if self._is_recursive:
            return lambda data: not _is_too_deep(data) and check(data)
        return check

    def _issues(self, data: Json) -> list[Issue]:
        strange = not_json(data)
        if strange is not None:
            return [strange]
        secrets = _Secrets(self._schema)
        try:
            return [_issue(found, secrets) for found in self._validator.iter_errors(data)]
        except _REFUSALS as refusal:
            return [_refused_whole(refusal)]


class _Secrets:
    """Which members of a schema's instances are secrets: those that it marks ``writeOnly``, by name, at any depth.

    Names are enough, and safe: a member is hidden wherever one of its name is secret. A secret that has no name of its
    own, such as an array's item, hides every value.
    """

    def __init__(self, schema: Json) -> None:
        self._names: set[str] = set()
        self._all = False
        self._collect(schema, "")

    def hide(self, path: Iterable[str | int]) -> bool:
        return self._all or not self._names.isdisjoint(map(str, path))

    def veiled(self, data: Json, instead: str) -> Json:
        """The data with a text in place of what is hidden."""
        if isinstance(data, dict):
            return {
                name: _like(value, instead) if name in self._names else self.veiled(value, instead)
                for name, value in data.items()
            }
        if isinstance(data, list):
            return [self.veiled(item, instead) for item in data]
        return instead if self._all else data

    def _collect(self, node: Json, name: str) -> None:
        waiting = [(node, name)]
        while waiting:
            node, name = waiting.pop()
            if isinstance(node, list):
                waiting.extend((item, "") for item in node)
            elif isinstance(node, dict):
                if node.get("writeOnly") is True:
                    self._mark(name)
                for key, value in node.items():
                    named = key == "properties" and isinstance(value, dict)
                    waiting.extend(((v, k) for k, v in value.items()) if named else [(value, "")])

    def _mark(self, name: str) -> None:
        if name:
            self._names.add(name)
        else:
            self._all = True


def _like(data: Json, instead: str) -> Json:
    """A text in place of a value, in as many containers as that is one."""
    return {instead: instead} if isinstance(data, dict) else [instead] if isinstance(data, list) else instead


def _issue(found: jsonschema_rs.ValidationError, secrets: _Secrets) -> Issue:
    hidden = secrets.hide(found.instance_path)
    if _takes_no_members(found):
        return Issue(pointer(found.instance_path), "takes no members", "additionalProperties")
    if found.kind.name == "propertyNames":
        inner = found.kind.error  # type: ignore[attr-defined]  # the attribute of this one kind
        message = f"the member name {_explain(inner)}" + ("" if hidden else _quoted(inner))
    else:
        message = _explain_hidden(found) if hidden else _explain(found) + _quoted(found)
    return Issue(pointer(found.instance_path), message, found.kind.name)


def _takes_no_members(found: jsonschema_rs.ValidationError) -> bool:
    """Whether an object has a member and its schema says of members only ``additionalProperties: false``.

    jsonschema-rs reports this as the schema false, at the object, with the value of its first member.
    """
    last = ["additionalProperties"]
    return found.kind.name == "falseSchema" and found.schema_path[-1:] == last != found.instance_path[-1:]


def _explain_hidden(found: jsonschema_rs.ValidationError) -> str:
    """What is wrong with a secret, without the names of its members, which are part of it."""
    unexpected = getattr(found.kind, "unexpected", None)
    return _explain(found) if unexpected is None else f"does not take {len(unexpected)} of its members"


def _explain(found: jsonschema_rs.ValidationError) -> str:
    explain = _MESSAGES.get(found.kind.name)
    if explain is not None:
        return explain(found.kind)
    branches = getattr(found.kind, "context", None)
    if found.kind.name == "oneOf" and branches is not None and any(not branch for branch in branches):
        return "is valid under more than one of the schemas of oneOf"
    return f"is not valid under any of the schemas of {found.kind.name}"


def _quoted(found: jsonschema_rs.ValidationError) -> str:
    """The value, shortened. Containers are not quoted: they may hold secrets, and say little."""
    value = found.instance
    if isinstance(value, dict | list):
        return f"; got {'an object' if isinstance(value, dict) else 'an array'}" if found.kind.name == "type" else ""
    return f"; got {_short(value)}"


def _short(value: Json) -> str:
    text = str(value) if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _SHORT else text[: _SHORT - 3] + "..."


def _names(names: list[str]) -> str:
    return ", ".join(map(repr, names))


def _refused_whole(refusal: Exception) -> Issue:
    """What jsonschema-rs refused, or what filled defaults in, where every single value is JSON."""
    deep = isinstance(refusal, RecursionError) or "Recursion limit" in str(refusal)
    return TOO_DEEP if deep else Issue("", f"is not JSON: {refusal}", "type")


def _is_too_deep(data: Json) -> bool:
    level = [data] if isinstance(data, dict | list | tuple) else []
    for _ in range(_DEEPEST):
        inner = (value.values() if isinstance(value, dict) else value for value in level)
        level = list({id(v): v for values in inner for v in values if isinstance(v, dict | list | tuple)}.values())
        if not level:
            return False
    return True


def not_json(data: Json) -> Issue | None:
    """The first value that is not JSON, and why; None where all are."""
    waiting: list[tuple[Any, _Place]] = [(data, None)]
    seen: set[int] = set()
    while waiting:
        value, place = waiting.pop()
        reason = _reason(value)
        if reason:
            return Issue(pointer(_path(place)), reason, "type")
        if isinstance(value, dict | list | tuple) and id(value) not in seen:
            seen.add(id(value))
            members = value.items() if isinstance(value, dict) else enumerate(value)
            waiting.extend((member, (place, key)) for key, member in reversed(list(members)))
    return None


def _path(place: _Place) -> list[str | int]:
    path: list[str | int] = []
    while place is not None:
        place, key = place
        path.append(key)
    return path[::-1]


def _reason(value: object) -> str | None:
    """Why a value, its members apart, is not JSON. The members of an enum count as their values."""
    plain = value.value if isinstance(value, Enum) else value
    if isinstance(plain, dict):
        return next(filter(None, map(_reason_of_name, plain)), None)
    if type(plain) is str:
        return "holds a lone surrogate" if _has_surrogate(plain) else None
    if not (plain.is_finite() if isinstance(plain, Decimal) else not isinstance(plain, float) or math.isfinite(plain)):
        return "is not a finite number"
    if plain is None or isinstance(plain, _JSON_TYPES):
        return None
    return f"is of type {type(plain).__name__}, which is not JSON"


def _reason_of_name(name: object) -> str | None:
    plain = name.value if isinstance(name, Enum) else name
    if type(plain) is not str:
        return f"has a member name of type {type(plain).__name__}; only str is JSON"
    return "has a member name with a lone surrogate" if _has_surrogate(plain) else None


def _has_surrogate(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)
