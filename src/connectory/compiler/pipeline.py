"""The stages, in order: find, examine each integration, check what is between them, emit."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from connectory.compiler.cache import Cache, NotKept, status_of
from connectory.compiler.check import check_catalog
from connectory.compiler.config import (
    DEFAULT_CONFIGURATION,
    NAME,
    BundleConfig,
    CheckConfig,
    Configuration,
    InvalidConfiguration,
)
from connectory.compiler.diagnostics import Diagnostic, Suppressed, has_errors, in_order
from connectory.compiler.examine import (
    BUNDLED,
    SEEDED,
    Examined,
    Job,
    Looked,
    Worked,
    compiler_digest,
    segment_key,
    work,
)
from connectory.compiler.jobs import jobs
from connectory.compiler.kept import Kept
from connectory.compiler.load import CatalogNotFound, find
from connectory.compiler.pins import newest_of_each
from connectory.compiler.release import Release, State
from connectory.compiler.selection import Selection
from connectory.compiler.suppressions import Suppression
from connectory.compiler.workers import each

if TYPE_CHECKING:
    from connectory.compiler.asked import Asked
    from connectory.compiler.beside import Beside
    from connectory.compiler.compat.frozen import Base

Progress = Callable[[str, int, int], None]
"""Called with a stage's name, how much of it is done, and how much there is."""


def _no_progress(stage: str, done: int, of: int) -> None:
    """Show nothing."""


class Means(NamedTuple):
    """What a run may use.

    Attributes:
        progress: shows how far it is.
        cache: the folder of what earlier runs worked out; without it nothing is kept.
        processes: how many to use.
        today: the day that sunsets are measured by; the real one where it is not given.
    """

    progress: Progress = _no_progress
    cache: Path | None = None
    processes: int = 1
    today: date | None = None


_ALONE = Means()


class Checked(NamedTuple):
    """What was found in files.

    Attributes:
        files: how diagnostics name each file that was checked, and its path.
        diagnostics: everything that was found, in order.
        looked: what each file came to.
        suppressed: the findings that are said to be no mistakes, in order.
    """

    files: Mapping[str, Path]
    diagnostics: list[Diagnostic]
    looked: list[Looked]
    suppressed: Sequence[Suppressed] = ()

    @property
    def quoted(self) -> Mapping[str, Mapping[int, str]]:
        """The lines of files that are known without reading them."""
        return {one.file.shown: one.examined.quoted for one in self.looked if one.examined.quoted}

    @property
    def texts(self) -> Mapping[str, str]:
        """The texts that a report quotes, by the names of their files; each is read when it is asked for."""
        from connectory.compiler.text.texts import Texts

        every = [*self.diagnostics, *(one.finding for one in self.suppressed)]
        places = {found.span.path for found in every}
        places |= {related.span.path for found in every for related in found.related}
        known = {**self.files, NAME: Path(NAME)}
        return Texts({name: known[name] for name in sorted(places) if name in known})


class Built(NamedTuple):
    """What a build came to.

    Attributes:
        checked: what was found in the definitions; with an error nothing was written.
        integrations, methods, models: how many were compiled; methods and models of all versions.
        sizes: the bytes of each output, by its name.
        current: whether the outputs were there already, made of the same definitions.
    """

    checked: Checked
    integrations: int = 0
    methods: int = 0
    models: int = 0
    sizes: Mapping[str, int] = MappingProxyType({})
    current: bool = False


def check_files(
    files: Sequence[Path], means: Means = _ALONE, configuration: Configuration = DEFAULT_CONFIGURATION
) -> Checked:
    """Read and check these files.

    Raises:
        WorkerDied: a process was killed.
    """
    return _judged(_only_checked(files, means), configuration)


