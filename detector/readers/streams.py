"""Opens compressed files as streams of plain bytes."""

from __future__ import annotations

import io
from pathlib import Path
from typing import BinaryIO, TypeAlias

from fastwarc.stream_io import GzipReader, Lz4Reader, WarcReader, ZstdReader

from detector.readers.inputs import Compression

Readable: TypeAlias = WarcReader | BinaryIO


def decompressed(stream: BinaryIO, compression: Compression, dictionary: bytes | None = None) -> Readable:
    """Return the stream's plain bytes. Reading raises OSError where they are damaged."""
    match compression:
        case Compression.GZIP:
            return GzipReader(stream)
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
