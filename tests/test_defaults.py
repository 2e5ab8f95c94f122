"""Defaults, filled in at every depth."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bundles import exact
from connectory import InvalidInput
from connectory.defaults import compile_defaults, groups
from connectory.validation import Validator

ONE = {"properties": {"a": {"default": 1}}}
NODE: dict[str, Any] = {
    "properties": {
        "size": {"type": "integer", "default": 1},
        "children": {"type": "array", "items": {"$ref": "#/$defs/Node"}},
    }
}


def _filled(schema: dict[str, Any], value: Any) -> Any:
    fill = compile_defaults(schema)
    before = copy.deepcopy(value)
    result = value if fill is None else fill(value)
    assert exact(value) == exact(before)
    assert fill is None or exact(fill(result)) == exact(result)
    return result


def _of(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


@pytest.mark.parametrize(
    ("schema", "value", "filled"),
    [
        pytest.param(ONE, {}, {"a": 1}, id="properties"),
        pytest.param(ONE, {"a": None}, {"a": None}, id="null is a value"),
        pytest.param(ONE, {"b": 2}, {"b": 2, "a": 1}, id="others stay, first"),
        pytest.param(_of(x=ONE), {"x": {}}, {"x": {"a": 1}}, id="nested"),
        pytest.param(_of(x=ONE), {}, {}, id="an absent object without a default stays absent"),
        pytest.param(_of(x={**ONE, "default": {}}), {}, {"x": {"a": 1}}, id="a default gets its own inner defaults"),
        pytest.param(
            _of(x={"default": [{}, {"a": 2}], "items": ONE}), {}, {"x": [{"a": 1}, {"a": 2}]}, id="a default array too"
        ),
        pytest.param(_of(x={"items": ONE}), {"x": [{}, 5, {"a": 2}]}, {"x": [{"a": 1}, 5, {"a": 2}]}, id="items"),
        pytest.param(
            _of(x={"prefixItems": [ONE, True], "items": _of(b={"default": 2})}),
            {"x": [{}, {}, {}]},
            {"x": [{"a": 1}, {}, {"b": 2}]},
            id="prefixItems, then items",
        ),
        pytest.param(
            _of(x={"allOf": [{"prefixItems": [ONE]}, {"items": _of(b={"default": 2})}]}),
            {"x": [{}, {}]},
            {"x": [{"a": 1, "b": 2}, {"b": 2}]},
            id="items of one schema apply beside prefixItems of another",
        ),
        pytest.param(_of(x={"items": {"items": ONE}}), {"x": [[{}], []]}, {"x": [[{"a": 1}], []]}, id="items of items"),
        pytest.param(
            {**_of(x={"type": "object"}), "additionalProperties": ONE},
            {"x": {}, "y": {}, "z": 1},
            {"x": {}, "y": {"a": 1}, "z": 1},
            id="additionalProperties",
        ),
        pytest.param(
            {"patternProperties": {"^x": {}}, "additionalProperties": ONE},
            {"x1": {}},
            {"x1": {}},
            id="additionalProperties are not for what a pattern names",
        ),
        pytest.param(
            {"allOf": [_of(x=ONE), {"additionalProperties": _of(b={"default": 2})}]},
            {"x": {}},
            {"x": {"a": 1, "b": 2}},
            id="additionalProperties of one schema apply beside properties of another",
        ),
        pytest.param({"additionalProperties": {"default": 5}}, {}, {}, id="no name, no default"),
        pytest.param({"$ref": "#/$defs/One", "$defs": {"One": ONE}}, {}, {"a": 1}, id="ref"),
        pytest.param({**_of(x={"$ref": "#/$defs/O"}), "$defs": {"O": ONE}}, {"x": {}}, {"x": {"a": 1}}, id="inner ref"),
        pytest.param({**_of(x={"$ref": "#/$defs/O"}), "$defs": {"O": {"default": 3}}}, {}, {"x": 3}, id="ref default"),
        pytest.param(
            {**_of(x={"$ref": "#/$defs/O", "default": 4}), "$defs": {"O": {"default": 3}}},
            {},
            {"x": 4},
            id="the member's own default wins over the reference's",
        ),
        pytest.param(
            {**_of(x={"$ref": "#/$defs/a~1b%25~0"}), "$defs": {"a/b%~": {"default": 1}}}, {}, {"x": 1}, id="escapes"
        ),
        pytest.param({**_of(x={"$ref": "#/properties/y"}, y={"default": 2})}, {}, {"x": 2, "y": 2}, id="any pointer"),
        pytest.param({"allOf": [ONE, _of(b={"default": 2})]}, {}, {"a": 1, "b": 2}, id="allOf"),
        pytest.param({"allOf": [{"allOf": [ONE]}]}, {}, {"a": 1}, id="allOf of allOf"),
        pytest.param(_of(x={"allOf": [{"default": 1}, {"default": 1.0}]}), {}, {"x": 1}, id="equal defaults agree"),
        pytest.param(_of(x={"allOf": [{"default": 1}, {"default": 2}]}), {}, {}, id="defaults that differ"),
        pytest.param(_of(x={"allOf": [{"default": 1}, {"default": True}]}), {}, {}, id="1 is not true"),
        pytest.param(_of(x={"allOf": [{"default": 0}, {"default": False}]}), {}, {}, id="0 is not false"),
        pytest.param({"allOf": [ONE, _of(a={"default": 2})]}, {}, {}, id="properties that differ"),
        pytest.param({**ONE, "allOf": [_of(a={"default": 2})]}, {}, {}, id="sibling of allOf that differs"),
        pytest.param({"anyOf": [ONE]}, {}, {}, id="anyOf is not followed"),
        pytest.param({"oneOf": [ONE]}, {}, {}, id="oneOf is not followed"),
        pytest.param({"if": ONE, "then": ONE, "else": ONE}, {}, {}, id="if is not followed"),
        pytest.param({"not": ONE}, {}, {}, id="not is not followed"),
        pytest.param({"default": {"a": 1}}, {}, {}, id="the root's own default is not for an empty object"),
        pytest.param(_of(default={"type": "integer"}), {}, {}, id="a member called default is none"),
        pytest.param(_of(x={"const": {"default": 1}}), {"x": {}}, {"x": {}}, id="data is no schema"),
        pytest.param(_of(x=True, y=False), {"x": {}}, {"x": {}}, id="true and false are schemas"),
        pytest.param(_of(x={"default": None}), {}, {"x": None}, id="null is a default"),
        pytest.param(_of(x={"default": ""}, y={"default": []}), {}, {"x": "", "y": []}, id="empty defaults"),
        pytest.param({"$ref": "#/$defs/No", **ONE}, {}, {"a": 1}, id="a reference that leads nowhere"),
        pytest.param({"$ref": "#", **ONE}, {}, {"a": 1}, id="a schema that refers to itself"),
        pytest.param(
            {"$ref": "#/$defs/Node", "$defs": {"Node": NODE}},
            {"children": [{"children": [{}]}, {"size": 2}]},
            {"children": [{"children": [{"size": 1}], "size": 1}, {"size": 2}], "size": 1},
            id="recursion",
        ),
        pytest.param(
            {**_of(child={"$ref": "#", "default": {}}, a={"default": 1})},
            {"child": {}},
            {"child": {"a": 1}, "a": 1},
            id="a default that contains itself stays absent",
        ),
        pytest.param(
            {"$ref": "#/$defs/A", "$defs": {
                "A": _of(b={"$ref": "#/$defs/B", "default": {}}, n={"default": 1}),
                "B": _of(a={"$ref": "#/$defs/A", "default": {}}, m={"default": 2}),
            }},
            {"b": {}},
            {"b": {"m": 2}, "n": 1},
            id="so do those that contain each other",
        ),
        pytest.param(
            {**_of(child={"$ref": "#", "default": {"child": None}}, a={"default": 1})},
            {},
            {"child": {"child": None, "a": 1}, "a": 1},
            id="recursion that a default ends",
        ),
        pytest.param(ONE, [], [], id="an array where an object is described"),
        pytest.param(ONE, "text", "text", id="text where an object is described"),
    ],
)  # fmt: skip
def test_filling(schema: dict[str, Any], value: Any, filled: Any) -> None:
    assert exact(_filled(schema, value)) == exact(filled)


def test_a_schema_without_defaults_needs_no_filling() -> None:
    assert compile_defaults(_of(x={"type": "string"})) is None


def test_what_is_complete_is_returned_itself() -> None:
    fill = compile_defaults(_of(x=ONE, y={"items": ONE}))
    assert fill is not None
    value = {"x": {"a": 2}, "y": [{"a": 3}]}
    assert fill(value) is value


def test_what_did_not_change_is_shared_and_what_did_is_copied() -> None:
    fill = compile_defaults(_of(x=ONE, y=ONE))
    assert fill is not None
    value: dict[str, Any] = {"x": {}, "y": {"a": 2}}
    filled = fill(value)
    assert value == {"x": {}, "y": {"a": 2}}
    assert filled["x"] == {"a": 1}
    assert filled["y"] is value["y"]


def test_defaults_are_never_shared_between_results() -> None:
    schema = _of(x={"default": {"list": [1], "inner": {}}, "properties": {"inner": ONE}}, y={"default": []})
    validator = Validator(schema)
    first = validator.complete({}, "t", InvalidInput)
    expected = {"x": {"list": [1], "inner": {"a": 1}}, "y": []}
    assert first == expected
    first["x"]["list"].append(2)
    first["x"]["inner"]["a"] = 9
    first["y"].append(1)
    assert validator.complete({}, "t", InvalidInput) == expected
    assert schema["properties"]["x"]["default"] == {"list": [1], "inner": {}}


def test_members_of_other_types_do_not_disturb_filling() -> None:
    fill = compile_defaults({"prefixItems": [ONE], **ONE, "additionalProperties": ONE})
    assert fill is not None
    assert fill({1: {}, -7: [], None: {}, 1.5: {}}) == {1: {}, -7: [], None: {}, 1.5: {}, "a": 1}


_schemas = st.recursive(
    st.builds(lambda default: {"type": "integer", "default": default}, st.integers(0, 3))
    | st.just({"type": "integer"})
    | st.just({"type": "object", "allOf": [{"$ref": "#/$defs/Shared"}]}),
    lambda inner: (
        st.builds(
            lambda properties, more: {"type": "object", "properties": properties, "additionalProperties": more},
            st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
            inner,
        )
        | st.builds(lambda items: {"type": "array", "items": items}, inner)
        | st.builds(lambda first, items: {"type": "array", "prefixItems": [first], "items": items}, inner, inner)
        | st.builds(
            lambda properties: {"type": "object", "properties": properties, "default": {}},
            st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
        )
    ),
    max_leaves=8,
)
_values = st.recursive(
    st.integers(0, 3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcd"), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from("abc"), _schemas), st.dictionaries(st.sampled_from("abcd"), _values))
def test_filling_is_idempotent_and_never_removes(properties: dict[str, Any], value: dict[str, Any]) -> None:
    schema = {"type": "object", "properties": properties, "$defs": {"Shared": _of(s={"default": 1})}}
    filled = _filled(schema, value)
    assert _contains(filled, value)


@given(st.dictionaries(st.sampled_from("abc"), _schemas), st.dictionaries(st.sampled_from("abcd"), _values))
def test_what_is_valid_stays_valid(properties: dict[str, Any], value: dict[str, Any]) -> None:
    """All of these schemas' defaults satisfy them."""
    validator = Validator({"type": "object", "properties": properties, "$defs": {"Shared": _of(s={"default": 1})}})
    try:
        validator.check(value, "t", InvalidInput)
    except InvalidInput:
        return
    completed = validator.complete(value, "t", InvalidInput)
    validator.check(completed, "t", InvalidInput)
    assert validator.complete(completed, "t", InvalidInput) == completed