def check_asked(
    asked: Asked,
    means: Means = _ALONE,
    configuration: Configuration = DEFAULT_CONFIGURATION,
    base: Base | None = None,
) -> Checked:
    """Read and check what paths ask for; with ``base``, that what stood there of it stays as it is.

    Versions are measured against those that stand beside them, too.

    Raises:
        CatalogNotFound: there is no definition in any of the catalogs.
        WorkerDied: a process was killed.
    """
    from connectory.compiler.asked import once
    from connectory.compiler.beside import beside

    if not asked.folders and not asked.files:
        return check_catalogs(asked.catalogs, means, configuration, base)
    files, stray = _left(asked.catalogs, base) if asked.catalogs else ([], [])
    checked = _only_checked(once([*files, *asked.single]), means)
    others = beside(checked.looked, lambda more: _only_checked(more, means).looked)
    compared = _compared(checked, means, base, others, asked)
    return _judged(compared, configuration, stray, measured=_measured(checked.looked, others), frozen=base is not None)


def check_catalogs(
    catalogs: Sequence[Path],
    means: Means = _ALONE,
    configuration: Configuration = DEFAULT_CONFIGURATION,
    base: Base | None = None,
) -> Checked:
    """Read and check every definition of these catalogs; with ``base``, that what stood there stays as it is.

    Raises:
        CatalogNotFound: a path is no folder, or there is no definition in any of them.
        WorkerDied: a process was killed.
    """
    files, stray = _left(catalogs, base)
    checked = _compared(_only_checked(files, means), means, base)
    measured = _measured(checked.looked)
    return _judged(checked, configuration, stray, whole=True, measured=measured, frozen=base is not None)


def build(
    catalogs: Sequence[Path],
    out: Path,
    means: Means = _ALONE,
    configuration: Configuration = DEFAULT_CONFIGURATION,
    since: State | None = None,
) -> Built:
    """Compile catalogs into ``out``: the bundle, the migrations, and the manifest last.

    With ``since``, the rows of an earlier release, the migrations lead on from these, and back.

    Raises:
        CatalogNotFound: a path is no folder, or there is no definition in any of them.
        NotOurs: an output would replace something that Connectory did not write.
        InvalidPattern: the configuration chooses what there is none of.
        InvalidPin: likewise.
        EmitError: a database cannot hold a definition.
        WorkerDied: a process was killed.
        NotKept: there is no place for what outputs are made of.
        OSError: an output cannot be written.
    """
    from connectory.compiler.emission import emit

    Selection.read(configuration.bundle.include, configuration.bundle.exclude)  # a wrong one is told at once
    with _store(means.cache) as cache:
        checked, kept = _made_ready(catalogs, means, configuration, cache, configuration.bundle)
        built = Built(checked)
        if kept is not None:
            emitted = emit(kept, out, means.progress, since)
            examined = [looked.examined for looked in checked.looked]
            built = Built(
                checked,
                integrations=len(kept.worked),
                methods=sum(one.methods for one in examined),
                models=sum(one.models for one in examined),
                sizes=emitted.sizes,
                current=emitted.current,
            )
        cache.save()
        return built


def _left(catalogs: Sequence[Path], base: Base | None) -> tuple[list[Path], list[Diagnostic]]:
    """As ``find``; where a catalog held something at a base, it need not hold anything now, or be there."""
    known = [os.path.abspath(shown) for shown in base.files] if base else []
    held = {one for one in catalogs if any(shown.startswith(f"{os.path.abspath(one)}{os.sep}") for shown in known)}
    try:
        return find([catalog for catalog in catalogs if os.path.isdir(catalog) or catalog not in held])
    except CatalogNotFound:
        if held == set(catalogs):
            return [], []
        raise


@contextmanager
def seeded(
    catalogs: Sequence[Path], means: Means = _ALONE, configuration: Configuration = DEFAULT_CONFIGURATION
) -> Iterator[tuple[Checked, Release | None]]:
    """What was found in catalogs, and, unless there is an error, the rows that they lead to. These live as long as
    the context.

    Raises:
        CatalogNotFound, InvalidPin, EmitError, WorkerDied, NotKept: as for ``build``.
    """
    with _store(means.cache) as cache:
        checked, kept = _made_ready(catalogs, means, configuration, cache)
        cache.save()
        yield checked, kept.release() if kept else None


