"""Two versions of a schema, walked side by side."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectory.compiler.compat.translate import sorted_json
from connectory.compiler.diagnostics import Path
from connectory.compiler.schemas import children


def pairs(old: Any, new: Any) -> Iterator[tuple[Path, dict[str, Any], dict[str, Any]]]:
    """The schemas that stand at the same path in both, and the path."""
    waiting: list[tuple[Path, Any, Any]] = [((), old, new)]
    while waiting:
        path, before, after = waiting.pop()
        if isinstance(before, dict) and isinstance(after, dict):
            yield path, before, after
            known = dict(children(before))
            waiting += [((*path, *step), known[step], child) for step, child in children(after) if step in known]


def with_new_properties(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """``old`` as if its open objects had said of the optional properties that ``new`` adds what ``new`` says.

    Of the instances of ``old`` it refuses only some that use a name which nobody had spoken of.
    """
    at = {path: (before, after) for path, before, after in pairs(old, new)}

    def grafted(path: Path, node: Any) -> Any:
        if path not in at:
            return node
        before, after = at[path]
        made = _rebuilt(node, path, grafted)
        if not _is_open(before):
            return made
        known = before.get("properties", {})
        added = {
            name: schema
            for name, schema in (after.get("properties") or {}).items()
            if name not in known and name not in after.get("required", ())
        }
        return {**made, "properties": {**made.get("properties", {}), **added}} if added else made

    made: dict[str, Any] = grafted((), old)
    missing = {name: schema for name, schema in new.get("$defs", {}).items() if name not in old.get("$defs", {})}
    return {**made, "$defs": {**made.get("$defs", {}), **missing}} if missing else made


def without_new_values(new: dict[str, Any], old: dict[str, Any]) -> dict[str, Any]:
    """``new`` with only those values of each enumeration that ``old`` has, too."""
    at = {path: (before, after) for path, before, after in pairs(old, new)}

    def restricted(path: Path, node: Any) -> Any:
        if path not in at:
            return node
        before, _ = at[path]
        made = _rebuilt(node, path, restricted)
        if isinstance(node.get("enum"), list) and isinstance(before.get("enum"), list):
            known = {sorted_json(value) for value in before["enum"]}
            made = {**made, "enum": [value for value in node["enum"] if sorted_json(value) in known]}
        return made

    made: dict[str, Any] = restricted((), new)
    return made


def changed_defaults(old: dict[str, Any], new: dict[str, Any]) -> list[Path]:
    """Where a default is another than it was, or is new, or gone."""
    return [
        path
        for path, before, after in pairs(old, new)
        if sorted_json(before.get("default", _NONE)) != sorted_json(after.get("default", _NONE))
    ]


_NONE = {"$": "no default"}


def _is_open(schema: dict[str, Any]) -> bool:
    closing = ("additionalProperties", "unevaluatedProperties", "patternProperties", "propertyNames")
    return all(schema.get(keyword) in (None, True) for keyword in closing)


def _rebuilt(node: dict[str, Any], path: Path, make: Any) -> dict[str, Any]:
    """A copy whose direct children were made anew."""
    made: dict[Any, Any] = dict(node)
    for step, child in children(node):
        keyword = step[0]
        if len(step) == 1:
            made[keyword] = make((*path, *step), child)
            continue
        if made[keyword] is node[str(keyword)]:
            made[keyword] = made[keyword].copy()
        made[keyword][step[1]] = make((*path, *step), child)
    return made
