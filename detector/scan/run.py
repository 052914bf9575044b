"""One scan from inputs to a finished folder; run again after a kill, it does what is missing and no more."""

from __future__ import annotations

import fcntl
import hashlib
import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import orjson

from detector.detector import SHIPPED
from detector.errors import ListError, ScanError
from detector.model import read_manifest
from detector.readers.inputs import Input, find_inputs
from detector.readers.parts import Part, part_sizes, plan_parts
from detector.readers.record import ReadOptions
from detector.scan.output import DONE_FILE, PLAN_FILE, Output, OutputFormat, Receipt, write_durably
from detector.scan.pool import Job, Pool
from detector.scan.rows import SCHEMA_VERSION
from detector.scan.scoring import Filters
from detector.scan.stdin import spooled

_LOCK_FILE = "_lock"


@dataclass(frozen=True, slots=True)
class ScanOptions:
    """What to read, what to keep, and how to write it. All of it decides which rows there are."""

    read: ReadOptions = field(default_factory=ReadOptions)
    filters: Filters = field(default_factory=Filters)
    max_records: int | None = None  # rows at most: the first ones, in input order
    format: OutputFormat = OutputFormat.PARQUET
    lists: tuple[Path, ...] = ()  # block lists that each address is looked up in
    part_bytes: int | None = None  # of input; None: by the size of what is left of the inputs


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a scan is."""

    bytes_done: int  # of the inputs
    bytes_total: int
    pages: int  # scored in this run
    errors: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What a finished scan holds, and what this run of it did."""

    output: str
    model: str
    inputs: int
    parts: int
    rows: int
    labels: dict[str, int]
    errors: dict[str, int]
    skipped: dict[str, int]
    resumed_parts: int  # that were there before this run
    pages: int  # scored in this run
    seconds: float  # that this run took
    pages_per_second: float

    def to_json(self) -> bytes:
        """Return the summary for machines."""
        return orjson.dumps(asdict(self))


def scan(
    inputs: Sequence[str | Path],
    folder: Path,
    options: ScanOptions | None = None,
    *,
    model: Path = SHIPPED,
    workers: int | None = None,
    progress: Callable[[Progress], None] = lambda progress: None,
) -> Summary:
    """Score every page of the inputs (``-`` is standard input) into ``folder``, one file a part.

    ``workers`` is the number of processes (None: one a core); it doesn't change the rows. Raises InputError
    where an input can't be found, ListError where a list can't, ScanError where the folder belongs to another
    scan or can't be written, and ModelError. Whatever is wrong inside an input becomes a row with an error.
    """
    options = options or ScanOptions()
    output = Output(folder, options.format)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _locked(folder), spooled(inputs, folder) as paths:
            found = find_inputs(paths, besides=folder)
            return _Scan(found, output, options, model, progress).run(workers or _cores())
    except OSError as error:
        raise ScanError(f"{folder}: {error}; what is committed stays, run the same command again") from error