def _made_ready(
    catalogs: Sequence[Path],
    means: Means,
    configuration: Configuration,
    cache: Cache,
    bundle: BundleConfig | None = None,
) -> tuple[Checked, Kept | None]:
    """What was found in catalogs, and, unless there is an error, what is kept of them for outputs."""
    files, stray = find(catalogs)
    wanted = jobs(files, cache, newest_of_each(files, configuration.database.pin), bundle)
    worked = _worked(wanted, means, cache)
    compared = _compared(_checked(worked), means)
    checked = _judged(compared, configuration, stray, whole=True, measured=_measured(compared.looked))
    return checked, None if has_errors(checked.diagnostics) else Kept(wanted, worked, configuration, cache)


def _only_checked(files: Sequence[Path], means: Means) -> Checked:
    cache = _usable(means.cache)
    checked = _checked(_worked(jobs(files, cache), means, cache))
    if cache:
        cache.save()
    return checked


def _worked(wanted: Sequence[Job], means: Means, cache: Cache | None) -> list[Worked]:
    """What each job comes to; what is known of files that look as they did is not looked at again."""
    worked = [_known(job, cache) if cache else None for job in wanted]
    left = [index for index, known in enumerate(worked) if known is None]
    weights = [sum(_weight(file.path) for file in wanted[index].files) for index in left]
    for done, (place, found) in enumerate(each(work, [wanted[index] for index in left], weights, means.processes), 1):
        worked[left[place]] = found
        means.progress("checking", len(wanted) - len(left) + done, len(wanted))
    every = [found for found in worked if found is not None]
    for looked in [looked for found in every for looked in found.looked] if cache else ():
        if cache and looked.key:
            cache.remember(looked.file.path, looked.status, looked.key, looked.examined)
    return every


_ANY_FILE = 20_000
"""Bytes that cost as much to look at as opening and reporting on a file does."""


def _weight(file: str) -> int:
    """What a file weighs: its bytes, and what any file costs."""
    status = status_of(file)
    return _ANY_FILE + (status.size if status else 0)


def _known(job: Job, cache: Cache) -> Worked | None:
    """What is known of files that look as they did, if everything that is wanted of them is there."""
    looked = []
    for file in job.files:
        key = cache.key_of(file.path)
        examined = cache.examined(key, Examined) if key else None
        if key is None or examined is None:
            return None
        looked.append(Looked(file, key, status_of(file.path), examined))
    worked = Worked(tuple(looked))
    if not worked.is_sound:
        return worked
    if job.wanted.seeded is not None and not cache.holds(SEEDED, looked[job.wanted.seeded].key):
        return None
    if job.wanted.bundle is None:
        return worked
    segment = segment_key(job.wanted.bundle, [one.key for one in looked])
    return msgspec.structs.replace(worked, segment=segment) if cache.holds(BUNDLED, segment) else None


def _checked(worked: Sequence[Worked]) -> Checked:
    """What was found in files, and what is wrong between them."""
    looked = sorted((one for found in worked for one in found.looked), key=lambda one: Path(one.file.path))
    found = [diagnostic for one in looked for diagnostic in one.examined.diagnostics]
    listed = [
        msgspec.structs.replace(one.examined.listed, file=one.file.path, shown=one.file.shown)
        for one in looked
        if one.examined.listed
    ]
    return Checked({one.file.shown: Path(one.file.path) for one in looked}, [*found, *check_catalog(listed)], looked)


