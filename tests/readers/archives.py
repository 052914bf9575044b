"""Builds small crawl archives for tests."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable

import lz4.frame
import zstandard


def response(
    url: str, body: bytes, *, status: str = "200 OK", headers: str = "", warc_type: str = "response"
) -> bytes:
    """A WARC record with an HTTP response."""
    lines = headers or "Content-Type: text/html; charset=utf-8\r\n"
    http = f"HTTP/1.1 {status}\r\n{lines}\r\n".encode() + body
    return warc_record(url, http, "application/http; msgtype=response", warc_type)


def warc_record(url: str, block: bytes, content_type: str, warc_type: str) -> bytes:
    """A WARC record with any block."""
    head = (
        f"WARC/1.0\r\nWARC-Type: {warc_type}\r\nWARC-Target-URI: {url}\r\n"
        f"WARC-Date: 2026-05-01T10:00:00Z\r\nContent-Type: {content_type}\r\n"
        f"Content-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def plain(data: bytes) -> bytes:
    """No compression."""
    return data


def gz(data: bytes) -> bytes:
    """One gzip member."""
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", mtime=0) as file:
        file.write(data)
    return out.getvalue()


def zst(data: bytes) -> bytes:
    """One zstd frame."""
    return zstandard.ZstdCompressor().compress(data)


def lz(data: bytes) -> bytes:
    """One lz4 frame."""
    return bytes(lz4.frame.compress(data))


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    ".warc": plain,
    ".warc.gz": gz,
    ".warc.zst": zst,
    ".warc.lz4": lz,
}
