"""Validation: what is wrong, where, and never a secret."""

from __future__ import annotations

import asyncio
import contextlib
import copy
import datetime
import enum
import functools
import types
import uuid
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bundles import OPEN_OBJECT, open_bundle, open_method, open_one, read_good, validator
from connectory import InvalidConfig, InvalidData, InvalidInput, InvalidOutput, Issue, Method, UnknownMethod
from connectory.references import is_recursive
from connectory.validation import Validator


def _errors(schema: dict[str, Any], data: Any) -> tuple[Issue, ...]:
    with pytest.raises(InvalidInput) as caught:
        Validator(schema).complete(data, "acme.ping", InvalidInput)
    with pytest.raises(InvalidOutput) as same:
        Validator(schema).check(data, "acme.ping", InvalidOutput)
    assert same.value.errors == caught.value.errors
    return caught.value.errors


# Messages


LONG = "x" * 100


@pytest.mark.parametrize(
    ("member", "value", "message", "keyword"),
    [
        ({"type": "string"}, 5, "must be string; got 5", "type"),
        ({"type": ["string", "null"]}, 5, "must be null or string; got 5", "type"),
        ({"type": "string"}, None, "must be string; got null", "type"),
        ({"type": "string"}, True, "must be string; got true", "type"),
        ({"type": "string"}, {"a": 1}, "must be string; got an object", "type"),
        ({"type": "string"}, [1], "must be string; got an array", "type"),
        ({"type": "integer"}, 1.5, "must be integer; got 1.5", "type"),
        ({"type": "integer"}, LONG, f'must be integer; got "{"x" * 56}...', "type"),
        ({"enum": ["a", None, 1]}, "b", 'must be one of "a", null, 1; got "b"', "enum"),
        ({"const": {"a": 1}}, 1, 'must be {"a": 1}; got 1', "const"),
        ({"minimum": 2}, 1, "must be at least 2; got 1", "minimum"),
        ({"maximum": 2}, 3.5, "must be at most 2; got 3.5", "maximum"),
        ({"exclusiveMinimum": 2}, 2, "must be greater than 2; got 2", "exclusiveMinimum"),
        ({"exclusiveMaximum": 2}, 2, "must be less than 2; got 2", "exclusiveMaximum"),
        (
            {"minimum": Decimal("1.2345678901234567890123")},
            Decimal("1.2345678901234567890122"),
            "must be at least 1.2345678901234567890123; got 1.2345678901234567890122",
            "minimum",
        ),
        ({"maximum": 2}, 10**30, f"must be at most 2; got 1{'0' * 30}", "maximum"),
        ({"multipleOf": 3}, 4, "must be a multiple of 3; got 4", "multipleOf"),
        ({"minLength": 2}, "ä", 'must have at least 2 characters; got "ä"', "minLength"),
        ({"maxLength": 1}, "ab", 'must have at most 1 characters; got "ab"', "maxLength"),
        ({"pattern": "^a+$"}, "b", 'must match ^a+$; got "b"', "pattern"),
        ({"format": "date"}, "2026-02-30", "must be in the format 'date'; got \"2026-02-30\"", "format"),
        ({"minItems": 2}, [1], "must have at least 2 items", "minItems"),
        ({"maxItems": 1}, [1, 2], "must have at most 1 items", "maxItems"),
        ({"uniqueItems": True}, [1, 1.0], "has equal items", "uniqueItems"),
        ({"contains": {"type": "string"}}, [1], "does not contain the items that it must", "contains"),
        ({"minProperties": 1}, {}, "must have at least 1 members", "minProperties"),
        ({"maxProperties": 0}, {"a": 1}, "must have at most 0 members", "maxProperties"),
        ({"required": ["a"]}, {}, "lacks 'a'", "required"),
        ({"dependentRequired": {"a": ["b"]}}, {"a": 1}, "lacks 'b'", "required"),
        (
            {"properties": {"c": {}}, "additionalProperties": False},
            {"a": 1, "b": 2},
            "does not take 'a', 'b'",
            "additionalProperties",
        ),
        ({"additionalProperties": False}, {"a": 1, "b": 2}, "takes no members", "additionalProperties"),
        ({"unevaluatedProperties": False}, {"a": 1}, "does not take 'a'", "unevaluatedProperties"),
        ({"unevaluatedItems": False}, [1], "has items that no schema describes", "unevaluatedItems"),
        ({"propertyNames": {"pattern": "^x"}}, {"a": 1}, 'the member name must match ^x; got "a"', "propertyNames"),
        (False, 1, "is not allowed; got 1", "falseSchema"),
        ({"not": {"type": "integer"}}, 1, "matches a schema that it must not match; got 1", "not"),
        ({"anyOf": [{"type": "string"}]}, 1, "is not valid under any of the schemas of anyOf; got 1", "anyOf"),
        ({"oneOf": [{"type": "string"}]}, 1, "is not valid under any of the schemas of oneOf; got 1", "oneOf"),
        ({"oneOf": [True, {}]}, 1, "is valid under more than one of the schemas of oneOf; got 1", "oneOf"),
    ],
)
def test_messages(member: Any, value: Any, message: str, keyword: str) -> None:
    schema = {"type": "object", "properties": {"x": member}}
    assert _errors(schema, {"x": value}) == (Issue("/x", message, keyword),)


