"""A reference leads nowhere, or out of the definition.

``#/$defs/X`` is the schema's own definition of that name, or else the one that the definition
declares at its top. References to other files and to the network are refused: a compiled method is
self-contained. A shared schema can only refer to other shared schemas, because ``#`` is a different
schema for each method that uses it. Below a ``$id`` of its own ``#`` is another schema again.

A reference is a URI: characters other than letters of ASCII, digits and ``-._~!$&'()*+,;=:@/?`` are
written percent-encoded in it, such as ``List[A]`` as ``List%5BA%5D``.

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

from connectory.compiler.definition import Definition, Node, Part
from connectory.compiler.defs import self_contained
from connectory.compiler.diagnostics import Diagnostic, Edit, Path, Related, Severity
from connectory.compiler.fragments import as_fragments, first_not_allowed, is_fragment, to_shared
from connectory.compiler.schemas import REFERENCES, anchors, compile_error, is_schema_place, subschemas
from connectory.names import certain_match
from connectory.pointers import unescape
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
                if not alone and reference.startswith("#/$defs/") and _is_right(reference, shared_scope):
                    followed.add(reference)
                    continue
                scope = shared_scope if shared else _scope(whole, definition.shared)
                yield from _follow(definition, (*node.path, keyword), reference, scope, names, shared=shared)
    for schema in definition.root_schemas:
        yield from _hidden(definition, schema)
    yield from _based_elsewhere(definition)
    yield from _named_twice(definition)


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
    elif reference[1:] in names or _is_right(reference, scope):
        return
    elif not is_fragment(reference) and (meant := _written_out(reference, scope)):
        message = f"the reference {reference!r} holds {first_not_allowed(reference)!r}, which must be percent-encoded"
        fix = definition.writing(path, meant[0]) if len(meant) == 1 else ()
        help_ = f"write {meant[0]}"
    elif resolve(reference, scope) is not None:
        message = f"the reference {reference!r} leads to something that is no schema"
        help_ = "refer to a schema: #/$defs/NAME"
    else:
        message = f"the reference {reference!r} leads nowhere"
        close = definition.close(reference, map(to_shared, scope.get("$defs", {})))
        corrected = _meant(definition, reference, scope)
        fix = definition.writing(path, corrected) if corrected else ()
        help_ = f"did you mean {close[0]!r}?" if close else "declare it under $defs"
    yield definition.finding(globals(), message, path, help=help_, fix=fix)


def _meant(definition: Definition, reference: str, scope: dict[str, Any]) -> str | None:
    """The reference to a declared schema that this one must be meant to be, where that is certain."""
    start, _, written = reference.rpartition("/")
    known = scope.get("$defs", {})
    names = (unescape(unquote(written)), written)
    meant = next((name for name in names if name in known), None) or definition.meant(names[0], known)
    corrected = to_shared(meant or "")
    return corrected if meant and certain_match(start, ["#/$defs"]) and _is_right(corrected, scope) else None


def _written_out(reference: str, scope: dict[str, Any]) -> list[str]:
    """The references that one that is no URI can be meant to be: those of them that lead to a schema."""
    return [written for written in as_fragments(reference) if _is_right(written, scope)]


def _is_right(reference: str, scope: dict[str, Any]) -> bool:
    return is_fragment(reference) and _leads_to_a_schema(reference, scope)


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
    """A finding where a ``$id`` gives a reference another meaning, or where the engine of the runtime cannot use it."""
    for path, nodes in groupby(definition.nodes_with("$id"), lambda node: node.whole.path):
        several = list(nodes)
        moved = [(node, below) for node in several if (below := _below(node))]
        for node, below in moved:
            message = f"with this $id the reference {below!r} means another schema than without it"
            yield definition.finding(globals(), message, (*node.path, "$id"), key=True, help="remove $id")
        if moved or path not in definition.valid_paths:
            continue
        alone = {"$ref": to_shared(str(path[1]))} if path[0] == "$defs" else several[0].whole.data
        reason = compile_error(self_contained(alone, definition.shared))
        if reason:
            at = (*several[0].path, "$id")
            message = f"with this $id a reference cannot be followed: {reason}"
            yield definition.finding(globals(), message, at, key=True, help="remove $id")


def _below(node: Node) -> str | None:
    """The first reference inside a schema whose ``$id`` makes it another document; None where it has none."""
    if node.path == node.whole.path and node.path[0] != "$defs":
        return None  # what it is the root of stays the same
    written = (data[keyword] for _, data in subschemas(node.data) for keyword in REFERENCES if keyword in data)
    return next((reference for reference in written if isinstance(reference, str)), None)


def _named_twice(definition: Definition) -> Iterator[Diagnostic]:
    """A finding for each anchor that two schemas have which become parts of the same one."""
    named: dict[Path, list[tuple[str, Path]]] = {}
    for keyword in ("$anchor", "$dynamicAnchor"):
        for node in definition.nodes_with(keyword):
            if isinstance(node.data[keyword], str):
                named.setdefault(node.whole.path, []).append((node.data[keyword], (*node.path, keyword)))
    for schema in definition.schemas if named else ():
        if schema.path not in named:
            continue
        reached = () if schema.path[0] == "$defs" else definition.shared_defs.reached_from(schema.data)
        first = {name: at for other in sorted(reached) for name, at in named.get(("$defs", other), ())}
        for name, at in sorted(named[schema.path], key=lambda each: definition.span(each[1])):
            if name in first and first[name][:-1] != at[:-1]:
                related = (Related(definition.span(first[name]), "it is here too"),)
                message = f"the anchor {name!r} is declared twice: which of the two {f'#{name}'!r} means is not known"
                yield definition.finding(globals(), message, at, help="rename one of them", related=related)
            first.setdefault(name, at)
