"""Schemas under which nothing is valid."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any, NamedTuple

from connectory.compiler.closed import reached
from connectory.compiler.definition import Definition, Node
from connectory.compiler.in_place import LINKS, Place
from connectory.compiler.patterns.lengths import fits_lengths
from connectory.compiler.schemas import REFERENCES, subschemas
from connectory.components import components

_ANNOTATIONS = frozenset(
    ("$comment", "$defs", "$ref", "default", "deprecated", "description", "examples", "readOnly", "title", "writeOnly")
)
_SHARED = "#/$defs/"

_CIRCLE = ("type", "properties", "required")
"""The keywords by which a schema requires a value inside of a value."""

_MOST_APPLIED = 500
"""Schemas that one applies to the same value from which on it is not looked at; real ones apply some dozens."""


class Unsatisfiable(NamedTuple):
    """A schema under which nothing is valid.

    Attributes:
        place: the schema.
        causes: its keywords without one of which something would be valid.
    """

    place: Place
    causes: list[str]


def unsatisfiable(definition: Definition) -> Iterator[Unsatisfiable]:
    """Those that are certain to be, also those that are because of others; of shared schemas in a circle, the first."""
    if len(definition.valid_schemas) < len(definition.schemas):
        return
    endless = {id(node.data): node for node in _endless(definition)}
    nodes = {id(node.data): node for node in doubtful(definition)} | endless
    if not nodes:
        return
    judge_of = judges(definition)
    for identity, node in nodes.items():
        place = definition.place(node)
        if applies_too_many(definition, place):
            continue
        if judge_of(node)(node.data):
            yield Unsatisfiable(place, _causes(node.data, judge_of(node)))
        elif identity in endless:  # the circle is too long to be gone round
            yield Unsatisfiable(place, [keyword for keyword in node.data if keyword in _CIRCLE])


def judges(definition: Definition) -> Callable[[Node], Callable[[Any], bool]]:
    """What tells, for a schema, whether one that stands in its place accepts nothing."""
    from connectory.compiler.compat.emptiness import Allowance, emptiness

    judges: dict[tuple[Any, ...], Callable[[Any], bool]] = {}
    alone = apart(definition)
    allowance = Allowance()

    def judge_of(node: Node) -> Callable[[Any], bool]:
        key = node.whole.path if node.whole.path in alone else ()
        if key not in judges:
            root = definition.place(node).home.scope if key else {"$defs": definition.shared}
            judges[key] = emptiness(root, allowance)
        return judges[key]

    return judge_of


def applies_too_many(definition: Definition, place: Place) -> bool:
    """Whether a schema applies so many others to the same value that it is not looked at."""
    ways = definition.tangles.ways.get(id(place.data))
    return (len(reached(definition.in_place, place, LINKS)) if ways is None else ways) > _MOST_APPLIED


def apart(definition: Definition) -> set[tuple[Any, ...]]:
    """The whole schemas in which a reference does not simply name a shared schema."""
    return {
        node.whole.path
        for node in definition.nodes_with(*REFERENCES)
        if "$defs" in node.whole.data or not str(node.data.get("$ref", "")).startswith(_SHARED)
    }


def _causes(schema: dict[str, Any], is_empty: Callable[[Any], bool]) -> list[str]:
    rests = {keyword: {word: value for word, value in schema.items() if word != keyword} for keyword in schema}
    return [keyword for keyword, rest in rests.items() if not is_empty(rest)]


def doubtful(definition: Definition) -> Iterator[Node]:
    """The schemas whose keywords could contradict each other; where it is plain that they do not, they are left out."""
    yield from definition.nodes_with("not", "allOf", "oneOf")
    for node in definition.nodes_with("anyOf"):
        if (len(node.data) > 1 and _says_more(node.data, "anyOf")) or not any(node.data["anyOf"]):
            yield node
    for node in definition.nodes_with("$ref"):
        if len(node.data) > 1 and _says_more(node.data, "$ref") and not _repeats_the_type(definition, node):
            yield node
    for node in definition.nodes_with("required"):
        if _requires_too_much(node.data):
            yield node
    for node in definition.nodes_with("pattern"):
        schema = node.data
        least, most = schema.get("minLength", 0), schema.get("maxLength")
        if (most is not None or least) and not fits_lengths(schema["pattern"], least, most):
            yield node
    for node in definition.nodes_with("minItems", "contains"):
        if (
            node.data.get("items") is False
            or not node.data.keys().isdisjoint(("prefixItems", "uniqueItems"))
            or ("contains" in node.data and not node.data.keys().isdisjoint(("items", "maxItems")))
        ):
            yield node
    for node in definition.nodes_with("minProperties"):
        if node.data.get("additionalProperties") is False:
            yield node
    for group in _circles(definition, lambda schema: True):
        yield from (node for node in group if not _is_of_objects(node.data))


def _says_more(schema: dict[str, Any], keyword: str) -> bool:
    """Whether a schema says more about values than one keyword does."""
    return any(word not in _ANNOTATIONS and word != keyword and word[:2] != "x-" for word in schema)


def _repeats_the_type(definition: Definition, node: Node) -> bool:
    """Whether all that stands beside a reference is the type of what it leads to."""
    target = definition.in_place.target(definition.place(node).home, node.data["$ref"])
    return (
        target is not None
        and target.data.get("type") == node.data.get("type")
        and not _says_more({word: None for word in node.data if word != "type"}, "$ref")
    )


def _requires_too_much(schema: dict[str, Any]) -> bool:
    properties = schema.get("properties")
    return (isinstance(properties, dict) and False in properties.values()) or not schema.keys().isdisjoint(
        ("maxProperties", "patternProperties", "propertyNames", "unevaluatedProperties")
    )


def _endless(definition: Definition) -> Iterator[Node]:
    """The first of the shared schemas in each circle of those that accept objects alone and require the next in them.

    A value would contain another one without end.
    """
    if not definition.nodes_with("$id", "$dynamicRef"):  # where they change what a reference means
        yield from (group[0] for group in _circles(definition, _is_of_objects))


def _is_of_objects(schema: dict[str, Any]) -> bool:
    return schema.get("type") in ("object", ["object"])


def _circles(definition: Definition, leads_on: Callable[[dict[str, Any]], bool]) -> Iterator[list[Node]]:
    """The shared schemas that require a property that leads back to them, by way of such as lead on."""
    graph = {
        name: _required(schema, definition.shared) if isinstance(schema, dict) and leads_on(schema) else []
        for name, schema in definition.shared.items()
    }
    parts = {part.path[1]: part for part in definition.schemas if part.path[0] == "$defs"}
    for group in components(graph):
        if len(group) > 1 or group[0] in graph[group[0]]:
            yield [Node(parts[name], parts[name].path, parts[name].data) for name in group]


def _required(schema: dict[str, Any], shared: dict[str, Any]) -> list[str]:
    """The shared schemas that the required properties of a schema refer to."""
    if not isinstance(schema.get("required"), list):
        return []
    properties = schema.get("properties")
    needed = [name for name in schema["required"] if isinstance(name, str)]
    found = (properties.get(name) for name in needed) if isinstance(properties, dict) else ()
    names = [str(child.get("$ref", "")).removeprefix(_SHARED) for child in found if isinstance(child, dict)]
    return [name for name in names if name in shared]


def reaches(definition: Definition, start: Place) -> Iterator[Place]:
    """A schema, those inside it, and those that any of them refers to."""
    seen: set[int] = set()
    waiting = [start]
    while waiting:
        place = waiting.pop()
        if id(place.data) in seen:
            continue
        seen.add(id(place.data))
        yield place
        for path, data in subschemas(place.data, place.path):
            inside = Place(place.home, path, data)
            targets = (definition.in_place.target(place.home, data.get(keyword)) for keyword in REFERENCES)
            waiting.extend(chain((inside,), filter(None, targets)))
