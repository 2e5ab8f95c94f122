"""Released definitions do not change: what stood at an earlier time, against what stands there now."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path, PurePath
from typing import Any, NamedTuple

from connectory.compiler import git, load
from connectory.compiler.compat.parts import sorted_json
from connectory.compiler.diagnostics import Diagnostic, Severity, Span
from connectory.compiler.lower import EMPTY_CONFIG
from connectory.compiler.text import Source, content_of, read_content, read_source
from connectory.compiler.text.source import SUFFIXES
from connectory.pointers import pointer
from connectory.versions import Version

SEVERITY: Severity = "error"

_ID = re.compile("[a-z0-9_-]+")
"""What the folder of an integration is called."""

Identity = tuple[str, str]
"""An integrationId and a version."""


class Frozen(NamedTuple):
    """The file of a definition as it stood.

    Attributes:
        source: reads it.
        id: of its content, where Git knows it.
    """

    source: Callable[[], Source]
    id: str = ""


class Base(NamedTuple):
    """What stood at an earlier time.

    Attributes:
        name: what it is called in messages.
        files: by how diagnostics name them.
        others: what reads a definition that came from no file, by what it is.
        without: the catalogs of which it has nothing.
        unread: what stood in the place of a definition, or of an integration's folder, and is not looked into, by how
            diagnostics name it: a link or a submodule.
    """

    name: str
    files: Mapping[str, Frozen]
    others: Mapping[Identity, Callable[[], dict[str, Any]]] = {}  # nobody writes into it
    without: Sequence[Path] = ()
    unread: Mapping[str, str] = {}  # nobody writes into it

    def has(self, file: Path, identity: Identity | None) -> bool:
        """Whether it has a definition: in this file, whatever its ending was, or otherwise."""
        return identity in self.others or any(name in self.files for name in _names(file))

    def can_tell(self, file: Path) -> bool:
        """Whether it is known if it has what a file of an integration's folder defines."""
        return not any(name in self.unread for name in (load.shown(file.parent), *_names(file)))


def _names(file: Path) -> list[str]:
    """How diagnostics name a file, with each ending that it may have had."""
    return [load.shown(file.with_suffix(suffix)) for suffix in SUFFIXES]


class _Contents:
    """The contents of files at a commit, which are mostly read one after the other: some more are fetched with each."""

    def __init__(self, folder: Path, ids: Iterable[str]) -> None:
        self._folder = folder
        self._ids = list(dict.fromkeys(ids))
        self._place = {id_: place for place, id_ in enumerate(self._ids)}
        self._held: dict[str, bytes] = {}
        self._several = 1

    def reader(self, id_: str, shown: str) -> Callable[[], Source]:
        """What reads a file of this content."""
        return lambda: read_content(self._get(id_), shown, Path(shown).suffix)

    def _get(self, id_: str) -> bytes:
        if id_ not in self._held:
            place = self._place[id_]
            try:
                self._held = git.contents(self._folder, self._ids[place : place + self._several])
            except git.GitError:  # a partial clone may lack one that nobody asks for
                self._held = git.contents(self._folder, [id_])
            self._several = min(2 * self._several, _MOST_FETCHED)
        return self._held[id_]


_MOST_FETCHED = 64


