"""Properties that may be left out, and can never be given."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, NamedTuple

from connectory.compiler.closed import ALWAYS, reached
from connectory.compiler.definition import Definition, Node
from connectory.compiler.diagnostics import Path
from connectory.compiler.in_place import Place
from connectory.compiler.schemas import matcher
from connectory.compiler.unsatisfiable import applies_too_many, judges

_MOST_PAIRS = 1_000
"""Pairs of what schemas say of a property from which on these are not compared; real ones have some dozens."""

_MOST_COMPARED = 2_500_000
"""Schemas times properties of one definition after which nothing more is compared; real ones come to some thousand."""

_PLAIN = frozenset(
    ("$comment", "default", "deprecated", "description", "examples", "readOnly", "title", "type", "writeOnly")
)


class Contradicted(NamedTuple):
    """A property that can never be given.

    Attributes:
        path: where it is declared.
        by: the keyword that refuses it, and where that stands; the pattern or name that it says it of at the end.
        is_near: whether both are said by the same schema.
    """

    path: Path
    by: Path
    is_near: bool


class _Said(NamedTuple):
    """What a schema says of a property, and where."""

    owner: Path
    path: Path
    schema: Any


def contradicted(definition: Definition) -> list[Contradicted]:
    """Those that are certain to be; what is required is ``unsatisfiable``."""
    return definition.derived(_all_of)


def _all_of(definition: Definition) -> list[Contradicted]:
    return list(_found(definition))


def _found(definition: Definition) -> Iterator[Contradicted]:
    nodes = _doubtful(definition) if len(definition.valid_schemas) == len(definition.schemas) else {}
    if not nodes:
        return
    judge_of = judges(definition)
    left = _MOST_COMPARED
    seen: set[tuple[Path, Path]] = set()
    for node in nodes.values():
        place = definition.place(node)
        if applies_too_many(definition, place):
            continue
        parts = list(reached(definition.in_place, place, ALWAYS).values())
        left -= len(parts) * sum(1 + len(part.data.get("properties", ())) for part in parts)
        if left < 0:
            return
        for found in _contradicted(node, parts, judge_of(node)):
            if (found.path, found.by) not in seen:
                seen.add((found.path, found.by))
                yield found


def _doubtful(definition: Definition) -> dict[int, Node]:
    """The schemas that may say something else of a property that they, or what they apply, declare."""
    near = definition.nodes_with("patternProperties", "propertyNames", "not")
    near += [node for node in definition.nodes_with("maxProperties") if _has_no_room(node.data)]
    found = {id(node.data): node for node in near if "properties" in node.data}
    for node in definition.nodes_with("allOf", "$ref"):
        if len(node.data.get("allOf", ())) + ("$ref" in node.data) > 1 or "properties" in node.data:
            found[id(node.data)] = node
    return found


def _contradicted(node: Node, parts: list[Place], is_empty: Callable[[Any], bool]) -> Iterator[Contradicted]:
    required = {name for part in parts for name in part.data.get("required", ())}
    properties = node.data.get("properties", {})
    for name in properties if not node.data.keys().isdisjoint(_NEAR) else ():
        if name in required:
            continue
        refusing = (word for word, refuses in _NEAR.items() if word in node.data and refuses(node.data, name, is_empty))
        keyword = next(refusing, None)
        if keyword and not is_empty(properties[name]):
            yield Contradicted((*node.path, "properties", name), (*node.path, keyword), is_near=True)
    for one, other in islice(_pairs(parts, required), _MOST_PAIRS):
        both = {"allOf": [one.schema, other.schema]}
        if is_empty(both) and not is_empty(one.schema) and not is_empty(other.schema):
            yield Contradicted(one.path, other.path, is_near=one.owner == other.owner)


def _refuses_name(schema: dict[str, Any], name: str, is_empty: Callable[[Any], bool]) -> bool:
    names = schema["propertyNames"]
    return is_empty({"allOf": [names, {"const": name}]}) and not is_empty({"allOf": [names, {"type": "string"}]})


def _refuses_member(schema: dict[str, Any], name: str, is_empty: Callable[[Any], bool]) -> bool:
    given = [name, *schema.get("required", ())]
    return is_empty({"type": "object", "required": given, "not": schema["not"]}) and not is_empty(
        {"type": "object", "required": given[1:], "not": schema["not"]}
    )


def _has_no_room(schema: dict[str, Any], *_: Any) -> bool:
    """Whether what is required leaves no room for anything else."""
    return isinstance(schema["maxProperties"], int) and len(schema.get("required", ())) >= schema["maxProperties"]


_NEAR: dict[str, Callable[[dict[str, Any], str, Callable[[Any], bool]], bool]] = {
    "propertyNames": _refuses_name,
    "not": _refuses_member,
    "maxProperties": _has_no_room,
}
"""The keywords that can refuse a property that is declared beside them; elsewhere that may be what they are for."""


def _pairs(parts: list[Place], required: set[str]) -> Iterator[tuple[_Said, _Said]]:
    """What is said of one property in two places, where it could contradict each other."""
    said: dict[str, list[_Said]] = {}
    for part in parts:
        for name, schema in part.data.get("properties", {}).items():
            if name not in required and schema is not False:
                said.setdefault(name, []).append(_Said(part.path, (*part.path, "properties", name), schema))
    for name, several in said.items():
        others = [*several, *(more for part in parts for more in _also(part, name))]
        for number, one in enumerate(several):
            for other in others[number + 1 :]:
                if _may_contradict(one.schema, other.schema):
                    yield one, other


def _also(part: Place, name: str) -> Iterator[_Said]:
    """What a schema says of a property by its pattern, or as one of all others."""
    patterns = [pattern for pattern in part.data.get("patternProperties", ()) if matcher(pattern)(name)]
    for pattern in patterns:
        schema = part.data["patternProperties"][pattern]
        yield _Said(part.path, (*part.path, "patternProperties", pattern), schema)
    if not patterns and name not in part.data.get("properties", ()):
        more = part.data.get("additionalProperties")
        if isinstance(more, dict):
            yield _Said(part.path, (*part.path, "additionalProperties"), more)


def _may_contradict(one: Any, other: Any) -> bool:
    """Whether that takes more to know than a look at the types."""
    if not isinstance(one, dict) or not isinstance(other, dict):
        return other is False
    plain = [_PLAIN.issuperset(schema) for schema in (one, other)]
    if one.get("type") == other.get("type"):
        return not any(plain)
    return not any(is_plain and "type" not in schema for is_plain, schema in zip(plain, (one, other), strict=True))
