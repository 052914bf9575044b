"""Links to foreign sites (HTML only): blocks of them, keyword anchors in sentences, what their rel says."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import log1p

from detector.lexicons import Hit
from detector.page import Link, Page, Region, Source
from detector.signals.base import MISSING, Evidence, Family, Feature, Measurement, signal
from detector.signals.promotion.names import label, platforms, sister_families
from detector.view import View

PAID = frozenset(("sponsored", "nofollow", "ugc"))
MAX_GAP = 40
"""Characters between two links of one block."""
MAX_ANCHOR = 60
MAX_LINKS = 2000
"""Foreign links whose text and neighbours are looked at."""
SHOWN_MONEY_LINKS = 3


@signal(
    Family.PROMOTION,
    Feature("out_domains", "log count", 0, 8, "foreign domains linked, platforms left out: log(1 + n)", True),
    Feature("out_share", "share", 0, 1, "links that leave the site, platforms left out", True),
    Feature("out_paid", "share", 0, 1, "of these, marked sponsored, nofollow or ugc", True),
    Feature(
        "out_block", "domains", 0, 200, "foreign domains in the largest block of neighbouring links", True
    ),
    Feature("out_block_sisters", "share", 0, 1, "domains of that block with sister names", True),
    Feature("out_block_footer", "0/1", 0, 1, "that block stands outside the main region", True),
    Feature(
        "out_keyword",
        "share",
        0,
        1,
        "foreign links whose text is a phrase that names no part of the domain",
        True,
    ),
    Feature(
        "out_money",
        "links",
        0,
        50,
        "foreign links whose text is a term of a spam trade",
        True,
    ),
    Feature("out_blank", "links", 0, 100, "foreign links that show no text: an image or nothing", True),
)
def foreign_links(view: View) -> Measurement:
    """Where the page's links lead and in which words."""
    page = view.page
    if page.source is not Source.HTML or not page.links:
        return Measurement({})
    known = platforms()
    out = [link for link in page.links if link.domain and not link.internal and link.domain not in known]
    values = {
        "out_domains": log1p(len({link.domain for link in out})),
        "out_share": len(out) / len(page.links),
        "out_blank": float(sum([link.start == link.end for link in out])),
    }
    if not out:
        return Measurement(values)
    out = out[:MAX_LINKS]
    block = max(_blocks(page.text, out), key=lambda run: len({link.domain for link in run}))
    domains = {link.domain for link in block}
    families = sister_families(sorted(domains))
    money = _money_links(out, view.hits("money_keywords"))
    values |= {
        "out_paid": sum([not PAID.isdisjoint(link.rel) for link in out]) / len(out),
        "out_block": float(len(domains)),
        "out_block_sisters": sum(map(len, families)) / len(domains) if len(domains) > 1 else MISSING,
        "out_block_footer": float(block[0].region is not Region.MAIN),
        "out_keyword": sum([_is_keyword(page, link) for link in out]) / len(out),
        "out_money": float(len(money)),
    }
    return Measurement(values, _evidence(page, money))


def _blocks(text: str, out: Sequence[Link]) -> list[list[Link]]:
    blocks = [[out[0]]]
    for before, link in pairwise(out):
        gap = link.start - before.end
        if 0 <= gap <= MAX_GAP and (gap < 20 or sum(map(str.isalpha, text[before.end : link.start])) < 20):
            blocks[-1].append(link)
        else:
            blocks.append([link])
    return blocks


def _is_keyword(page: Page, link: Link) -> bool:
    """Tell whether a link shows a phrase of two words or more, in small letters, that its domain lacks."""
    shown = page.text[link.start : min(link.end, link.start + MAX_ANCHOR + 1)].strip()
    if not 4 <= len(shown) <= MAX_ANCHOR or " " not in shown or not shown[0].islower():
        return False
    return not any(len(word) > 3 and word in label(link.domain) for word in shown.lower().split())


def _money_links(out: Sequence[Link], hits: Sequence[Hit]) -> list[tuple[Link, Hit]]:
    """Pair foreign links with a trade's term that they show: both lists are in reading order."""
    found = []
    place = 0
    for link in sorted(out, key=lambda link: link.start):
        while place < len(hits) and hits[place].start < link.start:
            place += 1
        if place < len(hits) and hits[place].end <= link.end <= link.start + MAX_ANCHOR:
            found.append((link, hits[place]))
    return found


def _evidence(page: Page, money: Sequence[tuple[Link, Hit]]) -> tuple[Evidence, ...]:
    domains = {link.domain for link, _ in money}
    if len(domains) < SHOWN_MONEY_LINKS:
        return ()
    message = f"{len(money)} links to {len(domains)} foreign sites show terms of trades known for spam"
    return tuple(
        Evidence(
            "promotion.keyword_links",
            f"{message}: “{hit.entry.term}” leads to {link.domain}",
            link.start,
            link.end,
            page.excerpt(link.start, link.end),
            ("out_money", "out_keyword"),
        )
        for link, hit in money[:3]
    )
