"""Finds the domains that a visible text names, plain or disguised: ``example.com``, ``example[.]com``.

Linear in the text: it looks at the dots, and reads a bounded stretch on either side of each. Where a word
could be a domain or something else (a file name, a sentence joint, a degree), it is left out.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import islice

from detector.characters import UNSPACED
from detector.page import CutReason, Link, Mention
from detector.parsing.domains import (
    MAX_HOST,
    MAX_LABEL,
    TOP_LEVEL,
    ascii_host,
    registrable_domain,
    split_host,
)

MAX_MENTIONS = 2_000
MAX_FOREIGN = 2_000
"""Possible hosts with characters beyond ASCII that are looked at: each takes 0.05 ms to encode."""

DOT = re.compile(r"\.(?<=[^\W_]\.)(?=[^\W_])(?!(?<=\d\.)\d)")
"""A dot between letters or digits, not within a number."""
LABEL_BACKWARDS = re.compile(rf"[^\W_](?:[^\W_]|-(?=[^\W_]|-)){{0,{MAX_LABEL - 1}}}")
REST = re.compile(r"[^\W_]+(?:-+[^\W_]+)*+(?:\.[^\W_]+(?:-+[^\W_]+)*+)*+")
REST_OF_URL = re.compile(r"[^\s<>\"'()\[\]{}|]{0,4096}")
MARKDOWN_LINK = re.compile(r"\]\(\s?<?\w{1,9}://\Z")


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


FILE_SUFFIXES = _set("app bar box cab data host java map md mov name ps py rs sh so style target zip")
"""Top-level domains that end file names, code and addresses more often than hosts: they need http or www."""
WORD_SUFFIXES = _set("am as at be by do in is it me my no pm so to us")
"""Top-level domains that are words: in running prose, a sentence joint whose space is missing."""
COMMON_SUFFIXES = _set("com net org info biz")
SHORT_HOSTS = _set("t.me t.co g.co")
FORMS = frozenset((("co", "ltd"), ("pvt", "ltd"), ("pte", "ltd"), ("co", "inc"), ("co", "llc")))
"""Legal forms written without a space."""

INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
WIDE_DOTS = "．。｡"
SPELT = ("dot", "DOT", "Dot")
_NAME = rf"[A-Za-z0-9.{WIDE_DOTS}-]"
UNSEEN = re.compile(rf"[{INVISIBLE}](?<={_NAME}.)[{INVISIBLE}]{{0,7}}(?={_NAME})")
WIDE_DOT = re.compile(rf"[{WIDE_DOTS}](?<=[A-Za-z0-9{INVISIBLE}].)(?=[A-Za-z{INVISIBLE}])")
ODD_DOT = re.compile(r"\.(?<=[\[({ ]\.)(?=[\])} ])")
"""A dot in brackets or between spaces."""
IN_BRACKETS = re.compile(r"[\[({] ?(?:(at|@)|\.|dot) ?[\])}](?= ?\w)", re.IGNORECASE)
IN_SPACES = re.compile(
    r"[dD.](?:(?<=\.)|[oO][tT])(?= (?i:com|net|org|info|biz|co|io|ru|de|xyz|online|site|shop|club)\b)"
    r"|([aA])[tT](?= [\w-]{1,63} [dD][oO][tT] )"
)


def find_mentions(text: str, links: Sequence[Link] = ()) -> tuple[tuple[Mention, ...], list[CutReason]]:
    """Return the domains named in ``text``, in order, at most MAX_MENTIONS; and why others were left out.

    A mention's span covers the host as written, without scheme and path; it is linked where a link's span
    covers it, or markdown points to it. The domains of e-mail addresses are no mentions.
    """
    plain, places, shifts = _reveal(text)
    cuts: dict[CutReason, None] = {}
    hosts = _hosts(plain, cuts)
    found = list(islice(hosts, MAX_MENTIONS))
    if next(hosts, None):
        cuts[CutReason.LINKS] = None
    if not found:
        return (), list(cuts)
    spans = sorted((link.start, link.end) for link in links if link.end > link.start)
    starts = [start for start, _ in spans]
    mentions = []
    for first, last in found:
        start, end = (_original(offset, places, shifts) for offset in (first, last))
        at = bisect_left(starts, end) - 1
        linked = (at >= 0 and spans[at][1] >= end) or MARKDOWN_LINK.search(text, max(0, start - 16), start)
        written = plain[first:last]
        host = ascii_host(written)
        disguised = text[start:end] != written
        mentions.append(Mention(registrable_domain(host), host, start, end, bool(linked), disguised))
    return tuple(mentions), list(cuts)


def _reveal(text: str) -> tuple[str, list[int], list[int]]:
    """Return the text with disguised dots as dots, where it was changed, and by how much offsets differ."""
    places: list[int] = []
    shifts: list[int] = []
    parts: list[str] = []
    done = length = 0
    for start, end, new in sorted(_disguises(text)):
        if start < done:
            continue
        parts += text[done:start], new
        length += start - done + len(new)
        done = end
        places.append(length)
        shifts.append(done - length)
    return "".join((*parts, text[done:])) if parts else text, places, shifts


def _disguises(text: str) -> Iterator[tuple[int, int, str]]:
    """Give the spans of what stands for a dot, an at sign or nothing. Most texts hold no hint of any."""
    if not text.isascii():
        if any(character in text for character in INVISIBLE):
            yield from ((*match.span(), "") for match in UNSEEN.finditer(text))
        if any(character in text for character in WIDE_DOTS):
            yield from ((*match.span(), ".") for match in WIDE_DOT.finditer(text))
    if any(hint in text for hint in SPELT) or ODD_DOT.search(text):
        for match in (*IN_BRACKETS.finditer(text), *IN_SPACES.finditer(text)):
            start, end = match.span()
            spaced = text[start - 1 : start] == " "
            if text[start - 1 - spaced : start - spaced].isalnum() and (spaced or text[start] in "[({"):
                yield start - spaced, end + (text[end : end + 1] == " "), "@" if match[1] else "."


def _original(offset: int, places: list[int], shifts: list[int]) -> int:
    at = bisect_right(places, offset) - 1
    return offset + shifts[at] if at >= 0 else offset


def _hosts(text: str, cuts: dict[CutReason, None]) -> Iterator[tuple[int, int]]:
    """Give the spans of the hosts in a plain text; say in ``cuts`` whether some were not looked at."""
    done = foreign = 0
    for dot in DOT.finditer(text):
        at = dot.start()
        if at < done:
            continue
        start, end = _start_of_host(text, at, done), _end_of_host(text, at + 1)
        following = text[end : end + 1]
        done = end
        if following in ("/", "?", "#", ":", "@", "\\"):
            rest = REST_OF_URL.match(text, end)
            done = rest.end() if rest else end
        if start < at and following not in ("@", "(", "=", "[", "_") and _ends_like_host(text[at:end]):
            plain = text[start:end].isascii()
            foreign += not plain
            if not plain and foreign > MAX_FOREIGN:
                cuts[CutReason.LINKS] = None
            elif _is_named(text, start, end):
                yield start, end


def _start_of_host(text: str, dot: int, done: int) -> int:
    label = LABEL_BACKWARDS.match(text[max(done, dot - MAX_LABEL) : dot][::-1])
    if label is None:
        return dot
    length = label.end()
    if not label[0].isascii():
        length = next((n for n, character in enumerate(label[0]) if character >= UNSPACED), length)
    start = dot - length
    return start + 1 if text[start] == "-" else start


def _end_of_host(text: str, start: int) -> int:
    rest = REST.match(text, start, start + MAX_HOST)
    if rest is None:
        return start
    if rest[0].isascii() or text[start] >= UNSPACED:
        return rest.end()
    return next((start + n for n, character in enumerate(rest[0]) if character >= UNSPACED), rest.end())


def _ends_like_host(written: str) -> bool:
    suffix = written.rpartition(".")[2]
    return suffix.lower() in TOP_LEVEL or suffix.startswith("xn--")


def _is_named(text: str, start: int, end: int) -> bool:
    """Whether a reader takes these characters, which end like a host, for a domain."""
    written = text[start:end]
    suffix = written.rpartition(".")[2]
    host = ascii_host(written)
    if not host:
        return False
    _, label, public = split_host(host)
    previous = text[max(start - 2, 0) : start]
    if not public or previous.endswith(("@", "\\", ".", "_")):
        return False
    if previous == "//" or host.startswith("www."):
        return True
    return not previous.endswith("/") and _is_plain(written, label, suffix) and not _joins(text, start, end)


def _is_plain(written: str, label: str, suffix: str) -> bool:
    """Whether a bare host has the look of one, rather than of a file, a number or an abbreviation."""
    lower = suffix.lower()
    if lower in COMMON_SUFFIXES:
        return len(label) > 1 or written.islower()
    if lower in FILE_SUFFIXES or (label, lower) in FORMS:
        return False
    if suffix != lower and not (written.isupper() and len(label) > 3):
        return False
    return (len(label) > 1 and label.strip("0123456789-") != "") or written in SHORT_HOSTS


def _joins(text: str, start: int, end: int) -> bool:
    """Whether a suffix that is a word stands in running prose: ``the end.it was``."""
    if text[start:end].rpartition(".")[2].lower() not in WORD_SUFFIXES:
        return False
    before, after = text[max(start - 2, 0) : start], text[end : end + 2]
    return before[1:] == " " == after[:1] and before[:1].islower() and after[1:].islower()
