"""The stages, in order: find, examine each file, check what is between them, emit."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from connectory.compiler.cache import Cache
from connectory.compiler.check import check_catalog
from connectory.compiler.config import DEFAULT_CONFIGURATION, NAME, CheckConfig, Configuration, DatabaseConfig
from connectory.compiler.diagnostics import Diagnostic, Suppressed, has_errors, in_order
from connectory.compiler.examine import Examined, Job, Worked, compiler_digest, wanted, work
from connectory.compiler.load import find, shown
from connectory.compiler.pins import newest_of_each, outside_of
from connectory.compiler.release import Release, SeedRow, State, Stored
from connectory.compiler.suppressions import Suppression
from connectory.compiler.workers import each
from connectory.versions import Version

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
    """

    progress: Progress = _no_progress
    cache: Path | None = None
    processes: int = 1


_ALONE = Means()


class Checked(NamedTuple):
    """What was found in files.

    Attributes:
        files: how diagnostics name each file that was checked, and its path.
        diagnostics: everything that was found, in order.
        worked: what each file came to.
        suppressed: the findings that are said to be no mistakes, in order.
    """

    files: Mapping[str, Path]
    diagnostics: list[Diagnostic]
    worked: list[Worked]
    suppressed: Sequence[Suppressed] = ()

    @property
    def texts(self) -> dict[str, str]:
        """The texts that a report quotes, by the names of their files."""
        from connectory.compiler.text import text_of

        places = {found.span.path for found in self.diagnostics}
        places |= {related.span.path for found in self.diagnostics for related in found.related}
        places |= {one.finding.span.path for one in self.suppressed}
        known = {**self.files, NAME: Path(NAME)}
        return {name: text_of(known[name], name) for name in sorted(places) if name in known}


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
    cache = _usable(means.cache)
    checked = _check(files, means, cache)
    if cache:
        cache.save()
    return _judged(checked, configuration)


