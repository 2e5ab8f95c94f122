"""What the engine of the runtime says of a value: it tells a witness from a mistake.

To compile a schema takes far longer than to apply it, and a witness is small. The properties that no object in it has
are left out before, and so are the shared schemas that only those name.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

import jsonschema_rs

from connectory.compiler.compat.parts import shared_in, shared_name
from connectory.compiler.compat.walk import rebuilt
from connectory.compiler.diagnostics import Path


def engine(schema: Any) -> Any:
    """The engine of the runtime for a schema.

    Raises:
        ValueError: it cannot compile the schema.
    """
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True, offline=True)


def about(root: Any, names: frozenset[str]) -> Any:
    """A schema that says what ``root`` does, in the same words, of values whose properties have these names only.

    Every reference in ``root`` leads to one of its shared schemas, so that nothing but an object with a property of
    that name meets the schema of a property.
    """
    shared = shared_in(root) or {}
    kept: dict[str, Any] = {}
    waiting: list[str | None] = []
    made = _shortened(names, waiting, (), _without_shared(root))
    while waiting:
        name = waiting.pop()
        if name is not None and name not in kept:
            kept[name] = True  # it may name itself
            kept[name] = _shortened(names, waiting, (), shared[name])
    return {**made, "$defs": kept} if kept else made


def _shortened(names: frozenset[str], referred: list[str | None], _: Path, node: Any) -> Any:
    """A schema with properties of these names only; the shared schemas that it names are added to ``referred``."""
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        referred.append(shared_name(node["$ref"]))
    if "properties" in node:
        some = {name: child for name, child in node["properties"].items() if name in names}
        node = {**node, "properties": some}
    return rebuilt(node, (), partial(_shortened, names, referred))


def _without_shared(root: Any) -> Any:
    return {word: value for word, value in root.items() if word != "$defs"} if isinstance(root, dict) else root


def names_in(values: Iterable[Any]) -> frozenset[str]:
    """The names of all properties in some values."""
    found: set[str] = set()
    waiting = list(values)
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            found.update(value)
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
    return frozenset(found)
