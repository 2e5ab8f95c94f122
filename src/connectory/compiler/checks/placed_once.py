"""An ``http`` binding sends an input twice, or two values under one name.

An input has one place. A name on the wire has one value: query parameters and cookies are told apart as they are
written, headers whatever their case. ``constants`` send values of their own.

Example:

    http: {method: GET, path: "/orders/{id}", query: [id]}

Instead:

    http: {method: GET, path: "/orders/{id}"}
"""

from __future__ import annotations

from collections.abc import Iterator

from connectory.compiler.bindings import Binding, Placed, bindings
from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Path, Related, Severity

CODE = "D019"
SEVERITY: Severity = "error"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """A finding at each second place."""
    for binding in bindings(definition):
        if binding.placed:
            yield from _inputs(definition, binding)
            yield from _names(definition, binding)


def _inputs(definition: Definition, binding: Binding) -> Iterator[Diagnostic]:
    first: dict[str, Placed] = {}
    for placed in binding.placed:
        before = first.setdefault(placed.input, placed)
        if before is not placed:
            message = f"the input {placed.input!r} is sent twice: in {_where(before)} and in {_where(placed)}"
            related = (Related(definition.span(before.path), "first here"),)
            yield definition.finding(globals(), message, placed.path, help="remove one of them", related=related)


def _names(definition: Definition, binding: Binding) -> Iterator[Diagnostic]:
    constants = binding.http.data.get("constants")
    sent: dict[tuple[str, str], Path] = {}
    for kind in ("query", "headers"):
        fixed = constants.get(kind) if isinstance(constants, dict) else None
        for name in fixed if isinstance(fixed, dict) else ():
            sent[kind, _plain(kind, name)] = (*binding.http.path, "constants", kind, name)
    for placed in binding.placed:
        if placed.kind in ("path", "body"):
            continue
        path = sent.setdefault((placed.kind, _plain(placed.kind, placed.wire)), placed.path)
        if path != placed.path:
            message = f"{placed.wire!r} is sent twice in {_where(placed)}"
            related = (Related(definition.span(path), "first here"),)
            yield definition.finding(globals(), message, placed.path, help="remove one of them", related=related)


def _plain(kind: str, name: str) -> str:
    return name.lower() if kind == "headers" else name


def _where(placed: Placed) -> str:
    return f"the {placed.kind}"
