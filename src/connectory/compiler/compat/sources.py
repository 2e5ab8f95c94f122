"""Definitions to compare, wherever they are: files, id@version, catalogs, bundles, commits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from connectory.compiler import git
from connectory.compiler.compat.allowed import with_reasons
from connectory.compiler.compat.changes import Change, changes
from connectory.compiler.compat.frozen import Base, base_at, base_in, meaning
from connectory.compiler.compat.render import Difference
from connectory.compiler.config import Configuration
from connectory.compiler.format import violations
from connectory.compiler.text import Source, read_source
from connectory.compiler.text.source import SUFFIXES
from connectory.errors import BundleError
from connectory.versions import Version, newest


class NoSuchSource(Exception):
    """There is nothing to compare under a name."""


class Found(NamedTuple):
    """A definition, read when it is asked for; ``source`` is its text, where it came from a file."""

    id: str
    version: str
    data: Callable[[], dict[str, Any]]
    source: Callable[[], Source] | None = None


Versions = Mapping[str, Mapping[str, Found]]
"""Definitions by id and version."""


def definitions(name: str, catalogs: Sequence[Path]) -> Versions:
    """The definitions that a name means.

    It is a file, a folder of a catalog, a bundle, ``id@version``, or a commit of the catalogs.

    Raises:
        NoSuchSource: it means nothing, or what it means cannot be read.
    """
    path = Path(name)
    try:
        if path.is_file() and path.suffix in SUFFIXES:
            return _grouped([_in_file(path)])
        if path.is_dir():
            return _grouped(_in_folder(path))
        if path.is_file():
            base = base_in(name)
            return _grouped([Found(id_, version, read) for (id_, version), read in base.others.items()])
        one = _id_and_version(name)
        if one:
            return _grouped([_version(*one, catalogs)])
        base_of_commit = base_at(catalogs, name)
    except (BundleError, git.GitError) as error:
        raise NoSuchSource(f"{name!r} is no file, folder, bundle or id@version, and {error}") from None
    return _grouped([_of(one.source()) for one in (base_of_commit.files.values() if base_of_commit else ())])


def in_catalogs(catalogs: Sequence[Path]) -> Versions:
    """The definitions that stand in catalogs now."""
    return _grouped([found for catalog in catalogs if catalog.is_dir() for found in _in_folder(catalog)])


def beside(before: Versions, name: str, catalogs: Sequence[Path]) -> Versions:
    """What stands in catalogs now of what a name means: of one integration, or of all."""
    found = in_catalogs(catalogs)
    return {id_: found[id_] for id_ in before if id_ in found} if names_one(name) else found


def names_one(name: str) -> bool:
    """Whether a name means a single version, beside which others may stand."""
    return Path(name).suffix in SUFFIXES or _id_and_version(name) is not None


def before(after: Versions, base: Base | None, catalogs: Sequence[Path]) -> Versions:
    """What definitions are compared with, where nobody says: what was released of them, or else stands beside them."""
    if base is not None:
        known = _grouped([_of(one.source()) for one in base.files.values()])
        whole = in_catalogs(catalogs).keys() <= after.keys()
        return known if whole else {id_: known[id_] for id_ in after if id_ in known}
    beside = in_catalogs(catalogs)
    return {
        id_: {version: found for version, found in beside.get(id_, {}).items() if version not in versions}
        for id_, versions in after.items()
    }


def differences(
    old: Versions, new: Versions, configuration: Configuration, today: date, *, whole: bool = True
) -> list[Difference]:
    """What changed for callers: of one version of the same integration from one to the other, or of whole catalogs.

    Of an integration of which both have a single version these are compared. Otherwise each new version is compared
    with the newest before it, and of versions that both have those that differ. ``configuration`` says what is allowed,
    ``whole`` whether what only the old ones have is gone.

    Raises:
        NoSuchSource: one of them is no valid definition.
    """
    made = []
    for id_ in sorted({*old, *new}):
        before, after = old.get(id_, {}), new.get(id_, {})
        if len(before) == 1 and len(after) == 1:
            (one,), (other,) = before.values(), after.values()
            if one.version != other.version or _differ(one, other):
                made.append(difference(id_, one, other, configuration, today))
        else:
            made += _of_several(id_, before, after, configuration, today)
        gone = [version for version in before if version not in after] if whole else []
        made += [Difference(id_, version, "", (), tuple(after)) for version in gone]
    return made


def history(versions: Mapping[str, Found], configuration: Configuration, today: date) -> list[Difference]:
    """What each version of an integration changed, newest first; pre-releases are left out."""
    ordered = [found for found in _ordered(versions) if not Version.parse(found.version).is_prerelease]
    made = [difference(new.id, old, new, configuration, today) for old, new in pairwise(ordered)]
    first = [Difference(ordered[0].id, "", ordered[0].version, ())] if ordered else []
    return [*reversed(made), *first]


def newest_of(versions: Mapping[str, Found]) -> Found | None:
    """The newest stable version; where there is none, the newest pre-release."""
    ordered = {Version.parse(found.version): found for found in _ordered(versions)}
    best = newest(ordered)
    return ordered[best] if best is not None else None


def _of_several(
    id_: str, before: Mapping[str, Found], after: Mapping[str, Found], configuration: Configuration, today: date
) -> Iterator[Difference]:
    for version, found in after.items():
        if version in before:
            if _differ(before[version], found):
                yield difference(id_, before[version], found, configuration, today)
            continue
        earlier = [each for each in _ordered({**before, **after}) if Version.parse(each.version) < _version_of(found)]
        released = [each for each in earlier if not _version_of(each).is_prerelease] or earlier
        if released:
            yield difference(id_, released[-1], found, configuration, today)
        else:
            yield Difference(id_, "", version, ())


def difference(id_: str, old: Found, new: Found, configuration: Configuration, today: date) -> Difference:
    """What changed from one version to another, and what of it is allowed.

    Raises:
        NoSuchSource: one of them is no valid definition.
    """
    found: list[Change] = changes(_valid(old), _valid(new), today)
    if found and new.source:
        found = with_reasons(found, new.source(), configuration, today)
    return Difference(id_, old.version, new.version, found)


def _valid(found: Found) -> dict[str, Any]:
    data = found.data()
    wrong = violations(data)
    if wrong:
        raise NoSuchSource(f"{found.id}@{found.version} is no valid definition; 'connectory check' says why")
    return data


def _differ(one: Found, other: Found) -> bool:
    return bool(meaning(one.data()) != meaning(other.data()))


def _version_of(found: Found) -> Version:
    return Version.parse(found.version)


def _ordered(versions: Mapping[str, Found]) -> list[Found]:
    return sorted((found for found in versions.values() if Version.read(found.version)), key=_version_of)


def _grouped(found: Sequence[Found]) -> Versions:
    grouped: dict[str, dict[str, Found]] = {}
    for one in found:
        grouped.setdefault(one.id, {})[one.version] = one
    return grouped


def _in_folder(folder: Path) -> list[Found]:
    files = sorted(path for path in folder.rglob("*") if path.suffix in SUFFIXES and path.is_file())
    return [_in_file(path) for path in files]


def _in_file(path: Path) -> Found:
    source = read_source(path, path.as_posix())
    data = source.data
    if not isinstance(data.get("integrationId"), str) or not isinstance(data.get("version"), str):
        why = source.diagnostics[0].message if source.diagnostics else "it has no integrationId or version"
        raise NoSuchSource(f"{path.as_posix()} is no definition: {why}")
    return _of(source)


def _of(source: Source) -> Found:
    return Found(
        str(source.data.get("integrationId")), str(source.data.get("version")), lambda: source.data, lambda: source
    )


def _id_and_version(name: str) -> tuple[str, str] | None:
    """What ``id@version`` names; None of a commit, such as ``main@{1}``."""
    id_, at, version = name.partition("@")
    return (id_, version) if at and version and not version.startswith("{") else None


def _version(id_: str, version: str, catalogs: Sequence[Path]) -> Found:
    files = [
        path
        for catalog in catalogs
        for suffix in SUFFIXES
        if _is_name(id_) and Version.read(version) and (path := catalog / id_ / f"{version}{suffix}").is_file()
    ]
    if not files:
        raise NoSuchSource(f"there is no {id_}@{version} in {', '.join(map(str, catalogs))}")
    return _in_file(files[0])


def _is_name(id_: str) -> bool:
    return id_.replace("_", "").replace("-", "").isalnum()
