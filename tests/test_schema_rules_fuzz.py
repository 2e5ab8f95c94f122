"""Random schemas: no rule of schemas fails, and what is said to be impossible is."""

from __future__ import annotations

from itertools import product
from typing import Any

import jsonschema_rs
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from connectory.compiler.checks import rules
from connectory.compiler.definition import Definition
from connectory.compiler.in_place import LINKS
from connectory.compiler.tangles import Tangles
from connectory.compiler.text.places import Place
from connectory.compiler.text.source import Source
from connectory.compiler.unsatisfiable import unsatisfiable

SCALARS: list[Any] = [None, True, False, 0, 1, 2, 1.5, "", "a", "ab"]
VALUES: list[Any] = [
    *SCALARS,
    *([one] for one in SCALARS), [], [0, 1], [1, 1], ["a", 1, None], [[]], [{}],
    *({"a": one} for one in SCALARS), {}, {"b": 1}, {"a": 1, "b": "a"}, {"a": {}}, {"a": {"a": {}}}, {"a": {"a": 1}},
    {"a": {"b": {"a": 1}}}, {"c": 1}, {"a": 1, "b": 1, "c": 1}, {"a": [{"a": 1}]},
]  # fmt: skip

NAMES = st.sampled_from(["a", "b", "c"])
TYPES = st.sampled_from(["null", "boolean", "object", "array", "number", "string", "integer"])
COUNTS = st.integers(0, 3)
REFERENCES = st.sampled_from(["#/$defs/A", "#/$defs/B", "#/$defs/none", "#"])
LEAVES: dict[str, st.SearchStrategy[Any]] = {
    "type": st.one_of(TYPES, st.lists(TYPES, min_size=1, max_size=3, unique=True)),
    "enum": st.lists(st.sampled_from(VALUES), max_size=3),
    "const": st.sampled_from(VALUES),
    "default": st.sampled_from(VALUES),
    "examples": st.lists(st.sampled_from(VALUES), max_size=2),
    "format": st.sampled_from(["date", "int32", "datetime"]),
    "pattern": st.sampled_from(["^a", "b$", "^(a+)+$", "(?=a)"]),
    "required": st.lists(NAMES, max_size=2, unique=True),
    "dependentRequired": st.dictionaries(NAMES, st.lists(NAMES, max_size=2, unique=True), max_size=1),
    "uniqueItems": st.booleans(),
    "multipleOf": st.sampled_from([1, 2, 0.5]),
    "$ref": REFERENCES,
    "nullable": st.booleans(),
    "requried": st.lists(NAMES, max_size=2),
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"), COUNTS),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minContains"), COUNTS),
}
ONE = [
    "additionalProperties",
    "contains",
    "else",
    "if",
    "items",
    "not",
    "propertyNames",
    "then",
    "unevaluatedProperties",
]


def keyword(name: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return values.map(lambda value: {name: value})


def around(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    several = st.lists(inner, min_size=1, max_size=2)
    named = st.dictionaries(NAMES, inner, max_size=2)
    keywords = [
        *(keyword(name, values) for name, values in LEAVES.items()),
        *(keyword(name, inner) for name in ONE),
        *(keyword(name, several) for name in ("allOf", "anyOf", "oneOf", "prefixItems")),
        *(keyword(name, named) for name in ("properties", "properties", "dependentSchemas")),
        keyword("patternProperties", st.dictionaries(st.sampled_from(["^a", "."]), inner, max_size=1)),
    ]
    return st.lists(st.one_of(keywords), max_size=4).map(
        lambda parts: {k: v for part in parts for k, v in part.items()}
    )


LEAF = st.one_of(st.booleans(), st.just({}), *(keyword(name, values) for name, values in LEAVES.items()))
SCHEMAS = st.recursive(LEAF, around, max_leaves=6)
OBJECTS = SCHEMAS.filter(lambda schema: isinstance(schema, dict))


class Unwritten(Definition):
    """A definition without a text."""

    def __init__(self, inputs: Any, shared: dict[str, Any]) -> None:
        methods = [{"id": "m", "name": "M", "inputSchema": inputs, "outputSchema": {"type": "object"}}]
        data = {"integrationId": "acme", "version": "1.0.0", "methods": methods, "$defs": shared}
        super().__init__(Source("", "", data, Place((1, 1), (1, 1))), "/catalog/acme/1.0.0.json")


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(OBJECTS, SCHEMAS, SCHEMAS)
@example({"$ref": "#/$defs/A"}, {"anyOf": [{"$ref": "#/$defs/B"}]}, {"not": {"$ref": "#/$defs/A"}})
@example({"type": "object", "required": ["a"], "properties": {"a": {"$ref": "#"}}}, True, False)
def test_nothing_satisfies_what_is_said_to_be_impossible(inputs: Any, first: Any, second: Any) -> None:
    definition = Unwritten(inputs, {"A": first, "B": second})
    for code, rule in rules().items():
        if code[0] == "S":
            list(rule.check(definition))
    if definition.tangles == Tangles():
        for found in unsatisfiable(definition):
            scope = found.place.home.scope
            schema = {**found.place.data, "$defs": scope["$defs"]}
            if found.place.path[-1] != "inputSchema" and "#" in str(schema).replace("#/$defs", ""):
                continue  # its references to the whole schema around it cannot be followed from here
            validator = jsonschema_rs.Draft202012Validator(schema, offline=True)
            assert [value for value in VALUES if validator.is_valid(value)] == []


WRONG: list[Any] = [
    None,
    5,
    -1,
    "",
    "x",
    [],
    {},
    [None],
    [[]],
    {"a": None},
    True,
    [{"$ref": "#/$defs/A"}],
    ["a", 1],
    1e308,
]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from([*LEAVES, *ONE, *LINKS, "properties", "$defs", "$id"]), st.sampled_from(WRONG)))
@example({"properties": {}, "required": [{"$ref": "#/$defs/A"}]})
def test_rules_bear_whatever_stands_in_a_schema(schema: dict[str, Any]) -> None:
    for inputs, shared in product([schema, {"properties": {"a": schema}}], [{}, {"A": schema}]):
        definition = Unwritten(inputs, shared)
        for code, rule in rules().items():
            if code[0] == "S":
                list(rule.check(definition))
