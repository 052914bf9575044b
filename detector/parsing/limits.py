"""Screens an input before it is parsed, so that no content can stall the parser or fill the memory.

Lexbor is fast on what people write and quadratic on what they could write: it compares each attribute with
all others of its element (20,000 on one element: 0.7 s, 40,000: 2.8 s), keeps attribute names in a table that
does not grow (40,000 names: 0.4 s, 100,000: 3.8 s), walks the open elements for most tags (20,000 nested:
0.9 s), and reopens unclosed formatting elements in every block after them (1,000 ``<b id=…>`` in as many
``<p>``: 500,000 nodes). Each of these costs is bounded here by counts that hold whatever the bytes mean,
because telling tags from quoted text takes a parser. They clear nearly every page that people write; a page
they don't clear is written anew (:mod:`detector.parsing.rewrite`) within limits that hold by construction.

Why a part of an input is left out (:class:`~detector.page.CutReason`):

- ``bytes``: beyond the first MAX_BYTES
- ``attributes``, ``depth``, ``elements``: beyond what a page written anew may hold (``rewrite``)
- ``links``: links, images, or scripts and frames beyond the first MAX_LINKS of their kind; beyond the first
  ``mentions.MAX_MENTIONS`` domains named in the text; hosts that are not in ASCII beyond the first
  ``urls.MAX_FOREIGN`` in the markup or ``mentions.MAX_FOREIGN`` in the text
- ``text``: beyond the first MAX_TEXT characters of visible or the first MAX_HIDDEN of hidden text
- ``metadata``: JSON-LD beyond ``head.MAX_JSON`` characters
- ``not_text``: all of it, because it is no text (PDF, image, archive, other binary)
- ``empty``: there was nothing to begin with
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from selectolax.lexbor import LexborHTMLParser, LexborNode

from detector.errors import PageError
from detector.page import CutReason
from detector.parsing.encoding import to_utf8, transcode
from detector.parsing.rewrite import MAX_DEPTH, MAX_TAGS, POSSIBLE_TAG, rewrite
from detector.parsing.tree import parse_tree

MAX_BYTES = 5_000_000
MAX_TEXT = 400_000
"""Characters of visible text that are kept; the rest, from the end, is cut."""
MAX_HIDDEN = 100_000
"""Characters of hidden text that are kept."""
MAX_LINKS = 10_000

SAFE_TAGS = 10_000
"""Nested, they cost 0.25 s."""
SAFE_STEPS = 80_000_000
"""From a tag to an open element; the parser takes 230 million a second."""
SAFE_ATTRIBUTES = 12_000
"""On one element they cost 0.25 s: the root of what the sum of squares over all elements may reach."""
SAFE_BYTES = 3 * SAFE_ATTRIBUTES
"""Attributes that differ take three bytes each."""
SAFE_NAMES = 40_000
"""Attribute names that differ, on all elements: 0.4 s."""
SAFE_REOPENINGS = 400_000
"""Formatting elements x tags: three times the elements that unclosed formatting may make, 0.2 s."""
WINDOW = 16_384
"""Bytes among which one certain end of a tag is looked for."""
MAX_SPACE = 1_024
"""White space before a quote mark that is skipped; behind more of it, the mark counts as an opening one."""

MAGIC = (
    b"%PDF-", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"\x1f\x8b", b"\xfd7zXZ", b"7z\xbc\xaf", b"\x7fELF",
    b"\xd0\xcf\x11\xe0", b"\x28\xb5\x2f\xfd", b"\x00\x00\x01\x00", b"\x00\x00\x00\x18ftyp",
    b"\x00\x00\x00\x20ftyp", b"\x00asm", *(b"BZh%d1AY&SY" % level for level in range(1, 10)),
)  # fmt: skip
"""How files of other formats begin."""
WORDS = (b"GIF87a", b"GIF89a", b"RIFF", b"OggS", b"ID3", b"fLaC", b"wOFF", b"wOF2", b"Rar!")
"""How they begin where a text may begin so too; within NEAR bytes, a control character tells them apart."""
NEAR = 32
CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\f\r\x1b") + b"\x7f"
SAMPLE = 4_096
MAX_CONTROL_SHARE = 0.05
"""Share of control characters from which bytes are no text."""

TEMPLATE = re.compile(rb"<template", re.IGNORECASE)
TAG = re.compile(rb"<[a-z/]", re.IGNORECASE)
Codes: TypeAlias = npt.NDArray[np.uint8]
Positions: TypeAlias = npt.NDArray[np.intp]


def screen(content: bytes | str, content_type: str = "") -> tuple[bytes, str, list[CutReason]]:
    """Return what may be read of an input, in UTF-8; the name of its encoding; and why the rest was cut.

    Raises PageError where the input is neither bytes nor text.
    """
    if not isinstance(content, bytes | str):
        raise PageError(
            f"a page is made of bytes or text, not of {type(content).__name__}: read or encode it"
        )
    cuts = []
    if len(content) > MAX_BYTES:
        content = content[:MAX_BYTES]
        cuts.append(CutReason.BYTES)
    if not content or content.isspace():
        return b"", "utf-8", [CutReason.EMPTY]
    if isinstance(content, str):
        data, encoding = to_utf8(content), "utf-8"
        if len(data) > MAX_BYTES:
            data = data[:MAX_BYTES].decode(errors="ignore").encode()
            cuts = [CutReason.BYTES]
    elif _begins_other_format(content):
        return b"", "binary", [CutReason.NOT_TEXT]
    else:
        data, encoding = transcode(content, content_type)
    sample = data[:SAMPLE]
    if len(sample) - len(sample.translate(None, CONTROLS)) > MAX_CONTROL_SHARE * len(sample):
        return b"", "binary", [CutReason.NOT_TEXT]
    return data, encoding, cuts


def _begins_other_format(content: bytes) -> bool:
    head = content[:NEAR]
    return head.startswith(MAGIC) or (head.startswith(WORDS) and head != head.translate(None, CONTROLS))


def screen_markup(html: bytes) -> tuple[bytes, list[CutReason]]:
    """Return HTML in UTF-8 that may be parsed, and why the rest was cut."""
    codes = np.frombuffer(html, np.uint8)
    tags = np.flatnonzero(codes == ord("<"))
    if len(tags) > MAX_TAGS:
        return rewrite(html)
    if len(tags) ** 2 > SAFE_REOPENINGS:
        html = _without_reopening(html, codes, tags)
    if len(html) > SAFE_BYTES and not _has_safe_attributes(html, codes, tags):
        return rewrite(html)
    if len(tags) > SAFE_TAGS and not (_has_few_steps(codes, tags) or _is_shallow(html, tags)):
        return rewrite(html)
    return html, []


def _has_few_steps(codes: Codes, tags: Positions) -> bool:
    """Whether few steps are left even if all start tags nest, and every other tag walks all that are open."""
    first = codes[np.minimum(tags + 1, len(codes) - 1)] | 32
    starts = int(np.count_nonzero((first >= ord("a")) & (first <= ord("z"))))
    return starts * starts // 2 + (len(tags) - starts) * starts <= SAFE_STEPS


def _is_shallow(html: bytes, tags: Positions) -> bool:
    """Whether elements don't nest deeply, told by parsing longer and longer beginnings of the page.

    Each of them adds SAFE_TAGS tags to one that is known to be shallow, and so does the whole page at last.
    What is in a template is not part of the tree, so nothing is known of its depth.
    """
    return TEMPLATE.search(html) is None and all(
        _depth(parse_tree(html[: tags[count]])) <= MAX_DEPTH
        for count in range(SAFE_TAGS, len(tags), SAFE_TAGS)
    )


def _depth(tree: LexborHTMLParser) -> int:
    """Return how deeply elements nest, or that they do so more deeply than MAX_DEPTH."""
    outer: list[LexborNode] = []
    deepest = 0
    node = tree.root
    while node is not None and deepest <= MAX_DEPTH:
        child = node.first_child
        if child is not None:
            outer.append(node)
            deepest = max(deepest, len(outer))
            node = child
            continue
        node = node.next
        while node is None and outer:
            node = outer.pop().next
    return deepest


def _without_reopening(html: bytes, codes: Codes, tags: Positions) -> bytes:
    """Return HTML whose formatting elements can't be reopened too often: at need, they are made unknown.

    An unknown element is part of the line like a formatting one, but is closed with what it is in.
    """
    places = tags + 1 + (codes[np.minimum(tags + 1, len(codes) - 1)] == ord("/"))
    formatting = places[_FORMATTING[_names(codes, places)]]
    if len(formatting) * len(tags) <= SAFE_REOPENINGS:
        return html
    renamed = bytearray(html)
    for place in formatting.tolist():
        if html[place : place + 3].lower() not in _OTHERS:
            renamed[place : place + 1] = b"x"
    return bytes(renamed)


def _beginnings(*pairs: str) -> npt.NDArray[np.bool_]:
    """Mark first two characters of tag names, in any case."""
    found = np.zeros(65_536, np.bool_)
    for pair in pairs:
        for first in {pair[0], pair[0].upper()}:
            for second in {pair[1], pair[1].upper()}:
                found[ord(first) << 8 | ord(second)] = True
    return found


_FORMATTING = _beginnings(
    *(name + end for name in "bisu" for end in "\t\n\f\r />"), "em", "tt", "bi", "co", "fo", "sm", "st"
)
"""Elements that are reopened (not ``a`` and ``nobr``, which close themselves), and some others."""
_OTHERS = {b"emb", b"col", b"foo", b"for", b"sty"}
"""The others."""
_MERGING = _beginnings("ht", "bo")
"""``<html>`` and ``<body>``, whose further start tags add their attributes to the first one's."""