def _compared(
    checked: Checked,
    means: Means,
    base: Base | None = None,
    others: Beside | None = None,
    asked: Asked | None = None,
) -> Checked:
    """With what versions break, and what of a release changed; of that, what was ``asked`` for."""
    from connectory.compiler.compat.catalog import has_several, measured, narrowed, unfrozen

    today = means.today or _today()
    found: list[Diagnostic] = []
    if has_several([*checked.looked, *(others.looked if others else ())]):
        folder = str(means.cache) if _usable(means.cache) else ""
        found += measured(checked.looked, today, folder, means.processes, means.progress, base, others)
    if base:
        found += unfrozen(checked.looked, narrowed(base, asked, checked.looked) if asked else base, today)
    return checked._replace(diagnostics=[*checked.diagnostics, *found])


def _measured(looked: Sequence[Looked], others: Beside | None = None) -> set[str]:
    """The files whose versions could be compared: no version of their integration is unsound."""
    every = [*looked, *(others.looked if others else ())]
    unsound = {os.path.dirname(one.file.path) for one in every if not one.examined.is_sound}
    return {one.file.shown for one in looked if os.path.dirname(one.file.path) not in unsound}


def _judged(
    checked: Checked,
    configuration: Configuration,
    stray: Sequence[Diagnostic] = (),
    *,
    whole: bool = False,
    measured: Set[str] = frozenset(),
    frozen: bool = False,
) -> Checked:
    """What was found, at the levels that it counts at; for the rest, see ``Extent``."""
    found = [*stray, *checked.diagnostics]
    said: dict[str, list[Suppression]] = {}
    for looked in checked.looked:
        for one in looked.examined.suppressions:
            said.setdefault(one.span.path, []).append(one)
    found += _misdated_prices(checked.looked, configuration.check.max_price_age)
    if not said and configuration.check == CheckConfig():
        return checked._replace(diagnostics=in_order(found))
    from connectory.compiler.judge import Extent, judge

    judged = judge(found, said, configuration, Extent(tuple(checked.files), whole, measured, frozen))
    suppressed = sorted(judged.suppressed, key=lambda one: (one.finding.span, one.finding.code))
    return checked._replace(diagnostics=in_order(judged.diagnostics), suppressed=suppressed)


def _misdated_prices(looked: Iterable[Looked], most: int | None) -> list[Diagnostic]:
    """The prices that are older than a number of days, where one is given, and those of days that are still to come."""
    from connectory.compiler.checks import price_source

    reads = [read for one in looked for read in one.examined.prices]
    if not reads:
        return []
    today = _today()
    latest = max(today, datetime.fromtimestamp(time.time(), UTC).date())  # of a day, whatever a build is dated to
    every = [price_source.report_to_come(read, latest) for read in reads]
    if most is not None:
        every += [price_source.report_age(read, most, today) for read in reads]
    return [found for found in every if found]


def _today() -> date:
    """Today, or the day that SOURCE_DATE_EPOCH says that it is."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    try:
        return datetime.fromtimestamp(int(epoch) if epoch else time.time(), UTC).date()
    except (ValueError, OverflowError, OSError):
        raise InvalidConfiguration(
            f"SOURCE_DATE_EPOCH is {epoch!r}, which is no number of seconds since 1970"
        ) from None


def _usable(folder: Path | None, spare: Path | None = None) -> Cache | None:
    cache = Cache(folder, compiler_digest(), spare) if folder else None
    return cache if cache and cache.is_writable() else None


@contextmanager
def _store(folder: Path | None) -> Iterator[Cache]:
    """Where what outputs need is kept: in the cache, and what that does not take, for the time of the build."""
    with ExitStack() as stack:
        spare = _temporary(stack)
        cache = _usable(folder, spare) or (Cache(spare) if spare else None)
        if cache is None:
            raise NotKept("there is no folder for temporary files")
        yield cache


def _temporary(stack: ExitStack) -> Path | None:
    """A folder that lives as long as the stack; None where the system has no place for one."""
    try:
        made = tempfile.TemporaryDirectory(prefix="connectory-", ignore_cleanup_errors=True)
    except OSError:
        return None
    return Path(stack.enter_context(made))
