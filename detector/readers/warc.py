"""WARC and WET archives, whole or by byte ranges: a record belongs to the range that its first byte lies in.

A compressed archive has no index, so a range begins at the first place that looks like a compressed member
holding a record. Bytes inside a record may look like that too; each range therefore says where it began and
where the next must begin (``Reach``), and whoever reads ranges out of order can prove that they join.
"""

from __future__ import annotations

import io
import mmap
import re
import zlib
from collections.abc import Generator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from detector.readers.inputs import MAGIC, Compression, Input
from detector.readers.record import (
    MAX_BODY,
    MAX_RECORD,
    BadRecord,
    ErrorKind,
    Item,
    Reach,
    ReadOptions,
    Record,
    Skipped,
    SkipReason,
    is_markup,
)
from detector.readers.streams import Readable, decompressed, first_bytes

_PAGES = WarcRecordType.response | WarcRecordType.resource | WarcRecordType.conversion
_NOT_PAGES = (
    WarcRecordType.warcinfo | WarcRecordType.request | WarcRecordType.metadata | WarcRecordType.revisit
)
_PLAIN_START = b"\r\n\r\nWARC/1."
_PROBE = 262_144  # bytes in which a compressed member shows its first plain bytes (a zstd block is 128 KiB)
_SKIPPABLE = b"\x5d\x2a\x4d\x18"
_ENCODINGS = ("Transfer-Encoding", "Content-Encoding")
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<")


def read_warc(source: Input, start: int, end: int, options: ReadOptions) -> Iterator[Item]:
    """Yield the pages among the records whose first byte is in ``start..end``, and last a Reach.

    Damage becomes one BadRecord; reading goes on at the next place that holds a record.
    """
    with source.path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        archive = _Archive(source, data)
        first = at = archive.record_from(start)
        damaged = False
        while at < end:
            at, damaged = yield from _until_damage(archive, at, end, options, damaged)
        yield Reach(first, at)


def zstd_dictionary(data: bytes | mmap.mmap) -> bytes | None:
    """Return the dictionary in an archive's opening skippable frame (the .warc.zst convention), if any."""
    if data[:4] != _SKIPPABLE:
        return None
    dictionary = bytes(data[8 : 8 + int.from_bytes(data[4:8], "little")])
    if dictionary.startswith(MAGIC[Compression.ZSTD]):
        return decompressed(io.BytesIO(dictionary), Compression.ZSTD).read(MAX_RECORD)
    return dictionary


def _until_damage(
    archive: _Archive, start: int, end: int, options: ReadOptions, reported: bool
) -> Generator[Item, None, tuple[int, bool]]:
    """Yield records up to ``end`` or damage; return where to go on, and whether that is behind damage.

    ``reported`` says that the damage before ``start`` has its row: what still can't be read is part of it.
    """
    last, reason = start - 1, "what follows is no record"
    try:
        for record, position in archive.records(start):
            if position >= end and archive.is_start(position):
                return position, False
            last, reported = position, False
            item = _item(record, position, options)
            if item:
                yield item
            if isinstance(item, BadRecord) and item.kind is ErrorKind.TRUNCATED:
                return archive.record_from(position + 1), True
        if last >= start and archive.end_of(last) in (None, len(archive.data)):
            return len(archive.data), False
    except (OSError, ValueError) as error:
        reason = str(error)
    after = archive.end_of(last) if last >= start else None
    place = after or max(last, start)
    if not reported:
        yield BadRecord(place, ErrorKind.CORRUPT, f"damaged at or after byte {place}: {reason}")
    return archive.record_from(after or place + 1), True


class _Archive:
    """One archive in memory-mapped form, read from any place in it."""

    def __init__(self, source: Input, data: mmap.mmap) -> None:
        self.path: Path = source.path
        self.compression = source.compression
        self.data = data
        self.dictionary = zstd_dictionary(data)

    def record_from(self, start: int) -> int:
        """Return the first place at or after ``start`` where a record begins, else the archive's size."""
        if start == 0 or (self.compression is Compression.NONE and self.is_start(start)):
            return start
        if self.compression is Compression.NONE:
            found = self.data.find(_PLAIN_START, max(0, start - 4))
            return len(self.data) if found < 0 else found + 4
        magic = MAGIC[self.compression]
        at = self.data.find(magic, start)
        while at >= 0 and not self._holds_record(at):
            at = self.data.find(magic, at + 1)
        return len(self.data) if at < 0 else at

    def is_start(self, position: int) -> bool:
        """Tell whether a compressed member (or a plain record) starts here, rather than runs through here."""
        magic = b"WARC/" if self.compression is Compression.NONE else MAGIC[self.compression]
        return self.data[position : position + len(magic)] == magic

    def end_of(self, position: int) -> int | None:
        """Return where the gzip member of the record at ``position`` ends, None where that is unknown.

        An archive of which a member's head is damaged can look as if it ended there. The other compressions
        tell such damage by themselves; members of several records are not looked into.
        """
        if self.compression is not Compression.GZIP or not self.is_start(position):
            return None
        member = zlib.decompressobj(wbits=31)
        at = position
        try:
            while not member.eof and (chunk := self.data[at : at + _PROBE]):
                member.decompress(chunk, _PROBE)
                while member.unconsumed_tail:
                    member.decompress(member.unconsumed_tail, _PROBE)
                at += len(chunk) - len(member.unused_data)
        except zlib.error:
            return None
        return at if member.eof and self.data[at : at + _PROBE].strip(b"\0") else len(self.data)

    def records(self, start: int) -> Iterator[tuple[WarcRecord, int]]:
        """Yield every record from ``start`` on, each with a position of its own.

        Records that share one compressed member count up from the member's first byte.
        """
        with self.path.open("rb") as stream:
            stream.seek(start)
            last = start - 1
            for record in ArchiveIterator(self._source(stream), parse_http=False):
                # FastWARC may misplace the first record of a stream, which is known to be at its start.
                position = start if last < start else record.stream_pos
                last = position if position > last and self.is_start(position) else last + 1
                yield record, last

    def _source(self, stream: BinaryIO) -> Readable:
        """FastWARC finds the compression by itself, and faster, but for a dictionary."""
        if self.dictionary is None:
            return stream
        return decompressed(stream, self.compression, self.dictionary)

    def _holds_record(self, at: int) -> bool:
        head = self.data[at : at + _PROBE]
        return first_bytes(head, self.compression, self.dictionary).startswith(b"WARC/")


