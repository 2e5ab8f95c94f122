"""The two complete examples of the specification, from their files to a service's calls."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bundles import GOOD, HERE, exact, open_bundle, read_good
from connectory import Catalog, InvalidConfig, InvalidInput, InvalidOutput, Issue

SPECIFICATION = HERE.parent.parent / "shared" / "spec" / "integration_definitions.md"


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    return open_bundle(tmp_path, read_good("spec_xero.json"), read_good("spec_anthropic.json"))


@pytest.mark.skipif(not SPECIFICATION.is_file(), reason="the specification is not beside the repository")
@pytest.mark.parametrize("name", ["spec_xero.json", "spec_anthropic.json"])
def test_the_examples_are_the_specifications_byte_for_byte(name: str) -> None:
    blocks = [block.split("\n```")[0] for block in SPECIFICATION.read_text().split("```json\n")[1:]]
    assert (GOOD / name).read_text().rstrip("\n") in blocks


def test_xero(catalog: Catalog) -> None:
    given = read_good("spec_xero.json")
    xero = catalog.integration("xero")
    assert (xero.id, xero.name, xero.version, xero.type) == ("xero", "Xero Accounting", "1.0.0", "integration")
    assert xero.description == "Integration with Xero accounting software"
    assert list(xero.methods) == ["create_invoice"]
    assert exact(xero.config_schema) == exact(given["configSchema"])
    assert (xero.auth_type, xero.auth.type) == ("oauth2", "oauth2")
    oauth2 = xero.auth.oauth2
    assert oauth2 is not None
    assert oauth2.authorization_url == "https://login.xero.com/identity/connect/authorize"
    assert oauth2.token_url == "https://identity.xero.com/connect/token"
    assert oauth2.scopes == ("accounting.transactions", "accounting.contacts")
    method = catalog.method("xero", "create_invoice")
    assert (method.name, method.description) == ("Create Invoice", "Creates a new invoice in Xero")
    assert exact(method.input_schema) == exact(given["methods"][0]["inputSchema"])
    assert exact(method.output_schema) == exact(given["methods"][0]["outputSchema"])


def test_xero_validates(catalog: Catalog) -> None:
    method = catalog.method("xero", "create_invoice")
    right = {"contact_id": "c1", "line_items": [{"description": "Work", "quantity": 2, "unit_amount": Decimal("1.10")}]}
    assert method.validate_input(right) == right
    with pytest.raises(InvalidInput) as caught:
        method.validate_input({"line_items": [{"quantity": "two"}]})
    assert set(caught.value.errors) == {
        Issue("", "lacks 'contact_id'", "required"),
        Issue("/line_items/0/quantity", 'must be number; got "two"', "type"),
    }
    with pytest.raises(InvalidOutput) as output:
        method.validate_output({"invoice_id": 5})
    assert output.value.errors == (Issue("/invoice_id", "must be string; got 5", "type"),)


def test_xero_is_configured(catalog: Catalog) -> None:
    xero = catalog.integration("xero")
    assert xero.configure() == {}
    assert xero.configure({"tenant_id": "t"}) == {"tenant_id": "t"}
    with pytest.raises(InvalidConfig) as caught:
        xero.configure({"tenant_id": 5})
    assert str(caught.value) == "invalid configuration for xero:\n  /tenant_id: must be string; got 5"


def test_anthropic(catalog: Catalog) -> None:
    given = read_good("spec_anthropic.json")
    anthropic = catalog.integration("anthropic")
    assert (anthropic.name, anthropic.type, anthropic.auth_type) == ("Anthropic Claude", "ai", "apikey")
    assert anthropic.auth.api_key is None
    assert list(anthropic.methods) == ["complete", "generate_image"]
    for method, written in zip(anthropic.methods.values(), given["methods"], strict=True):
        assert exact(method.input_schema) == exact(written["inputSchema"])
        assert exact(method.output_schema) == exact(written["outputSchema"])
    assert anthropic.configure({}) == {"defaultTemperature": 0.7, "defaultMaxTokens": 1000}
    assert anthropic.configure({"defaultTemperature": 0}) == {"defaultTemperature": 0, "defaultMaxTokens": 1000}
    assert anthropic.ai.cost("claude-3-opus", input_tokens=1000, output_tokens=500) == Decimal("0.0525")
    assert anthropic.ai.cost("dall-e-3", images={"hd": 1}) == Decimal("0.080")


def test_complete_given_only_a_prompt(catalog: Catalog) -> None:
    arrived: list[dict[str, Any]] = []

    def handler(data: dict[str, Any]) -> dict[str, Any]:
        arrived.append(data)
        return {"completion": "Hello"}

    async def waiting(data: dict[str, Any]) -> dict[str, Any]:
        return handler(data)

    method = catalog.method("anthropic", "complete")
    expected = {"prompt": "Hi", "maxTokens": 1000, "temperature": 0.7}
    assert method.bind(handler)({"prompt": "Hi"}) == {"completion": "Hello"}

    async def call() -> dict[str, Any]:
        return await method.bind(waiting)({"prompt": "Hi"})

    assert asyncio.run(call()) == {"completion": "Hello"}
    assert [exact(data) for data in arrived] == [exact(expected)] * 2


def test_generate_image(catalog: Catalog) -> None:
    method = catalog.method("anthropic", "generate_image")
    filled = {"prompt": "A cat", "width": 1024, "height": 1024, "quality": "standard"}
    assert method.validate_input({"prompt": "A cat"}) == filled
    with pytest.raises(InvalidInput) as caught:
        method.validate_input({"prompt": "A cat", "quality": "best", "width": 1.5})
    assert set(caught.value.errors) == {
        Issue("/quality", 'must be one of "standard", "hd"; got "best"', "enum"),
        Issue("/width", "must be integer; got 1.5", "type"),
    }
    assert method.validate_output({"image": "https://example.com/a.png"})
    with pytest.raises(InvalidOutput, match="must be in the format 'uri'"):
        method.validate_output({"image": "not a url"})
