"""What becomes of stored instances in a new bundle: whose configuration it refuses, and who must sign in again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import msgspec

from connectory.catalog import Catalog
from connectory.errors import InvalidData, UnknownIntegration, UnknownName
from connectory.instance import make
from connectory.integration import Integration

FIELDS = ("id", "integration_id", "version", "auth", "config", "scopes")
"""What is read of an instance. Only the integration must be there."""


class InvalidInstance(ValueError):
    """A stored instance cannot be read; the message says which."""


class Stored(msgspec.Struct, frozen=True, rename="camel"):
    """An instance as a service keeps it; further fields are passed over.

    Attributes:
        id: what tells it from others.
        integration_id, version: which integration.
        auth: the id of an alternative way to sign in.
        config: its configuration.
        scopes: the scopes that were granted; None where nobody kept them.
    """

    integration_id: str
    id: Any = None
    version: str | None = None
    auth: str | None = None
    config: dict[str, Any] | None = None
    scopes: list[str] | str | None = None


class Unreadable(NamedTuple):
    """What stands where an instance should, and why it is none."""

    reason: str


class Outcome(NamedTuple):
    """What becomes of an instance.

    Attributes:
        name: what tells it from others.
        integration_id, version: which integration, and the version that answers in the bundle; None where none does.
        problems: why it fails; empty where it does not.
        missing_scopes: what was not granted and is asked for now: its user must sign in again.
    """

    name: str
    integration_id: str
    version: str | None
    problems: tuple[str, ...] = ()
    missing_scopes: tuple[str, ...] = ()

    @property
    def lines(self) -> list[str]:
        """What there is to say of it."""
        where = f"{self.name}: {self.integration_id} {self.version or ''}".rstrip(" :")
        told = [f"{where}: {problem}" for problem in self.problems]
        if self.missing_scopes:
            told.append(f"{where}: must sign in again for {', '.join(self.missing_scopes)}")
        return told


def check(catalog: Catalog, instances: Iterable[tuple[str, Stored | Unreadable]]) -> Iterator[Outcome]:
    """Each instance against the version that answers by default in a bundle. What is no instance fails, too."""
    known = {integration.id: integration for integration in catalog.integrations()}
    for place, stored in instances:
        if isinstance(stored, Unreadable):
            yield Outcome(place, "", None, (f"this is no stored instance: {stored.reason}",))
            continue
        name = place if stored.id is None else str(stored.id)
        try:
            integration = known.get(stored.integration_id) or catalog.integration(stored.integration_id)
        except UnknownIntegration as error:
            yield Outcome(name, stored.integration_id, None, (str(error),))
            continue
        yield Outcome(
            name,
            stored.integration_id,
            integration.version,
            tuple(_problems(integration, stored)),
            tuple(_missing(integration, stored)),
        )


def _problems(integration: Integration, stored: Stored) -> list[str]:
    try:
        make(integration, stored.config or {}, stored.auth)
    except InvalidData as error:
        return [str(issue) for issue in error.errors]
    except UnknownName as error:
        return [str(error)]
    return []


def _missing(integration: Integration, stored: Stored) -> list[str]:
    ways = [way for way in integration.auth.ways if way.id == stored.auth]
    if stored.scopes is None or not ways or ways[0].oauth2 is None:
        return []
    asked = ways[0].oauth2
    granted = stored.scopes
    if isinstance(granted, str):
        granted = granted.replace(asked.scope_separator, " ").replace(",", " ").split()
    return sorted(set(asked.scopes) - set(granted))


# Where they are.


def from_lines(lines: Iterable[bytes]) -> Iterator[tuple[str, Stored | Unreadable]]:
    """Instances that stand as JSON, one on each line; empty lines are passed over.

    Raises:
        InvalidInstance: a line is no JSON.
    """
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield f"line {number}", _read(f"line {number}", line)


def _read(where: str, given: bytes) -> Stored | Unreadable:
    try:
        return msgspec.json.decode(given, type=Stored)
    except msgspec.ValidationError as error:
        return Unreadable(str(error))
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise InvalidInstance(f"{where}: this is no stored instance: {error}") from None