class _Scan:
    def __init__(
        self,
        inputs: tuple[Input, ...],
        output: Output,
        options: ScanOptions,
        model: Path,
        progress: Callable[[Progress], None],
    ) -> None:
        self.inputs, self.output, self.options, self.model = inputs, output, options, model
        self.progress = progress
        fixed = options.part_bytes
        self.part_bytes = (fixed,) * len(inputs) if fixed else part_sizes(inputs)
        self.ledger: dict[str, Receipt] = {}
        self.parts: list[Part] = []  # in input order, without their payloads
        self.bytes_done = self.pages = self.errors = self.resumed = 0
        self.whole = self.whole_rows = 0  # parts done without a gap from the start, and their rows

    def run(self, workers: int) -> Summary:
        started = time.monotonic()
        model_id = str(read_manifest(self.model)["model_id"])  # the workers verify the model itself
        self._claim(model_id)
        self.output.prepare()
        with Pool(self.model, workers, self.options.lists) as pool:
            self._do(pool, self._missing_jobs())
            while jobs := self._misjoined_jobs():
                self._do(pool, iter(jobs))
        self._cut_to_max_records()
        write_durably(self.output.folder / DONE_FILE, b"")
        return self._summary(model_id, time.monotonic() - started)

    def _claim(self, model_id: str) -> None:
        """Write down what this scan is, or check that it is the one that the folder holds."""
        path = self.output.folder / PLAN_FILE
        plan = orjson.loads(orjson.dumps(self._plan(model_id)))
        if not path.exists():
            if any(self.output.names()):
                raise ScanError(
                    f"{self.output.folder}: holds parts but no {PLAN_FILE}: choose another folder"
                )
            write_durably(path, orjson.dumps(plan, option=orjson.OPT_INDENT_2))
            return
        try:
            held = orjson.loads(path.read_bytes())
        except orjson.JSONDecodeError as error:
            raise ScanError(f"{path}: cannot be read ({error}): choose another folder") from error
        if differing := sorted(key for key in plan.keys() | held.keys() if plan.get(key) != held.get(key)):
            raise ScanError(
                f"{self.output.folder}: belongs to a scan with other {', '.join(differing)}: "
                "choose another folder, or give what that scan was given"
            )

    def _plan(self, model_id: str) -> dict[str, Any]:
        filters = self.options.filters
        return {
            "rows": SCHEMA_VERSION,
            "model": model_id,
            "inputs": [[s.name, s.format, s.compression, s.size, s.digest] for s in self.inputs],
            "fields": asdict(self.options.read.fields),
            "content_types": self.options.read.content_types,
            "languages": sorted(filters.languages),
            "sample": filters.sample,
            "max_records": self.options.max_records,
            "format": self.options.format,
            "lists": [[path.name, _digest(path)] for path in self.options.lists],
            "part_bytes": self.part_bytes,
        }

    def _missing_jobs(self) -> Iterator[Job]:
        """Yield what is not yet done, in input order, until there are rows enough."""
        for index, (source, size) in enumerate(zip(self.inputs, self.part_bytes, strict=True)):
            for part in plan_parts(index, source, size):
                if self._enough():
                    return
                self.parts.append(replace(part, payload=None))
                if receipt := self.output.receipt(part.name):
                    self._note(part, receipt)
                    self.resumed += 1
                else:
                    yield self._job(part)

    def _misjoined_jobs(self) -> list[Job]:
        """Take back the ranges that did not begin where the one before ended; return them to be redone.

        Only an archive inside an archive's record, lying across a border, can bring a range out of step.
        """
        jobs: list[Job] = []
        redone = ""
        for before, part in pairwise(self.parts):
            if before.source != part.source or before.name == redone:
                continue
            end, receipt = self.ledger[before.name].next, self.ledger[part.name]
            if end and receipt.next and receipt.first != end:
                self.output.retract(part.name)
                jobs.append(self._job(replace(part, start=end)))
                redone = part.name
        return jobs

    def _job(self, part: Part) -> Job:
        source, options = self.inputs[part.source], self.options
        return Job(source, part, options.read, options.filters, self.output, options.max_records)

    def _do(self, pool: Pool, jobs: Iterator[Job]) -> None:
        for job, receipt in pool.run(jobs, lambda: self._tell(pool)):
            self._note(job.part, receipt)
            self.pages += receipt.scored

    def _note(self, part: Part, receipt: Receipt) -> None:
        if part.name not in self.ledger:
            self.bytes_done += part.weight
            self.errors += sum(receipt.errors.values())
        self.ledger[part.name] = receipt

    def _tell(self, pool: Pool) -> None:
        total = sum(source.size for source in self.inputs)
        self.progress(Progress(self.bytes_done, total, self.pages + pool.pages_under_way, self.errors))

    def _enough(self) -> bool:
        """Tell whether the parts that are done without a gap from the start hold the rows asked for."""
        if self.options.max_records is None:
            return False
        while self.whole < len(self.parts) and (receipt := self.ledger.get(self.parts[self.whole].name)):
            self.whole_rows += receipt.rows
            self.whole += 1
        return self.whole_rows >= self.options.max_records

    def _cut_to_max_records(self) -> None:
        """Drop what lies behind the last row asked for; a kill in between leaves it to the next run."""
        left = self.options.max_records
        if left is None:
            return
        for part in self.parts:
            receipt = self.ledger[part.name]
            if left == 0:
                del self.ledger[part.name]
            elif receipt.rows > left:
                self.ledger[part.name] = self.output.cut(receipt, left)
            left = max(0, left - receipt.rows)
        for name in set(self.output.names()) - self.ledger.keys():
            self.output.retract(name)

    def _summary(self, model_id: str, seconds: float) -> Summary:
        receipts = self.ledger.values()
        return Summary(
            output=str(self.output.folder),
            model=model_id,
            inputs=len(self.inputs),
            parts=len(receipts),
            rows=sum(receipt.rows for receipt in receipts),
            labels=_added(receipt.labels for receipt in receipts),
            errors=_added(receipt.errors for receipt in receipts),
            skipped=_added(receipt.skipped for receipt in receipts),
            resumed_parts=self.resumed,
            pages=self.pages,
            seconds=round(seconds, 3),
            pages_per_second=round(self.pages / seconds, 1),
        )


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()[:16]
    except OSError as error:
        raise ListError(f"{path}: cannot be read ({error.strerror})") from error


def _added(counts: Iterable[dict[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for count in counts:
        total.update(count)
    return dict(total.most_common())


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the folder; the system lets go of it even when the process is killed."""
    with (folder / _LOCK_FILE).open("wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ScanError(f"{folder}: another scan is writing here") from error
        yield


def _cores() -> int:
    return len(os.sched_getaffinity(0))
