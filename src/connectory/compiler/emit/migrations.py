"""SQL migrations: the table of definitions, and a seed of its rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from connectory.compiler.postgres.changes import changes, downs, ups
from connectory.compiler.postgres.history import ABOUT_CREATE, CREATE, SEED, same_row, summary
from connectory.compiler.postgres.layouts import plain
from connectory.compiler.postgres.migration import Migration
from connectory.compiler.postgres.steps import Step, identity, replacing
from connectory.compiler.release import Release, Stored

NAME = "migrations"

_ABOUT = [
    "Brings the rows of these integrations up to date. Writes only rows that differ, and never replaces a newer",
    "version. A row that exists keeps its id and created_at. Rows of other integrations are left alone. The way",
    "down removes the rows that it inserted, as far as they can be told, those with the id that it gives and the",
    "version that it carries. One that another table refers to is marked in metadata instead. What a row held",
    "before is not known.",
]


def write(release: Release, path: Path) -> None:
    """Write the migrations of a release into the new folder ``path``.

    Without definitions there is nothing to seed: the schema migration comes alone.
    """
    path.mkdir()
    for name, chunks in _files(release).items():
        with open(path / name, "wb") as stream:
            stream.writelines(chunk.encode("ascii") for chunk in chunks)


def _files(release: Release) -> dict[str, Iterator[str]]:
    """The files, each statement by statement; the rows are gone through twice."""
    made = []
    if release.schema_migration:
        made.append(Migration("0000", CREATE, [ABOUT_CREATE], [Step("create")], [Step("drop")]))
    if release.versions:
        make = _whole if release.since is None else _changed
        made.append(make(release, f"{release.versions:04d}"))
    return {name: chunks for one in made for name, chunks in plain.files(one, release.target).items()}


def _whole(release: Release, number: str) -> Migration:
    """What brings a table up to date, whatever it holds."""
    state, outside = release.state, release.outside
    pinned = [one for one in state.versions if outside.get(one)]
    back = Stored(pinned, lambda one: replacing(state.row(one), outside[one]))
    names = [identity(row, ours=True) for row in state.identities]
    return Migration(number, SEED, _ABOUT, [Step("return", back), Step("write", state.rows)], [Step("remove", names)])


def _changed(release: Release, number: str) -> Migration:
    """What leads on from an earlier state, and back."""
    assert release.since is not None
    before, after = release.since, release.state
    found = changes(before, after, same_row)
    return Migration(
        number, SEED, [summary(found)], ups(found, before, after, release.outside), downs(found, before, after)
    )
