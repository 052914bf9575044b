"""JSON lines: plain files by byte ranges (a line belongs where its first byte lies), streams by batches."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

import orjson

from detector.readers.inputs import Input
from detector.readers.record import (
    MAX_BODY,
    MAX_RECORD,
    BadRecord,
    ErrorKind,
    FieldMap,
    Item,
    Reach,
    ReadOptions,
    Record,
    Skipped,
    SkipReason,
    clean,
    is_markup,
)
from detector.readers.streams import Readable, decompressed

_CHUNK = 1 << 20
_STREAM_CHUNK = 1 << 16  # what damage takes with it of the intact bytes before it


def read_jsonl(source: Input, start: int, end: int, options: ReadOptions) -> Iterator[Item]:
    """Yield the records of the lines that begin in ``start..end`` of a plain file, then a Reach if any do."""
    with source.path.open("rb") as stream:
        first = _first_line(stream, start, end)
        if first >= end:  # no line begins here, and where the next does is for a later part to find
            return
        stream.seek(first)
        at = first
        while at < end and (line := stream.readline(MAX_RECORD + 1)):
            position = at
            at += len(line)
            if len(line) > MAX_RECORD:
                at += _skip_line(stream) if not line.endswith(b"\n") else 0
                yield _too_large(position)
            elif line.strip():
                yield record_of_line(line, position, options)
        yield Reach(first, at)


def read_lines(data: bytes, first: int, options: ReadOptions) -> Iterator[Item]:
    """Yield the records of a batch of lines whose first line is number ``first`` of its file."""
    for number, line in enumerate(data.split(b"\n"), first):
        if line.strip():
            yield record_of_line(line, number, options)


@dataclass(frozen=True, slots=True)
class Batch:
    """Consecutive lines of a stream, or what is wrong there."""

    first: int  # number of the first line
    lines: bytes
    weight: int  # bytes of the compressed file that it took
    bad: BadRecord | None = None


def line_batches(source: Input, batch_bytes: int) -> Iterator[Batch]:
    """Yield a compressed file's lines in batches of about ``batch_bytes``.

    The cuts depend on the file's content alone. Lines over MAX_RECORD and damage become a bad batch.
    """
    number, weight = 0, 0
    with source.path.open("rb") as file:
        for chunk in _line_chunks(decompressed(file, source.compression), batch_bytes):
            took, weight = file.tell() - weight, file.tell()
            if isinstance(chunk, bytes):
                yield Batch(number, chunk, took)
                number += chunk.count(b"\n")
            else:
                yield Batch(number, b"", took, replace(chunk, position=number))
                number += chunk.kind is ErrorKind.TOO_LARGE


def _line_chunks(stream: Readable, size: int) -> Iterator[bytes | BadRecord]:
    """Yield whole lines, at least ``size`` bytes of them at a time; what is wrong takes a position of 0."""
    held = bytearray()
    ended = 0  # bytes held that are whole lines
    while True:
        try:
            chunk = stream.read(_STREAM_CHUNK)
        except (OSError, ValueError) as error:
            if ended:
                yield bytes(held[:ended])
            yield BadRecord(0, ErrorKind.CORRUPT, f"cannot be decompressed any further: {error}")
            return
        ended = len(held) + cut if (cut := chunk.rfind(b"\n") + 1) else ended
        held += chunk
        if not chunk:
            if held:
                yield bytes(held)
            return
        if ended >= size:
            yield bytes(held[:ended])
            del held[:ended]
            ended = 0
        if len(held) - ended > MAX_RECORD:
            if ended:
                yield bytes(held[:ended])
            yield _too_large(0)
            held, ended = bytearray(_after_line(stream)), 0


def record_of_line(line: bytes, position: int, options: ReadOptions) -> Item:
    """Turn one line into a record, by the field map."""
    try:
        value = _parsed(line)
    except (ValueError, RecursionError) as error:
        return BadRecord(position, ErrorKind.MALFORMED, f"not JSON: {error}")
    if not isinstance(value, dict):
        return BadRecord(position, ErrorKind.MALFORMED, f"a JSON {type(value).__name__}, not an object")
    return record_of_fields(value, position, options)


def record_of_fields(value: dict[str, Any], position: int, options: ReadOptions) -> Item:
    """Turn named values into a record, by the field map. HTML is preferred where both have content."""
    fields = options.fields
    url, content_type, title, date = (
        _text(_field(value, name)) for name in (fields.url, fields.content_type, fields.title, fields.date)
    )
    html, text = _field(value, fields.html), _field(value, fields.text)
    has_html = _has_content(html)
    body = html if has_html else text
    if not _has_content(body):
        return BadRecord(position, ErrorKind.NO_CONTENT, _no_content(html or text, fields), url)
    if not options.wants(content_type):
        return Skipped(position, SkipReason.CONTENT_TYPE)
    markup = has_html and (not content_type or is_markup(content_type))
    return Record(position, body[: MAX_BODY + 1], markup, url, content_type, title, date)


def _parsed(line: bytes) -> Any:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        return json.loads(line)  # takes escaped lone surrogates, which crawls contain


def _has_content(value: object) -> bool:
    return isinstance(value, str | bytes) and bool(value) and not value.isspace()


def _no_content(body: object, fields: FieldMap) -> str:
    found = "nothing" if not body or isinstance(body, str | bytes) else f"a {type(body).__name__}"
    return f"{found} in the fields {fields.html!r} and {fields.text!r}: map them with --field"


def _field(value: Any, path: str) -> Any:
    if path in value:
        return value[path]
    for name in path.split("."):
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def _text(value: object) -> str:
    if isinstance(value, bytes):  # of Parquet, where writers leave out that it is text
        return value.decode("utf-8", "replace")
    return "" if value is None else clean(str(value))


def _first_line(stream: BinaryIO, start: int, end: int) -> int:
    """Return where the first line in ``start..end`` begins, ``end`` or more where none does."""
    if start == 0:
        return 0
    stream.seek(start - 1)
    return start - 1 + _skip_line(stream, end - start + 1)


def _skip_line(stream: BinaryIO, most: float = math.inf) -> int:
    """Read to behind the next line feed, or ``most`` bytes and more; return how many bytes that took."""
    skipped = 0
    while skipped < most and (chunk := stream.readline(_CHUNK)):
        skipped += len(chunk)
        if chunk.endswith(b"\n"):
            break
    return skipped


def _after_line(stream: Readable) -> bytes:
    """Read to behind the next line feed; return what was read beyond it."""
    while chunk := stream.read(_CHUNK):
        if (cut := chunk.find(b"\n") + 1) > 0:
            return chunk[cut:]
    return b""


def _too_large(position: int) -> BadRecord:
    return BadRecord(position, ErrorKind.TOO_LARGE, f"a line of more than {MAX_RECORD} bytes")
