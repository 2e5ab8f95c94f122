"""What a migration does, as values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from connectory.compiler.postgres.encoding import encode
from connectory.compiler.postgres.rows import row_identity
from connectory.compiler.release import SeedRow


class Step(NamedTuple):
    """What a migration does, one after the other.

    Attributes:
        kind: ``create`` and ``drop`` the table; ``write`` rows, unless newer ones are there; ``return`` rows to what
            they were, where they have one of the versions that they replace; ``remove`` rows of a version.
        rows: as ``write`` takes them; ``replacing`` and ``identity`` make those of the other two.
    """

    kind: str
    rows: Iterable[SeedRow] = ()


def replacing(row: SeedRow, versions: Sequence[str]) -> SeedRow:
    """The row as one that goes back to where any of these versions is."""
    return row._replace(text=f'{row.text[:-1]}, "replaces": {encode(list(versions))}}}')


def identity(row: SeedRow, *, ours: bool = False) -> SeedRow:
    """The row as one to be removed; where ``ours``, only if it has the id that seeds give."""
    names = row_identity(row.integration_id, row.version)
    return row._replace(text=encode(names if ours else {**names, "id": None}))
