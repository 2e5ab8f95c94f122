"""Keys that vendors show in their examples: no definition holds one, whether it is in use or not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from connectory.compiler.credentials import is_secret_name, keys_in, looks_random
from connectory.compiler.diagnostics import Path
from connectory.compiler.schemas import subschemas
from connectory.importers.tally import Tally
from connectory.importers.whole import shown_at, whole_schemas


def drop_secrets(data: dict[str, Any], tally: Tally) -> None:
    """Remove examples and defaults that hold what looks like a key, and what looks like one from descriptions."""
    found = next(keys_in(_text(data)), None) is not None
    for path, schema in whole_schemas(data):
        for inner, node in subschemas(schema):
            at = (*path, *inner)
            for keyword in ("default", "examples"):
                if keyword in node:
                    _drop(node, keyword, at, shown_at(data, at), found, tally)
    if found:
        for path, owner in _described(data):
            _mask(owner, shown_at(data, path), tally)


def _drop(node: dict[str, Any], keyword: str, at: Path, where: str, found: bool, tally: Tally) -> None:
    named = at[-2:-1] == ("properties",) and is_secret_name(str(at[-1]))
    values = node[keyword] if keyword == "examples" else [node[keyword]]
    kept = [
        value
        for value in values
        if not (named and isinstance(value, str) and looks_random(value))
        and not (found and next(keys_in(_text(value)), None))
    ]
    if len(kept) == len(values):
        return
    tally.note(f"{keyword.removesuffix('s')} that looks like a secret; dropped", where)
    if kept:
        node[keyword] = kept
    else:
        del node[keyword]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _described(data: dict[str, Any]) -> Iterator[tuple[Path, dict[str, Any]]]:
    """What may have a description."""
    yield (), data
    yield from ((("methods", index), method) for index, method in enumerate(data["methods"]))
    for path, schema in whole_schemas(data):
        yield from (((*path, *inner), node) for inner, node in subschemas(schema))


def _mask(owner: dict[str, Any], where: str, tally: Tally) -> None:
    text = owner.get("description")
    if not isinstance(text, str):
        return
    for key in sorted(keys_in(text), key=lambda key: -key.start):
        text = f"{text[: key.start]}…{text[key.end :]}"
        tally.note("key in a description; left out", where)
    if text != owner["description"]:
        owner["description"] = text
