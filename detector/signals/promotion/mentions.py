"""Foreign domains named in the text: how many, where, in which dress, and through which shorteners."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from math import log1p

from detector.page import Mention, Page
from detector.signals.base import MISSING, Evidence, Family, Feature, Measurement, signal
from detector.signals.promotion.names import platforms, shorteners
from detector.view import MAX_ANALYSED, View

MIN_CHARACTERS = 200
TAIL = 1500
"""Characters at the end of the text in which promotional footers stand."""
HEAD = 300
OBFUSCATIONS_SHOWN = 3
SHORTENERS_SHOWN = 3

PARENTHESISED = re.compile(r"\((?:https?://|www\.)[^\s()]{4,300}\)")
"""``keyword (https://…)``, the form in which pasted promotional links reach the text."""


@signal(
    Family.PROMOTION,
    Feature(
        "foreign_domains", "log count", 0, 8, "distinct foreign domains named, platforms left out: log(1 + n)"
    ),
    Feature("foreign_rate", "per 1,000 characters", 0, 20, "mentions of foreign domains"),
    Feature("tail_domains", "domains", 0, 100, "distinct bare foreign domains in the last 1,500 characters"),
    Feature("head_foreign", "0/1", 0, 1, "a foreign domain is named in the first 300 characters"),
    Feature("own_rate", "per 1,000 characters", 0, 20, "mentions of the page's own domain"),
    Feature("parenthesised", "per 1,000 characters", 0, 10, "addresses in parentheses after a keyword"),
    Feature("short_links", "links", 0, 20, "addresses of link shorteners, in text and links"),
    Feature("disguised", "mentions", 0, 50, "domains written so that filters miss them"),
)
def mentions(view: View) -> Measurement:
    """Count the foreign domains that the visible text names."""
    page = view.page
    if len(page.text) < MIN_CHARACTERS:
        return Measurement({})
    known = platforms()
    foreign = [m for m in page.mentions if m.domain != page.domain and m.domain not in known]
    own = sum(m.domain == page.domain for m in page.mentions)
    tail = max(len(page.text) - TAIL, len(page.text) // 2)
    thousands = len(page.text) / 1000
    shortening = shorteners()
    short = [m for m in page.mentions if m.domain in shortening]
    disguised = _disguised(page.text, foreign)
    inside = sum(1 for _ in islice(PARENTHESISED.finditer(page.text[:MAX_ANALYSED]), 1000))
    values = {
        "foreign_domains": log1p(len({m.domain for m in foreign})),
        "foreign_rate": len(foreign) / thousands,
        "tail_domains": float(len({m.domain for m in foreign if not m.linked and m.start >= tail})),
        "head_foreign": float(any(m.start < HEAD for m in foreign)) if page.domain else MISSING,
        "own_rate": own / thousands if page.domain else MISSING,
        "parenthesised": 1000 * inside / view.analysed,
        "short_links": float(len(short) + sum([link.domain in shortening for link in page.links])),
        "disguised": float(len(disguised)),
    }
    return Measurement(values, (*_short_evidence(page, short), *_disguise_evidence(page, disguised)))


def _disguised(text: str, foreign: Sequence[Mention]) -> list[Mention]:
    """Leave out ``a[.]b``: that is how security writing makes an address harmless."""
    return [m for m in foreign if m.obfuscated and "[" not in text[m.start : m.end]]


def _short_evidence(page: Page, short: Sequence[Mention]) -> tuple[Evidence, ...]:
    if len(short) < SHORTENERS_SHOWN:
        return ()
    start, end = short[0].start, short[0].end
    message = (
        f"{len(short)} addresses behind link shorteners ({', '.join(sorted({m.domain for m in short})[:4])})"
    )
    return (
        Evidence("promotion.short_links", message, start, end, page.excerpt(start, end), ("short_links",)),
    )


def _disguise_evidence(page: Page, disguised: Sequence[Mention]) -> tuple[Evidence, ...]:
    if len(disguised) < OBFUSCATIONS_SHOWN:
        return ()
    start, end = disguised[0].start, disguised[0].end
    message = f"{len(disguised)} domains written so that filters miss them"
    return (Evidence("promotion.disguised", message, start, end, page.excerpt(start, end), ("disguised",)),)
