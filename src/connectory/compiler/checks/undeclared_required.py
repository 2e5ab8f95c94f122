"""A required property is declared nowhere.

No schema that applies to the same object says what the property is: most often its name is misspelt on one side. All of
them are looked at, through references, ``allOf``, ``anyOf`` and the like, in both directions.

Example:

    customer:
      type: object
      properties: {email: {type: string}}
      required: [e_mail]

Instead:

    customer:
      type: object
      properties: {email: {type: string}}
      required: [email]
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectory.compiler.definition import Definition, Node
from connectory.compiler.diagnostics import Diagnostic, Path, Severity
from connectory.compiler.vocabulary import types_of

CODE = "S017"
SEVERITY: Severity = "error"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """One finding for each such name."""
    for node, at, index in undeclared(definition):
        names: Any = node.data
        for step in at:
            names = names[step]
        there = {name for name in names if isinstance(name, str)}
        close = definition.close(names[index], (one for one in definition.declarations(node).names if one not in there))
        message = f"the required property {names[index]!r} is declared nowhere"
        help_ = f"did you mean {close[0]!r}?" if close else "declare it under properties"
        yield definition.finding(globals(), message, (*node.path, *at, index), help=help_)


def undeclared(definition: Definition) -> Iterator[tuple[Node, Path, int]]:
    """The schema, the path of its list of names, and the place in that, of each such name."""
    for node in definition.nodes_with("required"):
        yield from ((node, ("required",), index) for index in _indices(definition, node, node.data["required"]))
    for node in definition.nodes_with("dependentRequired"):
        needed = node.data["dependentRequired"]
        for name, names in needed.items() if isinstance(needed, dict) else ():
            yield from ((node, ("dependentRequired", name), index) for index in _indices(definition, node, names))


def _indices(definition: Definition, node: Node, names: Any) -> list[int]:
    own = node.data.get("properties")
    if not isinstance(names, list) or (isinstance(own, dict) and own.keys() >= set(map(str, names))):
        return []
    if "object" not in types_of(node.data):
        return []
    declared = definition.declarations(node)
    first = {name: index for index, name in reversed(list(enumerate(names))) if isinstance(name, str)}
    return sorted(index for name, index in first.items() if not declared.has(name))
