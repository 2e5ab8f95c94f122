"""Defaults make too much of an empty object.

The default of an object is filled up with the defaults of its own members, and these with theirs: where each of two
members does that twice, twenty steps are a million objects, made for every call that leaves the first one out. What
comes to more than a million characters, or goes deeper than a hundred objects, is not filled in.

Example:

    $defs:
      A: {type: object, default: {}, properties: {a: {$ref: "#/$defs/B"}, b: {$ref: "#/$defs/B"}}}
      B: {type: object, default: {}, properties: {a: {$ref: "#/$defs/C"}, b: {$ref: "#/$defs/C"}}}

and so on. Instead, give a default to what callers leave out alone:

    $defs:
      A: {type: object, properties: {a: {$ref: "#/$defs/B"}, b: {$ref: "#/$defs/B"}}}
      B: {type: object, properties: {a: {$ref: "#/$defs/C"}, b: {$ref: "#/$defs/C"}}}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Severity
from connectory.compiler.filling import filled_groups
from connectory.defaults import DEEPEST_PUT_IN, MOST_PUT_IN

CODE = "S026"
SEVERITY: Severity = "error"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """One finding for the least object that defaults make too much of, as it is what the others are made of."""
    if definition.tangles or len(definition.valid_schemas) < len(definition.schemas):
        return
    if not any(_holds_objects(node.data["default"]) for node in definition.nodes_with("default")):
        return
    swollen = [group for group, _ in filled_groups(definition) if group.growth.is_too_much]
    if not swollen:
        return
    least = min(swollen, key=lambda group: (min(group.growth.size, MOST_PUT_IN + 1), group.growth.depth))
    paths = {id(node.data): node.path for node in definition.nodes_with("properties")}
    path = next(paths[id(schema)] for schema in least.schemas if id(schema) in paths)
    if least.growth.size > MOST_PUT_IN:
        message = f"defaults make more than {MOST_PUT_IN:,} characters of an empty object"
    else:
        message = f"defaults make more than {DEEPEST_PUT_IN} objects of an empty one, each inside another"
    help_ = "leave out defaults of objects whose members have some too"
    yield definition.finding(globals(), message, (*path, "properties"), key=True, help=help_)


def _holds_objects(default: Any) -> bool:
    """Whether other defaults may be put into one."""
    return isinstance(default, dict) or (isinstance(default, list) and any(map(_holds_objects, default)))
