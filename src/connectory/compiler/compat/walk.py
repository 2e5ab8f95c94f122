"""Two versions of a schema, walked side by side."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from connectory.compiler.compat.parts import shared_in, shared_name, sorted_json
from connectory.compiler.diagnostics import Path
from connectory.compiler.schemas import children, is_schema_place


class Pair(NamedTuple):
    """Two schemas that stand in the same place, in the old one and in the new one, each with its own path."""

    old_path: Path
    new_path: Path
    before: dict[str, Any]
    after: dict[str, Any]


def pairs(old: Any, new: Any) -> Iterator[Pair]:
    """The schemas that stand at the same path in both, and those that references at the same path lead to.

    Those that are one object in both are left out where all that they can lead to is, too.
    """
    same = _have_the_same(old, new)
    seen: set[tuple[Path, Path]] = set()
    waiting: list[tuple[Path, Path, Any, Any]] = [((), (), old, new)]
    while waiting:
        old_path, new_path, before, after = waiting.pop()
        if (same and before is after) or not isinstance(before, dict) or not isinstance(after, dict):
            continue
        if (old_path, new_path) in seen:
            continue
        seen.add((old_path, new_path))
        yield Pair(old_path, new_path, before, after)
        known = dict(children(before))
        for step, child in children(after):
            if step in known:
                waiting.append(((*old_path, *step), (*new_path, *step), known[step], child))
        one, other = _shared(before, old), _shared(after, new)
        if one is not None and other is not None:
            waiting.append((*(("$defs", name) for name in (one, other)), old["$defs"][one], new["$defs"][other]))


def _shared(schema: dict[str, Any], root: dict[str, Any]) -> str | None:
    """The name of the shared schema that one refers to; None where it refers to none, or to something else."""
    name = shared_name(str(schema.get("$ref", "")))
    return name if isinstance(root.get("$defs"), dict) and name in root["$defs"] else None


def _have_the_same(old: Any, new: Any) -> bool:
    """Whether each shared schema of one is that of the other."""
    before, after = shared_in(old) or {}, shared_in(new) or {}
    return all(name in before and before[name] is schema for name, schema in after.items())


def with_new_values(old: dict[str, Any], new: dict[str, Any]) -> tuple[dict[str, Any], set[Path]]:
    """``old`` with those values in each of its enumerations that ``new`` has there, too; and where they are new."""
    at: dict[Path, list[Any]] = {}
    for pair in pairs(old, new):
        before, after = pair.before.get("enum"), pair.after.get("enum")
        if isinstance(before, list) and isinstance(after, list):
            known = {sorted_json(value) for value in before}
            more = [value for value in after if sorted_json(value) not in known]
            if more:
                at.setdefault(pair.old_path, []).extend(more)
    made: dict[str, Any] = old
    for path, more in at.items():
        made = replaced(made, (*path, "enum"), [*_inside(made, path)["enum"], *more])
    return made, set(at)


def _inside(node: Any, path: Path) -> Any:
    for step in path:
        node = node[step]
    return node


def without(schema: Any, path: Path) -> Any:
    """A schema that does not refuse anything at a place: the keyword that stands there is gone.

    One that refuses everything accepts everything instead, so that no other applies in its stead.
    """
    return _with(schema, path, is_schema=is_schema_place(path))


def of_one_alone(one: Any, other: Any, at: Path) -> Path | None:
    """Where ``other`` describes the first member on the way to a place in a value that ``one`` does not speak of.

    None where both speak of all of them, or that cannot be told.
    """
    before, after = one, other
    path: Path = ()
    for step in at:
        before, _ = _target(before, (), one)
        after, path = _target(after, path, other)
        if not isinstance(before, dict) or not isinstance(after, dict) or not _SPOKEN.isdisjoint(before):
            return None
        if isinstance(step, str) and step in after.get("properties", {}):
            path = (*path, "properties", step)
            if step not in before.get("properties", {}):
                return path if before.get("additionalProperties", True) is True else None
            before, after = before["properties"][step], after["properties"][step]
        elif isinstance(step, int) and "items" in before and "items" in after and "prefixItems" not in after:
            path = (*path, "items")
            before, after = before["items"], after["items"]
        else:
            return None
    return None


_SPOKEN = frozenset(("$ref", "allOf", "anyOf", "dependentSchemas", "if", "oneOf", "patternProperties", "prefixItems"))
"""Keywords by which a schema may speak of members and items besides those that are followed."""


def _target(node: Any, path: Path, root: Any) -> tuple[Any, Path]:
    """What a schema that is nothing but a reference to a shared one leads to, and where that stands."""
    seen: set[str] = set()
    while isinstance(node, dict) and "$ref" in node and _SPOKEN.isdisjoint(node.keys() - {"$ref"}):
        name = _shared(node, root)
        if name is None or name in seen:
            break
        seen.add(name)
        node, path = root["$defs"][name], ("$defs", name)
    return node, path


def replaced(node: Any, path: Path, value: Any) -> Any:
    """A copy with another value at a path."""
    if not path:
        return value
    made = node.copy()
    made[path[0]] = replaced(made[path[0]], path[1:], value)
    return made


def _with(node: Any, path: Path, *, is_schema: bool) -> Any:
    step, *rest = path
    made = node.copy()
    if rest:
        made[step] = _with(made[step], tuple(rest), is_schema=is_schema)
    elif is_schema and made[step] is False:
        made[step] = True
    else:
        del made[step]
    return made


def changed_defaults(old: dict[str, Any], new: dict[str, Any]) -> list[Path]:
    """Where a default is another than it was, or is new, or gone."""
    found = [
        pair.new_path
        for pair in pairs(old, new)
        if sorted_json(pair.before.get("default", _NONE)) != sorted_json(pair.after.get("default", _NONE))
    ]
    return list(dict.fromkeys(found))


_NONE = {"$": "no default"}


def rebuilt(node: dict[str, Any], path: Path, make: Any) -> dict[str, Any]:
    """A copy of a schema whose direct children were made anew."""
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
