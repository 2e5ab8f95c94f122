"""The members that a schema declares for the object that it describes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote

from connectory.pointers import unescape

_SOME = frozenset(("anyOf", "oneOf"))
_BRANCHES = ("if", "then", "else")


class Members(NamedTuple):
    """What a schema says of an object's members.

    Attributes:
        schemas: by the member's name, what is said of it; what is said first comes first.
        required: those that must be there.
        is_open: whether it says something of members that it does not name, or what it says cannot be told.
        root: the schema that references inside start from.
    """

    schemas: dict[str, list[Any]]
    required: set[str]
    is_open: bool
    root: Mapping[str, Any]


_NONE: Mapping[str, Any] = {}


def members(schema: Any, shared: Mapping[str, Any], root: Mapping[str, Any] | None = None) -> Members:
    """The members that ``schema`` declares, by itself, by what it refers to and by its branches.

    Args:
        schema: the schema.
        shared: the shared schemas of the definition.
        root: the schema around it, where it lies inside one.
    """
    if not isinstance(schema, dict):
        return Members({}, set(), True, _NONE)
    whole = schema if root is None else root
    found: dict[str, list[Any]] = {}
    required: set[str] = set()
    is_open = False
    seen: set[int] = set()
    waiting: list[tuple[Any, Mapping[str, Any], bool]] = [(schema, whole, True)]
    while waiting:
        node, inside, always = waiting.pop()
        if not isinstance(node, dict) or id(node) in seen:
            continue
        seen.add(id(node))
        declared = node.get("properties")
        if isinstance(declared, dict):
            for name, said in declared.items():
                found.setdefault(name, []).append(said)
        names = node.get("required")
        if always and isinstance(names, list):
            required.update(name for name in names if isinstance(name, str))
        if "patternProperties" in node or node.get("additionalProperties", False) is not False:
            is_open = True
        if "$ref" in node:
            target, target_root = resolve(node["$ref"], inside, shared)
            is_open = is_open or target is None
            waiting.append((target, target_root, always))
        if "$dynamicRef" in node:
            is_open = True
        waiting.extend((child, inside, always and is_all) for child, is_all in _branches(node))
    return Members(found, required, is_open, whole)


def _branches(node: dict[str, Any]) -> Iterator[tuple[Any, bool]]:
    """The schemas that say something of the same object, and whether they always do."""
    for keyword, value in node.items():
        if keyword == "allOf" or keyword in _SOME:
            if isinstance(value, list):
                yield from ((child, keyword == "allOf") for child in value)
        elif keyword in _BRANCHES:
            yield value, False
        elif keyword == "dependentSchemas" and isinstance(value, dict):
            yield from ((child, False) for child in value.values())


def parts(schema: Any, root: Mapping[str, Any], shared: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """A schema, and those that it makes its own by ``$ref`` and ``allOf``."""
    seen: set[int] = set()
    waiting = [(schema, root)]
    while waiting:
        node, inside = waiting.pop()
        if not isinstance(node, dict) or id(node) in seen:
            continue
        seen.add(id(node))
        yield node
        if "$ref" in node:
            waiting.append(resolve(node["$ref"], inside, shared))
        every = node.get("allOf")
        waiting.extend((child, inside) for child in (every if isinstance(every, list) else ()))


def is_described(schema: Any, root: Mapping[str, Any], shared: Mapping[str, Any]) -> bool:
    """Whether a schema, or what it makes its own, says what its value means: a constant does."""
    return any("description" in part or "const" in part for part in parts(schema, root, shared))


def resolve(
    reference: Any, root: Mapping[str, Any], shared: Mapping[str, Any]
) -> tuple[dict[str, Any] | None, Mapping[str, Any]]:
    """What a reference leads to, and the schema that references there start from; None where that cannot be told."""
    if reference == "#" and isinstance(root, dict):
        return root, root
    if not isinstance(reference, str) or not reference.startswith("#/"):
        return None, root
    tokens = [unescape(unquote(token)) for token in reference[2:].split("/")]
    own = root.get("$defs")
    is_shared = tokens[0] == "$defs" and len(tokens) > 1 and not (isinstance(own, dict) and tokens[1] in own)
    node: Any = {"$defs": shared} if is_shared else root
    for token in tokens:
        if isinstance(node, dict):
            node = node.get(token)
        elif isinstance(node, list) and token.isdecimal() and len(token) < 10 and int(token) < len(node):
            node = node[int(token)]
        else:
            return None, root
    return (node, _NONE if is_shared else root) if isinstance(node, dict) else (None, root)


class Reached(NamedTuple):
    """Where a dotted path leads, by what schemas declare.

    Attributes:
        said: what they say of what stands there, each with the schema that references start from; empty where that
            cannot be told.
        declared: where it leads nowhere, the names that are declared instead; else None.
    """

    said: list[tuple[Any, Mapping[str, Any]]]
    declared: list[str] | None = None


def reach(dotted: str, schema: Any, shared: Mapping[str, Any]) -> Reached:
    """Follow a dotted path through what schemas declare; as in answers, a name that has the dots itself comes first."""
    at: list[tuple[Any, Mapping[str, Any]]] = [(schema, schema if isinstance(schema, dict) else _NONE)]
    while True:
        said = [members(one, shared, root) for one, root in at]
        if not said or any(one.is_open or not one.schemas for one in said):
            return Reached([])
        whole = _said_of(dotted, said)
        if whole:
            return Reached(whole)
        head, dot, dotted = dotted.partition(".")
        at = _said_of(head, said) if dot else []
        if not at:
            return Reached([], sorted({name for one in said for name in one.schemas}))


def _said_of(name: str, said: list[Members]) -> list[tuple[Any, Mapping[str, Any]]]:
    found = {id(child): (child, one.root) for one in said for child in one.schemas.get(name, ())}
    return list(found.values())
