"""This repository's own catalog: no finding, and what comes out is what went in."""

from __future__ import annotations

from pathlib import Path

import pytest

import connectory
from connectory.compiler.definition import Definition
from connectory.compiler.pipeline import Built, build, check_catalogs
from connectory.compiler.text import read_source

CATALOG = Path(__file__).parent.parent / "catalog"

EXPECTED = {
    "anthropic": "ai",
    "github": "integration",
    "gmail": "integration",
    "google_drive": "documents",
    "google_gemini": "ai",
    "hubspot": "integration",
    "notion": "documents",
    "openai": "ai",
    "postgresql": "database",
    "slack": "integration",
    "stripe": "integration",
    "xero": "integration",
}

SCOPED = {"gmail", "google_drive", "hubspot", "slack", "xero"}
"""Whose every call needs a scope."""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Built, connectory.Catalog]:
    out = tmp_path_factory.mktemp("out")
    return build([CATALOG], out), connectory.open(out / "catalog.bundle")


def test_no_finding() -> None:
    assert check_catalogs([CATALOG]).diagnostics == []


def test_integrations_and_types(built: tuple[Built, connectory.Catalog]) -> None:
    assert {one.id: one.type for one in built[1].integrations()} == EXPECTED


def test_every_definition_comes_back_whole(built: tuple[Built, connectory.Catalog]) -> None:
    for file in built[0].checked.files.values():
        definition = Definition(read_source(file, ""), str(file))
        found = built[1].integration(definition.id, definition.version).definition()
        expected = {"type": "integration", "configSchema": {"type": "object", "properties": {}}} | definition.data
        assert found == _floats(expected), definition.id


def _floats(value: object) -> object:
    """As a bundle's reader sees numbers: floats. The catalog has no number that no float writes exactly."""
    if isinstance(value, dict):
        return {key: _floats(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_floats(item) for item in value]
    return value if isinstance(value, str | int | bool | None) else float(str(value))


def test_every_method_says_what_a_caller_needs(built: tuple[Built, connectory.Catalog]) -> None:
    for integration in built[1].integrations():
        assert len(integration.methods) >= 4
        assert integration.metadata["sources"]
        for method in integration.methods.values():
            assert method.description
            assert method.examples, method
            assert (method.http is None) == (integration.type == "database")
            assert method.scopes or integration.id not in SCOPED, method


def test_every_example_is_valid(built: tuple[Built, connectory.Catalog]) -> None:
    for integration in built[1].integrations():
        for method in integration.methods.values():
            for example in method.examples:
                completed = method.validate_input(example["input"])
                assert example["input"].items() <= completed.items()
                if "output" in example:
                    method.validate_output(example["output"])


def test_a_wrong_input_is_refused_everywhere(built: tuple[Built, connectory.Catalog]) -> None:
    for integration in built[1].integrations():
        for method in integration.methods.values():
            for name in method.input_schema.get("required", []):
                example = dict(method.examples[0]["input"])
                if "default" in str(method.input_schema["properties"].get(name, {}).keys()):
                    continue
                example.pop(name, None)
                with pytest.raises(connectory.InvalidInput) as caught:
                    method.validate_input(example)
                assert any(repr(name) in error.message for error in caught.value.errors)


def test_every_input_has_one_place_on_the_wire(built: tuple[Built, connectory.Catalog]) -> None:
    for integration in built[1].integrations():
        for method in integration.methods.values():
            if method.http is None:
                continue
            inputs = set(method.input_schema.get("properties", {}))
            in_path = {part.partition("}")[0] for part in method.http.path.split("{")[1:]}
            placed = [
                *in_path,
                *method.http.query.values(),
                *method.http.headers.values(),
                *method.http.cookies.values(),
            ]
            assert set(placed) <= inputs, method
            assert len(placed) == len(set(placed)), method
            body = method.http.body
            if body is None:
                assert set(placed) == inputs, method
            elif body.source != "*":
                assert {*placed, body.source} == inputs, method


def test_every_model_is_priced_and_exact(built: tuple[Built, connectory.Catalog]) -> None:
    for integration in built[1].integrations(type="ai"):
        assert integration.ai.model().id == integration.ai.default_model
        for model in integration.ai.models.values():
            assert model.pricing.as_of, model.id
            assert model.pricing.source, model.id
            assert model.cost_per_token or model.cost_per_second or model.cost_per_image, model.id
