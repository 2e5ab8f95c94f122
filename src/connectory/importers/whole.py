"""The whole schemas of a definition that is being made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from connectory.compiler.diagnostics import Path


def whole_schemas(data: Mapping[str, Any]) -> Iterator[tuple[Path, Any]]:
    """Each with its path: the configuration's, the methods' and the shared ones."""
    yield ("configSchema",), data["configSchema"]
    for index, method in enumerate(data["methods"]):
        for field in ("inputSchema", "outputSchema"):
            yield ("methods", index, field), method[field]
    yield from ((("$defs", name), schema) for name, schema in data.get("$defs", {}).items())
