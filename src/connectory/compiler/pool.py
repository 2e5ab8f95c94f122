"""Processes that work side by side."""

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

from connectory.compiler.workers import WorkerDied

_Job = TypeVar("_Job")
_Result = TypeVar("_Result")


def spread(
    function: Callable[[_Job], _Result], jobs: Sequence[_Job], order: Sequence[int], processes: int
) -> Iterator[tuple[int, _Result]]:
    """As ``workers.each``, in so many processes; ``order`` has the indexes of the jobs as they are to be begun.

    Raises:
        WorkerDied: see there.
    """
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
    """What a process does before it works; see ``workers.each`` for why it does without a collector."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever interrupts means the run; it lets the others end
    threading.Thread(target=_end_with_parent, daemon=True).start()
    gc.disable()
    gc.freeze()


def _end_with_parent() -> None:
    """End when the run does, however it ends: who waits for work from a process that was killed waits for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)
