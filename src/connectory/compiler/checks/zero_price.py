"""A price is zero, and nothing says that it is meant; or the other way round.

Costs would be counted as nothing. ``pricing.free: true`` says that a model is free. What embedding, ranking and
moderating models answer has no price, so that an output of zero is right for them. A model that is said to be free has
no price but zero: of two that say otherwise, a reader cannot tell which is right.

Example:

    costPerToken: {input: 0, output: 0}

Instead, give the price of one token, or say that there is none:

    costPerToken: {input: 0, output: 0}
    pricing: {free: true}
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from connectory.compiler.checks.implausible_price import token_prices
from connectory.compiler.definition import Definition, Part
from connectory.compiler.diagnostics import Diagnostic, Path, Severity
from connectory.compiler.known import known

CODE = "D034"
SEVERITY: Severity = "warning"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """A finding for each price, of the model and of its tiers."""
    for model in definition.models:
        pricing = model.data.get("pricing")
        said = pricing if isinstance(pricing, dict) else {}
        prices = [(path, price) for path, price in _prices(model, said) if _is_number(price)]
        zero = [path for path, price in prices if price == 0]
        if said.get("free") is not True:
            for path in zero:
                message = f"the price {_shown(path)} is zero"
                help_ = "give the price, or set pricing.free: true"
                yield definition.finding(globals(), message, (*model.path, *path), help=help_)
        elif prices and not zero:
            message = f"pricing.free is true, but the price {_shown(prices[0][0])} is not zero"
            help_ = "remove pricing.free, or the price"
            yield definition.finding(globals(), message, (*model.path, "pricing", "free"), help=help_)


def _is_number(price: Any) -> bool:
    return isinstance(price, int | Decimal) and not isinstance(price, bool)


def _shown(path: Path) -> str:
    return ".".join(map(str, path[-2:]))


def _prices(model: Part, pricing: dict[str, Any]) -> Iterator[tuple[Path, Any]]:
    counted = ("input",) if _is_silent(model) else ("input", "output")
    yield from ((path, price) for path, price in token_prices(model, pricing) if path[-1] in counted)
    images = model.data.get("costPerImage")
    if isinstance(images, dict):
        yield from ((("costPerImage", name), price) for name, price in images.items())
    if "costPerSecond" in model.data:
        yield ("costPerSecond",), model.data["costPerSecond"]


def _is_silent(model: Part) -> bool:
    facts = known("models")["capabilities"]
    capabilities = model.data.get("capabilities")
    names = [name for name in capabilities if isinstance(name, str)] if isinstance(capabilities, list) else []
    return any(facts.get(name, {}).get("silent") for name in names)