def test_every_error_with_its_path() -> None:
    item = {"type": "object", "properties": {"n/a~b": {"type": "integer"}}, "required": ["n/a~b"]}
    schema = {"type": "object", "properties": {"lines": {"type": "array", "items": item}}, "required": ["id"]}
    errors = _errors(schema, {"lines": [{"n/a~b": "1"}, {"n/a~b": 2}, {}]})
    assert sorted(errors) == [
        Issue("", "lacks 'id'", "required"),
        Issue("/lines/0/n~1a~0b", 'must be integer; got "1"', "type"),
        Issue("/lines/2", "lacks 'n/a~b'", "required"),
    ]


def test_an_error_reads_well() -> None:
    schema = {"type": "object", "properties": {"x": {"type": "integer"}}, "required": ["y"]}
    with pytest.raises(InvalidInput) as caught:
        Validator(schema).complete({"x": "a"}, "acme.ping", InvalidInput)
    assert sorted(str(caught.value).splitlines()) == [
        "  (root): lacks 'y'",
        '  /x: must be integer; got "a"',
        "invalid input for acme.ping:",
    ]
    assert caught.value.subject == "acme.ping"
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize("data", [None, 5, "text", [], True, 1.5])
def test_what_is_no_object_is_refused(data: Any) -> None:
    (error,) = _errors(OPEN_OBJECT, data)
    assert (error.path, error.keyword) == ("", "type")
    assert error.message.startswith("must be object; got ")


@pytest.mark.parametrize(
    ("name", "wrong", "right"),
    [
        ("date-time", "2026-01-01", "2026-01-01T00:00:00Z"),
        ("date", "01.02.2026", "2026-02-01"),
        ("time", "25:00:00Z", "23:00:00Z"),
        ("email", "me", "me@example.com"),
        ("hostname", "-a-", "example.com"),
        ("ipv4", "1.2.3.256", "1.2.3.4"),
        ("ipv6", "::g", "::1"),
        ("uri", "not a uri", "https://example.com/a"),
        ("uuid", "1234", "2eb8aa08-aa98-11ea-b4aa-73b441d16380"),
        ("regex", "(", "a+"),
        ("json-pointer", "a", "/a"),
        ("duration", "1 day", "P1D"),
    ],
)
def test_formats_are_asserted(name: str, wrong: str, right: str) -> None:
    checked = validator({"x": {"type": "string", "format": name}})
    assert checked.complete({"x": right}, "t", InvalidInput) == {"x": right}
    with pytest.raises(InvalidInput) as caught:
        checked.complete({"x": wrong}, "t", InvalidInput)
    assert caught.value.errors == (Issue("/x", f"must be in the format {name!r}; got {_quoted(wrong)}", "format"),)


