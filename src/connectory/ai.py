"""What a definition says about AI models: which there are, and what they cost, exactly."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Context, Decimal, Inexact
from types import MappingProxyType

from connectory.errors import NotPriced, UnknownModel
from connectory.model import CostPerToken, Json, Model, view
from connectory.names import close_matches

_EXACT = Context(prec=1000, traps=[Inexact])
"""Arithmetic that never rounds: prices and counts have a few dozen digits at most."""


class AI:
    """The models of one version of an integration. Frozen."""

    __slots__ = ("_default_model", "_integration_id", "_models", "_provider")

    def __init__(self, integration_id: str, config: Mapping[str, Json]) -> None:
        self._integration_id = integration_id
        self._provider: str = config["provider"]
        models = [view(Model, model) for model in config["availableModels"]]
        self._models = MappingProxyType({model.id: model for model in models})
        self._default_model: str = config["defaultModel"]

    @property
    def integration_id(self) -> str:
        """The id of the integration."""
        return self._integration_id

    @property
    def provider(self) -> str:
        """The AI provider's identifier."""
        return self._provider

    @property
    def models(self) -> Mapping[str, Model]:
        """Every model by its id, in the definition's order."""
        return self._models

    @property
    def default_model(self) -> str:
        """The id of the model that answers when none is named."""
        return self._default_model

    def model(self, model_id: str | None = None) -> Model:
        """The model of this id; without one, the default model.

        Raises:
            UnknownModel: there is none, with the ids that look like it.
        """
        name = self.default_model if model_id is None else model_id
        try:
            return self.models[name]
        except (KeyError, TypeError):
            message = f"{self.integration_id} has no model {name!r}"
            raise UnknownModel(message, str(name), close_matches(name, self.models)) from None

    def cost(
        self,
        model_id: str | None = None,
        *,
        input_tokens: int = 0,
        output_tokens: int = 0,
        cache_read_tokens: int = 0,
        cache_write_tokens: int = 0,
        images: Mapping[str, int] = MappingProxyType({}),
        seconds: int | float | Decimal = 0,
    ) -> Decimal:
        """The exact price of a call, in the currency of the model's ``pricing``.

        Args:
            model_id: the model; None is the default model.
            input_tokens: input tokens that neither come from the cache nor are written to it.
            output_tokens: output tokens.
            cache_read_tokens: input tokens read from the provider's cache.
            cache_write_tokens: input tokens written to the provider's cache.
            images: how many images of each kind; the keys are those of ``costPerImage``.
            seconds: seconds of audio or video.

        Raises:
            UnknownModel: there is no such model.
            NotPriced: something was counted that the definition gives no price of, and does not say is free.
            ValueError: a count is negative or not a whole number.
        """
        if not isinstance(images, Mapping):
            raise TypeError(f"images is a mapping of kinds to counts, not {type(images).__name__}")
        model = self.model(model_id)
        counts = {
            "input": _count("input_tokens", input_tokens),
            "output": _count("output_tokens", output_tokens),
            "cache_read": _count("cache_read_tokens", cache_read_tokens),
            "cache_write": _count("cache_write_tokens", cache_write_tokens),
        }
        prices = _token_prices(model, counts["input"] + counts["cache_read"] + counts["cache_write"])
        items = [(getattr(prices, kind), count, f"{kind} tokens") for kind, count in counts.items()]
        items += [
            (model.cost_per_image.get(kind), _count(f"images[{kind!r}]", count), f"{kind!r} images")
            for kind, count in images.items()
        ]
        items.append((model.cost_per_second, _seconds(seconds), "seconds"))
        return _total(model, items)


def _total(model: Model, items: list[tuple[Decimal | None, Decimal, str]]) -> Decimal:
    total = Decimal(0)
    for price, count, what in items:
        if not count:
            continue
        if price is not None:
            total = _EXACT.add(total, _EXACT.multiply(price, count))
        elif not model.pricing.free:
            raise NotPriced(f"the model {model.id!r} has no price for {what}")
    return total


def _token_prices(model: Model, input_tokens: Decimal) -> CostPerToken:
    """The prices of the highest tier whose threshold the input exceeds."""
    exceeded = [tier for tier in model.pricing.tiers if input_tokens > tier.above_input_tokens]
    if exceeded:
        return max(exceeded, key=lambda tier: tier.above_input_tokens).cost_per_token
    return model.cost_per_token or CostPerToken()


def _count(what: str, count: int) -> Decimal:
    if isinstance(count, bool) or not isinstance(count, int) or count < 0:
        raise ValueError(f"{what} is a whole number, 0 or more; not {count!r}")
    return Decimal(count)


def _seconds(seconds: float | Decimal) -> Decimal:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float | Decimal):
        raise ValueError(f"seconds is a number, 0 or more; not {seconds!r}")
    exact = Decimal(repr(seconds)) if isinstance(seconds, float) else Decimal(seconds)
    if not exact.is_finite() or exact < 0:
        raise ValueError(f"seconds is a number, 0 or more; not {seconds!r}")
    return exact