def check_catalogs(
    catalogs: Sequence[Path], means: Means = _ALONE, configuration: Configuration = DEFAULT_CONFIGURATION
) -> Checked:
    """Read and check every definition of these catalogs.

    Raises:
        CatalogNotFound: a path is no folder, or there is no definition in any of them.
        WorkerDied: a process was killed.
    """
    files, stray = find(catalogs)
    cache = _usable(means.cache)
    checked = _check(files, means, cache)
    if cache:
        cache.save()
    return _judged(checked, configuration, stray, whole=True)


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
        OSError: an output cannot be written.
    """
    with _store(means.cache) as cache:
        files, stray = find(catalogs)
        checked = _check(files, means, cache, newest_of_each(files, configuration.database.pin), for_build=True)
        checked = _judged(checked, configuration, stray, whole=True)
        if has_errors(checked.diagnostics):
            cache.save()
            return Built(checked)
        jobs = {worked.key: job for worked, job in zip(checked.worked, _jobs(files, cache, set(), True), strict=True)}
        built = _emit(checked, out, means, configuration, cache, jobs, since)
        cache.save()
        return built


@contextmanager
def seeded(
    catalogs: Sequence[Path], means: Means = _ALONE, configuration: Configuration = DEFAULT_CONFIGURATION
) -> Iterator[tuple[Checked, Release | None]]:
    """What was found in catalogs, and, unless there is an error, the rows that they lead to. These live as long as
    the context.

    Raises:
        CatalogNotFound, InvalidPin, EmitError, WorkerDied: as for ``build``.
    """
    with _store(means.cache) as cache:
        files, stray = find(catalogs)
        pins = configuration.database.pin
        checked = _judged(_check(files, means, cache, newest_of_each(files, pins)), configuration, stray, whole=True)
        cache.save()
        if has_errors(checked.diagnostics):
            yield checked, None
            return
        jobs = {worked.key: job for worked, job in zip(checked.worked, _jobs(files, cache, set(), False), strict=True)}
        ordered = sorted(checked.worked, key=lambda one: _identity(one.examined))
        yield checked, _release(ordered, cache, jobs, configuration.database)


# Checking.


def _check(
    files: Sequence[Path],
    means: Means,
    cache: Cache | None,
    seeded: set[Path] | None = None,
    *,
    for_build: bool = False,
) -> Checked:
    jobs = _jobs(files, cache, seeded or set(), for_build)
    worked: list[Worked | None] = [_known(job, cache) if cache else None for job in jobs]
    left = [index for index, found in enumerate(worked) if found is None]
    weights = [_size(Path(jobs[index].file)) for index in left]
    means.progress("checking", len(jobs) - len(left), len(jobs))
    for done, (place, found) in enumerate(each(work, [jobs[index] for index in left], weights, means.processes)):
        worked[left[place]] = found
        means.progress("checking", len(jobs) - len(left) + done + 1, len(jobs))
    every = [found for found in worked if found is not None]
    if cache:
        for job, found in zip(jobs, every, strict=True):
            if found.key:
                cache.remember(job.file, found.key, found.examined)
    diagnostics = [one for found in every for one in found.examined.diagnostics]
    diagnostics += check_catalog(
        [
            msgspec.structs.replace(found.examined.listed, file=job.file, shown=job.shown)
            for job, found in zip(jobs, every, strict=True)
            if found.examined.listed
        ]
    )
    return Checked({job.shown: Path(job.file) for job in jobs}, diagnostics, every)


def _judged(
    checked: Checked, configuration: Configuration, stray: Sequence[Diagnostic] = (), *, whole: bool = False
) -> Checked:
    """What was found, at the levels that it counts at."""
    found = [*stray, *checked.diagnostics]
    said: dict[str, list[Suppression]] = {}
    for worked in checked.worked:
        for one in worked.examined.suppressions:
            said.setdefault(one.span.path, []).append(one)
    if not said and configuration.check == CheckConfig():
        return checked._replace(diagnostics=in_order(found))
    from connectory.compiler.judge import Extent, judge

    judged = judge(found, said, configuration, Extent(tuple(checked.files), whole))
    suppressed = sorted(judged.suppressed, key=lambda one: (one.finding.span, one.finding.code))
    return checked._replace(diagnostics=in_order(judged.diagnostics), suppressed=suppressed)


def _jobs(files: Sequence[Path], cache: Cache | None, seeded: set[Path], bundled: bool) -> list[Job]:
    folder = str(cache.folder) if cache else ""
    return [Job(str(file), shown(file), bundled, file in seeded, folder) for file in files]


def _known(job: Job, cache: Cache) -> Worked | None:
    """What is known of a file that looks as it did, if everything that is wanted of it is there."""
    key = cache.key_of(job.file)
    examined = cache.examined(key, Examined) if key else None
    if key is None or examined is None:
        return None
    if job.bundled and examined.is_sound and not examined.digest:
        return None
    return Worked(key, examined) if all(cache.holds(kind, key) for kind in wanted(job, examined)) else None


def _usable(folder: Path | None) -> Cache | None:
    cache = Cache(folder, compiler_digest()) if folder else None
    return cache if cache and cache.is_writable() else None


@contextmanager
def _store(folder: Path | None) -> Iterator[Cache]:
    """Where what outputs need is kept: in the cache, or for the time of the build."""
    cache = _usable(folder)
    if cache:
        yield cache
    else:
        with tempfile.TemporaryDirectory(prefix="connectory-", ignore_cleanup_errors=True) as temporary:
            yield Cache(Path(temporary))


# Emitting.


def _emit(
    checked: Checked,
    out: Path,
    means: Means,
    configuration: Configuration,
    cache: Cache,
    jobs: Mapping[str, Job],
    since: State | None,
) -> Built:
    from connectory.compiler import manifest
    from connectory.compiler.emit import bundle, outputs
    from connectory.compiler.publish import publish, staging
    from connectory.compiler.selection import narrowed

    ordered = sorted(checked.worked, key=lambda one: _identity(one.examined))
    made_of = _digest(ordered, configuration)
    built = Built(
        checked,
        integrations=len({_identity(one.examined)[0] for one in ordered}),
        methods=sum(one.examined.methods for one in ordered),
        models=sum(one.examined.models for one in ordered),
    )
    names = [*(output.NAME for output in outputs()), manifest.NAME]
    if since is None and cache.is_current(out, made_of):
        return built._replace(sizes={name: _size(out / name) for name in names}, current=True)
    release = _release(ordered, cache, jobs, configuration.database)._replace(since=since)
    chosen = narrowed(release, configuration.bundle.include, configuration.bundle.exclude)
    with staging(out) as staged:
        means.progress("writing", 0, len(names))
        with ThreadPoolExecutor() as threads:  # most of the time is spent in the system and in C
            writing = [
                threads.submit(output.write, chosen if output is bundle else release, staged / output.NAME)
                for output in outputs()
            ]
            for done, written in enumerate(writing):
                written.result()
                means.progress("writing", done + 1, len(names))
        listed = [(one.examined.listed, one.examined.digest) for one in ordered]
        compiled = [manifest.Compiled(one.id, one.version, digest) for one, digest in listed if one]
        (staged / manifest.NAME).write_bytes(manifest.render(compiled, staged))
        sizes = {name: _size(staged / name) for name in names}
        files = [path.relative_to(staged).as_posix() for path in staged.rglob("*") if path.is_file()]
        publish(staged, out, names)
    if since is None:
        cache.remember_output(out, made_of, files)
    return built._replace(sizes=sizes)


def _identity(examined: Examined) -> tuple[str, Version]:
    assert examined.listed is not None  # a definition without an error is listed
    return examined.listed.id, Version.parse(examined.listed.version)


def _digest(ordered: Iterable[Worked], configuration: Configuration) -> str:
    """What tells one build's input from another's."""
    digest = hashlib.sha256(compiler_digest())
    chosen = configuration.bundle, configuration.database
    digest.update(msgspec.msgpack.encode([chosen, [one.key for one in ordered]]))
    return digest.hexdigest()


def _release(ordered: Sequence[Worked], cache: Cache, jobs: Mapping[str, Job], database: DatabaseConfig) -> Release:
    from connectory.compiler.lower import LoweredIntegration

    listed = {one.key: one.examined.listed for one in ordered}

    def fetched(kind: str, key: str) -> bytes:
        """What is kept, or made again where it was damaged."""
        data = cache.get(kind, key)
        if data is None:
            work(msgspec.structs.replace(jobs[key], bundled=kind == "bundled", seeded=kind == "seeded"))
            data = cache.get(kind, key)
        if data is None:
            raise OSError(f"what was worked out for {jobs[key].shown} is gone; has it just changed?")
        return data

    def integration(key: str) -> LoweredIntegration:
        return msgspec.msgpack.decode(fetched("bundled", key), type=LoweredIntegration)

    def row(key: str) -> SeedRow:
        one = listed[key]
        assert one is not None
        return SeedRow(one.id, one.version, fetched("seeded", key).decode("ascii"))

    files = [Path(jobs[one.key].file) for one in ordered]
    chosen = newest_of_each(files, database.pin)
    rows = {_identity(one.examined)[0]: one.key for one, file in zip(ordered, files, strict=True) if file in chosen}
    versions = {name: listed[key].version for name, key in rows.items()}  # type: ignore[union-attr]  # as above
    return Release(
        Stored([one.key for one in ordered], integration),
        State(versions, lambda name: row(rows[name])),
        len(ordered),
        database.target,
        database.schema_migration,
        outside_of(files, database.pin),
    )


def _size(path: Path) -> int:
    """The bytes of a file, or of all files of a folder."""
    try:
        return sum(inner.stat().st_size for inner in [path, *path.rglob("*")] if inner.is_file())
    except OSError:
        return 0
