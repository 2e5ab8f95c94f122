"""What a definition says about AI models: which there are, and what they cost, exactly."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Mapping
from decimal import Context, Decimal, Inexact
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from msgspec import to_builtins

from connectory.errors import InvalidInput, Issue, NoSuitableModel, NotPriced, UnknownModel
from connectory.model import CostPerToken, Model, view
from connectory.names import close_matches
from connectory.pointers import pointer
from connectory.records import Json

if TYPE_CHECKING:
    from connectory.method import Method
    from connectory.notices import Notices

_EXACT = Context(prec=1000, traps=[Inexact])
"""Arithmetic that never rounds: prices and counts have a few dozen digits at most."""


class AI:
    """The models of one version of an integration. Frozen."""

    __slots__ = ("_default_model", "_integration_id", "_models", "_notices", "_provider")

    def __init__(self, integration_id: str, config: Mapping[str, Json], notices: Notices) -> None:
        self._integration_id = integration_id
        self._notices = notices
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
            model = self.models[name]
        except (KeyError, TypeError):
            message = f"{self.integration_id} has no model {name!r}"
            raise UnknownModel(message, str(name), lambda: close_matches(name, self.models)) from None
        if model.deprecated is not None:
            mark = {field: value for field, value in to_builtins(model.deprecated).items() if value is not None}
            self._notices.deprecated(f"{self.integration_id}: {name}", mark)
        return model

    def suitable(
        self,
        *,
        capabilities: Collection[str] = (),
        input_formats: Collection[str] = (),
        output_formats: Collection[str] = (),
        input_tokens: int = 0,
        output_tokens: int = 0,
        deprecated: bool = False,
    ) -> tuple[Model, ...]:
        """The models that can do all this, the cheapest first; those without a price come last, in their order.

        Args:
            capabilities: what the model must be able to do, such as ``image_generation``.
            input_formats: what it must read. A format that names a kind (``audio``) stands for all of that kind.
            output_formats: what it must write.
            input_tokens: how much it must take in; also what prices are compared for.
            output_tokens: how much it must give back; likewise.
            deprecated: whether models count that are marked as deprecated.
        """
        found = [
            model
            for model in self.models.values()
            if (deprecated or model.deprecated is None)
            and set(_texts("capabilities", capabilities)) <= set(model.capabilities)
            and all(_has_format(model.input_formats, one) for one in _texts("input_formats", input_formats))
            and all(_has_format(model.output_formats, one) for one in _texts("output_formats", output_formats))
            and self._fits(model, input_tokens, output_tokens)
        ]
        tokens = (input_tokens, output_tokens) if input_tokens or output_tokens else (1000, 1000)
        prices = {model.id: self._price(model, *tokens) for model in found}
        return tuple(sorted(found, key=lambda model: (prices[model.id] is None, prices[model.id] or Decimal(0))))

    def choose(
        self,
        *,
        capabilities: Collection[str] = (),
        input_formats: Collection[str] = (),
        output_formats: Collection[str] = (),
        input_tokens: int = 0,
        output_tokens: int = 0,
    ) -> Model:
        """The cheapest model that can do all this; see ``suitable``.

        Raises:
            NoSuitableModel: there is none; with what each model lacks.
        """
        found = self.suitable(
            capabilities=capabilities,
            input_formats=input_formats,
            output_formats=output_formats,
            input_tokens=input_tokens,
            output_tokens=output_tokens,
        )
        if not found:
            wanted = [*capabilities, *(f"{one} input" for one in input_formats)]
            wanted += [f"{one} output" for one in output_formats]
            wanted += [f"{input_tokens + output_tokens:,} tokens"] if input_tokens + output_tokens else []
            raise NoSuitableModel(f"{self.integration_id} has no model for {', '.join(wanted) or 'anything'}")
        return found[0]

    def fits(self, model_id: str | None = None, input_tokens: int = 0, output_tokens: int = 0) -> bool:
        """Whether so many tokens fit in a model: together in its context, and the output in its most tokens.

        A limit that the definition does not say is none.

        Raises:
            UnknownModel: there is no such model.
            ValueError: a count is negative or not a whole number.
        """
        return self._fits(self.model(model_id), input_tokens, output_tokens)

    def model_for(self, method: Method, data: Mapping[str, Json]) -> Model:
        """The model that a call uses: the one that its input names, or else the default model.

        Raises:
            InvalidInput: the input names none that can do what the method needs, or the default model cannot.
        """
        models = method.models
        parameter = "" if models is None else models.parameter
        named = data.get(parameter) if parameter else None
        chosen = self.default_model if named is None else named
        reason = self.unsuitable(chosen, () if models is None else models.requires)
        if reason:
            told = reason if named is not None else f"is absent, and the default model {reason}"
            subject = f"{method.integration_id}.{method.id}"
            raise InvalidInput(subject, [Issue(pointer([parameter] if parameter else []), told, "models")])
        return self.model(chosen)

    def unsuitable(self, model_id: Json, requires: Iterable[str]) -> str:
        """Why a model cannot do what is required; empty where it can."""
        able = [model.id for model in self.suitable(capabilities=tuple(requires), deprecated=True)]
        if isinstance(model_id, str) and model_id in able:
            return ""
        known = isinstance(model_id, str) and model_id in self.models
        lacks = [one for one in requires if known and one not in self.models[model_id].capabilities]
        what = f"{model_id!r} cannot do {', '.join(lacks)}" if known else f"{str(model_id)[:60]!r} is no model"
        return f"{what}; use {' or '.join(able[:_SHOWN])}" if able else f"{what}, nor can any other model"

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

    def _fits(self, model: Model, input_tokens: int, output_tokens: int) -> bool:
        given, made = _count("input_tokens", input_tokens), _count("output_tokens", output_tokens)
        if model.max_tokens is not None and made > model.max_tokens:
            return False
        return model.context_window is None or given + made <= model.context_window

    def _price(self, model: Model, input_tokens: int, output_tokens: int) -> Decimal | None:
        counts = {"input": Decimal(input_tokens), "output": Decimal(output_tokens)}
        prices = _token_prices(model, counts["input"])
        try:
            return _total(model, [(getattr(prices, kind), count, kind) for kind, count in counts.items()])
        except NotPriced:
            return None


class CostMeter:
    """A running total of exact costs, by currency. Safe to share between threads.

    >>> meter = CostMeter()
    >>> meter.add(ai, "claude-haiku-4-5", input_tokens=1200, output_tokens=300)
    >>> meter.total()
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._costs: dict[tuple[str, str, str], Decimal] = {}
        self._calls = 0

    def add(self, ai: AI, model_id: str | None = None, **counts: Any) -> Decimal:
        """Count a call; its cost. Arguments and errors as for ``AI.cost``: what cannot be priced is not counted."""
        model = ai.model(model_id)
        cost = ai.cost(model.id, **counts)
        key = (model.pricing.currency, ai.integration_id, model.id)
        with self._lock:
            self._costs[key] = _EXACT.add(self._costs.get(key, Decimal(0)), cost)
            self._calls += 1
        return cost

    @property
    def calls(self) -> int:
        """How many calls were counted."""
        return self._calls

    def total(self, currency: str = "USD") -> Decimal:
        """What all calls cost in a currency."""
        with self._lock:
            costs = [cost for (its, _, _), cost in self._costs.items() if its == currency]
        total = Decimal(0)
        for cost in costs:
            total = _EXACT.add(total, cost)
        return total

    def by_model(self) -> dict[tuple[str, str], tuple[Decimal, str]]:
        """What the calls of each model cost, and in which currency, by (integration, model)."""
        with self._lock:
            return {(its, model): (cost, currency) for (currency, its, model), cost in self._costs.items()}

    def __repr__(self) -> str:
        currencies = sorted({currency for currency, _, _ in self._costs})
        totals = ", ".join(f"{self.total(currency)} {currency}" for currency in currencies)
        return f"<CostMeter {self._calls} calls: {totals or 0}>"


_SHOWN = 5
"""How many models a message names."""


def _texts(what: str, values: Collection[str]) -> Collection[str]:
    if isinstance(values, str):
        raise TypeError(f"{what} is a list, not one text")
    return values


def _has_format(formats: Iterable[str], wanted: str) -> bool:
    """Whether a format is among these; ``audio`` stands for ``audio/mp3`` and the like."""
    return any(one == wanted or one.partition("/")[0] == wanted for one in formats)


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
