"""What outputs are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Generic, NamedTuple, TypeVar

from connectory.compiler.lower import LoweredIntegration

_T = TypeVar("_T")


class SeedRow(NamedTuple):
    """The row of an integration; ``text`` is JSON in the encoding of ``emit/migrations.py``."""

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


class Release(NamedTuple):
    """Every version of every integration, by id and rising version.

    Attributes:
        integrations: lowered.
        rows: of the newest stable version of each, by id.
        versions: how many versions there are.
    """

    integrations: Iterable[LoweredIntegration]
    rows: Iterable[SeedRow] = ()
    versions: int = 0
