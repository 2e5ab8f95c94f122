"""The rows of an earlier release: of a bundle, or of the catalog as Git has it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

import connectory
from connectory.compiler.git import GitError, commit_of, contents, files_at
from connectory.compiler.pins import fitting, newest_of_each, released
from connectory.compiler.postgres.bundled import state_of_bundle
from connectory.compiler.postgres.rows import seed_row
from connectory.compiler.release import SeedRow, State
from connectory.compiler.text import read_content
from connectory.compiler.text.source import SUFFIXES


def state_since(given: str, catalogs: Sequence[Path], pins: Mapping[str, str]) -> State:
    """The rows of an earlier release.

    Args:
        given: the path of a bundle; else what Git calls a commit.
        catalogs: whose files it is about, in Git.
        pins: as they are now; one that no version fitted then is passed over.

    Raises:
        BundleError: the file is no bundle.
        GitError: there is neither such a file nor such a commit; also when a row is asked for whose file was no
            definition then.
    """
    if not Path(given).exists():
        return _in_git(given, catalogs, pins)
    catalog = connectory.open(given)
    return state_of_bundle(catalog, fitting(pins, {one.id: one.versions for one in catalog.integrations()}))


def _in_git(given: str, catalogs: Sequence[Path], pins: Mapping[str, str]) -> State:
    try:
        files = _files(given, catalogs)
    except GitError as error:
        raise GitError(f"there is no bundle {given!r}; and {error}") from None
    held = fitting(pins, {name: list(of_one) for name, of_one in released(files).items()})
    chosen = {file.parent.name: file for file in sorted(newest_of_each(files, held))}

    def row(name: str) -> SeedRow:
        file = chosen[name]
        catalog, blob = files[file]
        source = read_content(contents(catalog, [blob])[blob], file.as_posix(), file.suffix)
        try:
            return SeedRow(name, source.data["version"], seed_row(source.data))
        except (KeyError, TypeError, AttributeError):
            raise GitError(f"{file.as_posix()} at {given} is no definition") from None

    versions = {name: file.name.removesuffix(file.suffix) for name, file in sorted(chosen.items())}
    return State(versions, row)


def _files(given: str, catalogs: Sequence[Path]) -> dict[Path, tuple[Path, str]]:
    """The definitions at a commit: path to the catalog that it is in and the id of its content."""
    files = {}
    for catalog in catalogs:
        for name, blob in files_at(catalog, commit_of(catalog, given)).items():
            path = PurePosixPath(name)
            if len(path.parts) == 2 and path.suffix in SUFFIXES:
                files[catalog / path] = catalog, blob
    return files
