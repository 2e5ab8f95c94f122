"""A schema has a keyword about values of one type, and does not say the type.

Every value of another type is valid then: ``{maxLength: 5}`` accepts 123456, and a list.

Example:

    code: {maxLength: 5}

Instead:

    code: {type: string, maxLength: 5}
"""

from __future__ import annotations

from collections.abc import Iterator

from connectory.compiler.definition import Definition, Node
from connectory.compiler.diagnostics import Diagnostic, Severity
from connectory.compiler.vocabulary import IN_PLACE, TYPE_OF

CODE = "S025"
SEVERITY: Severity = "warning"

_SAYS = frozenset(("type", "$ref", "$dynamicRef", "enum", "const", "allOf", "anyOf", "oneOf"))
"""The keywords that may say the type."""

_IN_PLACE = frozenset(IN_PLACE)


def check(definition: Definition) -> Iterator[Diagnostic]:
    """One finding for each schema of a value of its own, at the first such keyword."""
    seen: set[int] = set()
    for keyword, about in TYPE_OF.items():
        for node in definition.nodes_with(keyword):
            if _SAYS.isdisjoint(node.data) and id(node.data) not in seen and _stands_alone(node):
                seen.add(id(node.data))
                message = f"{keyword!r} is about {about}s, and any value of another type is valid too"
                help_ = f"add type: {about}"
                yield definition.finding(globals(), message, (*node.path, keyword), key=True, help=help_)


def _stands_alone(node: Node) -> bool:
    """Whether no other schema says more of the same value: it is none that others take in, nor about names."""
    inside = node.path[len(node.whole.path) :]
    if not inside or inside[-1] == "propertyNames" or inside[-2:-1] == ("$defs",):
        return False
    return _IN_PLACE.isdisjoint(inside)