def base_at(catalogs: Sequence[Path], ref: str | None, folders: Sequence[Path] = ()) -> Base | None:
    """What these catalogs, and folders of integrations, held at a commit; without a name, where the work left main.

    A catalog that held nothing there may have been moved: then it is what stood elsewhere. None where nothing can be
    known: there is no repository, or no commit.

    Raises:
        GitError: the name means nothing, no main branch is known, or the clone is too shallow.
    """
    files: dict[str, Frozen] = {}
    without: list[Path] = []
    unread: dict[str, str] = {}
    commit: git.Commit | None = None
    parts: dict[Path, dict[str, Path]] = {}
    for folder in folders:
        place = Path(os.path.abspath(folder))
        parts.setdefault(place.parent, {}).setdefault(place.name, folder)
    for catalog, named in (*((catalog, {}) for catalog in catalogs), *parts.items()):
        commit = git.merge_base(catalog) if ref is None else git.commit_of(catalog, ref)
        if commit is None:
            return None
        stood, kinds = _stood(catalog, commit, list(named))
        if not stood and not kinds and not (named and any(_stood(catalog, commit))):
            moved = _moved(catalog, commit)
            without += [] if moved else [Path(load.shown(catalog))]
            stood = {path: id_ for path, id_ in moved.items() if not named or PurePath(path).parts[0] in named}
        contents = _Contents(catalog, stood.values())
        for path, id_ in stood.items():
            shown = _shown(path, catalog, named)
            files[shown] = Frozen(contents.reader(id_, shown), id_)
        unread |= {_shown(path, catalog, named): kind for path, kind in kinds.items()}
    return Base(str(commit), files, without=without, unread=unread)


def _shown(path: str, catalog: Path, named: Mapping[str, Path]) -> str:
    """How diagnostics name a path in a catalog, of which these folders were named, or none."""
    name, _, file = path.partition("/")
    return load.shown(named[name] / file if named else catalog / path)


def _stood(catalog: Path, commit: git.Commit, within: Sequence[str] = ()) -> git.Held:
    """The definitions of a catalog at a commit, or those of some of its folders, and what stood in their places."""
    held = git.held_at(catalog, commit, within)
    names = frozenset(within)

    def is_wanted(path: str) -> bool:
        return path.count("/") == 1 and _is_release(path) and (not names or path.partition("/")[0] in names)

    def is_in_its_place(path: str) -> bool:
        return is_wanted(path) or (_ID.fullmatch(path) is not None and (not names or path in names))

    files = {path: id_ for path, id_ in held.files.items() if is_wanted(path)}
    return git.Held(files, {path: kind for path, kind in held.others.items() if is_in_its_place(path)})


def _moved(catalog: Path, commit: git.Commit) -> dict[str, str]:
    """What stood at a commit in folders that are gone, and of which this catalog has something now."""
    now = {path.relative_to(catalog).with_suffix("") for path in catalog.glob("*/*") if path.suffix in SUFFIXES}
    if not now:
        return {}
    gone = {PurePath(path): id_ for path, id_ in git.gone_since(catalog, commit, _is_release).items()}
    roots = {path.parents[1] for path in gone if path.relative_to(path.parents[1]).with_suffix("") in now}
    return {path.relative_to(path.parents[1]).as_posix(): id_ for path, id_ in gone.items() if path.parents[1] in roots}


def _is_release(path: str) -> bool:
    """Whether a path may be that of a definition: its integration's folder, and its version."""
    return PurePath(path).suffix in SUFFIXES and len(PurePath(path).parts) > 1


def base_in(bundle: str) -> Base:
    """What a bundle holds.

    Raises:
        BundleError: it cannot be opened, or is damaged.
    """
    import connectory

    catalog = connectory.open(bundle)
    others = {}
    for integration in catalog.integrations():
        for version in integration.versions:
            others[integration.id, version] = _from_bundle(catalog, integration.id, version)
    return Base(bundle, {}, others)


def frozen(
    base: Base, current: Mapping[str, Path], identities: Mapping[Identity, str], today: date
) -> Iterator[Diagnostic]:
    """What of a base changed in meaning, or disappeared.

    Args:
        base: what stood.
        current: the files that stand now, by how diagnostics name them.
        identities: those names by what the files define.
        today: sunsets before it have passed.
    """
    for shown, before in base.files.items():
        file = current.get(shown)
        if file is not None and before.id and _is_unchanged(file, before.id):
            continue
        data = before.source().data
        identity = (str(data.get("integrationId")), str(data.get("version")))
        yield from _judged(base, identity, data, shown, current, identities, today)
    for identity, read in base.others.items():
        yield from _judged(base, identity, read(), "", current, identities, today)


