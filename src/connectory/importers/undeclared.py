"""Required properties that no schema declares."""

from __future__ import annotations

from typing import Any

from connectory.compiler.checks.undeclared_required import undeclared
from connectory.compiler.definition import Definition, Node
from connectory.compiler.diagnostics import Path
from connectory.importers.tally import Tally
from connectory.importers.whole import shown_at


def drop_undeclared(definition: Definition, tally: Tally) -> None:
    """Leave out of a definition what its schemas require and do not declare: a name that the source misspells.

    An alternative that asks for such a name would hold for everything without it, and spoil a choice of one: it goes,
    where the object is closed and it can never hold, and it declares the name where the object is open.
    """
    gone: dict[Path, Any] = {}
    for node, at, index in sorted(undeclared(definition), key=lambda each: -each[2]):
        names = _at(node.data, at)
        place = f"{shown_at(definition.data, node.path)}: {names[index]}"
        if node.path[-2:-1] in (("oneOf",), ("anyOf",)):
            if _at(definition.data, node.path[:-2]).get("additionalProperties") is False:
                gone[node.path] = node.data
                tally.note("alternative that requires a property which its closed object cannot have; dropped", place)
            else:
                _declare(node, names[index])
            continue
        tally.note("required property that is declared nowhere; not required", place)
        del names[index]
        if not names and at == ("required",):
            del node.data["required"]
    for path, branch in gone.items():
        owner = _at(definition.data, path[:-2])
        left = [one for one in owner[path[-2]] if one is not branch]
        if left:
            owner[path[-2]] = left


def _at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


def _declare(node: Node, name: str) -> None:
    node.data["properties"] = {**node.data.get("properties", {}), name: {}}
