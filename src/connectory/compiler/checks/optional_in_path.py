"""A path variable is an input that may be missing, or a template a field of the configuration that may be.

A path without the value of a variable leads elsewhere: ``DELETE /orders/`` may mean all of them. The input has to be
required, or to have a default. So has a field of the configuration that every request needs: in baseUrl, in headers,
and in the only way to sign in.

Example:

    http: {method: DELETE, path: "/orders/{id}"}
    inputSchema: {type: object, properties: {id: {type: string}}}

Instead:

    inputSchema: {type: object, properties: {id: {type: string}}, required: [id]}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectory.compiler.bindings import bindings
from connectory.compiler.definition import TEMPLATE, Definition
from connectory.compiler.diagnostics import Diagnostic, Path, Severity
from connectory.compiler.members import Members, members, parts
from connectory.compiler.signin import CONFIGS, templated

CODE = "D021"
SEVERITY: Severity = "error"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """A finding for each variable whose input may be missing."""
    for binding in bindings(definition):
        for placed in binding.placed:
            if placed.kind != "path" or placed.input in binding.inputs.required:
                continue
            said = binding.inputs.schemas.get(placed.input)
            if said and not any(_has_default(definition, binding.inputs, one) for one in said):
                message = f"the path needs {placed.input!r}, which is not required"
                help_ = f"add {placed.input!r} to required, or give it a default"
                yield definition.finding(globals(), message, placed.path, help=help_)
    yield from _fields(definition)


def _fields(definition: Definition) -> Iterator[Diagnostic]:
    """A finding for each template of all requests that may have no value."""
    schema = definition.data.get("configSchema")
    config = members(schema, definition.shared)
    sometimes = _sometimes_required(definition)
    if sometimes is None:
        return
    for one in templated(definition) if config.schemas else ():
        if not _is_always_sent(definition, one.path):
            continue
        for name in dict.fromkeys(TEMPLATE.findall(one.text)):
            space, _, inner = name.partition(".")
            said = config.schemas.get(inner) if space == "config" and inner not in config.required | sometimes else None
            if said and not any(_has_default(definition, config, each) for each in said):
                message = f"the configuration may have no value for ${{{name}}}"
                help_ = f"add {inner!r} to required, or give it a default"
                yield definition.finding(globals(), message, one.path, help=help_)


def _sometimes_required(definition: Definition) -> set[str] | None:
    """The fields of the configuration that are required in some cases; None where that is said in other words."""
    if any(node.whole.path == ("configSchema",) for node in definition.nodes_with("dependentRequired", "not")):
        return None
    required = [node.data["required"] for node in definition.nodes_with("required")]
    return {name for names in required if isinstance(names, list) for name in names if isinstance(name, str)}


def _is_always_sent(definition: Definition, path: Path) -> bool:
    """Whether a text is part of every request, and not of one method's or of one of several ways to sign in."""
    if path[0] == "baseUrl":
        return any("baseUrl" not in binding.http.data for binding in bindings(definition))
    if path[0] in ("headers", "verify"):
        return True
    is_only = len(list(definition.signins())) == 1 and all(way != [] for way in _auths(definition))
    return is_only and path[0] in CONFIGS


def _auths(definition: Definition) -> Iterator[Any]:
    return (method.data.get("auth") for method in definition.methods)


def _has_default(definition: Definition, declared: Members, schema: Any) -> bool:
    return any("default" in part for part in parts(schema, declared.root, definition.shared))