def _has_safe_attributes(html: bytes, codes: Codes, tags: Positions) -> bool:
    """Whether few enough attributes are on one element (their squares add up), and have different names.

    Counted are first those between a ``<`` and the next certain end of a tag, which is more than the tags in
    between can hold; then, if need be, those that each tag would hold if it were one.
    """
    begins = _attribute_begins(codes)
    if np.count_nonzero(begins) <= SAFE_ATTRIBUTES:
        return True
    merging = tags[_MERGING[_names(codes, tags + 1)]].tolist()
    total, squares = _attributes_between_ends(html, begins, merging)
    if total <= SAFE_NAMES and squares <= SAFE_ATTRIBUTES**2:
        return True
    return _has_safe_tags(html, begins, merging)


def _attribute_begins(codes: Codes) -> npt.NDArray[np.bool_]:
    """Mark the characters behind which an attribute may begin: white space, a slash or a quote mark.

    The attribute's name may begin with anything but white space and slashes, even with a quote mark.
    """
    gaps = (codes - np.uint8(9)) <= 4  # from tab to carriage return: white space, but for the vertical tab
    same = codes != 11
    gaps &= same
    for code in b" /":
        gaps |= np.equal(codes, code, out=same)
    begins = ~gaps[1:]
    for code in b"\"'":
        gaps |= np.equal(codes, code, out=same)
    begins &= gaps[:-1]
    return begins


