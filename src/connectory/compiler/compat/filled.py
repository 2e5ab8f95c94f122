"""What validation accepts of inputs and configurations: their defaults are filled in before they are judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from connectory.compiler.compat.parts import sorted_json
from connectory.compiler.compat.walk import pairs, replaced
from connectory.compiler.diagnostics import Path
from connectory.compiler.schemas import children, subschemas
from connectory.defaults import Fill, Group, compile_defaults, groups
from connectory.references import resolve

_ASKS_FOR_MEMBERS = frozenset(
    ("anyOf", "const", "dependentRequired", "dependentSchemas", "enum", "if", "maxProperties",
     "minProperties", "not", "oneOf", "patternProperties", "propertyNames", "unevaluatedProperties")
)  # fmt: skip
"""Keywords for which it matters, beside ``required``, whether a member is there."""
_FOLLOWED = frozenset(("$defs", "additionalProperties", "allOf", "items", "prefixItems", "properties"))
"""Keywords that ``defaults`` follows, ``$ref`` apart, and the one that applies nothing."""


class Filled(NamedTuple):
    """A schema, and what is filled in before it is applied.

    Attributes:
        written: the schema.
        schema: accepts what is accepted once it is filled in, where all of ``is_plain`` are; elsewhere it accepts what
            the schema itself does.
        defaults: what is filled into the value that a schema applies to, by the schema's id.
        is_plain: whether nothing hangs on that but what is required, likewise.
        fill: fills a value in; None where there is nothing to fill in.
    """

    written: dict[str, Any]
    schema: dict[str, Any]
    defaults: Mapping[int, dict[str, Any]] = MappingProxyType({})
    is_plain: Mapping[int, bool] = MappingProxyType({})
    fill: Fill | None = None


def filled(schema: dict[str, Any]) -> Filled:
    """What is filled in before a schema is applied, which must stay as it is meanwhile."""
    found = list(groups([schema], schema))
    if not any(group.defaults for group in found):
        return Filled(schema, schema)
    nodes = [node for _, node in subschemas(schema)]
    apart = _applied_otherwise(nodes, schema)
    plain = [all(map(_is_followed, nodes)) and _is_plain(group, apart) for group in found]
    supplied = _supplied(found, plain)
    while any(is_plain and not _is_supplied(group, supplied) for group, is_plain in zip(found, plain, strict=True)):
        plain = [was and _is_supplied(group, supplied) for group, was in zip(found, plain, strict=True)]
        supplied = _supplied(found, plain)
    defaults: dict[int, dict[str, Any]] = {}
    is_plain: dict[int, bool] = {}
    for group, one in zip(found, plain, strict=True):
        for part in group.schemas if group.defaults else ():
            defaults[id(part)] = {**defaults.get(id(part), {}), **group.defaults}
            is_plain[id(part)] = one and is_plain.get(id(part), True)
    made = schema
    for path, node in list(subschemas(schema)):
        if supplied.get(id(node)):
            left = [name for name in node["required"] if name not in supplied[id(node)]]
            made = replaced(made, (*path, "required"), left)
    return Filled(schema, made, defaults, is_plain, compile_defaults(schema))


def doubtful_defaults(old: dict[str, Any], new: dict[str, Any], before: Filled, after: Filled) -> Iterator[Path]:
    """Where in ``new`` a default is another than it was, is new or gone, and more than its value hangs on that."""
    if not before.defaults and not after.defaults:
        return
    apart: dict[str, Path] = {}
    declared: set[str] = set()
    for pair in pairs(old, new):
        had, has = before.defaults.get(id(pair.before), {}), after.defaults.get(id(pair.after), {})
        if before.is_plain.get(id(pair.before), True) and after.is_plain.get(id(pair.after), True):
            continue
        for name in dict.fromkeys((*had, *has)):
            if name in had and name in has and sorted_json(had[name]) == sorted_json(has[name]):
                continue
            if any(name in one.get("properties", ()) for one in (pair.before, pair.after)):
                declared.add(name)
                yield (*pair.new_path, "properties", name)
            else:
                apart.setdefault(name, pair.new_path)
    yield from (path for name, path in apart.items() if name not in declared)


def _supplied(found: list[Group], plain: list[bool]) -> dict[int, set[str]]:
    """The names that schemas require and that are filled in wherever these apply, by their ids."""
    supplied: dict[int, set[str]] = {}
    for group, is_plain in zip(found, plain, strict=True):
        for part in group.schemas:
            names = {name for name in part.get("required", ()) if name in group.defaults} if is_plain else set()
            supplied[id(part)] = supplied.get(id(part), names) & names
    return supplied


def _is_supplied(group: Group, supplied: dict[int, set[str]]) -> bool:
    """Whether everything that a group requires and fills in is filled in wherever its schemas apply."""
    needed = ((part, name) for part in group.schemas for name in part.get("required", ()))
    return all(name in supplied[id(part)] for part, name in needed if name in group.defaults)


def _is_plain(group: Group, apart: set[int]) -> bool:
    """Whether nothing hangs on the members that are filled in but what is required."""
    parts = group.schemas
    if any(id(part) in apart or not _ASKS_FOR_MEMBERS.isdisjoint(part) for part in parts):
        return False
    declared = [name for part in parts for name in part.get("properties", ()) if name in group.defaults]
    is_open = all(part.get("additionalProperties", True) is True for part in parts)
    return len(parts) == 1 or (is_open and len(set(declared)) == len(declared))


def _is_followed(node: dict[str, Any]) -> bool:
    """Whether a reference of a schema, if it has one, is of the kind that ``defaults`` follows."""
    return "$id" not in node and "$dynamicRef" not in node and str(node.get("$ref", "#"))[:2] in ("#", "#/")


def _applied_otherwise(nodes: list[dict[str, Any]], schema: dict[str, Any]) -> set[int]:
    """The ids of those of a schema's nodes that apply to some value for which defaults are not looked at."""
    waiting = [
        child
        for node in nodes
        for step, child in children(node)
        if step[0] not in _FOLLOWED or (step[0] == "additionalProperties" and "patternProperties" in node)
    ]
    found: set[int] = set()
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict) and id(node) not in found:
            found.add(id(node))
            waiting += [child for step, child in children(node) if step[0] != "$defs"]
            if "$ref" in node:
                waiting.append(resolve(node["$ref"], schema))
    return found
