"""A tier of prices never counts, or two count alike.

The tier with the highest threshold that a request exceeds counts. Two tiers of one threshold leave open which;
a threshold that is not below contextWindow is never exceeded.

Example:

    contextWindow: 200000
    pricing:
      tiers:
        - {aboveInputTokens: 200000, costPerToken: {input: 0.000006, output: 0.0000225}}

Instead, correct the threshold or contextWindow, or remove the tier.
"""

from __future__ import annotations

from collections.abc import Iterator

from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Severity

CODE = "D043"
SEVERITY: Severity = "warning"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """A finding at each threshold that is of no use."""
    for model in definition.models:
        pricing = model.data.get("pricing")
        tiers = pricing.get("tiers") if isinstance(pricing, dict) else None
        window = model.data.get("contextWindow")
        seen: set[int] = set()
        for index, tier in enumerate(tiers if isinstance(tiers, list) else ()):
            threshold = tier.get("aboveInputTokens") if isinstance(tier, dict) else None
            if not isinstance(threshold, int):
                continue
            path = (*model.path, "pricing", "tiers", index, "aboveInputTokens")
            if threshold in seen:
                yield definition.finding(
                    globals(), f"the threshold {threshold} is given twice", path, help="remove one of the tiers"
                )
            elif isinstance(window, int) and threshold >= window:
                message = f"the threshold {threshold} is never exceeded: contextWindow is {window}"
                yield definition.finding(globals(), message, path, help="look both up again")
            seen.add(threshold)
