"""A binding names a part of the output, or an input for paging, that there is none of, or that leads to no next page.

``pagination.input`` and ``pagination.limit`` are inputs. ``pagination.output`` and ``pagination.items`` are dotted
paths in the output, as outputSchema declares it; ``response.wrap`` is a member of it.

The next page is asked for by ``input``, with what stands at ``output``: so the input takes values of that type. Without
``output`` pages or items are counted: ``input`` is a whole number, and ``items`` says where a page's items stand, as a
page without any is the last. The style link has no input; its ``output`` is the address.

Example:

    http:
      method: GET
      path: /orders
      pagination: {style: cursor, input: cursor, output: next}
    outputSchema: {type: object, properties: {meta: {type: object, properties: {next: {type: string}}}}}

Instead:

      pagination: {style: cursor, input: cursor, output: meta.next}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectory.compiler.bindings import Binding, bindings
from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Path, Severity
from connectory.compiler.kinds import ALL, kinds
from connectory.compiler.members import reach

CODE = "D023"
SEVERITY: Severity = "error"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """A finding for each name that leads nowhere."""
    for binding in bindings(definition):
        http = binding.http.data
        pagination = http.get("pagination")
        if isinstance(pagination, dict):
            yield from _inputs(definition, binding, pagination)
            yield from _outputs(definition, binding, "pagination", pagination, ("output", "items"))
            yield from _following(definition, binding, pagination)
        if isinstance(http.get("response"), dict):
            yield from _outputs(definition, binding, "response", http["response"], ("wrap",))


def _inputs(definition: Definition, binding: Binding, pagination: dict[str, Any]) -> Iterator[Diagnostic]:
    for field in ("input", "limit"):
        name = pagination.get(field)
        if isinstance(name, str) and name not in binding.inputs.schemas and not binding.inputs.is_open:
            close = definition.close(name, binding.inputs.schemas)
            help_ = f"did you mean {close[0]!r}?" if close else "name an input of the method"
            message = f"pagination.{field} names the input {name!r}, which there is none of"
            yield definition.finding(globals(), message, (*binding.http.path, "pagination", field), help=help_)


def _outputs(
    definition: Definition, binding: Binding, owner: str, said: dict[str, Any], fields: tuple[str, ...]
) -> Iterator[Diagnostic]:
    for field in fields:
        dotted = said.get(field)
        if not isinstance(dotted, str):
            continue
        declared = reach(dotted, binding.method.data.get("outputSchema"), definition.shared).declared
        if declared is not None:
            close = definition.close(dotted.rpartition(".")[2], declared)
            help_ = f"did you mean {close[0]!r}?" if close else "declare it in outputSchema"
            message = f"{owner}.{field} names {dotted!r}, which outputSchema does not declare"
            yield definition.finding(globals(), message, (*binding.http.path, owner, field), help=help_)


def _following(definition: Definition, binding: Binding, said: dict[str, Any]) -> Iterator[Diagnostic]:
    """What keeps the next page from ever being asked for."""
    path = (*binding.http.path, "pagination")
    style, input_, output, items = (said.get(name) for name in ("style", "input", "output", "items"))
    given, listed = (_kinds_at(definition, binding, dotted) for dotted in (output, items))
    if style == "link":
        if "string" not in given:
            yield _finding(definition, f"pagination.output names {output!r}, which is no text", (*path, "output"))
        return
    if input_ is None:
        message = f"pagination of style {style!r} has no input, so only the first page is ever read"
        help_ = "add input: the input that chooses the page"
        yield definition.finding(globals(), message, (*path, "style"), help=help_)
    if output is None and items is None:
        message = f"pagination of style {style!r} has neither output nor items, so only the first page is ever read"
        further = (
            "output: where the answer has the cursor" if style == "cursor" else "items: where the page's items stand"
        )
        yield definition.finding(globals(), message, (*path, "style"), help=f"add {further}")
        return
    if output is None and "array" not in listed:
        yield _finding(definition, f"pagination.items names {items!r}, which is no list", (*path, "items"))
    taken = _kinds_of_input(definition, binding, input_)
    if output is None and "integer" not in taken:
        message = f"pagination.input names {input_!r}, which takes no whole number, but pages are counted"
        yield _finding(definition, message, (*path, "input"))
    elif output is not None and given.isdisjoint(taken):
        message = f"pagination.output names {output!r}, of another type than the input {input_!r}"
        yield _finding(definition, message, (*path, "output"))


def _finding(definition: Definition, message: str, path: Path) -> Diagnostic:
    return definition.finding(globals(), message, path, help="name another one, or mend its type")


def _kinds_at(definition: Definition, binding: Binding, dotted: Any) -> frozenset[str]:
    """The types that a next page may be said with at a dotted path of the output."""
    output = binding.method.data.get("outputSchema")
    said = reach(dotted, output, definition.shared).said if isinstance(dotted, str) else []
    return kinds(said, definition.shared) - {"null"} if said else ALL


def _kinds_of_input(definition: Definition, binding: Binding, name: Any) -> frozenset[str]:
    said = binding.inputs.schemas.get(name, ()) if isinstance(name, str) else ()
    return kinds(((schema, binding.inputs.root) for schema in said), definition.shared) if said else ALL
