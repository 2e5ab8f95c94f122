"""Outputs: written beside the old ones, all at once, then put in their place."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from connectory.compiler import manifest
from connectory.compiler.emit import outputs
from connectory.compiler.kept import Kept
from connectory.compiler.publish import each_file, publish, staging, sync
from connectory.compiler.release import Release, State
from connectory.compiler.selection import Selection


class Emitted(NamedTuple):
    """What outputs came to.

    Attributes:
        sizes: the bytes of each output, by its name.
        current: whether they were there already, made of the same definitions.
    """

    sizes: dict[str, int]
    current: bool


def emit(kept: Kept, out: Path, progress: Callable[[str, int, int], None], since: State | None = None) -> Emitted:
    """Write all outputs to ``out``.

    Raises:
        NotOurs: an output would replace something that Connectory did not write.
        InvalidPattern: the configuration chooses what there is none of.
        NotKept: what is kept of an integration is gone, and cannot be made again.
        OSError: an output cannot be written.
    """
    names = [*(output.NAME for output in outputs()), manifest.NAME]
    made_of = kept.made_of
    if since is None and kept.cache.is_current(out, names, made_of):
        return Emitted({name: _size(out / name) for name in names}, current=True)
    chosen = Selection.read(kept.configuration.bundle.include, kept.configuration.bundle.exclude)
    release = kept.release(since)
    with staging(out) as staged, ThreadPoolExecutor() as threads:  # most of the work is the system's, or C's
        writing = [threads.submit(_write, output, release, staged) for output in outputs()]
        written: list[manifest.Written] = []
        for done, future in enumerate(writing, 1):
            written += future.result()
            progress("writing", done, len(names))
        chosen.check(kept.used)
        (staged / manifest.NAME).write_bytes(manifest.render(kept.compiled, written))
        sizes = {name: _size(staged / name) for name in names}
        publish(staged, out, names)
    if since is None:
        kept.cache.remember_output(out, names, made_of)
    return Emitted(sizes, current=False)


def _write(output: ModuleType, release: Release, staged: Path) -> list[manifest.Written]:
    """Write an output and have the system store it, while others are still being written."""
    top = staged / output.NAME
    output.write(release, top)
    with ThreadPoolExecutor(1) as thread:
        storing = thread.submit(each_file, top, sync)
        written = manifest.written(top, staged)
        storing.result()
    return written


def _size(path: Path) -> int:
    """The bytes of a file, or of all files of a folder."""
    return sum(inner.stat().st_size for inner in [path, *path.rglob("*")] if inner.is_file())
