"""Opens compressed files as streams of plain bytes."""

from __future__ import annotations

import gzip
import io
import zlib
from pathlib import Path
from typing import BinaryIO, TypeAlias

from fastwarc.stream_io import Lz4Reader, WarcReader, ZstdReader

from detector.readers.inputs import Compression

Readable: TypeAlias = WarcReader | BinaryIO | gzip.GzipFile


def decompressed(stream: BinaryIO, compression: Compression, dictionary: bytes | None = None) -> Readable:
    """Return the stream's plain bytes. Reading raises OSError where they are damaged."""
    match compression:
        case Compression.GZIP:
            return _Gzip(stream)
        case Compression.ZSTD:
            return ZstdReader(stream, dictionary=dictionary)
        case Compression.LZ4:
            return Lz4Reader(stream)
    return stream


def first_bytes(data: bytes, compression: Compression, dictionary: bytes | None = None) -> bytes:
    """Return the first plain bytes behind a compressed head, ``b""`` where it does not decompress."""
    try:
        return decompressed(io.BytesIO(data), compression, dictionary).read(16)
    except (OSError, ValueError):
        return b""


def open_plain(path: Path, compression: Compression) -> Readable:
    """Open a file for reading its plain bytes."""
    return decompressed(path.open("rb"), compression)


class _Gzip(gzip.GzipFile):
    """FastWARC's reader takes a gzip member that is cut off for one that ends there; this one raises."""

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__(fileobj=stream, mode="rb")

    def read(self, size: int | None = -1) -> bytes:
        try:
            return super().read(size)
        except (EOFError, zlib.error) as error:
            raise OSError(str(error)) from error