def _quoted(text: str) -> str:
    return f'"{text}"'


def test_nothing_is_fetched() -> None:
    with pytest.raises(Exception, match="cannot fetch"):
        Validator({"$ref": "http://example.com/x"})


def test_a_schema_that_refers_to_itself_ends() -> None:
    looping = {"type": "object", "$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/a"}}}
    assert Validator(looping).complete({}, "t", InvalidInput) == {}


# The caller's data


def test_the_callers_data_is_untouched_and_the_result_is_its_own() -> None:
    data: dict[str, Any] = {"inner": {}, "list": [{}]}
    before = copy.deepcopy(data)
    inner = {"type": "object", "properties": {"a": {"default": [1]}}}
    filling = validator({"inner": inner, "list": {"items": inner}, "own": {"default": {}}})
    completed = filling.complete(data, "t", InvalidInput)
    assert completed == {"inner": {"a": [1]}, "list": [{"a": [1]}], "own": {}}
    completed["inner"]["a"].append(2)
    completed["list"].append(5)
    assert data == before
    plain = validator()
    assert plain.complete(data, "t", InvalidInput) == data
    assert plain.complete(data, "t", InvalidInput) is not data


def test_a_wrong_default_is_an_error_of_the_input() -> None:
    assert _filled_errors({"x": {"type": "integer", "default": "a"}}) == (
        Issue("/x", 'must be integer; got "a"', "type"),
    )


def _filled_errors(properties: dict[str, Any]) -> tuple[Issue, ...]:
    with pytest.raises(InvalidInput) as caught:
        validator(properties).complete({}, "t", InvalidInput)
    return caught.value.errors


def test_an_output_is_checked_as_it_is_and_returned_itself(tmp_path: Path) -> None:
    output = {"type": "object", "properties": {"a": {"type": "integer", "default": 1}, "b": {"type": "string"}}}
    found = open_method(tmp_path, outputSchema=output)
    result = {"b": "x"}
    assert found.validate_output(result) is result
    assert result == {"b": "x"}
    with pytest.raises(InvalidOutput) as caught:
        found.validate_output({"b": 1})
    assert str(caught.value) == "invalid output for acme.ping:\n  /b: must be string; got 1"


def test_configurations(tmp_path: Path) -> None:
    inner = {"type": "object", "properties": {"port": {"type": "integer", "default": 443}}, "default": {}}
    schema = {"type": "object", "properties": {"host": {"type": "string"}, "at": inner}, "required": ["host"]}
    integration = open_one(tmp_path, configSchema=schema)
    given = types.MappingProxyType({"host": "x"})
    assert integration.configure(given) == {"host": "x", "at": {"port": 443}}
    assert dict(given) == {"host": "x"}
    calls: list[Callable[[], Any]] = [integration.configure, lambda: integration.configure({})]
    for call in calls:
        with pytest.raises(InvalidConfig) as caught:
            call()
        assert str(caught.value) == "invalid configuration for acme:\n  (root): lacks 'host'"
    with pytest.raises(InvalidConfig, match="must be object; got an array"):
        integration.configure([])  # type: ignore[arg-type]  # that is the point


def test_a_definition_without_configuration_takes_any(tmp_path: Path) -> None:
    assert open_one(tmp_path).configure() == {}


# What is not JSON


class _Text(str):
    __slots__ = ()


class _Colour(enum.StrEnum):
    RED = "red"


class _Number(enum.IntEnum):
    ONE = 1


def _cycle() -> dict[str, Any]:
    cycle: dict[str, Any] = {}
    cycle["x"] = cycle
    return cycle


def _deep(make: Callable[[Any], Any], levels: int = 100_000) -> Any:
    value: Any = {}
    for _ in range(levels):
        value = make(value)
    return value


