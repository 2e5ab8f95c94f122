"""A reference leads nowhere, or out of the definition.

``#/$defs/X`` is the schema's own definition of that name, or else the one that the definition
declares at its top. References to other files and to the network are refused: a compiled method is
self-contained. A shared schema can only refer to other shared schemas, because ``#`` is a different
schema for each method that uses it.

Example:

    contact: {$ref: "#/$defs/Contcat"}

Instead:

    contact: {$ref: "#/$defs/Contact"}
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any
from urllib.parse import unquote

from connectory.compiler.definition import Definition, Part
from connectory.compiler.defs import self_contained
from connectory.compiler.diagnostics import Diagnostic, Edit, Path, Related, Severity
from connectory.compiler.schemas import REFERENCES, anchors, compile_error, is_schema_place
from connectory.names import certain_id, certain_match, close_matches
from connectory.references import resolve

CODE = "S003"
SEVERITY: Severity = "error"
FIXED = True


def check(definition: Definition) -> Iterator[Diagnostic]:
    """One finding for each reference that cannot be followed."""
    named = {node.whole.path for node in definition.nodes_with("$anchor", "$dynamicAnchor")}
    shared_scope = {"$defs": definition.shared}
    followed: set[str] = set()
    for keyword in REFERENCES:
        for path, nodes in groupby(definition.nodes_with(keyword), lambda node: node.whole.path):
            several = list(nodes)
            whole = several[0].whole.data
            shared = path[0] == "$defs"
            alone = not shared and (path in named or "$defs" in whole)
            names = anchors(whole) if path in named else set[str]()
            for node in several:
                reference = node.data[keyword]
                if not isinstance(reference, str) or (not alone and reference in followed):
                    continue
                if not alone and reference.startswith("#/$defs/") and _leads_to_a_schema(reference, shared_scope):
                    followed.add(reference)
                    continue
                scope = shared_scope if shared else _scope(whole, definition.shared)
                yield from _follow(definition, (*node.path, keyword), reference, scope, names, shared=shared)
    for schema in definition.root_schemas:
        yield from _hidden(definition, schema)
    yield from _based_elsewhere(definition)


def _scope(schema: dict[str, Any], shared: dict[str, Any]) -> dict[str, Any]:
    own = schema.get("$defs")
    return schema | {"$defs": shared | (own if isinstance(own, dict) else {})}


def _follow(
    definition: Definition, path: Path, reference: str, scope: dict[str, Any], names: set[str], *, shared: bool
) -> Iterator[Diagnostic]:
    fix: tuple[Edit, ...] = ()
    if not reference.startswith("#"):
        message = f"the reference {reference!r} leads out of the definition"
        help_ = 'put the schema under "$defs" and write #/$defs/NAME'
    elif shared and not reference.startswith("#/$defs/"):
        message = f"the shared schema's reference {reference!r} depends on who uses it"
        help_ = "a shared schema refers to shared schemas: #/$defs/NAME"
    elif reference[1:] in names or _leads_to_a_schema(reference, scope):
        return
    elif resolve(reference, scope) is not None:
        message = f"the reference {reference!r} leads to something that is no schema"
        help_ = "refer to a schema: #/$defs/NAME"
    else:
        message = f"the reference {reference!r} leads nowhere"
        declared = [f"#/$defs/{name}" for name in scope.get("$defs", {})]
        close = close_matches(reference, declared)
        meant = _meant(reference, scope)
        fix = definition.writing(path, meant) if meant else ()
        help_ = f"did you mean {close[0]!r}?" if close else "declare it under $defs"
    yield definition.finding(globals(), message, path, help=help_, fix=fix)


def _meant(reference: str, scope: dict[str, Any]) -> str | None:
    """The reference to a declared schema that this one must be meant to be, where that is certain."""
    start, _, name = reference.rpartition("/")
    known = scope.get("$defs", {})
    meant = name if name in known else certain_id(name, known)
    corrected = f"#/$defs/{meant}"
    return corrected if meant and certain_match(start, ["#/$defs"]) and _leads_to_a_schema(corrected, scope) else None


def _leads_to_a_schema(reference: str, scope: dict[str, Any]) -> bool:
    if resolve(reference, scope) is None:
        return False
    return (reference.startswith("#/$defs/") and reference.count("/") == 2) or is_schema_place(
        tuple(unquote(reference).split("/")[1:])
    )


def _hidden(definition: Definition, schema: Part) -> Iterator[Diagnostic]:
    own = schema.data.get("$defs")
    for name in own if isinstance(own, dict) else ():
        if name in definition.shared:
            path = (*schema.path, "$defs", name)
            message = f"{name!r} is declared here and at the top of the definition"
            help_ = "rename one of them, or use the shared one"
            related = (Related(definition.span(("$defs", name), key=True), "declared here too"),)
            yield definition.finding(globals(), message, path, key=True, help=help_, related=related)


def _based_elsewhere(definition: Definition) -> Iterator[Diagnostic]:
    """A finding where a ``$id`` inside a schema gives a reference another meaning, and that one leads nowhere."""
    for path, nodes in groupby(definition.nodes_with("$id"), lambda node: node.whole.path):
        first = next(nodes)
        if path[0] == "$defs" or path not in definition.valid_paths:
            continue
        reason = compile_error(self_contained(first.whole.data, definition.shared))
        if reason:
            at = (*first.path, "$id")
            message = f"with this $id a reference cannot be followed: {reason}"
            yield definition.finding(globals(), message, at, key=True, help="remove $id")
