"""What of a model's use a price is known of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

FIELDS = ("costPerToken", "costPerImage", "costPerSecond", "pricing")
"""The fields of a model that say its prices."""


def unpriced(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """What had a price, or was free, and has none any more, by its field."""
    if _pricing(new).get("free") is True:
        return []
    gone = [name for tokens in _steps(old, new) for name in _priced(old, tokens) if name not in {*_priced(new, tokens)}]
    free = ["pricing.free"] if _pricing(old).get("free") is True else []
    return list(dict.fromkeys([*free, *gone]))


def currency(model: Mapping[str, Any]) -> str | None:
    """What prices of a model are in; None where it has none."""
    has_price = any(name for tokens in _steps(model) for name in _priced(model, tokens))
    return str(_pricing(model).get("currency", "USD")) if has_price else None


def _steps(*models: Mapping[str, Any]) -> list[int]:
    """How long inputs are from which on other prices count."""
    return sorted({0, *(tier["aboveInputTokens"] + 1 for model in models for tier in _pricing(model).get("tiers", ()))})


def _priced(model: Mapping[str, Any], tokens: int) -> Iterator[str]:
    """What has a price when the input has so many tokens, by its field."""
    exceeded = [tier for tier in _pricing(model).get("tiers", ()) if tokens > tier["aboveInputTokens"]]
    tier = max(exceeded, key=lambda one: int(one["aboveInputTokens"]), default=model)
    yield from (f"costPerToken.{kind}" for kind in tier.get("costPerToken") or ())
    yield from (f"costPerImage.{kind}" for kind in model.get("costPerImage") or ())
    if "costPerSecond" in model:
        yield "costPerSecond"


def _pricing(model: Mapping[str, Any]) -> Mapping[str, Any]:
    pricing: Mapping[str, Any] = model.get("pricing") or {}
    return pricing
