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
    usual = _taken(requirements(of_document), ways)
    every = {way for said in security.values() for way in _taken(requirements(said), ways)} | set(usual)
    is_slip = any(requirements(of_document)) and _most_need_none(security)
    made = []
    for operation in operations:
        own = security.get(operation.key)
        if is_slip and _needs_none(own):
            tally.note(
                "operation without security, as most, where the document has one; taken as the document's",
                operation.key,
            )
            own = None
        asked = requirements(of_document if own is None else own)
        if ways and _needs_none(own):
            made.append(msgspec.structs.replace(operation, auth=(), asked={}))
            continue
        takes = _taken(asked, ways)
        if ways and {} in asked:
            tally.note(
                "operation that can be called without signing in, too; the definition does not say it", operation.key
            )
        if any(asked) and not takes:
            tally.note("operation whose ways to sign in are all left out; the definition has others", operation.key)
        is_usual = own is None or takes in ([], usual) or (OWN_WAY in takes and set(takes) == every)
        scopes = {way.id: _scopes(asked, way, operation.key, tally) for way in ways}
        by_name = {_name(way, ways): scopes[way.id] for way in ways}
        first = next((by_name[name] for name in takes if by_name[name]), {})
        made.append(
            msgspec.structs.replace(operation, auth=None if is_usual else tuple(takes), scopes=first, asked=scopes)
        )
    return made


def _needs_none(own: Any) -> bool:
    """Whether an operation says that it needs no signing in."""
    return isinstance(own, list) and not any(requirements(own))


def _most_need_none(security: Mapping[str, Any]) -> bool:
    """Whether half of the operations or more say so; where the document says another thing, they do not mean it."""
    return len(security) > 1 and 2 * sum(map(_needs_none, security.values())) >= len(security)


def _name(way: SignIn, ways: Sequence[SignIn]) -> str:
    """What a definition calls a way to sign in."""
    return OWN_WAY if way is ways[0] else way.id


def _taken(asked: Sequence[Requirement], ways: Sequence[SignIn]) -> list[str]:
    """The ways to sign in that meet one of these requirements, in the definition's order."""
    needed = {named(one) for one in asked if one}
    return [_name(way, ways) for way in ways if needed & set(way.schemes)]


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
