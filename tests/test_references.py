"""References inside a schema: the rule refuses exactly those that the engine of the runtime cannot follow."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from bundles import definition, method, open_bundle
from connectory import CorruptBundle
from connectory.compiler.checks import references
from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic
from connectory.compiler.fragments import is_fragment, to_shared
from connectory.compiler.text.source import read_text
from connectory.pointers import pointer

CHARACTERS = [*map(chr, range(256)), "\u0301", "\u0660", "\u2028", "\ufffd", "\U0001f600", "\U0010ffff"]

NAMES = [f"a{character}b" for character in CHARACTERS] + [
    "", "%", "a%", "a%2", "a%zz", "a%41", "%FF", "%C3%A4", "a%25", "a~1b", "~", "a~2", "a//b", "0", "List[Map<A, B>]",
]  # fmt: skip


def found(schema: dict[str, Any], shared: dict[str, Any] | None = None) -> list[Diagnostic]:
    data = {"methods": [{"id": "a", "inputSchema": schema}], "$defs": shared or {}}
    return list(references.check(Definition(read_text(json.dumps(data), "acme/1.0.0.json", ".json"))))


def follows(schema: dict[str, Any]) -> bool:
    """Whether the engine follows the reference of ``a`` to a schema that takes texts alone."""
    try:
        validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True, offline=True)
    except ValueError:
        return False
    return validator.is_valid({"a": "text"}) and not validator.is_valid({"a": 1})


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_every_name_can_be_referred_to(name: str) -> None:
    defs = {name: {"type": "string"}}
    written = to_shared(name)
    assert is_fragment(written)
    assert follows({"properties": {"a": {"$ref": written}}, "$defs": defs})
    assert found({"properties": {"a": {"$ref": written}}}, defs) == []


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_name_as_it_stands_is_refused_where_the_engine_does_and_mended(name: str) -> None:
    defs = {name: {"type": "string"}}
    schema = {"properties": {"a": {"$ref": "#" + pointer(("$defs", name))}}}
    reports = found(schema, defs)
    assert (not reports) == follows({**schema, "$defs": defs})
    for report in reports:
        assert [json.loads(edit.text) for edit in report.fix] == [to_shared(name)]


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_it_is_the_same_for_a_place_inside_the_schema(name: str) -> None:
    schema = {"properties": {"a": {"$ref": "#" + pointer(("properties", name))}, name: {"type": "string"}}}
    assert (not found(schema)) == follows(schema)


@pytest.mark.parametrize(
    "reference", ["#/$defs/a%", "#/$defs/%C3", "#/$defs/%ED%A0%80", "##/$defs/a", " #/$defs/a", "#/$defs/a\n", "#a b"]
)
def test_what_names_nothing_is_refused_with_and_without_encoding(reference: str) -> None:
    schema = {"properties": {"a": {"$ref": reference}}}
    (report,) = found(schema, {"\ufffd": {"type": "string"}, "b": {}})
    assert report.code == "S003"
    assert not follows({**schema, "$defs": {"\ufffd": {"type": "string"}, "b": {}}})


def test_a_schema_that_cannot_be_compiled_is_an_error_of_the_bundle(tmp_path: Path) -> None:
    wrong = {"type": "object", "properties": {"a": {"$ref": "#/$defs/List[A]"}}, "$defs": {"List[A]": {}}}
    acme = definition("acme", configSchema=wrong, methods=[method("get", inputSchema=wrong, outputSchema=wrong)])
    catalog = open_bundle(tmp_path, acme)
    get = catalog.method("acme", "get")
    for call in (
        lambda: get.validate_input({}),
        lambda: get.validate_output({}),
        lambda: catalog.integration("acme").configure({}),
        catalog.preload,
    ):
        with pytest.raises(
            CorruptBundle, match=r"bundle: a schema cannot be compiled: Invalid URI reference"
        ) as caught:
            call()
        assert caught.value.path.endswith(".bundle")
