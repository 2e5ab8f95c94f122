"""A keyword has no effect without another one.

``if`` decides between ``then`` and ``else``, which mean nothing without it; ``minContains`` and ``maxContains`` count
what ``contains`` says, which asks for nothing where 0 are enough and any number is allowed; ``contentSchema`` describes
what ``contentMediaType`` makes of a text.

Example:

    tags: {type: array, minContains: 2}

Instead:

    tags: {type: array, contains: {type: string}, minContains: 2}
"""

from __future__ import annotations

from collections.abc import Iterator

from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Severity
from connectory.compiler.vocabulary import KEYWORDS
from connectory.names import close_matches

CODE = "S008"
SEVERITY: Severity = "error"

_NEEDS = {
    "if": ("then", "else"),
    "then": ("if",),
    "else": ("if",),
    "minContains": ("contains",),
    "maxContains": ("contains",),
    "contentSchema": ("contentMediaType",),
}


def check(definition: Definition) -> Iterator[Diagnostic]:
    """One finding for each; none where the other one is misspelt, which is reported by itself."""
    for keyword, needed in _NEEDS.items():
        for node in definition.nodes_with(keyword):
            if node.data.keys().isdisjoint(needed) and not _misspelt(node.data.keys() - KEYWORDS, needed):
                message = f"{keyword!r} has no effect without {' or '.join(map(repr, needed))}"
                help_ = f"add {needed[0]!r}, or remove {keyword!r}"
                yield definition.finding(globals(), message, (*node.path, keyword), key=True, help=help_)

    if not definition.nodes_with("unevaluatedItems"):  # to which items count that contains is about
        yield from _contains_nothing(definition)


def _contains_nothing(definition: Definition) -> Iterator[Diagnostic]:
    for node in definition.nodes_with("minContains"):
        least = node.data["minContains"]
        if least == 0 and least is not False and "contains" in node.data and "maxContains" not in node.data:
            message = "'contains' has no effect: with 'minContains' 0 no item needs to be like it"
            help_ = "add 'maxContains', or remove both"
            yield definition.finding(globals(), message, (*node.path, "minContains"), key=True, help=help_)


def _misspelt(unknown: set[str], needed: tuple[str, ...]) -> bool:
    return any(close_matches(name, needed) for name in unknown)
