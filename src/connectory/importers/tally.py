"""What a conversion could not keep, or had to mend, counted by kind."""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from connectory.printable import printable

_EXAMPLES = 5
_KINDS = 300
_LONGEST = 120


class Finding(msgspec.Struct, frozen=True):
    """One kind of finding.

    Attributes:
        kind: what happened, as a sentence without its end.
        count: at how many places.
        examples: the first of those places, at most five, sorted.
    """

    kind: str
    count: int
    examples: tuple[str, ...]


class Tally:
    """Collects findings. A place counts once for each kind, however often it is converted."""

    def __init__(self) -> None:
        self._places: dict[str, set[str]] = {}

    def note(self, kind: str, place: str) -> None:
        """Count a finding; ``place`` is a JSON Pointer into the source, or what names the place best."""
        kind = _shown(kind)
        if len(self._places) >= _KINDS and kind not in self._places:
            kind = "other findings"
        self._places.setdefault(kind, set()).add(place)

    def leave_out(self, keys: Collection[str]) -> None:
        """Forget what was found in these operations, by their keys: they were not asked for."""
        for kind, places in list(self._places.items()):
            self._places[kind] = {place for place in places if place.partition(": ")[0] not in keys}
            if not self._places[kind]:
                del self._places[kind]

    def findings(self) -> list[Finding]:
        """Everything that was noted, most frequent first."""
        found = (
            Finding(kind, len(places), tuple(_shown(place) for place in sorted(places)[:_EXAMPLES]))
            for kind, places in self._places.items()
        )
        return sorted(found, key=lambda one: (-one.count, one.kind))


def _shown(text: str) -> str:
    text = printable(text)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."
