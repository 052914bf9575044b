"""Worker processes that score parts.

A worker may die or hang on a page: then its part is done again page by page, and the page that ends a worker
once more gets an error row instead of another try.
"""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnContext, SpawnProcess
from pathlib import Path
from typing import Any, TypeAlias

from threadpoolctl import threadpool_limits

from detector.blocklists.reputation import Reputation, load_lists
from detector.detector import Detector
from detector.errors import ChaffinchError, ScanError
from detector.page import Page
from detector.readers.inputs import Input
from detector.readers.parts import Part, read_part
from detector.readers.record import BadRecord, ErrorKind, Item, ReadOptions
from detector.scan.output import Output, Receipt
from detector.scan.scoring import READING, Care, Filters, Outcome, score_items

PAGE_SECONDS = 120.0
"""A worker that reports nothing for so long, while it is not reading, is taken to hang on a page."""

_TICK = 0.2
_MAX_DEATHS = 3
_M_MMAP_THRESHOLD = -3  # in malloc.h
_FIRST_PAGE = "A first page, of no account, by which all that is loaded late gets loaded in good time. " * 3


Load: TypeAlias = Callable[[Path], Detector]


@dataclass(frozen=True, slots=True)
class Job:
    """A part to be scored and committed."""

    source: Input
    part: Part
    options: ReadOptions
    filters: Filters
    output: Output
    max_rows: int | None = None  # that are of use: reading ends there
    care: Care = field(default_factory=Care)
    deaths: int = 0  # workers that died of it while they were reading

    @property
    def unreadable(self) -> bool:
        """Tell whether reading the part has ended so many workers that it becomes one error row."""
        return self.deaths >= _MAX_DEATHS


def load_detector(model: Path) -> Detector:
    """Load the detector of a model folder, and score a page, since the first one also loads the lexicons."""
    detector = Detector.load(model)
    detector.score(Page.from_text(_FIRST_PAGE))
    return detector


class Pool:
    """Runs jobs on processes of its own; use as a context manager.

    ``lists`` are block lists to look addresses up in. ``load`` gives a worker its detector; it must be
    importable from a new process.
    """

    def __init__(
        self, model: Path, workers: int, lists: tuple[Path, ...] = (), load: Load = load_detector
    ) -> None:
        context = multiprocessing.get_context("spawn")
        self._workers = [_Worker(context, model, lists, load) for _ in range(workers)]

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *exception: object) -> None:
        for worker in self._workers:
            worker.stop()

    @property
    def pages_under_way(self) -> int:
        """Pages that workers have done of the parts that they are at."""
        return sum(worker.pages for worker in self._workers if worker.job)

    def run(self, jobs: Iterator[Job], tick: Callable[[], None]) -> Iterator[tuple[Job, Receipt]]:
        """Yield each job with its receipt, as committed; ``tick`` is called several times a second.

        Jobs are drawn as workers fall idle, so that they never pile up. Raises ScanError where a worker can't
        go on for a reason that is no page's fault (disk full, model unusable).
        """
        again: deque[Job] = deque()
        while True:
            for worker in self._workers:
                if worker.job is None and (job := again.popleft() if again else next(jobs, None)):
                    worker.give(job)
            busy = [worker for worker in self._workers if worker.job]
            if not busy:
                return
            ready = wait([worker.connection for worker in busy], timeout=_TICK)
            for worker in busy:
                if worker.connection in ready:
                    done, retry = worker.take()
                    if done:
                        yield done
                    if retry:
                        again.append(retry)
                elif worker.hangs():
                    worker.kill()
            tick()


