"""Which fields of an instance a place in a schema is about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectory.compiler.compat.parts import Whole, is_in_place, shared_name
from connectory.compiler.defs import referenced_defs
from connectory.compiler.diagnostics import Path
from connectory.compiler.schemas import children

_ITEMS = frozenset(("items", "prefixItems", "contains"))
"""Keywords of a list: its fields are those of its items."""
_SHARED = frozenset(("$defs", "definitions"))


def fields_at(whole: Whole, path: Path) -> tuple[str, ...]:
    """The top-level fields by which an instance leads to a place in a schema.

    None where the place is about the instance itself, or about fields that the schema does not name, and where nobody
    can tell.
    """
    if not whole.is_simple:
        return ()
    leading = _leading_to(whole, path)
    found: dict[str, None] = {}
    seen: set[Path] = set()
    waiting: list[tuple[Path, Any]] = [((), whole.own.schema)]
    while waiting:
        at, node = waiting.pop()
        if at in seen or not isinstance(node, dict):
            continue
        seen.add(at)
        if _is_own(node, at, path):
            return ()
        for step, child in _towards(node, at, path, leading):
            if step[0] == "properties":
                found[str(step[1])] = None
            elif is_in_place(step[0]) or step[0] in _ITEMS:
                waiting.append(((*at, *step), child))
            else:
                return ()
        name = shared_name(str(node.get("$ref", "")))
        if name in leading:
            waiting.append((("$defs", name), whole.shared[name].schema))
    return tuple(found)


def _is_own(node: dict[str, Any], at: Path, path: Path) -> bool:
    """Whether a place is a keyword of the schema that stands ``at``, and in none that stands inside it."""
    if not _starts(path, at) or (not at and path[:1] == ("$defs",)):  # shared schemas stand in no other
        return False
    return not any(_starts(path, (*at, *step)) for step, _ in children(node))


def _towards(node: dict[str, Any], at: Path, path: Path, leading: set[str]) -> Iterator[tuple[Path, Any]]:
    """The schemas directly inside one in which a place is, or that name a shared schema leading to it."""
    for step, child in children(node):
        if step[0] in _SHARED:
            continue
        names = referenced_defs(child) if isinstance(child, dict) else ()
        if _starts(path, (*at, *step)) or not leading.isdisjoint(names):
            yield step, child


def _leading_to(whole: Whole, path: Path) -> set[str]:
    """The shared schemas from which references lead to the one that a place is in, itself included."""
    if path[:1] != ("$defs",):
        return set()
    naming: dict[str, list[str]] = {}
    for name, part in whole.shared.items():
        for other in part.names:
            naming.setdefault(other, []).append(name)
    found: set[str] = set()
    waiting = [str(path[1])]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += naming.get(name, ())
    return found


def _starts(path: Path, beginning: Path) -> bool:
    return path[: len(beginning)] == beginning
