"""Bytes to text, as browsers do it but forgiving: byte-order mark, valid UTF-8, declared charset, sniffing.

UTF-8 comes before the declaration because bytes beyond ASCII that are valid UTF-8 are hardly ever anything
else, while declarations are often left over from another server. Labels map by the WHATWG Encoding Standard
(``iso-8859-1`` means windows-1252).
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

import numpy as np
from resiliparse.parse.encoding import detect_encoding, map_encoding_to_html5

BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
DECLARED_WITHIN = 4_096
"""Bytes at the head in which a ``<meta charset>`` counts (the standard says 1,024; pages are sloppy)."""

SNIFFED_BYTES = 16_384
MAX_BROKEN_SHARE = 0.02
"""Share of the characters beyond ASCII that may be broken before another encoding is tried."""

CHARSET = re.compile(r"charset\s{0,8}=\s{0,8}[\"']?\s{0,8}([\w.:-]{1,40})", re.IGNORECASE)
ESCAPE = b"\x1b"
"""Announces ISO-2022-JP, which looks like ASCII otherwise."""
SURROGATE = "\ud800".encode(errors="surrogatepass")
"""The first one. All share its first byte, and no other character has as high a second byte after it."""
REPLACEMENT = "\ufffd".encode()
WIDE = {"utf-16-le", "utf-16-be", "utf-16", "utf-32"}


def transcode(data: bytes, content_type: str = "") -> tuple[bytes, str]:
    """Return ``data`` in UTF-8, and the name of its encoding. Never raises: broken bytes become U+FFFD.

    ``content_type`` is the HTTP header, whose charset comes before that of a ``<meta>``.
    """
    for mark, encoding in BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace").encode(), encoding
    if encoding := _unmarked_utf16(data):
        return data.decode(encoding, "replace").encode(), encoding
    if ESCAPE not in data[:DECLARED_WITHIN] and _is_utf8(data):
        return data, "utf-8"
    text, encoding = _decode_legacy(data, content_type)
    return to_utf8(text), encoding


def to_utf8(text: str) -> bytes:
    """Return text as UTF-8; lone surrogates, which no encoding can hold, become U+FFFD."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        codes = np.frombuffer(bytearray(text.encode(errors="surrogatepass")), np.uint8)
        first = np.flatnonzero((codes[:-1] == SURROGATE[0]) & (codes[1:] >= SURROGATE[1]))
        for place, code in enumerate(REPLACEMENT):  # as long as a surrogate, three bytes
            codes[first + place] = code
        return codes.tobytes()


def _decode_legacy(data: bytes, content_type: str) -> tuple[str, str]:
    allowed = MAX_BROKEN_SHARE * len(data.translate(None, _ASCII)) + 2
    best = ("", "", len(data) + 1)
    for encoding in _candidates(data, content_type):
        try:
            text = data.decode(encoding, "replace")
        except (LookupError, UnicodeError):
            continue
        broken = text.count("\ufffd")
        if broken <= allowed:
            return text, encoding
        if broken < best[2]:
            best = (text, encoding, broken)
    return best[0], best[1]


def _is_utf8(data: bytes) -> bool:
    if data.isascii():
        return True
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


_ASCII = bytes(range(128))


def _candidates(data: bytes, content_type: str) -> Iterator[str]:
    head = data[:DECLARED_WITHIN].decode("latin-1")
    for source in (content_type, head):
        declared = CHARSET.search(source)
        encoding = declared and map_encoding_to_html5(declared[1], fallback_utf8=False)
        if encoding and encoding not in WIDE:  # a byte that reads "charset" is not UTF-16
            yield encoding
    yield "utf-8"
    yield detect_encoding(data, max_len=SNIFFED_BYTES) or "utf-8"
    yield "cp1252"


def _unmarked_utf16(data: bytes) -> str:
    """Tell UTF-16 without a mark by its zero bytes: nearly every other one, on one side."""
    head = data[:1_024]
    if head.count(0) * 3 < len(head) or len(head) < 8:
        return ""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) * 5 < len(head) * 2 or min(even, odd) * 10 > len(head):
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"