class _Worker:
    """A process, the job that it is at, and what it says of its progress in shared memory."""

    def __init__(self, context: SpawnContext, model: Path, lists: tuple[Path, ...], load: Load) -> None:
        self._context, self._tools = context, (model, lists, load)
        self.job: Job | None = None
        self._start()

    def _start(self) -> None:
        self.connection, theirs = self._context.Pipe()
        self._state: Any = self._context.RawArray("q", [READING, 0])  # position, pages of this part
        arguments = (theirs, self._state, *self._tools)
        self._process: SpawnProcess = self._context.Process(target=_work, args=arguments, daemon=True)
        self._process.start()
        theirs.close()
        self._beat, self._beat_time, self._hung = (READING, 0), time.monotonic(), False

    @property
    def pages(self) -> int:
        return int(self._state[1])

    def give(self, job: Job) -> None:
        self.job = job
        self._state[:] = [READING, 0]
        self._beat, self._beat_time = (READING, 0), time.monotonic()
        with suppress(OSError):  # where it has died, take() finds out
            self.connection.send(job)

    def take(self) -> tuple[tuple[Job, Receipt] | None, Job | None]:
        """Return the finished job with its receipt, or the job to be tried again after the process died."""
        job, self.job = self.job, None
        assert job is not None  # noqa: S101 - only busy workers are asked
        try:
            answer = self.connection.recv()
        except (EOFError, OSError):
            return None, self._replaced(job)
        if isinstance(answer, Receipt):
            return (job, answer), None
        raise ScanError(answer)

    def hangs(self) -> bool:
        """Tell whether the process has been busy with one page for too long."""
        beat = (int(self._state[0]), int(self._state[1]))
        if beat != self._beat or beat[0] == READING:
            self._beat, self._beat_time = beat, time.monotonic()
        return time.monotonic() - self._beat_time > PAGE_SECONDS

    def kill(self) -> None:
        self._hung = True
        self._process.kill()

    def stop(self) -> None:
        self.connection.close()
        self._process.kill()
        self._process.join()

    def _replaced(self, job: Job) -> Job:
        """Start a new process; return the job to be done page by page, or without the page to blame."""
        position, hung = int(self._state[0]), self._hung
        if job.unreadable:
            raise ScanError(f"worker processes end by themselves, last with code {self._ended()}: see above")
        self.stop()
        self._start()
        if position == READING:
            return replace(job, deaths=job.deaths + 1, care=replace(job.care, batch=1))
        if job.care.batch > 1:
            return replace(job, care=replace(job.care, batch=1))
        kind = ErrorKind.TIMEOUT if hung else ErrorKind.CRASHED
        return replace(job, care=Care(1, {**job.care.blamed, position: kind}))

    def _ended(self) -> int | None:
        self._process.join()
        return self._process.exitcode


def _work(connection: Connection, state: Any, model: Path, lists: tuple[Path, ...], load: Load) -> None:
    """Do jobs until the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    threadpool_limits(1)  # the cores are the workers' own
    _map_large_blocks()
    tools = None

    def report(position: int) -> None:
        state[0] = position
        state[1] += position != READING

    while True:
        try:
            job = connection.recv()
            tools = tools or _loaded(model, lists, load)
            connection.send(_done(job, *tools, report))
        except EOFError:
            return
        except (ChaffinchError, OSError) as error:
            connection.send(f"{type(error).__name__}: {error}")


def _end_with_parent() -> None:
    """Wait for the parent's end and go at once: the next scan may have the folder by now."""
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os._exit(1)


def _loaded(model: Path, lists: tuple[Path, ...], load: Load) -> tuple[Detector, Reputation | None]:
    """Load the detector, and keep the garbage collector off what stays: a page then costs a seventh less."""
    detector, reputation = load(model), load_lists(lists)
    gc.collect()
    gc.freeze()
    return detector, reputation


def _map_large_blocks() -> None:
    """Have the C library give back at once what a large page took.

    glibc else raises its threshold to the largest block ever freed (mallopt(3)), and the heap fragments.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt:  # not in every C library
        mallopt(_M_MMAP_THRESHOLD, 1 << 20)


def _done(
    job: Job, detector: Detector, reputation: Reputation | None, report: Callable[[int], None]
) -> Receipt:
    if job.unreadable:
        message = f"reading {job.part.start} to {job.part.end} ended {job.deaths} worker processes"
        items: Iterator[Item] = iter([BadRecord(job.part.start, ErrorKind.CRASHED, message)])
    else:
        items = read_part(job.source, job.part, job.options)
    outcomes = score_items(detector, job.source.name, items, job.filters, job.care, report, reputation)
    return job.output.commit(job.part.name, _first_rows(outcomes, job.max_rows))


def _first_rows(outcomes: Iterator[Outcome], count: int | None) -> Iterator[Outcome]:
    for outcome in outcomes:
        yield outcome
        if count is not None and isinstance(outcome, dict):
            count -= 1
            if count == 0:
                return
