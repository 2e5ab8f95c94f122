"""A price is zero, and nothing says that it is meant.

Costs would be counted as nothing. ``pricing.free: true`` says that a model is free. What embedding, ranking and
moderating models answer has no price, so that an output of zero is right for them.

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

from connectory.compiler.definition import Definition, Part
from connectory.compiler.diagnostics import Diagnostic, Path, Severity
from connectory.compiler.known import known

CODE = "D034"
SEVERITY: Severity = "warning"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """A finding for each price, of the model and of its tiers."""
    for model in definition.models:
        pricing = model.data.get("pricing")
        if not isinstance(pricing, dict):
            pricing = {}
        if pricing.get("free") is True:
            continue
        for path, price in _prices(model, pricing):
            if isinstance(price, int | Decimal) and not isinstance(price, bool) and price == 0:
                message = f"the price {'.'.join(map(str, path[-2:]))} is zero"
                help_ = "give the price, or set pricing.free: true"
                yield definition.finding(globals(), message, (*model.path, *path), help=help_)


def _prices(model: Part, pricing: dict[str, Any]) -> Iterator[tuple[Path, Any]]:
    counted = ("input",) if _is_silent(model) else ("input", "output")
    tiers = pricing.get("tiers")
    owners: list[tuple[Path, Any]] = [(("costPerToken",), model.data.get("costPerToken"))]
    for index, tier in enumerate(tiers if isinstance(tiers, list) else ()):
        if isinstance(tier, dict):
            owners.append((("pricing", "tiers", index, "costPerToken"), tier.get("costPerToken")))
    for path, costs in owners:
        if isinstance(costs, dict):
            yield from (((*path, name), costs[name]) for name in counted if name in costs)
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
