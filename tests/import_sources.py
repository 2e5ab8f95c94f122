"""The sources of the import cases as data, and the same data in another order."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import yaml

CASES = Path(__file__).parent / "cases" / "import"

LITERALS = ("example", "examples", "x-example", "default", "enum", "const", "value")
"""Keywords whose values are passed on as they are."""

PROPERTIES = ("properties", "members")
"""Where the formats keep the properties of an object."""


def sources() -> list[tuple[str, Any]]:
    """The format and the document of each case."""
    found: list[tuple[str, Any]] = []
    for folder in sorted(CASES.iterdir()):
        text = next(path for path in folder.iterdir() if path.stem == "source").read_text(encoding="utf-8")
        document = json.loads(json.dumps(yaml.safe_load(text), default=str))
        found.append((folder.name.partition("-")[0].replace("swagger", "openapi"), document))
    return found


def shuffled(value: Any, random: Random) -> Any:
    """The value with the members of all its mappings in another order."""
    if isinstance(value, dict):
        names = list(value)
        random.shuffle(names)
        return {name: shuffled(value[name], random) for name in names}
    return [shuffled(item, random) for item in value] if isinstance(value, list) else value


def reordered(value: Any, random: Random, *, named: bool = False) -> Any:
    """As ``shuffled``, but for what a vendor orders for readers: properties, and the members of passed-on values.

    ``named``: the members are named by the vendor, as properties are, so that no name means a keyword.
    """
    if isinstance(value, list):
        return [reordered(item, random) for item in value]
    if not isinstance(value, dict):
        return value
    names = list(value)
    if not named:
        random.shuffle(names)
    return {
        name: value[name]
        if name in LITERALS and not named
        else reordered(value[name], random, named=name in PROPERTIES and not named)
        for name in names
    }