def _judged(
    base: Base,
    identity: Identity,
    data: dict[str, Any],
    shown: str,
    current: Mapping[str, Path],
    identities: Mapping[Identity, str],
    today: date,
) -> Iterator[Diagnostic]:
    if not data or _promises_nothing(identity[1]):
        return
    what = f"{identity[0]} {identity[1]}"
    now = identities.get(identity)
    if now is None:
        sunset = str((data.get("deprecated") or {}).get("sunset", ""))
        if shown in current:
            message = f"{what} is released ({base.name}), and its file defines something else now"
            yield Diagnostic("C030", SEVERITY, message, Span(shown), "put it back, and the new into a file of its own")
        elif not sunset or sunset > today.isoformat():
            until = f", and promised until {sunset}" if sunset else ""
            message = f"{what} is released ({base.name}){until}, and is gone"
            place = Span(shown or f"catalog/{identity[0]}/{identity[1]}.yaml")
            help_ = "it may go after that" if sunset else f"where it has to go, {_ALLOW.format('C031')}"
            yield Diagnostic("C031", SEVERITY, message, place, f"put it back; {help_}")
        return
    source = read_source(current[now], now)
    if meaning(data) != meaning(source.data):
        path = first_difference(data, source.data)
        message = f"{what} is released ({base.name}), and changed{_at(path)}"
        span = source.span(path, key=True)
        help_ = f"put it back; 'connectory bump {identity[0]}' makes a file of the next version; {_OTHERWISE}"
        yield Diagnostic("C030", SEVERITY, message, span, help_, pointer=pointer(path))


_ALLOW = 'say why in connectory.toml: [[check.allow]] with code = "{}", path and reason'
_OTHERWISE = f"where it has to change, {_ALLOW.format('C030')}"


def first_difference(old: Any, new: Any) -> tuple[str | int, ...]:
    """Where two values begin to differ, as a path in the new one."""
    path: list[str | int] = []
    while True:
        step = _different(old, new)
        if step is None:
            return tuple(path)
        path.append(step)
        if not _has(old, step) or not _has(new, step):
            return tuple(path)
        old, new = old[step], new[step]


def _different(old: Any, new: Any) -> str | int | None:
    steps: Iterable[Any] = ()
    if isinstance(old, dict) and isinstance(new, dict):
        steps = [*new, *(name for name in old if name not in new)]
    elif isinstance(old, list) and isinstance(new, list):
        steps = range(max(len(old), len(new)))
    for step in steps:
        if _has(old, step) != _has(new, step) or sorted_json(old[step]) != sorted_json(new[step]):
            return step  # type: ignore[no-any-return]  # a name or an index
    return None


def _has(value: Any, step: Any) -> bool:
    return step in value if isinstance(value, dict) else isinstance(value, list) and step < len(value)


def meaning(data: dict[str, Any]) -> Any:
    """What of a definition is not formatting: everything but the order of fields; that of a form's fields counts."""
    told = {"type": "integration", "configSchema": EMPTY_CONFIG, **data}
    told.pop("$schema", None)
    config = told["configSchema"]
    properties = config.get("properties") if isinstance(config, dict) else None
    return sorted_json(told), list(properties) if isinstance(properties, dict) else []


def _promises_nothing(version: str) -> bool:
    known = Version.read(version)
    return known is None or known.is_prerelease


def _is_unchanged(file: Path, id_: str) -> bool:
    try:
        return git.id_of(content_of(file), id_) == id_
    except (OSError, ValueError):
        return False


def _from_bundle(catalog: Any, id_: str, version: str) -> Callable[[], dict[str, Any]]:
    return lambda: dict(catalog.integration(id_, version).definition())


def _at(path: tuple[str | int, ...]) -> str:
    return f" at {'.'.join(map(str, path))}" if path else ""