def _item(record: WarcRecord, position: int, options: ReadOptions) -> Item | None:
    """Return what a record gives, None where it is no page.

    What is passed over is read all the same: an archive may end in it, and so lack whatever came behind.
    """
    url = (record.headers.get("WARC-Target-URI") or "").strip("<> ")
    if not (record.headers.get("Content-Length") or "").strip().isdecimal():
        return BadRecord(position, ErrorKind.MALFORMED, "no Content-Length, or none that can be read", url)
    item = None if record.record_type & _NOT_PAGES else _candidate(record, position, url, options)
    if item is None or isinstance(item, Skipped):
        left = record.content_length
        if record.consume(left) < left:
            return _truncated(position, left, url)
    return item


def _candidate(record: WarcRecord, position: int, url: str, options: ReadOptions) -> Item:
    if not record.record_type & _PAGES:
        return BadRecord(position, ErrorKind.MALFORMED, "a WARC-Type that cannot be read", url)
    content_type = record.headers.get("Content-Type") or ""
    if record.is_http:
        record.parse_http(quirks_mode=True)  # takes lines that end in a line feed alone, as browsers do
        headers = record.http_headers
        if headers is None or headers.status_code is None:
            return BadRecord(position, ErrorKind.MALFORMED, "no HTTP status line", url)
        if headers.status_code != 200:
            return Skipped(position, SkipReason.STATUS)
        content_type = headers.get("Content-Type") or ""
    if not options.wants(content_type):
        return Skipped(position, SkipReason.CONTENT_TYPE)
    length = record.content_length
    if length > MAX_RECORD:
        if record.consume(length) < length:
            return _truncated(position, length, url)
        return BadRecord(position, ErrorKind.TOO_LARGE, f"{length} bytes, more than {MAX_RECORD}", url)
    return _page(record, position, url, content_type)


def _page(record: WarcRecord, position: int, url: str, content_type: str) -> Record | BadRecord:
    expected = record.content_length  # of what is left: the payload
    body = record.reader.read(expected)
    if len(body) < expected:
        return _truncated(position, expected, url)
    try:
        body = _decoded(record, body) if record.is_http else body
    except OSError as error:
        return BadRecord(position, ErrorKind.MALFORMED, f"the body's encoding is broken: {error}", url)
    date = record.headers.get("WARC-Date") or ""
    return Record(position, body[: MAX_BODY + 1], is_markup(content_type), url, content_type, date=date)


def _truncated(position: int, expected: int, url: str) -> BadRecord:
    return BadRecord(position, ErrorKind.TRUNCATED, f"ends before the {expected} bytes that it declares", url)


def _decoded(record: WarcRecord, body: bytes) -> bytes:
    """Undo the transfer and content encodings, where the headers name any.

    Crawlers that undo one often leave its header in place, and servers name encodings that are none: where
    the body doesn't decode as its headers say, it may by one of them, or be markup as it stands.
    """
    lines = [f"{name}: {value}\r\n" for name in _ENCODINGS if (value := record.http_headers.get(name))]
    try:
        return _undone(lines, body)
    except OSError:
        for fewer in (lines[:1], lines[1:], []):
            with suppress(OSError):
                if _MARKUP.match(decoded := _undone(fewer, body)):
                    return decoded
        raise


def _undone(headers: list[str], body: bytes) -> bytes:
    """Undo the encodings that these header lines name.

    Works on a record of its own, so that a broken encoding can't put the archive's reader out of step.
    """
    if not headers:
        return body
    lines = "".join(headers).lower().replace("x-gzip", "gzip")  # the same: RFC 9110, section 8.4.1.3
    http = b"HTTP/1.1 200 OK\r\n" + lines.encode("latin-1", "replace") + b"\r\n" + body
    head = b"WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http\r\nContent-Length: %d\r\n\r\n"
    copy = WarcRecord.from_bytes(head % len(http) + http + b"\r\n\r\n")
    copy.parse_http(auto_decode="all")
    decoded = copy.reader.read(MAX_BODY + 1)
    if body and not decoded:
        raise OSError(f"{len(body)} bytes that decode to nothing")
    return decoded
