"""A value of enum or const is not valid under the rest of its schema.

It can never be given: the type, a pattern or a bound beside it refuses it.

Example:

    size: {type: integer, enum: [1, 2, "3"]}

Instead:

    size: {type: integer, enum: [1, 2, 3]}
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from connectory.compiler.definition import Definition, Node
from connectory.compiler.diagnostics import Diagnostic, Path, Severity
from connectory.compiler.own_schema import refused

CODE = "S015"
SEVERITY: Severity = "error"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """One finding for each value; one for the whole enum where none of its values is valid."""
    consts = ((node, ("const",), node.data["const"]) for node in definition.nodes_with("const"))
    for node, at, reasons in refused(definition, consts):
        message = f"the const is not valid under its own schema: {reasons[0]}"
        yield definition.finding(globals(), message, (*node.path, *at), help="change it, or what refuses it")
    for node, group in groupby(refused(definition, _members(definition)), lambda each: each.node):
        found, values = list(group), node.data["enum"]
        if len(found) == len(values) > 1:
            message = f"no value of the enum is valid under its own schema: {found[0].reasons[0]}"
            help_ = "change them, or what refuses them"
            yield definition.finding(globals(), message, (*node.path, "enum"), help=help_)
            continue
        for _, at, reasons in found:
            message = f"a value of the enum is not valid under its own schema: {reasons[0]}"
            help_ = _help(node.data, values[int(at[1])])
            yield definition.finding(globals(), message, (*node.path, *at), help=help_)


_HARMLESS = frozenset(
    (
        *("type", "enum", "default", "title", "description", "examples", "deprecated", "readOnly", "writeOnly"),
        "$comment",
    )
)


def _plain(schema: dict[str, Any], values: list[Any]) -> bool:
    """Whether it is plain to see that all are valid: nothing but a type stands beside them, and it is theirs."""
    if not schema.keys() <= _HARMLESS:
        return False
    type_ = schema.get("type")
    python = {"string": str, "integer": int}.get(type_) if isinstance(type_, str) else None
    return "type" not in schema or (python is not None and all(type(value) is python for value in values))


def _members(definition: Definition) -> Iterator[tuple[Node, Path, Any]]:
    for node in definition.nodes_with("enum"):
        values = node.data["enum"]
        if isinstance(values, list) and not _plain(node.data, values):
            yield from ((node, ("enum", index), value) for index, value in enumerate(values))


def _help(schema: dict[str, Any], value: Any) -> str:
    if value is None and isinstance(schema.get("type"), str):
        return f'to allow null, write type: [{schema["type"]}, "null"]'
    return "change it, or what refuses it"
