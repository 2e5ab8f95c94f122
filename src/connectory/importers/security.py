"""Which ways to sign in an operation takes, and the scopes that it needs in each, by its security in OpenAPI."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from connectory.importers.draft import Operation, SignIn
from connectory.importers.tally import Tally
from connectory.records import OWN_WAY

Requirement = Mapping[str, Any]
"""The scopes by the name of each scheme that is used together."""


def requirements(security: Any) -> list[Requirement]:
    """The alternatives of ``security``; one that is empty needs no signing in."""
    return [one for one in security if isinstance(one, dict)] if isinstance(security, list) else []


def named(one: Requirement) -> tuple[str, ...]:
    """The schemes of a requirement."""
    return tuple(sorted(map(str, one)))


def with_security(
    operations: Sequence[Operation],
    security: Mapping[str, Any],
    of_document: Any,
    ways: tuple[SignIn, ...],
    tally: Tally,
) -> list[Operation]:
    """The operations with the ways to sign in that they take, where these are others than the document's, and scopes.

    Args:
        operations: all of them.
        security: what operations say themselves, by their keys; None where one says nothing.
        of_document: what holds for these.
        ways: the ways to sign in, the definition's own first.
        tally: where what cannot be expressed is noted.
    """
    meeting = _meeting(ways)
    usual = _taken(requirements(of_document), meeting)
    every = {name for said in security.values() for name in _taken(requirements(said), meeting)} | set(usual)
    by_name = {way.id if index else OWN_WAY: way for index, way in enumerate(ways)}
    is_slip = any(requirements(of_document)) and _most_need_none(security)
    made = []
    for operation in operations:
        own = security.get(operation.key)
        if is_slip and _needs_none(own):
            kind = "operation without security, as most, where the document has one; taken as the document's"
            tally.note(kind, operation.key)
            own = None
        if ways and _needs_none(own):
            made.append(msgspec.structs.replace(operation, auth=()))
            continue
        asked = requirements(of_document if own is None else own)
        takes = _taken(asked, meeting)
        is_usual = own is None or takes in ([], usual) or (OWN_WAY in takes and set(takes) == every)
        operation = msgspec.structs.replace(operation, auth=None if is_usual else tuple(takes))
        made.append(_with_scopes(operation, asked, [by_name[name] for name in takes], tally))
    return made


def _with_scopes(
    operation: Operation, asked: Sequence[Requirement], taken: Sequence[SignIn], tally: Tally
) -> Operation:
    """The operation with the scopes that it needs in the ways to sign in that it takes."""
    if taken and {} in asked:
        kind = "operation that can be called without signing in, too; the definition does not say it"
        tally.note(kind, operation.key)
    if any(asked) and not taken:
        tally.note("operation whose ways to sign in are all left out; the definition has others", operation.key)
    scopes = {way.id: _scopes(asked, way, operation.key, tally) for way in taken if way.scheme}
    return msgspec.structs.replace(operation, scopes=scopes)


def _needs_none(own: Any) -> bool:
    """Whether an operation says that it needs no signing in."""
    return isinstance(own, list) and not any(requirements(own))


def _most_need_none(security: Mapping[str, Any]) -> bool:
    """Whether half of the operations or more say so; where the document says another thing, they do not mean it."""
    return len(security) > 1 and 2 * sum(map(_needs_none, security.values())) >= len(security)


_Meeting = Mapping[tuple[str, ...], Sequence[tuple[int, str]]]
"""The ways to sign in that meet a requirement, by its schemes: where each stands, and what a definition calls it."""


def _meeting(ways: Sequence[SignIn]) -> _Meeting:
    made: dict[tuple[str, ...], list[tuple[int, str]]] = {}
    for index, way in enumerate(ways):
        for schemes in dict.fromkeys(way.schemes):
            made.setdefault(schemes, []).append((index, way.id if index else OWN_WAY))
    return made


def _taken(asked: Sequence[Requirement], meeting: _Meeting) -> list[str]:
    """The ways to sign in that meet one of these requirements, in the definition's order."""
    found = {way for one in asked if one for way in meeting.get(named(one), ())}
    return [name for _, name in sorted(found)]


def _scopes(asked: Sequence[Requirement], way: SignIn, key: str, tally: Tally) -> dict[str, tuple[str, ...]]:
    """The scopes that an operation needs in a way to sign in: any of those that stand alone in an alternative."""
    choices: list[tuple[str, ...]] = []
    for one in asked:
        said = one.get(way.scheme) if way.scheme and named(one) in way.schemes else None
        scopes = {scope for scope in said if isinstance(scope, str) and scope} if isinstance(said, list) else set()
        choices += [tuple(sorted(scopes))] if scopes else []
    choices = list(dict.fromkeys(choices))
    if len(choices) > 1 and all(len(choice) == 1 for choice in choices):
        return {"anyOf": tuple(sorted(choice[0] for choice in choices))}
    if len(choices) > 1:
        tally.note("alternatives of several scopes; the first one is converted", key)
    return {"allOf": choices[0]} if choices else {}
