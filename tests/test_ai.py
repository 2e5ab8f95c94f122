"""Models and their prices."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bundles import ai_definition, definition, open_bundle, read_good
from connectory import AI, NoAI, NotPriced, UnknownModel
from connectory.notices import Notices


@pytest.fixture
def spec(tmp_path: Path) -> AI:
    return open_bundle(tmp_path, read_good("spec_anthropic.json")).integration("anthropic").ai


def _ai(folder: Path, *models: dict[str, Any]) -> AI:
    return open_bundle(folder, ai_definition(*models)).integration("acme").ai


def test_the_specification_is_priced_exactly(spec: AI) -> None:
    assert spec.cost("claude-3-opus", input_tokens=1000, output_tokens=500) == Decimal("0.0525")
    assert spec.cost("claude-3-opus", input_tokens=1200, output_tokens=300) == Decimal("0.0405")
    assert spec.cost("dall-e-3", images={"hd": 1}) == Decimal("0.080")
    assert spec.cost("dall-e-3", images={"hd": 2, "standard": 3}) == Decimal("0.28")
    assert spec.cost(input_tokens=1, output_tokens=1) == Decimal("0.000018")
    assert spec.cost() == 0
    assert isinstance(spec.cost(), Decimal)


def test_models_in_the_order_of_the_definition(spec: AI) -> None:
    assert list(spec.models) == ["claude-3-opus", "claude-3-sonnet", "dall-e-3"]
    assert (spec.provider, spec.default_model, spec.integration_id) == ("anthropic", "claude-3-sonnet", "anthropic")
    assert spec.model() is spec.model("claude-3-sonnet") is spec.model(None)
    opus = spec.model("claude-3-opus")
    assert opus.name == "Claude 3 Opus"
    assert opus.description == "Most capable Claude model for complex tasks"
    assert opus.capabilities == ("text", "vision")
    assert opus.context_window == 200000
    assert opus.input_formats == ("text", "image/png", "image/jpeg")
    assert opus.output_formats == ("text", "json")
    assert opus.max_tokens == 4096
    assert opus.cost_per_token is not None
    assert (opus.cost_per_token.input, opus.cost_per_token.output) == (Decimal("0.000015"), Decimal("0.000075"))
    assert opus.cost_per_token.cache_read is None
    assert (dict(opus.cost_per_image), opus.pricing.currency) == ({}, "USD")
    image = spec.model("dall-e-3")
    assert (image.context_window, image.max_tokens, image.cost_per_token) == (None, None, None)
    assert image.cost_per_image == {"standard": Decimal("0.04"), "hd": Decimal("0.08")}


def test_an_unknown_model_names_close_ones(spec: AI) -> None:
    with pytest.raises(UnknownModel) as caught:
        spec.model("claude-3-opsu")
    assert caught.value.close_matches[0] == "claude-3-opus"
    assert caught.value.name == "claude-3-opsu"
    assert str(caught.value).startswith("anthropic has no model 'claude-3-opsu'; did you mean 'claude-3-opus'")
    with pytest.raises(KeyError):
        spec.cost("gpt", input_tokens=1)


@pytest.mark.parametrize("name", [5, b"claude-3-opus", ["claude-3-opus"], ""])
def test_a_model_id_that_is_no_text_is_unknown(spec: AI, name: Any) -> None:
    with pytest.raises(UnknownModel, match="anthropic has no model"):
        spec.model(name)


def test_models_are_frozen(spec: AI) -> None:
    with pytest.raises(AttributeError):
        spec.default_model = "dall-e-3"  # type: ignore[misc]  # it is read-only
    with pytest.raises(TypeError):
        spec.models["x"] = spec.model()  # type: ignore[index]  # likewise
    with pytest.raises(AttributeError):
        spec.model().name = "x"  # type: ignore[misc]  # likewise
    with pytest.raises(TypeError):
        spec.model("dall-e-3").cost_per_image["hd"] = Decimal(0)  # type: ignore[index]  # likewise


def test_only_ai_integrations_have_models(tmp_path: Path) -> None:
    integration = open_bundle(tmp_path, definition()).integration("acme")
    with pytest.raises(NoAI, match="acme is of type integration: it has no models"):
        _ = integration.ai
    assert not hasattr(integration, "ai")


TIERED: dict[str, Any] = {
    "costPerToken": {
        "input": Decimal("0.000003"),
        "output": Decimal("0.000015"),
        "cacheRead": Decimal("3e-7"),
        "cacheWrite": Decimal("0.00000375"),
    },
    "pricing": {
        "currency": "EUR",
        "asOf": "2026-11-23",
        "tiers": [
            {"aboveInputTokens": 400_000, "costPerToken": {"input": 1, "output": 2}},
            {"aboveInputTokens": 200_000, "costPerToken": {"input": Decimal("0.000006"), "output": Decimal("2.25e-5")}},
        ],
    },
    "costPerSecond": Decimal("0.0001"),
}


@pytest.mark.parametrize(
    ("counts", "cost"),
    [
        ({"input_tokens": 200_000}, "0.6"),
        ({"input_tokens": 200_001}, "1.200006"),
        ({"input_tokens": 200_001, "output_tokens": 2}, "1.200051"),
        ({"input_tokens": 400_000}, "2.4"),
        ({"input_tokens": 400_001, "output_tokens": 1}, "400003"),
        ({"output_tokens": 500_000}, "7.5"),
        ({"cache_read_tokens": 10}, "0.000003"),
        ({"cache_write_tokens": 100_000, "cache_read_tokens": 100_000}, "0.405"),
        ({"seconds": 60}, "0.006"),
        ({"seconds": 0.1}, "0.00001"),
        ({"seconds": Decimal("1.5")}, "0.00015"),
        ({"input_tokens": 1, "seconds": 1}, "0.000103"),
    ],
)
def test_tiers_cache_and_seconds(tmp_path: Path, counts: dict[str, Any], cost: str) -> None:
    ai = _ai(tmp_path, TIERED)
    assert ai.cost("m", **counts) == Decimal(cost)
    assert ai.model().pricing.currency == "EUR"


@pytest.mark.parametrize(
    ("model", "counts", "what"),
    [
        ({}, {"input_tokens": 1}, "input tokens"),
        ({"costPerToken": {"input": 1}}, {"output_tokens": 1}, "output tokens"),
        ({"costPerToken": {"input": 1}}, {"cache_read_tokens": 1}, "cache_read tokens"),
        ({"costPerToken": {"input": 1}}, {"cache_write_tokens": 1}, "cache_write tokens"),
        (TIERED, {"input_tokens": 200_001, "cache_read_tokens": 1}, "cache_read tokens"),
        ({"costPerImage": {"hd": 1}}, {"images": {"HD": 1}}, "'HD' images"),
        ({"costPerToken": {"input": 1}}, {"seconds": 1}, "seconds"),
    ],
)
def test_what_has_no_price_costs_no_guess(
    tmp_path: Path, model: dict[str, Any], counts: dict[str, Any], what: str
) -> None:
    with pytest.raises(NotPriced) as caught:
        _ai(tmp_path, model).cost(**counts)
    assert str(caught.value) == f"the model 'm' has no price for {what}"


def test_what_was_not_used_needs_no_price(tmp_path: Path) -> None:
    assert _ai(tmp_path, {}).cost(input_tokens=0, images={"hd": 0}, seconds=0.0) == 0


def test_a_free_model_costs_nothing(tmp_path: Path) -> None:
    ai = _ai(tmp_path, {"pricing": {"free": True}})
    assert ai.cost(input_tokens=5, output_tokens=5, images={"hd": 1}, seconds=2) == 0


@pytest.mark.parametrize("count", [-1, 1.5, 1.0, "1", None, True, Decimal(1)])
@pytest.mark.parametrize("what", ["input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens", "hd"])
def test_wrong_counts_are_refused(tmp_path: Path, what: str, count: Any) -> None:
    ai = _ai(tmp_path, TIERED)
    named = "images['hd']" if what == "hd" else what
    with pytest.raises(ValueError, match="whole number") as caught:
        ai.cost(**({"images": {"hd": count}} if what == "hd" else {what: count}))
    assert str(caught.value) == f"{named} is a whole number, 0 or more; not {count!r}"


@pytest.mark.parametrize("seconds", [-1, -0.1, float("nan"), float("inf"), Decimal("NaN"), Decimal("sNaN"), True, "1"])
def test_wrong_seconds_are_refused(tmp_path: Path, seconds: Any) -> None:
    with pytest.raises(ValueError, match="seconds is a number, 0 or more; not "):
        _ai(tmp_path, TIERED).cost(seconds=seconds)


def test_huge_counts_are_exact(spec: AI) -> None:
    cost = spec.cost("claude-3-opus", input_tokens=10**30 + 1, output_tokens=10**30)
    assert cost == Decimal("90000000000000000000000000.000015")


@given(st.integers(0, 10**40), st.integers(0, 10**40), st.decimals(0, 1, places=20), st.decimals(0, 1, places=20))
def test_cost_is_the_exact_sum(input_tokens: int, output_tokens: int, price_in: Decimal, price_out: Decimal) -> None:
    prices = {"input": price_in, "output": price_out}
    model = {"id": "m", "name": "M", "capabilities": [], "costPerToken": prices}
    ai = AI("acme", {"provider": "p", "defaultModel": "m", "availableModels": [model]}, Notices())
    scale = 10**20
    expected = int(price_in.scaleb(20)) * input_tokens + int(price_out.scaleb(20)) * output_tokens
    numerator, denominator = ai.cost(input_tokens=input_tokens, output_tokens=output_tokens).as_integer_ratio()
    assert numerator * scale == expected * denominator
