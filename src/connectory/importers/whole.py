"""The whole schemas of a definition that is being made, and the names of its places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from connectory.compiler.diagnostics import Path
from connectory.pointers import pointer


def whole_schemas(data: Mapping[str, Any]) -> Iterator[tuple[Path, Any]]:
    """Each with its path: the configuration's, the methods' and the shared ones."""
    yield ("configSchema",), data["configSchema"]
    for index, method in enumerate(data["methods"]):
        for field in ("inputSchema", "outputSchema"):
            yield ("methods", index, field), method[field]
    yield from ((("$defs", name), schema) for name, schema in data.get("$defs", {}).items())


def shown_at(data: Mapping[str, Any], path: Path) -> str:
    """A place as reports name it: in a method after the method's id."""
    if path[:1] == ("methods",) and len(path) > 1:
        return f"{data['methods'][path[1]]['id']}: {pointer(path[2:])}"
    return pointer(path)
