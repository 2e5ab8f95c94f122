"""A price has no source, or was looked up too long ago, or on a day that is still to come.

Prices change, and a reviewer has to be able to look them up: ``pricing.source`` says where the provider
publishes them, ``pricing.asOf`` when they were read. With ``max-price-age`` under ``[check]`` in
connectory.toml, a number of days, a price that was read longer ago is reported too, and one that nobody says
the day of. That needs a clock: it counts to today, or to SOURCE_DATE_EPOCH where that is set. A day that is still to
come, by both, is a mistake in any case.

Example:

    costPerToken: {input: 0.000003, output: 0.000015}

Instead:

    costPerToken: {input: 0.000003, output: 0.000015}
    pricing: {source: "https://example.com/pricing", asOf: "2026-11-20"}
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from connectory.compiler.definition import PRICES, Definition, PriceRead
from connectory.compiler.diagnostics import Diagnostic, Severity

CODE = "D038"
SEVERITY: Severity = "warning"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """A finding for each model whose prices have no source."""
    for model in definition.models:
        first = next((field for field in PRICES if field in model.data), None)
        pricing = model.data.get("pricing")
        if first and not (isinstance(pricing, dict) and ("source" in pricing or pricing.get("free") is True)):
            message = f"the price of {str(model.data.get('id'))!r} has no source"
            help_ = "add pricing with source and asOf"
            yield definition.finding(globals(), message, (*model.path, first), key=True, help=help_)


def report_age(read: PriceRead, most: int, today: datetime.date) -> Diagnostic | None:
    """The finding for prices that were read more than ``most`` days before today; None for others."""
    try:
        days = (today - datetime.date.fromisoformat(read.date)).days if read.date else None
    except ValueError:
        return None  # another rule reports it
    if days is not None and days <= most:
        return None
    message = f"the price of {read.model!r} has no asOf, the day on which it was read"
    if days is not None:
        message = f"the price of {read.model!r} was read {days} days ago; more than {most} are too many"
    return Diagnostic(CODE, SEVERITY, message, read.span, "look it up again, and set pricing.asOf", (), read.pointer)


def report_to_come(read: PriceRead, latest: datetime.date) -> Diagnostic | None:
    """The finding for prices that were read after a day, and after the next, which it may be somewhere; else None."""
    try:
        is_to_come = bool(read.date) and (datetime.date.fromisoformat(read.date) - latest).days > 1
    except ValueError:
        return None  # another rule reports it
    if not is_to_come:
        return None
    message = f"the price of {read.model!r} was read on {read.date}, which is still to come"
    return Diagnostic(CODE, SEVERITY, message, read.span, "set pricing.asOf to that day", (), read.pointer)