STRANGE: list[Any] = [
    datetime.datetime(2026, 1, 1),
    datetime.date(2026, 1, 1),
    b"bytes",
    bytearray(b"x"),
    {1, 2},
    frozenset(),
    object(),
    object,
    print,
    uuid.uuid5(uuid.NAMESPACE_URL, "x"),
    1j,
    types.MappingProxyType({}),
    deque([1]),
    range(3),
    iter([]),
    Ellipsis,
    _Text("x"),
    float("nan"),
    float("inf"),
    Decimal("NaN"),
    Decimal("sNaN"),
    Decimal("-Infinity"),
    "\ud800",
    {1: 2},
    {None: 1},
    {("a",): 1},
    {b"a": 1},
    {_Text("a"): 1},
    {"\ud800": 1},
    {"fine": {"deeper": [1, {2: 3}]}},
    [1, [2, [datetime.date(2026, 1, 1)]]],
    10**5000,
    [10**5000],
]
STRANGE_SCHEMAS: list[Any] = [
    {"type": "string", "minLength": 1},
    {"type": ["string", "number", "array", "boolean"], "items": {"type": "integer"}},
    {"type": "object", "properties": {"fine": {"type": "object", "minProperties": 2}}, "minProperties": 2},
    {"type": "array", "uniqueItems": True, "minItems": 3},
    {"enum": ["a", 1, None, {"a": 1}]},
    {"const": 5},
    {"type": "number", "minimum": 1, "multipleOf": 2},
    {"format": "date", "pattern": "^[0-9-]*$", "maxLength": 3},
    {"anyOf": [{"type": "integer"}, {"type": "object", "required": ["a"]}]},
    {"additionalProperties": {"type": "string"}, "propertyNames": {"maxLength": 1}},
    {"properties": {"a": {"default": 1}}, "items": {"properties": {"a": {"default": 1}}}, "minProperties": 9},
    {},
]


@pytest.mark.parametrize("schema", STRANGE_SCHEMAS, ids=range(len(STRANGE_SCHEMAS)))
@pytest.mark.parametrize("value", STRANGE, ids=range(len(STRANGE)))
def test_what_is_not_json_is_refused_or_not_looked_at(schema: Any, value: Any) -> None:
    """A value that no keyword looks at passes; whatever happens, nothing but InvalidInput is raised."""
    checked = validator({"x": schema}, additionalProperties=False)
    for data in ({"x": value}, {"x": [value]}, {"x": {"a": value}}):
        with contextlib.suppress(InvalidInput):
            assert checked.complete(data, "t", InvalidInput).keys() == {"x"}


@pytest.mark.parametrize(
    ("value", "path", "message"),
    [
        (datetime.datetime(2026, 1, 1), "/x", "is of type datetime, which is not JSON"),
        (b"x", "/x", "is of type bytes, which is not JSON"),
        ({1}, "/x", "is of type set, which is not JSON"),
        (object(), "/x", "is of type object, which is not JSON"),
        (_Text("x"), "/x", "is of type _Text, which is not JSON"),
        (float("nan"), "/x", "is not a finite number"),
        (float("-inf"), "/x", "is not a finite number"),
        (Decimal("NaN"), "/x", "is not a finite number"),
        ("a\ud800", "/x", "holds a lone surrogate"),
        ({1: 2}, "/x", "has a member name of type int; only str is JSON"),
        ({"a": [{None: 2}]}, "/x/a/0", "has a member name of type NoneType; only str is JSON"),
        ({"\udfff": 2}, "/x", "has a member name with a lone surrogate"),
        ([1, {"a": [b""]}], "/x/1/a/0", "is of type bytes, which is not JSON"),
    ],
)
def test_what_is_not_json_is_named(value: Any, path: str, message: str) -> None:
    schema = {"type": "object", "properties": {"x": {"type": "string", "pattern": "a"}}}
    assert _errors(schema, {"x": value}) == (Issue(path, message, "type"),)


