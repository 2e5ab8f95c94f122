"""What the versions of a catalog change, measured against those before them. This runs in parallel, and is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from connectory.compiler.cache import Cache, NotKept
from connectory.compiler.compat.kinds import Bump
from connectory.compiler.compat.promises import promises
from connectory.compiler.compat.versions import after, predecessor, step
from connectory.compiler.diagnostics import Diagnostic, Severity
from connectory.compiler.text import read_source
from connectory.compiler.text.source import Source
from connectory.pointers import pointer
from connectory.versions import Version

if TYPE_CHECKING:
    from connectory.compiler.compat.changes import Change

SEVERITY: Severity = "error"

_LONGEST_WITNESS = 160

_encode = msgspec.json.Encoder(decimal_format="number").encode


class Released(NamedTuple):
    """A definition that can be compared.

    Attributes:
        id, version: of the integration.
        file: its path.
        shown: how diagnostics name it.
        key: what its content goes by in the cache; empty where it is not kept.
        promised: the last day until which something that is deprecated in it is promised; empty where nothing is.
    """

    id: str
    version: Version
    file: str
    shown: str
    key: str
    promised: str = ""


class Comparison(NamedTuple):
    """Two versions that are compared.

    Attributes:
        old: what the new one is measured against.
        new: the version.
        today: sunsets before it have passed.
        following: the next version after the old one that there is not yet, for each bump.
        folder: where what they come to is kept; empty where it is not.
        earlier: the releases before the old one whose promises hold.
        is_added: whether the new one surely is not released yet.
    """

    old: Released
    new: Released
    today: date
    following: Mapping[Bump, str]
    folder: str
    earlier: tuple[Released, ...] = ()
    is_added: bool = False


class _Kept(msgspec.Struct, frozen=True):
    """What a comparison came to on a day, and the days on which it may come to something else."""

    made: str
    sunsets: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]


def comparisons(
    released: Iterable[Released],
    today: date,
    folder: str = "",
    added: Collection[str] = (),
    others: Mapping[str, Sequence[Version]] = MappingProxyType({}),
) -> list[Comparison]:
    """Each version of an integration that has one before it, but for those that may change everything.

    ``added`` are those that surely are not released yet, by how diagnostics name them; ``others`` are the versions that
    there are beside these, by the integration's id: one to come has to be another yet.
    """
    by_id: dict[str, list[Released]] = {}
    for each in released:
        by_id.setdefault(each.id, []).append(each)
    found = []
    for id_, versions in by_id.items():
        known = sorted(each.version for each in versions)
        promising = [each for each in versions if each.promised > today.isoformat() and not each.version.is_prerelease]
        for new in versions if len(versions) > 1 else ():
            before = predecessor(new.version, known)
            if before is not None:
                old = next(each for each in versions if each.version == before)
                held = [each for each in promising if each.version <= before]
                is_added = new.shown in added
                if step(before, new.version) < Bump.MAJOR or held or (is_added and new.promised):
                    every = sorted({*known, *others.get(id_, ())})
                    following = {bump: after(before, bump, every) for bump in Bump}
                    earlier = tuple(each for each in held if each is not old)
                    found.append(Comparison(old, new, today, following, folder, earlier, is_added))
    return found


def compare(comparison: Comparison) -> tuple[Diagnostic, ...]:
    """What a version changes without saying so; what is known already is not worked out again."""
    cache = Cache(Path(comparison.folder)) if comparison.folder else None
    key = _key(comparison)
    known = _known(cache, key, comparison.today) if cache and key else None
    if known is not None:
        return known
    from connectory.compiler.compat.changes import changes  # which takes long to load, and most runs know all

    old, new = (read_source(each.file, each.shown) for each in (comparison.old, comparison.new))
    earlier = [read_source(each.file, each.shown).data for each in comparison.earlier]
    found = changes(old.data, new.data, comparison.today, promises(earlier))
    diagnostics = tuple(findings(found, comparison, new))
    if cache and key:
        sunsets = tuple(sorted({day for change in found for day in (change.sunset, change.ends) if day}))
        kept = _Kept(comparison.today.isoformat(), sunsets, diagnostics)
        with suppress(NotKept):  # then they are compared again the next time
            cache.put("compared", key, msgspec.msgpack.encode(kept))
    return diagnostics


def findings(found: Iterable[Change], comparison: Comparison, source: Source) -> Iterator[Diagnostic]:
    """What of the changes a version does not say, and what is gone before its time."""
    old, new, today = comparison.old.version, comparison.new.version, comparison.today
    moved = step(old, new)
    for change in found:
        code = change.code_on(today)
        if comparison.is_added and "" < change.ends <= today.isoformat():
            said = f"{change.message}, which is not a day to come"
            yield finding("C032", said, change, source, "name a later day: what is promised goes after that")
        if code != change.code:
            message = f"{change.message}, and was promised until {change.sunset}"
            yield finding(code, message, change, source, "keep it until then")
        elif change.bump > moved:
            said = f"{change.message}{_shown(change.witness)}; from {old} to {new} a {change.bump} change is too much"
            mend = f"release it as {comparison.following[change.bump]}, or keep what {old} promises"
            yield finding(code, said, change, source, mend)


def witness_text(witness: Any) -> str:
    """A witness as JSON, where there is a short one; otherwise nothing."""
    if witness is msgspec.UNSET:
        return ""
    shown = _encode(witness).decode() if _is_plain(witness) else repr(witness)
    return shown if len(shown) <= _LONGEST_WITNESS else ""


def _shown(witness: Any) -> str:
    shown = witness_text(witness)
    return f", for example {shown}" if shown else ""


def finding(code: str, message: str, change: Change, source: Source, help_: str = "") -> Diagnostic:
    """What is said of a change in the text of the new version."""
    span = source.span(change.path, key=True)
    return Diagnostic(code, SEVERITY, message, span, help_, pointer=pointer(change.path))


def _is_plain(witness: Any) -> bool:
    try:
        _encode(witness)
    except (TypeError, ValueError, RecursionError):
        return False
    return True


def _key(comparison: Comparison) -> str:
    keys = [each.key for each in (comparison.old, comparison.new, *comparison.earlier)]
    said = f"{keys} {[*comparison.following.values()]} {comparison.is_added}"
    return hashlib.sha256(said.encode()).hexdigest() if all(keys) else ""


def _known(cache: Cache, key: str, today: date) -> tuple[Diagnostic, ...] | None:
    data = cache.get("compared", key)
    try:
        kept = msgspec.msgpack.decode(data, type=_Kept) if data else None
    except msgspec.DecodeError:
        return None
    if kept is None:
        return None
    first, last = sorted((kept.made, today.isoformat()))  # clocks go wrong, and are put right
    if any(first < sunset <= last for sunset in kept.sunsets):
        return None
    return kept.diagnostics
