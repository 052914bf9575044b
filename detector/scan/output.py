"""Parts on disk. A part is committed by one rename; whether its file is there is the only journal of a scan.

``_receipts/NAME.json`` says what went into a part. It is written before the part's file appears, and a file
whose size is not the receipt's is no commit: then the part is done again.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import orjson
import pyarrow.parquet as pq

from detector.readers.record import Reach, Skipped
from detector.scan.rows import SCHEMA, VERDICT, Row, to_batch
from detector.scan.scoring import Outcome
from detector.verdict import Verdict

PLAN_FILE = "_scan.json"
DONE_FILE = "_SUCCESS"
_RECEIPTS = "_receipts"
_TEMPORARY = ".tmp-"
_FLUSH_ROWS = 512


class OutputFormat(StrEnum):
    """How rows are written."""

    PARQUET = "parquet"
    JSONL = "jsonl"  # with each verdict's whole JSON


@dataclass(slots=True)
class Receipt:
    """What a committed part holds."""

    name: str
    rows: int = 0
    bytes: int = 0  # of the part's file
    first: int = 0  # of an archive's range: where its first record began …
    next: int = 0  # … and where the next range's must
    labels: dict[str, int] = field(default_factory=dict)
    errors: dict[str, int] = field(default_factory=dict)
    skipped: dict[str, int] = field(default_factory=dict)

    @property
    def scored(self) -> int:
        """Rows that are verdicts."""
        return sum(self.labels.values())

    def count(self, outcome: Outcome) -> None:
        """Take note of an outcome."""
        if isinstance(outcome, Reach):
            self.first, self.next = outcome.first, outcome.next
        elif isinstance(outcome, Skipped):
            reason = str(outcome.reason)
            self.skipped[reason] = self.skipped.get(reason, 0) + 1
        else:
            self.rows += 1
            counts, key = (
                (self.errors, outcome["error"]) if outcome["error"] else (self.labels, outcome["label"])
            )
            counts[key] = counts.get(key, 0) + 1


@dataclass(frozen=True, slots=True)
class Output:
    """A folder of parts."""

    folder: Path
    format: OutputFormat

    def path(self, name: str) -> Path:
        """Return where a part's rows are."""
        return self.folder / f"part-{name}.{self.format}"

    def commit(self, name: str, outcomes: Iterable[Outcome]) -> Receipt:
        """Write a part and make it appear at once, whole and on disk. OSError leaves nothing of it."""
        receipt = Receipt(name)
        temporary = self.folder / f"{_TEMPORARY}{name}-{os.getpid()}"
        try:
            with temporary.open("wb") as stream:
                _write(stream, self.format, _counted(outcomes, receipt))
                stream.flush()
                os.fsync(stream.fileno())
            receipt.bytes = temporary.stat().st_size
            write_durably(self._receipt_path(name), orjson.dumps(asdict(receipt)))
            temporary.replace(self.path(name))
            sync_folder(self.folder)
        finally:
            temporary.unlink(missing_ok=True)
        return receipt

    def receipt(self, name: str) -> Receipt | None:
        """Return the receipt of a committed part, None where the part is still to be done."""
        try:
            receipt = Receipt(**orjson.loads(self._receipt_path(name).read_bytes()))
            size = self.path(name).stat().st_size
        except (FileNotFoundError, orjson.JSONDecodeError):
            return None
        return receipt if receipt.bytes == size else None

    def retract(self, name: str) -> None:
        """Take a part back, so that it counts as not done."""
        self.path(name).unlink(missing_ok=True)
        sync_folder(self.folder)

    def cut(self, receipt: Receipt, rows: int) -> Receipt:
        """Keep only a part's first ``rows`` rows."""
        kept = list(islice(self.rows(receipt.name), rows))
        reach = Reach(receipt.first, receipt.next)
        return self.commit(receipt.name, [*kept, reach])

    def names(self) -> Iterator[str]:
        """Yield the names of the parts present."""
        for path in self.folder.glob(f"part-*.{self.format}"):
            yield path.name.removeprefix("part-").removesuffix(f".{self.format}")

    def rows(self, name: str) -> Iterator[Row]:
        """Yield a part's rows as they were written."""
        if self.format is OutputFormat.JSONL:
            with self.path(name).open("rb") as stream:
                yield from map(orjson.loads, stream)
        else:
            yield from pq.read_table(self.path(name)).to_pylist()

    def prepare(self) -> None:
        """Make the folders, and clear away what killed workers left half written."""
        (self.folder / _RECEIPTS).mkdir(parents=True, exist_ok=True)
        for folder in (self.folder, self.folder / _RECEIPTS):
            for path in folder.glob(f"{_TEMPORARY}*"):
                path.unlink(missing_ok=True)

    def _receipt_path(self, name: str) -> Path:
        return self.folder / _RECEIPTS / f"{name}.json"


def write_durably(path: Path, data: bytes) -> None:
    """Write a small file so that it is there whole or not at all."""
    temporary = path.with_name(f"{_TEMPORARY}{path.name}-{os.getpid()}")
    with temporary.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Bring a folder's entries to disk, so that a rename outlives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _counted(outcomes: Iterable[Outcome], receipt: Receipt) -> Iterator[Row]:
    for outcome in outcomes:
        receipt.count(outcome)
        if isinstance(outcome, dict):
            yield outcome


def _write(stream: BinaryIO, format_: OutputFormat, rows: Iterator[Row]) -> None:
    if format_ is OutputFormat.JSONL:
        for row in rows:
            verdict = row[VERDICT]  # plain values where the row was read back
            if isinstance(verdict, Verdict):
                verdict = orjson.Fragment(verdict.to_json())
            line = {**row, "families": dict(row["families"] or ()), VERDICT: verdict}
            stream.write(orjson.dumps(line) + b"\n")
        return
    with pq.ParquetWriter(stream, SCHEMA, compression="zstd") as writer:
        while batch := list(islice(rows, _FLUSH_ROWS)):
            writer.write_batch(to_batch(batch))