def test_a_key_that_is_no_text_is_refused_at_the_top() -> None:
    schema = {"type": "object", "additionalProperties": {"type": "string"}}
    assert _errors(schema, {5: "a"}) == (Issue("", "has a member name of type int; only str is JSON", "type"),)


@pytest.mark.parametrize(
    "value", [(1, 2), OrderedDict(a=1), _Colour.RED, _Number.ONE, {_Colour.RED: 1}, Decimal("1.5"), 10**30, "\0"]
)
def test_what_python_says_otherwise_is_json(value: Any) -> None:
    checked = validator({"x": {"type": ["array", "object", "string", "number"], "default": 1}, "y": {"default": 2}})
    assert checked.complete({"x": value}, "t", InvalidInput) == {"x": value, "y": 2}
    with pytest.raises(InvalidInput, match="must be null"):
        validator({"x": {"type": "null"}}).complete({"x": value}, "t", InvalidInput)


RECURSIVE: dict[str, Any] = {
    "type": "object",
    "properties": {"x": {"$ref": "#"}, "list": {"type": "array", "items": {"$ref": "#"}}},
}
FILLING = {**RECURSIVE, "properties": {**RECURSIVE["properties"], "a": {"default": 1}}}


@pytest.mark.parametrize("schema", [RECURSIVE, FILLING], ids=["validated", "filled"])
@pytest.mark.parametrize(
    "make",
    [_cycle, lambda: _deep(lambda inner: {"x": inner}), lambda: _deep(lambda inner: {"list": [inner]}, 50_000)],
    ids=["cyclic", "deep objects", "deep arrays"],
)
def test_depth_is_refused_without_a_crash(schema: dict[str, Any], make: Callable[[], Any]) -> None:
    with pytest.raises(InvalidInput) as caught:
        Validator(schema).complete(make(), "t", InvalidInput)
    assert caught.value.errors == (Issue("", "is nested too deeply", "type"),)


@pytest.mark.parametrize(
    ("schema", "recursive"),
    [
        ({}, False),
        (OPEN_OBJECT, False),
        ({"properties": {"a": {"$ref": "#/$defs/A"}, "b": {"$ref": "#/$defs/A"}}, "$defs": {"A": {}}}, False),
        ({"allOf": [{"$ref": "#/$defs/A"}], "$defs": {"A": {"items": {"$ref": "#/$defs/B"}}, "B": True}}, False),
        (RECURSIVE, True),
        ({"$defs": {"A": {"items": {"$ref": "#/$defs/B"}}, "B": {"not": {"$ref": "#/$defs/A"}}}}, True),
        ({"properties": {"a": {"$ref": "#/properties/a"}}}, True),
        ({"anyOf": [{"items": {"$ref": "#/anyOf"}}]}, True),
        ({"items": {"$ref": "#node"}, "$anchor": "node"}, True),
        ({"items": {"$dynamicRef": "#node"}, "$dynamicAnchor": "node"}, True),
        ({"properties": {"$ref": {"type": "string"}}}, False),
    ],
)
def test_recursive_schemas_are_known(schema: dict[str, Any], recursive: bool) -> None:
    assert is_recursive(schema) is recursive


@pytest.mark.parametrize("schema", [RECURSIVE, FILLING], ids=["validated", "filled"])
def test_reasonable_depth_is_taken(schema: dict[str, Any]) -> None:
    validated = Validator(schema)
    data = _deep(lambda inner: {"x": inner}, 120)
    assert validated.complete(data, "t", InvalidInput)["x"]
    validated.check(data, "t", InvalidInput)


@pytest.mark.parametrize("make", [_cycle, lambda: _deep(lambda inner: [inner]), lambda: _deep(lambda i: {"x": i})])
def test_depth_beside_an_error_is_refused_without_a_crash(make: Callable[[], Any]) -> None:
    with pytest.raises(InvalidInput):
        validator({"x": {"type": "integer"}}).complete({"x": make()}, "t", InvalidInput)
    with pytest.raises(InvalidInput):
        validator({"y": {"type": "integer"}}, required=["y"]).complete({"x": make()}, "t", InvalidInput)


