"""Finds the files of a catalog and reads them."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from connectory.compiler.checks import similar_names, stray_file, unreadable
from connectory.compiler.diagnostics import Diagnostic, Span
from connectory.compiler.text.source import SUFFIXES
from connectory.versions import Version


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


def versions_in(folder: Path) -> list[Path]:
    """The files in an integration's folder that ``find`` would take for versions, sorted; none if it cannot be read."""
    catalog = Path(os.path.abspath(folder)).parent
    try:
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in entries if not entry.name.startswith("."))
    except OSError:
        return []
    inside = (path for path in (folder / name for name in names) if path.suffix in SUFFIXES and os.path.isfile(path))
    return [path for path in inside if not _refused(catalog, path, (catalog.name, path.name))]


def version_of(file: Path) -> Version | None:
    """The version that the name of a file says; None where it says none, which a rule reports."""
    return Version.read(file.name.removesuffix(file.suffix))


def is_of_others(name: str) -> bool:
    """Whether a folder of this name holds what tools keep, which is nobody's catalog."""
    return name.startswith(".") or name == "node_modules"


def shown(path: Path) -> str:
    """How a diagnostic names a file: from the current folder where it lies in it, with forward slashes."""
    text = path.as_posix().encode("utf-8", "backslashreplace").decode()
    return text.removeprefix(f"{Path.cwd().as_posix()}/") if path.is_absolute() else text


def _walk(catalog: Path, refused: Callable[[OSError], None]) -> Iterator[tuple[str, ...]]:
    """Everything below the catalog that is no folder, by the names on the way; links to folders are not followed.

    Of folders, those that are called like definitions. ``refused`` is called for each that cannot be listed.
    """
    for folder, folders, files in os.walk(catalog, onerror=refused):
        inside = Path(folder).relative_to(catalog).parts
        seen = sorted(name for name in folders if not name.startswith("."))
        named = {name for name in seen if inside and Path(name).suffix in SUFFIXES}
        folders[:] = [name for name in seen if name not in named]
        links = [name for name in seen if name in named or os.path.islink(os.path.join(folder, name))]
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
    if os.path.isdir(path) and (len(names) == 1 or suffix in SUFFIXES):
        return ("it is a link to a folder", "put a copy in its place") if os.path.islink(path) else _A_FOLDER
    if suffix in SUFFIXES and len(names) != 2:
        return "a definition stands at catalog/<integrationId>/<version>.yaml", "move it"
    if suffix not in SUFFIXES and len(names) == 2 and _is_nearly_one(path.name):
        blank = path.name != path.name.strip()
        return "a blank ends its name" if blank else "its ending is not .yaml, .yml or .json", "rename it"
    return None


_A_FOLDER = ("it is a folder", "rename it")
_LEFT_BEHIND = re.compile(r"(?:~|\.(?:orig|bak|old|save|rej|tmp|txt))+$")
"""What editors and merges put behind a name."""

_VERSION = re.compile(r"v?[0-9]+\.[0-9]+\.[0-9]+(?:-[0-9a-z-]+(?:\.[0-9]+)*)?")


def _is_nearly_one(name: str) -> bool:
    """Whether a file is called after a version, as a definition is, with an ending that is nearly right, or none."""
    plain = _LEFT_BEHIND.sub("", name.strip().casefold()).strip()
    version, _, ending = plain.rpartition(".")
    if not version[:2].removeprefix("v")[:1].isdigit():
        return False
    from difflib import get_close_matches

    known = [suffix.removeprefix(".") for suffix in SUFFIXES]
    return bool(_VERSION.fullmatch(plain) or get_close_matches(ending, known, 1, 0.75))


def _target(path: Path) -> Path:
    """Where a path leads. ``Path.resolve`` raises for links in a circle."""
    return Path(os.path.realpath(path))
