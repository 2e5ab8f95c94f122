"""The price of a token is that of a million.

Providers publish prices of a million tokens, or of a thousand; the format has the price of one. Costs would be counted
a million times too high. From 0.001 on, in a currency whose unit is worth about a dollar, a price of one token is taken
for such a mistake: that is 1,000 for a million tokens, where the dearest model that is known asks 600. The cheapest
that is known asks 0.00115 for a million, so that none of these is taken for the price of one. In other currencies, some
of which count ten thousand and more for a dollar, it is 100.

Example:

    costPerToken: {input: 3, output: 15}

Instead, divide by 1,000,000:

    costPerToken: {input: 0.000003, output: 0.000015}
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from connectory.compiler.definition import Definition, Part
from connectory.compiler.diagnostics import Diagnostic, Path, Severity

CODE = "D052"
SEVERITY: Severity = "warning"

_LIKE_A_DOLLAR = ("USD", "EUR", "GBP", "CHF", "CAD", "AUD", "NZD", "SGD")
_MOST, _MOST_ELSEWHERE = Decimal("0.001"), Decimal(100)


def check(definition: Definition) -> Iterator[Diagnostic]:
    """A finding for each price of a token, of the model and of its tiers."""
    for model in definition.models:
        pricing = model.data.get("pricing")
        said = pricing if isinstance(pricing, dict) else {}
        currency = said.get("currency", "USD")
        most = _MOST if currency in _LIKE_A_DOLLAR else _MOST_ELSEWHERE
        for path, price in token_prices(model, said):
            if isinstance(price, int | Decimal) and not isinstance(price, bool) and price >= most:
                message = f"{'.'.join(map(str, path[-2:]))} is {price} {currency} for one token"
                yield definition.finding(globals(), message, (*model.path, *path), help=_help(Decimal(price), most))


def token_prices(model: Part, pricing: dict[str, Any]) -> Iterator[tuple[Path, Any]]:
    """Every price of a token, and where it stands in the model."""
    tiers = pricing.get("tiers")
    owners: list[tuple[Path, Any]] = [(("costPerToken",), model.data.get("costPerToken"))]
    for index, tier in enumerate(tiers if isinstance(tiers, list) else ()):
        if isinstance(tier, dict):
            owners.append((("pricing", "tiers", index, "costPerToken"), tier.get("costPerToken")))
    for path, costs in owners:
        if isinstance(costs, dict):
            yield from (((*path, name), price) for name, price in costs.items() if not str(name).startswith("x-"))


def _help(price: Decimal, most: Decimal) -> str:
    units = (("a million tokens", price / 1_000_000), ("a thousand", price / 1_000))
    meant = [f"{one.normalize():f} if it is the price of {of}" for of, one in units if one < most]
    return f"write {', or '.join(meant)}" if meant else "look it up again"