def _contains(filled: Any, value: Any) -> bool:
    if isinstance(value, dict):
        return all(name in filled and _contains(filled[name], member) for name, member in value.items())
    if isinstance(value, list):
        return len(filled) == len(value) and all(map(_contains, filled, value))
    return bool(filled == value)


# The quick way: what is valid with every default present


def _any_schemas() -> st.SearchStrategy[Any]:
    leaves: list[Any] = [
        True,
        {},
        {"type": "integer"},
        {"default": 1},
        {"type": "string", "default": "x"},
        {"$ref": "#/$defs/A"},
    ]
    leaves += [{"$ref": "#/$defs/B"}, {"$ref": "#/$defs/A", "default": {}}]

    def larger(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        several = st.lists(inner, min_size=1, max_size=3)
        members = st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
        return st.one_of(
            st.builds(lambda one: {"properties": one}, members),
            st.builds(lambda one, other: {"properties": one, "additionalProperties": other}, members, inner),
            st.builds(lambda one: {"properties": one, "required": ["a"], "type": "object"}, members),
            st.builds(lambda one, first: {"items": one, "prefixItems": first}, inner, several),
            st.builds(lambda one: {"items": one}, inner),
            st.builds(lambda word, parts: {word: parts}, st.sampled_from(["allOf", "anyOf", "oneOf"]), several),
            st.builds(lambda word, part: {word: part}, st.sampled_from(["not", "if", "contains"]), inner),
        )

    return st.recursive(st.sampled_from(leaves), larger, max_leaves=8)


_SCHEMAS = _any_schemas()
_VALUES = st.recursive(
    st.sampled_from([None, 1, "x", "y"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcd"), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=600, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(root=_SCHEMAS, a=_SCHEMAS, b=_SCHEMAS, data=_VALUES)
def test_what_is_called_complete_is_valid_and_needs_no_default(root: Any, a: Any, b: Any, data: Any) -> None:
    schema = {"type": "object", "properties": {"a": root, "b": {"default": 5}}, "$defs": {"A": a, "B": b}}
    try:
        made = Validator(schema)
    except ValueError:
        return  # the schema refers to itself without an end
    for value in (data, {"a": data}, {"a": data, "b": 1}):
        if made.is_complete(value):
            assert made.complete(value, "x", InvalidInput) == value


D = {"properties": {"x": {"default": 1}}}
COMPLETE: list[tuple[dict[str, Any], list[Any], list[Any]]] = [
    ({"properties": {"a": {"default": 1}}}, [{"a": 2}], [{}]),
    ({"properties": {"a": {"$ref": "#/$defs/D"}}, "$defs": {"D": {"default": 1}}}, [{"a": 2}], [{}]),
    ({"properties": {"a": {"items": D}}}, [{}, {"a": [{"x": 2}]}], [{"a": [{}]}]),
    (
        {
            "not": {"$ref": "#/$defs/N"},
            "allOf": [{"$ref": "#/$defs/D"}],
            "$defs": {"D": D, "N": {**D, "required": ["y"]}},
        },
        [{"x": 1}],
        [{"x": 1, "y": 1}, {}],
    ),
]


@pytest.mark.parametrize(("schema", "complete", "not_complete"), COMPLETE)
def test_complete_and_not(schema: dict[str, Any], complete: list[Any], not_complete: list[Any]) -> None:
    made = Validator({"type": "object", **schema})
    assert [made.is_complete(value) for value in complete] == [True] * len(complete)
    assert [made.is_complete(value) for value in not_complete] == [False] * len(not_complete)


# What defaults may come to


@settings(max_examples=600, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(root=_SCHEMAS, a=_SCHEMAS, b=_SCHEMAS)
def test_the_growth_of_an_empty_object_is_what_is_filled_in(root: Any, a: Any, b: Any) -> None:
    nested = {"default": {"a": {}}, "properties": {"a": {"$ref": "#/$defs/A"}, "c": {"$ref": "#/$defs/B"}}}
    schema = {"type": "object", "properties": {"a": root, "b": nested}, "$defs": {"A": a, "B": b}}
    try:
        Validator(schema)
    except ValueError:
        return  # the schema refers to itself without an end
    first = next(groups([schema], schema))
    assert first.growth.size == _size(_filled(schema, {})) - _size({})


def _size(value: Any) -> int:
    """Four for each value and each name, and the length of texts and names."""
    if isinstance(value, dict):
        return 4 + sum(4 + len(name) + _size(member) for name, member in value.items())
    if isinstance(value, list):
        return 4 + sum(map(_size, value))
    return 4 + (len(value) if isinstance(value, str) else 0)


def _doubling(levels: int, **last: Any) -> dict[str, Any]:
    members = [{"a": {"$ref": f"#/$defs/A{n + 1}"}, "b": {"$ref": f"#/$defs/A{n + 1}"}} for n in range(levels)]
    defs = {f"A{n}": {"type": "object", "default": {}, "properties": both} for n, both in enumerate(members)}
    return {"type": "object", "properties": {"p": {"$ref": "#/$defs/A0"}}, "$defs": {**defs, f"A{levels}": last}}


def test_defaults_that_come_to_much_are_filled_in() -> None:
    filled = _filled(_doubling(12, default="x"), {})
    assert _size(filled) > 50_000
    assert Validator(_doubling(12, default="x")).complete({}, "t", InvalidInput) == filled


@pytest.mark.parametrize("levels", [17, 28, 60, 1_000])
def test_an_object_of_which_defaults_would_make_too_much_stays_empty(levels: int) -> None:
    schema = _doubling(levels, default="x")
    assert Validator(schema).complete({}, "t", InvalidInput) == {}
    assert next(groups([schema], schema)).growth.is_too_much


@pytest.mark.parametrize(("levels", "is_filled"), [(90, True), (110, False)])
def test_an_object_that_defaults_would_make_too_deep_stays_empty(levels: int, is_filled: bool) -> None:
    defs = {
        f"A{n}": {"type": "object", "default": {}, "properties": {"a": {"$ref": f"#/$defs/A{n + 1}"}}}
        for n in range(levels)
    }
    schema = {"properties": {"p": {"$ref": "#/$defs/A0"}}, "$defs": {**defs, f"A{levels}": {"default": 1}}}
    assert bool(Validator(schema).complete({}, "t", InvalidInput)) is is_filled


def test_a_list_of_many_objects_in_a_default_is_counted_without_filling_it() -> None:
    line = {"type": "object", "properties": {f"m{n}": {"default": n} for n in range(1_000)}}
    lines = {"type": "array", "items": {"$ref": "#/$defs/Line"}, "default": [{}] * 1_000}
    schema = {"type": "object", "properties": {"lines": lines}, "$defs": {"Line": line}}
    assert Validator(schema).complete({}, "t", InvalidInput) == {}
    assert len(Validator(schema).complete({"lines": [{}]}, "t", InvalidInput)["lines"][0]) == 1_000
