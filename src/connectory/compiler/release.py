"""What outputs are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Generic, NamedTuple, TypeVar

import msgspec

from connectory.compiler.postgres.target import Target
from connectory.records import IntegrationType

_T = TypeVar("_T")


class Segment(msgspec.Struct, frozen=True, array_like=True):
    """What a bundle holds of one integration, wherever in the bundle it comes to stand; see ``emit/bundle.py``.

    Attributes:
        id: the integration's.
        type: of the version that answers by default.
        records: one after the other.
        names: the slots of the records that have names, as SLOT; offsets count from the start of the records.
        versions, methods: how many there are.
        digests: of its versions.
    """

    id: str
    type: IntegrationType
    records: bytes
    names: bytes
    versions: int
    methods: int
    digests: bytes


class SeedRow(NamedTuple):
    """The row of an integration; ``text`` is JSON in the encoding of ``postgres/encoding.py``."""

    integration_id: str
    version: str
    text: str


class Stored(Generic[_T]):
    """Things that are fetched one by one, each time they are looked at."""

    def __init__(self, keys: Sequence[str], fetch: Callable[[str], _T]) -> None:
        self._keys = keys
        self._fetch = fetch

    def __iter__(self) -> Iterator[_T]:
        return map(self._fetch, self._keys)


class State(NamedTuple):
    """Rows by integration id.

    Attributes:
        versions: of each, in the order of the ids.
        row: fetches one; none is held.
    """

    versions: Mapping[str, str]
    row: Callable[[str], SeedRow]

    @property
    def rows(self) -> Stored[SeedRow]:
        """Every row."""
        return Stored(list(self.versions), self.row)

    @property
    def identities(self) -> list[SeedRow]:
        """Every row without its text."""
        return [SeedRow(one, version, "") for one, version in self.versions.items()]


def state_of(rows: Iterable[SeedRow]) -> State:
    """The state that rows are, which are held."""
    held = {row.integration_id: row for row in sorted(rows)}
    return State({one: row.version for one, row in held.items()}, held.__getitem__)


class Release(NamedTuple):
    """Every version of every integration.

    Attributes:
        segments: what the bundle holds of each, by id.
        state: the row of each: its newest stable version, inside of what is pinned.
        versions: how many versions there are.
        target: the table that rows are for.
        schema_migration: whether the migrations are to make it.
        outside: the versions that a pin excludes, by integration id.
        since: the rows from which the migrations are to lead on; without it, from whatever there is.
    """

    segments: Iterable[Segment]
    state: State = state_of(())
    versions: int = 0
    target: Target = Target()
    schema_migration: bool = True
    outside: Mapping[str, list[str]] = MappingProxyType({})
    since: State | None = None
