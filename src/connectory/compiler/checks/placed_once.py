"""A request sends an input twice, or two values under one name.

An input has one place. A name on the wire has one value: query parameters and cookies are told apart as they are
written, headers whatever their case. ``constants`` send values of their own, and so does signing in, whose headers,
cookies and members of a body replace others of their names. A method says with ``auth`` which ways to sign in it takes.

Example:

    http: {method: GET, path: "/orders/{id}", query: [id]}

Instead:

    http: {method: GET, path: "/orders/{id}"}
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from connectory.compiler.bindings import Binding, Placed, bindings
from connectory.compiler.definition import Definition
from connectory.compiler.diagnostics import Diagnostic, Related, Severity
from connectory.compiler.members import members
from connectory.compiler.signed import Sent, fixed, sent_by, ways_of
from connectory.compiler.signin import fixed_headers
from connectory.media_types import is_json
from connectory.request import FORM, JSON

CODE = "D019"
SEVERITY: Severity = "error"

_HELP = "remove it, or say with auth of the method which ways to sign in it takes"


def check(definition: Definition) -> Iterator[Diagnostic]:
    """A finding at each second place."""
    for path, headers in fixed_headers(definition):
        if path[-1] != "additionalHeaders" and path[-2:-1] not in (("constants",), ("apply",)):
            yield from _same(definition, fixed("headers", headers, path))
    ways = [(way, sent_by(way)) for way in definition.signins()]
    for _, sent in ways:
        yield from _same(definition, sent)
    signs_bodies = any(one.kind == "body" for _, sent in ways for one in sent)
    for binding in bindings(definition):
        yield from _inputs(definition, binding)
        said = binding.http.data.get("constants")
        constants = said if isinstance(said, dict) else {}
        sent = list(_sent(binding, constants))
        if "body" in constants or signs_bodies:
            sent += _body(definition, binding, constants)
        yield from _same(definition, sent)
        if sent:
            taken = ways_of(definition, binding.method)
            yield from _beside(definition, sent, [own for way, own in ways if way in taken])
    every = [sent for _, sent in ways]
    yield from _beside(definition, _proof(definition), every)
    yield from _beside(definition, _never(definition, every), every)


def _proof(definition: Definition) -> Iterator[Sent]:
    """What the request that proves credentials carries."""
    verify = definition.data.get("verify")
    for kind in ("headers", "query", "body"):
        yield from fixed(kind, verify.get(kind) if isinstance(verify, dict) else None, ("verify", kind))


def _never(definition: Definition, every: list[list[Sent]]) -> Iterator[Sent]:
    """The headers of all requests that each way to sign in replaces, where nothing is sent without one."""
    if all(ways_of(definition, method) for method in definition.methods):
        headers = fixed("headers", definition.data.get("headers"), ("headers",))
        keys = [{one.key for one in sent} for sent in every]
        yield from (one for one in headers if all(one.key in each for each in keys))


def _inputs(definition: Definition, binding: Binding) -> Iterator[Diagnostic]:
    first: dict[str, Placed] = {}
    for placed in binding.placed:
        before = first.setdefault(placed.input, placed)
        if before is not placed:
            message = f"the input {placed.input!r} is sent twice: in the {before.kind} and in the {placed.kind}"
            related = (Related(definition.span(before.path), "first here"),)
            yield definition.finding(globals(), message, placed.path, help="remove one of them", related=related)


def _sent(binding: Binding, constants: dict[str, Any]) -> Iterator[Sent]:
    """What the query and the headers of a request carry before anybody signs in."""
    for kind in ("query", "headers"):
        yield from fixed(kind, constants.get(kind), (*binding.http.path, "constants", kind))
    cookies = [placed for placed in binding.placed if placed.kind == "cookies"]
    for placed in binding.placed:
        if placed.kind in ("query", "headers", "cookies"):
            yield Sent(placed.kind, placed.wire, None, placed.path)
        if cookies and placed.kind == "headers" and placed.wire.lower() == "cookie":
            yield Sent("headers", placed.wire, None, cookies[0].path)


def _body(definition: Definition, binding: Binding, constants: dict[str, Any]) -> Iterator[Sent]:
    """The members of a body, where it has any."""
    body = binding.http.data.get("body")
    kind = body.get("contentType", JSON) if isinstance(body, dict) else ""
    if not isinstance(body, dict) or not (is_json(kind) or kind == FORM):
        return
    at, inputs = (*binding.http.path, "body"), binding.inputs
    if isinstance(body.get("wrap"), str):
        yield Sent("body", body["wrap"], None, (*at, "wrap"))
    elif binding.takes_rest:
        elsewhere = {placed.input for placed in binding.placed}
        yield from (Sent("body", name, None, at) for name in inputs.schemas if name not in elsewhere)
        yield from fixed("body", constants.get("body"), (*binding.http.path, "constants", "body"))
    else:
        names = [placed.input for placed in binding.placed if placed.kind == "body"]
        whole = [said for name in names for said in inputs.schemas.get(name, ())]
        inner = {name for said in whole for name in members(said, definition.shared, inputs.root).schemas}
        yield from (Sent("body", name, None, (*at, "from")) for name in sorted(inner))


def _same(definition: Definition, sent: Iterable[Sent]) -> Iterator[Diagnostic]:
    """What has the name of another one."""
    first: dict[tuple[str, str], Sent] = {}
    for one in sent:
        before = first.setdefault(one.key, one)
        if before.path != one.path:
            related = (Related(definition.span(before.path), "first here"),)
            message = f"{one.name!r} is sent twice in the {one.kind}"
            yield definition.finding(globals(), message, one.path, help="remove one of them", related=related)


def _beside(definition: Definition, sent: Iterable[Sent], of_ways: list[list[Sent]]) -> Iterator[Diagnostic]:
    """What has the name of something else that a way to sign in sends."""
    signing: dict[tuple[str, str], Sent] = {}
    for each in of_ways:
        for one in each:
            signing.setdefault(one.key, one)
    for one in sent:
        other = signing.get(one.key)
        if other is not None and (one.value is None or one.value != other.value):
            related = (Related(definition.span(other.path), "sent here"),)
            message = f"{one.name!r} in the {one.kind} is what signing in sends too"
            yield definition.finding(globals(), message, one.path, help=_HELP, related=related)