# Secrets


SECRET: dict[str, Any] = {"type": "string", "writeOnly": True, "minLength": 30, "pattern": "^[0-9]+$", "format": "uuid"}
SECRETIVE: list[dict[str, Any]] = [
    {"properties": {"s": SECRET}},
    {"properties": {"s": {"$ref": "#/$defs/Secret"}}, "$defs": {"Secret": SECRET}},
    {"properties": {"s": {"allOf": [SECRET]}}},
    {"properties": {"s": {"anyOf": [SECRET, {"type": "null"}]}}},
    {"properties": {"s": {"oneOf": [SECRET, {"const": 1}]}}},
    {"properties": {"s": {"writeOnly": True, "enum": ["a"], "const": 5, "not": {}}}},
    {"properties": {"s": {"writeOnly": True, "type": "integer", "maximum": 1}}},
    {"properties": {"s": {"writeOnly": True, "type": "object"}}},
    {"additionalProperties": SECRET},
    {"patternProperties": {"^s": SECRET}},
    {"properties": {"s": False}, "allOf": [{"properties": {"s": {"writeOnly": True}}}]},
    {"if": {}, "then": {"properties": {"s": SECRET}}},
    {"dependentSchemas": {"s": {"properties": {"s": SECRET}}}},
]


@given(schema=st.sampled_from(SECRETIVE), nested=st.booleans(), secret=st.text("GHIJKLMNOPQRSTUVWXYZ", min_size=6))
def test_secrets_never_show(schema: dict[str, Any], nested: bool, secret: str) -> None:
    inner = {key: value for key, value in schema.items() if key != "$defs"}
    whole = {"type": "object", "properties": {"n": {"type": "array", "items": inner}}, "$defs": schema.get("$defs", {})}
    checked = Validator(whole if nested else {"type": "object", **schema})

    class _Shown(InvalidInput):
        def __init__(self, subject: str, errors: Iterable[Issue]) -> None:
            super().__init__(subject, errors)
            _assert_hidden(self, secret)

    for value in (secret, [secret], {"a": secret}, {secret: 1}):
        data: Any = {"s": value}
        with contextlib.suppress(_Shown):
            checked.complete({"n": [{}, data]} if nested else data, "t", _Shown)


def _assert_hidden(error: InvalidData, secret: str) -> None:
    for shown in (str(error), repr(error), *map(str, error.errors), *map(repr, error.errors), repr(error.args)):
        assert secret not in shown


@pytest.mark.parametrize(
    ("keywords", "value", "message"),
    [
        (
            {"type": "object", "properties": {"a": {}}, "additionalProperties": False},
            {"TOPSECRET": 1},
            "does not take 1 of its members",
        ),
        ({"type": "object", "additionalProperties": False}, {"x": "TOPSECRET"}, "takes no members"),
        ({"propertyNames": {"maxLength": 3}}, {"TOPSECRET": 1}, "the member name must have at most 3 characters"),
        ({"type": "array", "items": {"type": "integer"}}, ["TOPSECRET"], "must be integer"),
        ({"type": "object", "properties": {"a": {"type": "integer"}}}, {"a": "TOPSECRET"}, "must be integer"),
        ({"type": "integer"}, "TOPSECRET", "must be integer"),
    ],
)
def test_what_is_inside_a_secret_is_secret(keywords: dict[str, Any], value: Any, message: str) -> None:
    (error,) = _errors({"type": "object", "properties": {"s": {**keywords, "writeOnly": True}}}, {"s": value})
    assert error.message == message


def test_items_that_are_secret_hide_every_value() -> None:
    schema = {
        "type": "object",
        "properties": {"keys": {"type": "array", "items": {"type": "integer", "writeOnly": True}}, "n": {"const": 1}},
    }
    errors = _errors(schema, {"keys": ["TOPSECRET"], "n": 2})
    assert {error.message for error in errors} == {"must be integer", "must be 1"}


