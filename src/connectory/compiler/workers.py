"""Work on many files, on all processors."""

from __future__ import annotations

import gc
import multiprocessing
import multiprocessing.connection
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
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
    method = "fork" if sys.platform == "linux" else "spawn"
    pool = ProcessPoolExecutor(processes, multiprocessing.get_context(method), initializer=_start)
    try:
        waiting = iter(order)
        running = {}
        for index in waiting:
            with _uninterrupted():
                future = pool.submit(function, jobs[index])
            running[future] = index
            if len(running) >= 2 * processes:
                yield from _done(running)
        while running:
            yield from _done(running)
    except BrokenProcessPool:
        raise WorkerDied("a process that worked on the catalog was killed; try again with --jobs 1") from None
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """An interruption waits: in the middle of a start it would leave processes that wait, and are waited for."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _done(running: dict) -> Iterator[tuple[int, _Result]]:  # type: ignore[type-arg]
    for future in wait(running, return_when=FIRST_COMPLETED).done:
        yield running.pop(future), future.result()


def _start() -> None:
    """What a process does before it works; see ``_without_collector`` for the last of it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever interrupts means the run; it lets the others end
    threading.Thread(target=_end_with_parent, daemon=True).start()
    gc.disable()
    gc.freeze()


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


def _end_with_parent() -> None:
    """End when the run does, however it ends: who waits for work from a process that was killed waits for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)
