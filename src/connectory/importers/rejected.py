"""Methods and shared schemas that the rules refuse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any

from connectory.compiler.check import check
from connectory.compiler.definition import Definition
from connectory.compiler.defs import referenced_defs
from connectory.compiler.diagnostics import Diagnostic, Edit, Path, Related, Span
from connectory.compiler.text.places import Place
from connectory.compiler.text.source import Source
from connectory.importers.loosen import loosen
from connectory.importers.source import SourceError
from connectory.importers.tally import Tally
from connectory.pointers import pointer

_DEEPEST = 50
"""Containers inside each other in one schema; what the format's limit leaves beside those around it."""

_TOO_DEEP = f"a schema is nested more than {_DEEPEST} levels deep"
_FIELDS = ("inputSchema", "outputSchema")


class Unwritten(Definition):
    """A definition that is not yet text: its diagnostics point with paths."""

    def __init__(self, data: dict[str, Any]) -> None:
        super().__init__(
            Source("", "", data, Place((1, 1), (1, 1)), ()), f"{data['integrationId']}/{data['version']}.json"
        )
        self.found: list[tuple[Path, str, str]] = []

    def finding(
        self,
        rule: Any,
        message: str,
        path: Path,
        *,
        key: bool = False,
        help: str | None = None,
        related: tuple[Related, ...] = (),
        fix: tuple[Edit, ...] = (),
    ) -> Diagnostic:
        """As the base does; the path is kept too, and there is no text to mend."""
        if rule["SEVERITY"] == "error":
            self.found.append((path, message, rule["CODE"]))
        return Diagnostic(rule["CODE"], rule["SEVERITY"], message, Span(""), help, related)


_ROUNDS = 10
"""How often keywords are taken out; what is refused afterwards costs the methods that have it."""


def without_refused(data: dict[str, Any], tally: Tally) -> Iterator[tuple[str, str]]:
    """Remove what the rules refuse: keywords, and methods that are refused even so, or reach what is.

    Yields the methods, each with its reason.

    Raises:
        SourceError: the rules refuse what no method can be blamed for.
    """
    for rounds in count():
        found = _checked(data)
        if rounds < _ROUNDS and loosen(data, [(path, code) for path, _, code in found], tally):
            continue
        bad, shared = _blamed(data, found)
        definitions = data.get("$defs", {})
        reaching = _reaching(shared, definitions)
        for method in data["methods"] if shared else ():
            for name in (name for field in _FIELDS for name in referenced_defs(method[field])):
                if name in reaching:
                    bad.setdefault(method["id"], reaching[name])
        if not bad:
            if not shared:
                return
            for name in shared:
                del definitions[name]
            continue
        data["methods"] = [method for method in data["methods"] if method["id"] not in bad]
        used = _reached(
            data["configSchema"], *(method[f] for method in data["methods"] for f in _FIELDS), among=definitions
        )
        if "$defs" in data:
            data["$defs"] = {name: schema for name, schema in definitions.items() if name in used}
        yield from bad.items()


def _blamed(data: dict[str, Any], found: list[tuple[Path, str, str]]) -> tuple[dict[str, str], dict[str, str]]:
    """What is refused, by what the rules found: methods, and shared schemas, each with its reason."""
    bad = {one["id"]: _TOO_DEEP for one in data["methods"] if max(_depth(one[field]) for field in _FIELDS) > _DEEPEST}
    shared = {name: _TOO_DEEP for name, schema in data.get("$defs", {}).items() if _depth(schema) > _DEEPEST}
    for path, message, _ in found:
        if len(path) > 1 and path[0] == "methods":
            bad.setdefault(data["methods"][path[1]]["id"], f"{message} (at {pointer(path[2:])})")
        elif len(path) > 1 and path[0] == "$defs":
            shared.setdefault(str(path[1]), f"{message} (at {pointer(path)})")
        else:
            raise SourceError(f"what the source says makes no valid definition: {message} (at {pointer(path)})")
    return bad, shared


def _checked(data: dict[str, Any]) -> list[tuple[Path, str, str]]:
    """What the rules refuse: where, why, and the code of the rule."""
    unwritten = Unwritten(data)
    check(unwritten)
    return unwritten.found


def _reaching(refused: Mapping[str, str], shared: Mapping[str, Any]) -> dict[str, str]:
    """The shared schemas that are refused, and those that reach one of them, each with the reason."""
    users: dict[str, list[str]] = {}
    for name, schema in shared.items() if refused else ():
        for other in referenced_defs(schema):
            users.setdefault(other, []).append(name)
    reasons = dict(sorted(refused.items()))
    waiting = list(reasons)
    for name in waiting:  # which grows meanwhile
        for user in users.get(name, ()):
            if user not in reasons:
                reasons[user] = reasons[name]
                waiting.append(user)
    return reasons


def _reached(*schemas: Any, among: Mapping[str, Any]) -> set[str]:
    """The names of the shared schemas that these reach."""
    found: set[str] = set()
    waiting = list(schemas)
    while waiting:
        for name in referenced_defs(waiting.pop()):
            if name in among and name not in found:
                found.add(name)
                waiting.append(among[name])
    return found


def _depth(value: Any) -> int:
    depth, level = 0, [value]
    while level:
        level = [
            child
            for node in level
            for child in (node.values() if isinstance(node, dict) else node)
            if isinstance(child, dict | list)
        ]
        depth += 1
    return depth
