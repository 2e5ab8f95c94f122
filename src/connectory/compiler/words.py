"""How messages speak of values, their kinds and their places."""

from __future__ import annotations

import msgspec

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


def as_json(value: object) -> str:
    """A value as JSON writes it, shortened."""
    text = msgspec.json.Encoder(decimal_format="number").encode(value).decode("utf-8", "replace")
    return text if len(text) <= 80 else f"{text[:77]}..."


def named(path: Path) -> str:
    """The value at a path, by its own name or its number in the list around it."""
    last = path[-1]
    return repr(last) if isinstance(last, str) else f"item {last + 1} of {str(path[-2])!r}"
