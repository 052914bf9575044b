"""Cuts inputs into parts that depend on the inputs alone, and reads a part's records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from detector.readers.folder import read_folder
from detector.readers.inputs import Compression, Format, Input, is_compressed
from detector.readers.jsonl import line_batches, read_jsonl, read_lines
from detector.readers.parquet import read_parquet, row_group_bytes
from detector.readers.record import BadRecord, ErrorKind, Item, ReadOptions
from detector.readers.warc import read_warc

MIN_PART, MAX_PART = 1 << 20, 32 << 20
"""Bytes of input a part: what a kill can cost at most, and what one committed file is worth."""

_PARTS_LEFT = 256
_STREAM_BATCH = 4 << 20
_FILES_A_PART = 64


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of one input: bytes, row groups or files ``start..end``, or a batch of a stream's lines."""

    source: int  # index of the input
    ordinal: int
    start: int
    end: int
    weight: int  # bytes of the input that it stands for
    payload: bytes | None = None  # of a stream: its lines, of which the first is number ``start``
    bad: BadRecord | None = None  # of a stream: instead of lines

    @property
    def name(self) -> str:
        """The part's name, which sorts in input order."""
        return f"{self.source:05d}-{self.ordinal:06d}"


def part_sizes(inputs: tuple[Input, ...]) -> tuple[int, ...]:
    """Return how many bytes the parts of each input should hold: fewer, the less there is after it.

    So all cores are busy to the end (guided self-scheduling: Polychronopoulos and Kuck 1987), in small scans
    too, whatever their number.
    """
    left = reversed(list(accumulate(source.size for source in reversed(inputs))))
    return tuple(min(max(total // _PARTS_LEFT, MIN_PART), MAX_PART) for total in left)


def is_stream(source: Input) -> bool:
    """Tell whether an input can only be read from its beginning, so that one reader must feed all workers."""
    return source.format is Format.JSONL and source.compression is not Compression.NONE


def plan_parts(index: int, source: Input, size: int) -> Iterator[Part]:
    """Yield the parts of an input in order, of about ``size`` bytes each."""
    if source.size == 0 and not _may_be_empty(source):
        bad = BadRecord(0, ErrorKind.UNREADABLE, f"{source.name}: an empty file")
        yield Part(index, 0, 0, 0, 0, bad=bad)
    elif is_stream(source):
        yield from _stream_parts(index, source, min(size, _STREAM_BATCH))
    elif source.format is Format.FOLDER:
        yield from _even_parts(index, source, len(source.files), _FILES_A_PART)
    elif source.format is Format.PARQUET:
        yield from _row_group_parts(index, source, size)
    else:
        yield from _even_parts(index, source, source.size, size)


def read_part(source: Input, part: Part, options: ReadOptions) -> Iterator[Item]:
    """Yield what a part holds. Damage becomes BadRecords, never an exception."""
    if part.bad:
        yield part.bad
        return
    try:
        yield from _reader(source, part, options)
    except OSError as error:
        yield BadRecord(part.start, ErrorKind.UNREADABLE, f"{source.name}: {error}")


def _reader(source: Input, part: Part, options: ReadOptions) -> Iterator[Item]:
    if part.payload is not None:
        return read_lines(part.payload, part.start, options)
    match source.format:
        case Format.WARC:
            return read_warc(source, part.start, part.end, options)
        case Format.PARQUET:
            return read_parquet(source, part.start, part.end, options)
        case Format.FOLDER:
            return read_folder(source, part.start, part.end)
        case Format.JSONL:
            return read_jsonl(source, part.start, part.end, options)


def _may_be_empty(source: Input) -> bool:
    """Tell whether a file of 0 bytes is a whole one: archives and compressed files have a head at least."""
    return source.format is Format.FOLDER or (
        source.format is Format.JSONL and not is_compressed(source.path)
    )


def _even_parts(index: int, source: Input, total: int, size: int) -> Iterator[Part]:
    for ordinal, start in enumerate(range(0, total, size)):
        end = min(start + size, total)
        yield Part(index, ordinal, start, end, weight=source.size * (end - start) // total)


def _row_group_parts(index: int, source: Input, size: int) -> Iterator[Part]:
    try:
        sizes = row_group_bytes(source.path)
    except OSError as error:
        bad = BadRecord(0, ErrorKind.UNREADABLE, f"{source.name}: {error}")
        yield Part(index, 0, 0, 0, source.size, bad=bad)
        return
    ordinal = start = held = 0
    for group, group_bytes in enumerate(sizes):
        if held and held + group_bytes > size:
            yield Part(index, ordinal, start, group, held)
            ordinal, start, held = ordinal + 1, group, 0
        held += group_bytes
    if held:
        yield Part(index, ordinal, start, len(sizes), held)


def _stream_parts(index: int, source: Input, size: int) -> Iterator[Part]:
    for ordinal, batch in enumerate(line_batches(source, size)):
        yield Part(index, ordinal, batch.first, batch.first, batch.weight, batch.lines, batch.bad)
