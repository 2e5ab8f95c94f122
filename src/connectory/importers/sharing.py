"""Shared schemas: what they reach, and mended where they lead in circles or would accept nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from connectory.compiler.schemas import children
from connectory.components import components as strongly_connected
from connectory.importers.order import ordered
from connectory.importers.references import Key, Schema, key_of
from connectory.importers.tally import Tally

_IN_PLACE = frozenset(("allOf", "anyOf", "oneOf", "not", "if", "then", "else"))


def pending(schema: Any) -> Iterator[Key]:
    """The keys of the pending references inside a schema, with repetitions."""
    waiting = [schema]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            key = key_of(node.get("$ref"))
            if key is not None:
                yield key
            waiting.extend(child for _, child in children(node))


def reachable(schemas: Iterable[Schema], components: Mapping[Key, Schema]) -> set[Key]:
    """The keys of all components that these schemas reach."""
    found: set[Key] = set()
    waiting: list[Schema] = list(schemas)
    while waiting:
        new = set(pending(waiting.pop())) - found
        found |= new
        waiting.extend(components[key] for key in new)
    return found


def without_circles(components: dict[Key, Schema], tally: Tally) -> None:
    """Take references away that lead back to their own schema without a step into the value.

    Such a schema can never be decided. A base that lists its variants, each of which includes the base, loses the list.
    """
    for words in (frozenset(("anyOf", "oneOf")), _IN_PLACE):
        names = {key.reference(): key for key in components}
        graph = {name: [k.reference() for k in _in_place(components[key])] for name, key in names.items()}
        for group in strongly_connected(graph):
            if len(group) == 1 and group[0] not in graph[group[0]]:
                continue
            for name in group:
                key = names[name]
                mended = _without(components[key], frozenset(group), words)
                if mended != components[key]:
                    components[key] = mended
                    tally.note("composition that leads back to itself; cut", f"{key.document}#{key.pointer}")


def _in_place(schema: Any) -> Iterator[Key]:
    waiting = [schema]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            key = key_of(node.get("$ref"))
            if key is not None:
                yield key
            waiting.extend(child for path, child in children(node) if path[0] in _IN_PLACE)


def _without(schema: Any, group: frozenset[str], words: frozenset[str]) -> Any:
    """The schema without what leads into the group in place, below these keywords; ``$ref`` counts with allOf."""
    if not isinstance(schema, dict):
        return schema
    made = {}
    for keyword, value in schema.items():
        if keyword == "$ref" and "allOf" in words and value in group:
            continue
        if keyword in words and any(key.reference() in group for key in _in_place({keyword: value})):
            if keyword == "allOf":
                kept = [_without(one, group, words) for one in value]
                made[keyword] = [one for one in kept if one] or [{}]
            continue
        made[keyword] = value
    return made


def open_parts(schemas: Iterable[Schema], components: Mapping[Key, Schema], tally: Tally) -> None:
    """Open what is closed and yet a part of something larger: with allOf no value would satisfy both.

    What is closed around its parts counts them too, as ``unevaluatedProperties`` does.
    """
    declaring = _declaring(components)
    opened: set[int] = set()
    for schema in [*schemas, *(components[key] for key in sorted(components))]:
        for node in _nodes(schema):
            parts = [part for part in node.get("allOf", ()) if isinstance(part, dict)]
            parts += [{"$ref": node["$ref"]}] if "$ref" in node and {"allOf", "properties"} & set(node) else []
            if node.get("additionalProperties") is False and any(_declares(part, declaring) for part in parts):
                del node["additionalProperties"]
                node["unevaluatedProperties"] = False
                tally.note("closed object with parts; closed around them too", _place(node))
            if len(parts) > 1 or "properties" in node:
                _open(parts, components, opened, tally)


def _open(parts: Sequence[Schema], components: Mapping[Key, Schema], opened: set[int], tally: Tally) -> None:
    """Open these schemas, and what they consist of themselves; ``opened``: what is so already."""
    waiting = [(part, "allOf") for part in parts]
    while waiting:
        node, place = waiting.pop()
        key = key_of(node.get("$ref"))
        if key is not None and id(components[key]) not in opened:
            opened.add(id(components[key]))
            waiting.append((components[key], f"{key.document}#{key.pointer}"))
        for word in ("additionalProperties", "unevaluatedProperties"):
            if node.get(word) is False:
                del node[word]
                tally.note("closed object that is a part of another; opened", place)
        waiting += [(part, place) for part in node.get("allOf", ()) if isinstance(part, dict)]


def _declaring(components: Mapping[Key, Schema]) -> set[Key]:
    """The components that declare members, themselves or in what they consist of."""
    users: dict[Key, list[Key]] = {}
    found = []
    for key, schema in components.items():
        for part in _inline(schema):
            to = key_of(part.get("$ref"))
            if to is not None:
                users.setdefault(to, []).append(key)
        if _declares(schema, set()):
            found.append(key)
    declaring = set(found)
    while found:
        for user in users.get(found.pop(), ()):
            if user not in declaring:
                declaring.add(user)
                found.append(user)
    return declaring


def _declares(schema: Schema, declaring: Collection[Key]) -> bool:
    """Whether a part declares members; ``declaring``: the components that do."""
    return any(
        "properties" in part or "patternProperties" in part or key_of(part.get("$ref")) in declaring
        for part in _inline(schema)
    )


def _inline(schema: Schema) -> Iterator[Schema]:
    """A schema and the parts of it that stand in it."""
    waiting = [schema]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += [part for part in node.get("allOf", ()) if isinstance(part, dict)]


def _place(node: Schema) -> str:
    """What names a schema in a report that has lost its place."""
    return f"a schema of {', '.join(sorted(node.get('properties', {}))[:5]) or 'parts alone'}"


def _nodes(schema: Any) -> Iterator[Schema]:
    waiting = [schema]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            yield node
            waiting.extend(child for _, child in children(node))


def renamed(schema: Any, name: Callable[[Key], str]) -> Any:
    """The schema with each pending reference as one to ``$defs``."""
    if not isinstance(schema, dict):
        return schema
    made: Schema = {}
    for keyword, value in schema.items():
        key = key_of(value) if keyword == "$ref" else None
        made[keyword] = f"#/$defs/{name(key)}" if key is not None else value
    for path, child in children(schema):
        fresh = renamed(child, name)
        if len(path) == 1:
            made[str(path[0])] = fresh
        else:
            keyword, step = path
            if made[str(keyword)] is schema[keyword]:
                made[str(keyword)] = schema[keyword].copy()
            made[str(keyword)][step] = fresh
    return ordered(made)
