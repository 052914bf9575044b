"""The foreign domains that a page names, in its text and by its links."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from detector.page import Page
from detector.verdict import Verdict


class Naming(NamedTuple):
    """A place that names a domain other than the page's own."""

    start: int
    end: int
    domain: str
    linked: bool


def namings(page: Page) -> Iterator[Naming]:
    """Yield all of a page's mentions, then its links."""
    for mention in page.mentions:
        if mention.domain and mention.domain != page.domain:
            yield Naming(mention.start, mention.end, mention.domain, mention.linked)
    for link in page.links:
        if link.domain and link.domain != page.domain:
            yield Naming(link.start, link.end, link.domain, True)


def named_in_evidence(page: Page, verdict: Verdict, prefix: str) -> list[Naming]:
    """Return where each domain is first named inside evidence whose code begins so, in reading order."""
    spans = [
        (item.start, item.end)
        for item in verdict.evidence
        if item.code.startswith(prefix) and item.start is not None and item.end is not None
    ]
    first: dict[str, Naming] = {}
    for naming in sorted(namings(page)) if spans else ():
        if any(start <= naming.start and naming.end <= end for start, end in spans):
            first.setdefault(naming.domain, naming)
    return list(first.values())