def test_what_is_not_secret_is_quoted_beside_a_secret() -> None:
    errors = _errors(
        {"type": "object", "properties": {"s": SECRET, "n": {"type": "integer"}}}, {"s": "TOPSECRET", "n": "a"}
    )
    assert Issue("/n", 'must be integer; got "a"', "type") in errors
    assert "TOPSECRET" not in str(errors)


def test_secrets_that_are_not_json_do_not_show() -> None:
    schema = {"type": "object", "properties": {"s": SECRET}}
    for value in (b"TOPSECRET", _Text("TOPSECRET"), "TOPSECRET\ud800", {5: "TOPSECRET"}, datetime.date(2026, 1, 1)):
        assert "TOPSECRET" not in str(_errors(schema, {"s": value}))


# Handlers


@pytest.fixture
def complete(tmp_path: Path) -> Method:
    return open_bundle(tmp_path, read_good("spec_anthropic.json")).method("anthropic", "complete")


FILLED = {"prompt": "Hi", "maxTokens": 1000, "temperature": 0.7}
ANSWER = {"completion": "Hello", "usage": {"totalTokens": 2}}


def _run(result: Any) -> Any:
    async def wait() -> Any:
        return await result

    return asyncio.run(wait())


class _Handler:
    def __init__(self) -> None:
        self.seen: list[Any] = []

    def sync(self, data: dict[str, Any]) -> dict[str, Any]:
        """Answer."""
        self.seen.append(data)
        return ANSWER

    async def wait(self, data: dict[str, Any]) -> dict[str, Any]:
        await asyncio.sleep(0)
        return self.sync(data)

    def late(self, prefix: str, data: dict[str, Any]) -> dict[str, Any]:
        return self.sync(data)

    async def late_wait(self, prefix: str, data: dict[str, Any]) -> dict[str, Any]:
        return await self.wait(data)


class _Callable(_Handler):
    async def __call__(self, data: dict[str, Any]) -> dict[str, Any]:
        return await self.wait(data)


class _SyncCallable(_Handler):
    def __call__(self, data: dict[str, Any]) -> dict[str, Any]:
        return self.sync(data)


def test_a_sync_handler_gets_a_valid_complete_input(complete: Method) -> None:
    handler = _Handler()
    call = complete.bind(handler.sync)
    given = {"prompt": "Hi"}
    assert call(given) is ANSWER
    assert handler.seen == [FILLED]
    assert given == {"prompt": "Hi"}
    assert (call.__name__, call.__doc__) == ("sync", "Answer.")
    assert not asyncio.iscoroutinefunction(call)


@pytest.mark.parametrize("kind", ["function", "object", "partial", "lambda", "partial of object"])
def test_async_handlers(complete: Method, kind: str) -> None:
    handler = _Callable()
    handlers: dict[str, Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]] = {
        "function": handler.wait,
        "object": handler,
        "partial": functools.partial(handler.late_wait, "x"),
        "lambda": lambda data: handler.wait(data),
        "partial of object": functools.partial(handler),
    }
    call = complete.bind(handlers[kind])
    assert asyncio.iscoroutinefunction(call) == (kind in ("function", "object", "partial"))
    assert _run(call({"prompt": "Hi"})) is ANSWER
    assert handler.seen == [FILLED]


def test_sync_partials_and_objects(complete: Method) -> None:
    for make in (lambda h: functools.partial(h.late, "x"), lambda h: h):
        handler = _SyncCallable()
        assert complete.bind(make(handler))({"prompt": "Hi"}) is ANSWER
        assert handler.seen == [FILLED]


def test_a_wrong_input_does_not_reach_the_handler(complete: Method) -> None:
    handler = _Callable()
    with pytest.raises(InvalidInput, match="lacks 'prompt'") as caught:
        complete.bind(handler.sync)({"temperature": 0.5})
    assert caught.value.subject == "anthropic.complete"
    with pytest.raises(InvalidInput, match="lacks 'prompt'"):
        _run(complete.bind(lambda data: handler.wait(data))({}))
    with pytest.raises(InvalidInput, match="must be at most 1; got 2"):
        _run(complete.bind(handler.wait)({"prompt": "Hi", "temperature": 2}))
    assert handler.seen == []