def _attributes_between_ends(
    html: bytes, begins: npt.NDArray[np.bool_], merging: list[int]
) -> tuple[int, int]:
    """Return at least the number of attributes, and the sum over all elements of its square."""
    total = squares = merged = begin = 0
    for end in (*_certain_ends(html), len(html)):
        if tag := TAG.search(html, begin, end):
            count = int(np.count_nonzero(begins[tag.start() : end]))
            total += count
            squares += count * count
            if bisect_left(merging, end) > bisect_left(merging, begin):
                merged += count
        begin = end
    return total, squares + merged * merged


def _has_safe_tags(html: bytes, begins: npt.NDArray[np.bool_], merging: list[int]) -> bool:
    """Whether attributes are safe even if each ``<`` begins a tag, in quotes, scripts and comments too.

    Where a tag begins tells where it ends, so what is read are all tags that there may be.
    """
    firsts: list[int] = []
    lasts: list[int] = []
    different: dict[bytes, int] = {}
    left = 2 * len(html)
    for number, tag in enumerate(POSSIBLE_TAG.finditer(html)):
        first, last = tag.start(), tag.end(1)
        firsts.append(first)
        lasts.append(last)
        different[tag[1]] = number
        left -= tag.end(2) - first
        if left < 0:
            return False
    positions = np.flatnonzero(begins)
    held = np.searchsorted(positions, lasts) - np.searchsorted(positions, firsts)
    merged = int(held[np.isin(firsts, merging)].sum())
    if int(held @ held) + merged**2 > SAFE_ATTRIBUTES**2:
        return False
    names = int(held[list(different.values())].sum())
    return names <= SAFE_NAMES or _different_names(b" ".join(different)) <= SAFE_NAMES


def _different_names(attributes: bytes) -> int:
    """Return at least the number of attribute names that differ.

    A name begins where white space or a slash ends, or behind a quote mark, and where it begins tells where
    it ends. So each stretch without white space and slashes holds one name, and one more for each mark in it.
    """
    stretches = b" ".join(set(attributes.translate(_SPACED).split(b" ")))
    return 1 + sum(stretches.count(mark) for mark in (b" ", b'"', b"'"))


_SPACED = bytes(ord(" ") if code in b"\t\n\f\r/" else code for code in range(256))


def _names(codes: Codes, places: Positions) -> npt.NDArray[np.uint16]:
    """Return the two characters at each place, as one number."""
    last = len(codes) - 1
    first = codes[np.minimum(places, last)].astype(np.uint16)
    return (first << np.uint16(8)) | codes[np.minimum(places + 1, last)]


def _certain_ends(html: bytes) -> Iterator[int]:
    """Give positions of ``>`` that end whatever tag is open, the last one of each window.

    A ``>`` can only be inside quotes where the last quote mark before it follows an equals sign.
    """
    searched = 0
    quoted = {b'"': False, b"'": False}
    for begin in range(0, len(html), WINDOW):
        end = html.rfind(b">", begin, begin + WINDOW)
        if end < 0:
            continue
        for mark in quoted:
            found = html.rfind(mark, searched, end)
            if found >= 0:
                quoted[mark] = html[max(0, found - MAX_SPACE) : found].rstrip()[-1:] in (b"=", b"")
        searched = end
        if not any(quoted.values()):
            yield end
