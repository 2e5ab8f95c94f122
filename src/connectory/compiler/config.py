"""``connectory.toml``: what a repository of definitions chooses. Every field may be absent, and so may the file."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from connectory.names import close_matches

NAME = "connectory.toml"


class InvalidConfiguration(Exception):
    """The file cannot be read, or says what it cannot; the message names the file and the field."""


class BundleConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the bundle holds; see ``selection.py`` for the patterns. Without ``include``, everything."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


class Configuration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    bundle: BundleConfig = BundleConfig()


def read_configuration(folder: Path) -> Configuration:
    """The configuration that stands in a folder.

    Raises:
        InvalidConfiguration: see there.
    """
    path = folder / NAME
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return Configuration()
    except OSError as error:
        raise InvalidConfiguration(f"{NAME}: cannot be read: {error.strerror or error}") from None
    try:
        data = tomllib.loads(text.decode())
    except (ValueError, RecursionError) as error:
        raise InvalidConfiguration(f"{NAME}: {error}") from None
    for wrong in _unknown(data, Configuration, ""):
        raise InvalidConfiguration(f"{NAME}: {wrong}")
    try:
        return msgspec.convert(data, Configuration)
    except msgspec.ValidationError as error:
        raise InvalidConfiguration(f"{NAME}: {error}") from None


def _unknown(data: dict[str, Any], shape: type[msgspec.Struct], where: str) -> Iterator[str]:
    """What is wrong with the names of fields."""
    known = {field.name: field.type for field in msgspec.structs.fields(shape)}
    for name, value in data.items():
        if name not in known:
            close = close_matches(name, known)
            yield f"there is no field '{where}{name}'" + (f"; did you mean '{where}{close[0]}'?" if close else "")
        elif isinstance(value, dict) and isinstance(known[name], type) and issubclass(known[name], msgspec.Struct):
            yield from _unknown(value, known[name], f"{where}{name}.")
