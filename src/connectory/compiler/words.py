"""How messages speak of values, their kinds and their places."""

from __future__ import annotations

from connectory.compiler.diagnostics import Path

_KINDS = {
    "object": "a mapping",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
}


def kind(types: str | list[str]) -> str:
    """What a value of these JSON Schema types is, for authors of YAML."""
    return " or ".join(_KINDS[name] for name in ([types] if isinstance(types, str) else types))


def named(path: Path) -> str:
    """The value at a path, by its own name or its number in the list around it."""
    last = path[-1]
    return repr(last) if isinstance(last, str) else f"item {last + 1} of {str(path[-2])!r}"
