"""Models and their prices."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bundles import ai_definition, definition, method, open_bundle, read_good
from connectory import (
    AI,
    CostMeter,
    DeprecatedWarning,
    InvalidInput,
    Method,
    NoAI,
    NoSuitableModel,
    NotPriced,
    UnknownModel,
)
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


# Choosing a model


CHOICE: list[dict[str, Any]] = [
    {
        "id": "small",
        "capabilities": ["text"],
        "contextWindow": 1000,
        "maxTokens": 100,
        "inputFormats": ["text"],
        "outputFormats": ["text"],
        "costPerToken": {"input": Decimal("0.000001"), "output": Decimal("0.000002")},
    },
    {
        "id": "big",
        "capabilities": ["text", "image_generation"],
        "contextWindow": 100_000,
        "inputFormats": ["text", "audio/mp3"],
        "outputFormats": ["text", "image/png"],
        "costPerToken": {"input": Decimal("0.0000005"), "output": Decimal("0.00001")},
    },
    {"id": "unpriced", "capabilities": ["text", "image_generation"]},
    {
        "id": "old",
        "capabilities": ["text", "image_generation"],
        "costPerToken": {"input": Decimal(0), "output": Decimal(0)},
        "deprecated": {"sunset": "2026-01-01", "replacement": "big"},
    },
]


@pytest.fixture
def choice(tmp_path: Path) -> AI:
    return _ai(tmp_path, *CHOICE)


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        ({}, ["small", "big", "unpriced"]),
        ({"input_tokens": 900, "output_tokens": 10}, ["big", "small", "unpriced"]),
        ({"capabilities": ["image_generation"]}, ["big", "unpriced"]),
        ({"capabilities": ["image_generation"], "deprecated": True}, ["old", "big", "unpriced"]),
        ({"capabilities": {"video"}}, []),
        ({"input_formats": ["audio"]}, ["big"]),
        ({"input_formats": ["audio/mp3", "text"]}, ["big"]),
        ({"input_formats": ["audio/wav"]}, []),
        ({"output_formats": ["image"]}, ["big"]),
        ({"input_tokens": 950, "output_tokens": 51}, ["big", "unpriced"]),
        ({"output_tokens": 101}, ["big", "unpriced"]),
        ({"input_tokens": 10**9}, ["unpriced"]),
    ],
)
def test_the_models_that_suit_cheapest_first(choice: AI, wanted: dict[str, Any], ids: list[str]) -> None:
    assert [model.id for model in choice.suitable(**wanted)] == ids
    if not wanted.pop("deprecated", False) and ids:
        assert choice.choose(**wanted).id == ids[0]


def test_no_model_suits(choice: AI) -> None:
    told = "acme has no model for video, audio input, 5 tokens"
    with pytest.raises(NoSuitableModel, match=f"^{told}$"):
        choice.choose(capabilities=["video"], input_formats=["audio"], input_tokens=5)
    with pytest.raises(TypeError, match="capabilities is a list, not one text"):
        choice.choose(capabilities="text")


def test_a_deprecated_model_warns_once(choice: AI) -> None:
    with pytest.warns(DeprecatedWarning, match=r"^acme: old is deprecated; it ended on 2026-01-01; use big$"):
        choice.model("old")
    choice.model("old")


@pytest.mark.parametrize(
    ("model", "given", "made", "fits"),
    [
        ("small", 900, 100, True),
        ("small", 901, 100, False),
        ("small", 1000, 0, True),
        ("small", 0, 101, False),
        (None, 1001, 0, False),
        ("unpriced", 10**12, 10**12, True),
    ],
)
def test_what_fits(choice: AI, model: str | None, given: int, made: int, fits: bool) -> None:
    assert choice.fits(model, given, made) is fits


def test_counts_that_are_none(choice: AI) -> None:
    with pytest.raises(ValueError, match="input_tokens is a whole number, 0 or more; not -1"):
        choice.fits("small", -1)
    with pytest.raises(ValueError, match="output_tokens is a whole number"):
        choice.suitable(output_tokens=1.5)  # type: ignore[arg-type]  # that is the point


# A method that takes the model as an input


PROPERTIES: dict[str, Any] = {"prompt": {}, "model": {"type": "string"}}
INPUT: dict[str, Any] = {"type": "object", "required": ["prompt"], "properties": PROPERTIES}


def _drawing(tmp_path: Path, *models: dict[str, Any], **schema: Any) -> tuple[Method, AI]:
    draw = method("draw", inputSchema=INPUT | schema, models={"parameter": "model", "requires": ["image_generation"]})
    catalog = open_bundle(tmp_path, ai_definition(*models, methods=[draw, method("ping")]))
    return catalog.method("acme", "draw"), catalog.integration("acme").ai


MODELS: list[tuple[str, str]] = [
    ("big", ""),
    ("old", ""),
    ("small", "/model: 'small' cannot do image_generation; use old or big or unpriced"),
    ("huge", "/model: 'huge' is no model; use old or big or unpriced"),
]


@pytest.mark.parametrize(("model", "told"), MODELS)
@pytest.mark.filterwarnings("ignore::connectory.DeprecatedWarning")
def test_an_unknown_or_incapable_model_is_an_invalid_input(tmp_path: Path, model: str, told: str) -> None:
    draw, ai = _drawing(tmp_path, *CHOICE)
    data = {"prompt": "x", "model": model}
    if told:
        for check in (draw.validate_input, draw.bind(dict), lambda given: ai.model_for(draw, given)):
            with pytest.raises(InvalidInput) as caught:
                check(data)
            assert [str(issue) for issue in caught.value.errors] == [told]
            assert caught.value.errors[0].keyword == "models"
    else:
        assert draw.validate_input(data) == data
        assert ai.model_for(draw, data).id == model
    assert draw.validate_input({"prompt": "x"}) == {"prompt": "x"}


def test_the_default_model_or_why_not(tmp_path: Path) -> None:
    draw, ai = _drawing(tmp_path, CHOICE[1], CHOICE[0])
    assert ai.model_for(draw, {"prompt": "x"}).id == "big"
    draw, ai = _drawing(tmp_path, CHOICE[0], CHOICE[1])
    with pytest.raises(InvalidInput) as caught:
        ai.model_for(draw, {"prompt": "x"})
    told = "/model: is absent, and the default model 'small' cannot do image_generation; use big"
    assert [str(issue) for issue in caught.value.errors] == [told]
    ping = open_bundle(tmp_path, ai_definition(CHOICE[0])).method("acme", "ping")
    assert ai.model_for(ping, {}).id == "small"


def test_no_model_at_all_can(tmp_path: Path) -> None:
    draw, _ = _drawing(tmp_path, CHOICE[0])
    with pytest.raises(InvalidInput, match="'small' cannot do image_generation, nor can any other model"):
        draw.validate_input({"prompt": "x", "model": "small"})


def test_a_default_in_the_schema_is_checked_too(tmp_path: Path) -> None:
    properties = {**PROPERTIES, "model": {"type": "string", "default": "small"}}
    draw, _ = _drawing(tmp_path, *CHOICE[:2], properties=properties)
    with pytest.raises(InvalidInput, match="'small' cannot do image_generation; use big"):
        draw.validate_input({"prompt": "x"})


# A running total


def test_a_meter_adds_up_exactly(choice: AI, tmp_path: Path) -> None:
    meter = CostMeter()
    assert (meter.calls, meter.total(), meter.by_model()) == (0, Decimal(0), {})
    for _ in range(1000):
        meter.add(choice, input_tokens=1, output_tokens=1)
    assert meter.add(choice, "big", output_tokens=3) == Decimal("0.00003")
    with pytest.raises(NotPriced):
        meter.add(choice, "unpriced", input_tokens=1)
    assert meter.calls == 1001
    assert meter.total() == Decimal("0.00303")
    assert meter.total("EUR") == 0
    assert meter.by_model() == {
        ("acme", "small"): (Decimal("0.003"), "USD"),
        ("acme", "big"): (Decimal("0.00003"), "USD"),
    }
    assert repr(meter) == "<CostMeter 1001 calls: 0.003030 USD>"


def test_threads_share_a_meter(choice: AI) -> None:
    meter = CostMeter()

    def work() -> None:
        for _ in range(500):
            meter.add(choice, input_tokens=1)

    with ThreadPoolExecutor(8) as pool:
        [pool.submit(work) for _ in range(8)]
    assert (meter.calls, meter.total()) == (4000, Decimal("0.004"))