def test_a_wrong_output_does_not_reach_the_caller(complete: Method) -> None:
    wrong = {"completion": 5}

    async def wait(data: dict[str, Any]) -> dict[str, Any]:
        return wrong

    def answer(data: dict[str, Any]) -> dict[str, Any]:
        return wrong

    with pytest.raises(InvalidOutput) as caught:
        complete.bind(answer)({"prompt": "Hi"})
    name = f"{__name__}.test_a_wrong_output_does_not_reach_the_caller.<locals>"
    told = "invalid output for anthropic.complete (returned by {}):\n  /completion: must be string; got 5"
    assert str(caught.value) == told.format(f"{name}.answer")
    for handler, shown in ((wait, "wait"), (lambda data: wait(data), "<lambda>")):
        with pytest.raises(InvalidOutput) as caught:
            _run(complete.bind(handler)({"prompt": "Hi"}))
        assert str(caught.value) == told.format(f"{name}.{shown}")


def test_a_wrong_output_may_pass_with_a_warning(complete: Method) -> None:
    def answer(data: dict[str, Any]) -> dict[str, Any]:
        return {"completion": 5}

    async def wait(data: dict[str, Any]) -> dict[str, Any]:
        return answer(data)

    with pytest.warns(UserWarning, match=r"returned by .*answer\):\n  /completion: must be string; got 5"):
        assert complete.bind(answer, on_invalid_output="warn")({"prompt": "Hi"}) == {"completion": 5}
    told: list[InvalidOutput] = []
    assert complete.bind(answer, on_invalid_output=told.append)({"prompt": "Hi"}) == {"completion": 5}
    assert _run(complete.bind(wait, on_invalid_output=told.append)({"prompt": "Hi"})) == {"completion": 5}
    assert [(one.subject, one.handler.rpartition(".")[2]) for one in told] == [
        ("anthropic.complete", "answer"),
        ("anthropic.complete", "wait"),
    ]
    with pytest.raises(InvalidInput):
        complete.bind(answer, on_invalid_output="warn")({})
    with pytest.raises(ValueError, match="on_invalid_output is 'raise', 'warn' or a callable, not 'ignore'"):
        complete.bind(answer, on_invalid_output="ignore")  # type: ignore[arg-type]  # that is the point


def test_implementing_as_a_decorator(tmp_path: Path) -> None:
    catalog = open_bundle(tmp_path, read_good("spec_anthropic.json"))

    @catalog.implements("anthropic", "complete")
    def complete(data: dict[str, Any]) -> dict[str, Any]:
        """Completes."""
        return {"completion": data["prompt"]}

    assert complete({"prompt": "Hi"}) == {"completion": "Hi"}
    assert complete.__doc__ == "Completes."
    told: list[InvalidOutput] = []
    lax = catalog.implements("anthropic", "complete", "^1", on_invalid_output=told.append)(lambda _: {"completion": 5})
    assert (lax({"prompt": "Hi"}), len(told)) == ({"completion": 5}, 1)
    with pytest.raises(UnknownMethod):
        catalog.implements("anthropic", "no_such")


def test_a_handlers_own_error_passes(complete: Method) -> None:
    def fail(data: dict[str, Any]) -> dict[str, Any]:
        raise ZeroDivisionError(data["prompt"])

    with pytest.raises(ZeroDivisionError, match="Hi"):
        complete.bind(fail)({"prompt": "Hi"})


@pytest.mark.parametrize("handler", [None, 5, "text"])
def test_what_cannot_be_called_is_refused_when_binding(complete: Method, handler: Any) -> None:
    with pytest.raises(TypeError, match=f"handler must be callable, not {type(handler).__name__}"):
        complete.bind(handler)
