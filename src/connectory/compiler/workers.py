"""Work on many files, on all processors."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

_Job = TypeVar("_Job")
_Result = TypeVar("_Result")

_WORTH_IT = 2_000_000
"""Bytes of work from which on another process is worth its start."""


class WorkerDied(Exception):
    """A process ended without a word: it was killed, most likely for want of memory."""


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def each(
    function: Callable[[_Job], _Result], jobs: Sequence[_Job], weights: Sequence[int], processes: int
) -> Iterator[tuple[int, _Result]]:
    """The index and the result of each job, as they are done; the heaviest first.

    Args:
        function: what to do; in other processes where that is worth it.
        jobs: what to do it with.
        weights: the bytes of each job.
        processes: how many to use.

    Raises:
        WorkerDied: see there.
    """
    order = sorted(range(len(jobs)), key=lambda index: (-weights[index], index))
    if processes < 2 or len(jobs) < 2 or sum(weights) < _WORTH_IT:
        with _without_collector():
            for index in order:
                yield index, function(jobs[index])
        return
    from connectory.compiler.pool import spread  # which takes long to load, and few runs need

    yield from spread(function, jobs, order, processes)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Definitions are trees, which need no collector; it would look at all of their values again and again."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
