"""Finds the files of a catalog and reads them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from connectory.compiler.checks import similar_names, stray_file, unreadable
from connectory.compiler.diagnostics import Diagnostic, Span
from connectory.compiler.text.source import SUFFIXES


class CatalogNotFound(Exception):
    """There is no catalog at a path, or nothing in it."""


def find(catalogs: Sequence[Path]) -> tuple[list[Path], list[Diagnostic]]:
    """The definition files of these catalogs, sorted, and what lies in them that is none, or cannot be looked into.

    Raises:
        CatalogNotFound: a path is no folder, or there is no definition in any of them.
    """
    files: list[Path] = []
    stray: list[Diagnostic] = []
    distinct = {os.path.abspath(catalog): catalog for catalog in catalogs}
    for catalog in distinct.values():
        if not os.path.isdir(catalog):
            hint = "'connectory init' starts a catalog here, and --catalog names another"
            raise CatalogNotFound(f"there is no folder {str(catalog)!r}; {hint}")
        first: dict[tuple[str, ...], Path] = {}
        refusals: list[OSError] = []
        for names in sorted(_walk(catalog, refusals.append), key=_in_small_letters_first):
            path = Path(catalog, *names)
            refused = _refused(catalog, path, names)
            similar = first.setdefault(tuple(map(str.casefold, names)), path)
            if refused:
                stray.append(stray_file.report(Span(shown(path)), *refused))
            elif path.suffix in SUFFIXES and similar is not path:
                stray.append(similar_names.report(shown(path), shown(similar)))
            elif path.suffix in SUFFIXES:
                files.append(path)
        stray += map(_unlisted, refusals)
    if not files and not stray:
        places = ", ".join(f"{catalog.as_posix()}/<integrationId>/<version>.yaml" for catalog in catalogs)
        raise CatalogNotFound(f"there is no definition: looked for {places} (or .yml, .json)")
    return sorted(files), stray


def shown(path: Path) -> str:
    """How a diagnostic names a file: from the current folder where it lies in it, with forward slashes."""
    text = path.as_posix().encode("utf-8", "backslashreplace").decode()
    return text.removeprefix(f"{Path.cwd().as_posix()}/") if path.is_absolute() else text


def _walk(catalog: Path, refused: Callable[[OSError], None]) -> Iterator[tuple[str, ...]]:
    """Everything below the catalog that is no folder, by the names on the way; links to folders are not followed.

    ``refused`` is called for each folder that cannot be listed.
    """
    for folder, folders, files in os.walk(catalog, onerror=refused):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        inside = Path(folder).relative_to(catalog).parts
        links = [name for name in folders if os.path.islink(os.path.join(folder, name))]
        yield from ((*inside, name) for name in (*files, *links) if not name.startswith("."))


def _unlisted(error: OSError) -> Diagnostic:
    """The finding for a folder that cannot be listed."""
    return unreadable.report(Span(shown(Path(error.filename))), error.strerror or str(error), is_folder=True)


def _in_small_letters_first(names: tuple[str, ...]) -> tuple[str, ...]:
    """Ids are written in small letters, and what is written so comes first."""
    return tuple(map(str.swapcase, names))


def _refused(catalog: Path, path: Path, names: tuple[str, ...]) -> tuple[str, str] | None:
    """Why a file that looks like a definition is not read as one, and the mend."""
    if os.path.islink(path) and not _target(path).is_relative_to(_target(catalog)):
        return "it is a link that leaves the catalog", "put a copy in its place"
    suffix = path.suffix.lower()
    if suffix in SUFFIXES and path.suffix != suffix:
        return f"its ending must be written {suffix!r}", "rename it"
    if suffix in SUFFIXES and len(names) != 2:
        return "a definition stands at catalog/<integrationId>/<version>.yaml", "move it"
    return None


def _target(path: Path) -> Path:
    """Where a path leads. ``Path.resolve`` raises for links in a circle."""
    return Path(os.path.realpath(path))
