"""What a service relies on: integrations, ranges of their versions, and methods.

As a mapping, a .json or a .toml file::

    {"xero": {"version": "^1", "methods": ["create_invoice"]}, "slack": "^2"}

``methods`` may also be a mapping to the top-level fields of input and output that are used, which ``connectory impact``
goes by: ``{"create_invoice": ["Contact", "Invoices"]}``.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec

from connectory.errors import InvalidRequirements, InvalidVersion
from connectory.versions import Range

Given = Mapping[str, Any] | str | os.PathLike[str]
_FIELDS = ("version", "methods")


class Requirement(NamedTuple):
    """What is needed of one integration; without a range any version will do.

    Attributes:
        fields: the fields that are used, of methods of which that is said.
    """

    integration_id: str
    range: Range | None
    methods: tuple[str, ...]
    fields: Mapping[str, tuple[str, ...]] = MappingProxyType({})


def read_requirements(given: Given) -> tuple[Requirement, ...]:
    """The requirements that a mapping states, or the file at a path.

    Raises:
        InvalidRequirements: they cannot be read, or are none; with everything that is wrong.
    """
    shown = "requirements" if isinstance(given, Mapping) else os.fspath(given)
    data = given if isinstance(given, Mapping) else _read(Path(given), shown)
    if not isinstance(data, Mapping):
        raise InvalidRequirements(shown, [f"is a mapping of integration ids, not {type(data).__name__}"])
    wrong: list[str] = []
    made = [_requirement(name, said, wrong) for name, said in data.items()]
    if wrong:
        raise InvalidRequirements(shown, wrong)
    return tuple(made)


def _read(path: Path, shown: str) -> Any:
    try:
        text = path.read_bytes()
    except (OSError, ValueError) as error:
        raise InvalidRequirements(shown, [f"cannot be read: {getattr(error, 'strerror', None) or error}"]) from error
    try:
        if path.suffix == ".toml":
            import tomllib

            return tomllib.loads(text.decode())
        if path.suffix == ".json":
            msgspec.json.decode(text)  # stricter than json: UTF-8 alone, and no NaN
            return json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise InvalidRequirements(shown, [f"cannot be read: {error}"]) from error
    raise InvalidRequirements(shown, ["is neither a .json nor a .toml file"])


def _once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """The members of an object.

    Raises:
        ValueError: a name stands there twice; the first would be lost.
    """
    made = dict(members)
    if len(made) < len(members):
        names = [name for name, _ in members]
        raise ValueError(f"{next(name for name in names if names.count(name) > 1)!r} stands there twice")
    return made


def _requirement(name: object, said: Any, wrong: list[str]) -> Requirement:
    fields = {"version": said} if isinstance(said, str) else said
    if not isinstance(name, str) or not isinstance(fields, Mapping):
        wrong.append(f"{name}: is a range of versions, or a mapping with {' and '.join(_FIELDS)}")
        return Requirement("", None, ())
    wrong.extend(f"{name}: has no field {field!r}; its fields are {', '.join(_FIELDS)}" for field in fields
                 if field not in _FIELDS)  # fmt: skip
    range_ = _range(name, fields.get("version"), wrong)
    return Requirement(name, range_, tuple(_methods(name, fields, wrong)), _used(name, fields.get("methods"), wrong))


def _range(name: str, version: Any, wrong: list[str]) -> Range | None:
    if version is None:
        return None
    try:
        if isinstance(version, str):
            return Range.parse(version)
        wrong.append(f"{name}.version: is text, such as ^1.2")
    except InvalidVersion as error:
        wrong.append(f"{name}.version: {error}")
    return None


def _methods(name: str, fields: Mapping[str, Any], wrong: list[str]) -> Iterator[str]:
    methods = fields.get("methods", ())
    if not isinstance(methods, list | tuple | Mapping):
        wrong.append(f"{name}.methods: is a list of method ids, or a mapping of them to lists of fields")
        return
    for method in methods:
        if isinstance(method, str):
            yield method
        else:
            wrong.append(f"{name}.methods: holds {method!r}, which is no text")


def _used(name: str, methods: Any, wrong: list[str]) -> dict[str, tuple[str, ...]]:
    """The fields of each method that are used, where that is said."""
    found = {}
    for method, used in methods.items() if isinstance(methods, Mapping) else ():
        if isinstance(used, list | tuple) and all(isinstance(field, str) for field in used):
            found[method] = tuple(used)
        else:
            wrong.append(f"{name}.methods.{method}: is a list of names of fields")
    return found
