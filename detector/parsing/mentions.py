"""Finds the domains that a visible text names, written out or disguised: ``example.com``, ``example[.]com``.

Linear in the text: it looks at the dots, and reads a bounded stretch on either side of each.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from detector.page import Link, Mention
from detector.parsing.domains import ascii_host, registrable_domain

MAX_MENTIONS = 5_000
MAX_SIDE = 253
"""Characters read on either side of a dot (the longest host name, RFC 1035)."""

DOT = re.compile(r"\.(?<=\w\.)(?=\w)")
DISGUISED = re.compile(
    r"(?:\s?[\[({]\s?(?:\.|dot|punkt|punto|point|ponto)\s?[\])}]\s?|[．。｡]|(?<=\w)\s(?:dot|DOT|Dot)\s)(?<=\S|\s)(?=\w)"
)
INVISIBLE = re.compile("[\u00ad\u200b\u200c\u200d\u2060\ufeff]")
LABEL_BACKWARDS = re.compile(r"[\w-]{1,63}")
REST = re.compile(r"[\w-]{1,63}(?:\.[\w-]{1,63}){0,10}")
URL_TAIL = re.compile(r"[^\s<>\"'()\[\]{}|]{0,2000}")

FILE_SUFFIXES = {
    "md",
    "py",
    "sh",
    "rs",
    "zip",
    "mov",
    "app",
    "ps",
    "so",
    "cab",
    "java",
    "bar",
    "style",
    "name",
    "map",
}
"""Top-level domains that end file names and code more often than hosts: they need ``http`` or ``www``."""
WORD_SUFFIXES = {
    "it",
    "in",
    "is",
    "at",
    "to",
    "me",
    "my",
    "no",
    "so",
    "as",
    "be",
    "am",
    "us",
    "do",
    "by",
    "pm",
}
"""Top-level domains that are words: in running prose they are a sentence joint without its space."""
COMMON_SUFFIXES = {"com", "net", "org", "info", "biz"}
COMPANY_FORMS = {("co", "ltd"), ("pvt", "ltd"), ("pte", "ltd"), ("co", "inc"), ("co", "llc")}


def find_mentions(text: str, links: Sequence[Link] = ()) -> tuple[Mention, ...]:
    """Return the domains named in ``text``, in order; those inside a link's span are linked.

    A mention's span covers the host as written, without scheme and path. File names, version numbers,
    abbreviations, sentence joints and the domains of e-mail addresses are left out.
    """
    spans = sorted((link.start, link.end) for link in links if link.end > link.start)
    mentions = list(_plain_mentions(text, spans))
    if len(mentions) > MAX_MENTIONS:
        return tuple(mentions[:MAX_MENTIONS])
    return tuple(mentions)


def _plain_mentions(text: str, spans: list[tuple[int, int]]) -> Iterator[Mention]:
    starts = [start for start, _ in spans]
    done = 0
    for dot in DOT.finditer(text):
        if dot.start() < done:
            continue
        before = LABEL_BACKWARDS.match(text[max(done, dot.start() - MAX_SIDE) : dot.start()][::-1])
        after = REST.match(text, dot.end())
        if before is None or after is None:
            continue
        start, end = dot.start() - before.end(), after.end()
        following = text[end : end + 1]
        done = end
        if following in ("/", "?", "#", ":", "@") and (tail := URL_TAIL.match(text, end)):
            done = tail.end()
        if following == "@" or following in ("(", "=", "["):
            continue
        host = ascii_host(text[start:end].strip("-_"))
        if not host or "_" in host or not _is_named(text, start, end, host):
            continue
        at = bisect_left(starts, end) - 1
        linked = at >= 0 and spans[at][1] >= end
        yield Mention(registrable_domain(host), host, start, end, linked)


def _is_named(text: str, start: int, end: int, host: str) -> bool:
    domain = registrable_domain(host)
    if not domain:
        return False
    previous = text[start - 1 : start]
    if previous == "@" or (previous in "/\\." and previous and text[start - 2 : start] != "//"):
        return False
    if previous == "/" or host.startswith("www."):
        return True
    suffix = host.rpartition(".")[2]
    written = text[start:end].rpartition(".")[2]
    label = domain.partition(".")[0]
    if suffix in FILE_SUFFIXES or (label, suffix) in COMPANY_FORMS:
        return False
    if suffix not in COMMON_SUFFIXES and (
        not label.strip("0123456789-") or written[:1].isupper() and not text[start:end].isupper()
    ):
        return False
    return not (written.istitle() and len(label) < 2)
