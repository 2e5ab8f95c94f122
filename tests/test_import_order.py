"""An import gives the same bytes in whatever order a source's operations, schemas and keywords stand."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectory.importers.importing import import_source
from connectory.importers.source import SourceError
from connectory.importers.tally import Tally
from connectory.importers.write import WRITERS
from import_sources import reordered, shuffled, sources

SOURCES = sources()
NAMES = ["A", "B", "AInput", "A_2", "Node"]

words = st.sampled_from(["a", "b", "id", "kind"])
references = st.builds(lambda name: {"$ref": f"#/components/schemas/{name}"}, st.sampled_from(NAMES))
leaves = st.one_of(
    references,
    st.sampled_from(
        [
            {"type": "string"}, {"type": "integer", "readOnly": True}, {"type": "string", "writeOnly": True}, {},
            {"type": "string", "nullable": True, "enum": ["x", "y"]}, {"type": "string", "format": "binary"}, True,
            {"description": "d", "example": {"p": 1, "o": 2}}, {"required": ["id"]}, {"additionalProperties": False},
        ]
    ),
)  # fmt: skip


def _containers(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(inner, min_size=1, max_size=3)
    optional: dict[str, st.SearchStrategy[Any]] = {
        "properties": st.dictionaries(words, inner, max_size=3),
        "required": st.lists(words, max_size=2),
        "allOf": several,
        "oneOf": several,
        "anyOf": several,
        "items": inner,
        "not": inner,
        "additionalProperties": st.one_of(st.booleans(), inner),
        "discriminator": st.builds(lambda name: {"propertyName": name}, words),
        "nullable": st.just(True),
        "$ref": references.map(lambda one: one["$ref"]),
        "examples": st.just({"one": {"value": 1}, "two": {"value": "2"}}),
    }
    return st.fixed_dictionaries({}, optional=optional)


schemas = st.recursive(leaves, _containers, max_leaves=8)


def _operation(asked: Any, answered: Any, scope: str) -> dict[str, Any]:
    media = {"application/vnd.b+json": {"schema": asked}, "application/vnd.a+json": {"schema": asked}}
    answer = {"description": "", "content": {"application/json": {"schema": answered}}}
    return {
        "operationId": "same",
        "security": [{scope: ["r"], "key": []}],
        "parameters": [{"in": "header", "name": "X-Same", "required": True, "schema": {"type": "string"}}],
        "requestBody": {"required": True, "content": media},
        "responses": {"200": answer, "201": answer, "404": answer},
    }


SCHEMES = {
    "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "z": {"type": "http", "scheme": "bearer"},
    "a": {"type": "http", "scheme": "basic"},
}


@st.composite
def openapi(draw: st.DrawFn) -> tuple[str, Any]:
    """A document whose schemas refer to each other, in as many ways as there are."""
    paths = {
        path: {"put": _operation(draw(schemas), draw(schemas), draw(st.sampled_from(["z", "a"])))}
        for path in ("/a", "/b", "/c")
    }
    components = {"schemas": {name: draw(schemas) for name in NAMES}, "securitySchemes": SCHEMES}
    return "openapi", {"openapi": draw(st.sampled_from(["3.0.3", "3.1.0"])), "paths": paths, "components": components}


@st.composite
def tools(draw: st.DrawFn) -> tuple[str, Any]:
    """Tools with shared schemas of their own under the same names."""
    made = []
    for name in ("t", "u", "v"):
        text = json.dumps({"$defs": {each: draw(schemas) for each in NAMES}, "properties": {"x": draw(schemas)}})
        schema = {"type": "object", **json.loads(text.replace("#/components/schemas/", "#/$defs/"))}
        made.append({"name": name, "inputSchema": schema, "outputSchema": schema})
    return "mcp", {"tools": made}


def _imported(format_: str, document: Any, folder: Path) -> tuple[Any, str, Any]:
    """The definition, its text and the findings; why there is none, where that is so."""
    path = folder / "source.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    tally = Tally()
    try:
        made = import_source(format_, str(path), tally, id_="ordered")
    except SourceError as error:
        return str(error), "", ()
    return made.definition, WRITERS["json"](made.definition), tally.findings()


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow], database=None)
@given(st.one_of(st.sampled_from(SOURCES), openapi(), tools()), st.randoms(use_true_random=False))
def test_the_order_of_a_source_does_not_matter(
    tmp_path_factory: pytest.TempPathFactory, source: tuple[str, Any], random: Random
) -> None:
    format_, document = source
    folder = tmp_path_factory.mktemp("order")
    definition, text, findings = _imported(format_, document, folder)
    other = reordered(document, random)
    if format_ == "mcp":
        random.shuffle(other.get("result", other)["tools"])
    assert _imported(format_, other, folder)[1:] == (text, findings)
    again, _, found = _imported(format_, shuffled(document, random), folder)
    assert (again, found) == (definition, findings)
