"""How methods become requests: which input goes where."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from connectory.compiler.definition import Definition, Part
from connectory.compiler.diagnostics import Path
from connectory.compiler.members import Members, members

EVERYTHING = "*"
"""What a body is made of that carries every input which is placed nowhere else."""

VARIABLE = re.compile(r"\{([^{}]*)\}")
"""A variable of a path; its group is what the braces hold."""

_NAMED = re.compile(r"([^{}=]+)(?:=\*\*)?")
_BRACE = re.compile(r"[{}]")


class Placed(NamedTuple):
    """An input that is named, and where it goes.

    Attributes:
        kind: path, query, headers, cookies, body or filenames.
        wire: its name there.
        input: its name.
        path: where the definition says so.
    """

    kind: str
    wire: str
    input: str
    path: Path


class Binding(NamedTuple):
    """The ``http`` of a method.

    Attributes:
        method: the method.
        http: its binding.
        inputs: what its input schema declares.
        placed: the inputs that it names.
        takes_rest: whether the body carries every other input.
        unreadable: the parts of the path that are variables of no kind that there is.
    """

    method: Part
    http: Part
    inputs: Members
    placed: list[Placed]
    takes_rest: bool
    unreadable: list[str]


def bindings(definition: Definition) -> list[Binding]:
    """The bindings of a definition's methods, but for those that the format refuses; they are read once."""
    return definition.derived(_read_all)


def _read_all(definition: Definition) -> list[Binding]:
    found = []
    wrong = {violation.path[:3] for violation in definition.violations if violation.path[2:3] == ("http",)}
    for method in definition.methods:
        http = method.data.get("http")
        if isinstance(http, dict) and (*method.path, "http") not in wrong:
            found.append(_read(definition, method, Part((*method.path, "http"), http)))
    return found


def _read(definition: Definition, method: Part, http: Part) -> Binding:
    template = http.data.get("path")
    inputs = members(method.data.get("inputSchema"), definition.shared)
    placed: list[Placed] = []
    unreadable: list[str] = []
    if isinstance(template, str):
        for variable in dict.fromkeys(VARIABLE.findall(template)):
            named = _NAMED.fullmatch(variable)
            if named:
                placed.append(Placed("path", variable, named[1], (*http.path, "path")))
            else:
                unreadable.append(f"{{{variable}}}")
        unreadable += _BRACE.findall(VARIABLE.sub("", template))
    for kind in ("query", "headers", "cookies"):
        if kind in http.data:
            placed.extend(_named(kind, http.data[kind], (*http.path, kind)))
    body = http.data.get("body")
    source = body.get("from", EVERYTHING) if isinstance(body, dict) else None
    if isinstance(source, str) and source != EVERYTHING:
        placed.append(Placed("body", "", source, (*http.path, "body", "from")))
    if isinstance(body, dict):
        placed.extend(_named("filenames", body.get("filenames"), (*http.path, "body", "filenames")))
    return Binding(method, http, inputs, placed, source == EVERYTHING, unreadable)


def _named(kind: str, said: Any, path: Path) -> Iterator[Placed]:
    if isinstance(said, list):
        for index, name in enumerate(said):
            if isinstance(name, str):
                yield Placed(kind, name, name, (*path, index))
    elif isinstance(said, dict):
        for wire, name in said.items():
            if isinstance(name, str):
                yield Placed(kind, wire, name, (*path, wire))
