"""Trades known for spam (gambling, adult, pharma, loans …): their share of the page, and whose host it is."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files
from math import log1p
from operator import attrgetter
from urllib.parse import unquote

from detector.lexicons import Hit, find_terms
from detector.page import Page, Region
from detector.signals.base import Evidence, Family, Feature, Measurement, signal
from detector.view import View

MIN_CHARACTERS = 100
SCENES = ("adult", "escort", "dating")
"""Trades that share their words and are counted together."""
WINDOW = 400
"""Characters that the shown passage spans at most."""
LEAST_TERMS = 3
LEAST_SHARE = 0.01
MANY_TRADES = 3
LONG = 1200
MAX_TITLE = 300
TAIL = 0.75
"""Share of a text before which an appended paragraph's trade must not be named."""

_MAIN = Region.MAIN
_END = attrgetter("end")
SEPARATORS = re.compile(r"[\W_]+")


@signal(
    Family.PROMOTION,
    Feature("gambling_share", "share", 0, 1, "characters of the text in terms of gambling"),
    Feature("adult_share", "share", 0, 1, "characters in terms of pornography, escorts and dating"),
    Feature("trade_share", "share", 0, 1, "characters in terms of the other trades known for spam"),
    Feature("trade_terms", "log count", 0, 7, "distinct terms of all these trades, log(1 + n)"),
    Feature("trades", "trades", 0, 18, "trades with two distinct terms or more"),
    Feature("trade_edges", "share", 0, 1, "terms in the first and last tenth of the text"),
    Feature("trade_furniture", "share", 0, 1, "terms outside the main region"),
)
def money_words(view: View) -> Measurement:
    """Measure the terms of trades known for spam in the visible text."""
    page = view.page
    if len(page.text) < MIN_CHARACTERS:
        return Measurement({})
    hits = view.hits("money_keywords")
    length = view.analysed
    shares = Counter[str]()
    terms: dict[str, set[str]] = {}
    for hit in hits:
        shares[_scene(hit)] += hit.end - hit.start
        terms.setdefault(_scene(hit), set()).add(hit.entry.term)
    values = {
        "gambling_share": shares["gambling"] / length,
        "adult_share": shares["adult"] / length,
        "trade_share": (shares.total() - shares["gambling"] - shares["adult"]) / length,
        "trade_terms": log1p(sum(map(len, terms.values()))),
        "trades": float(sum(len(found) > 1 for found in terms.values())),
    }
    if len(hits) > 1:
        values |= _places(page, hits)
    return Measurement(values, _word_evidence(view, hits, terms, shares))


@signal(
    Family.PROMOTION,
    Feature("trade_title", "terms", 0, 10, "terms of these trades in the title or the first line"),
    Feature("trade_path", "terms", 0, 10, "terms of these trades in the address after the host"),
    Feature("trade_host", "0/1", 0, 1, "the host's name carries the stem of one of these trades"),
    Feature(
        "trade_foreign", "share", 0, 1, "characters in the main trade's terms, where the host is not named so"
    ),
    Feature(
        "trade_menu_foreign", "0/1", 0, 1, "the title or body is of a trade that the page's menus never name"
    ),
)
def money_address(view: View) -> Measurement:
    """Find these terms in title and address, and tell whether the host owns up to them."""
    page = view.page
    hits = view.hits("money_keywords")
    head, path = _head_and_path(page, hits)
    values = {"trade_title": float(len(head))}
    evidence: tuple[Evidence, ...] = ()
    trade = _main_trade([*hits, *head, *path])
    if page.host:
        foreign = trade not in host_trades(page.host)
        covered = sum(hit.end - hit.start for hit in hits if _scene(hit) == trade)
        values["trade_path"] = float(len(path))
        values["trade_host"] = float(bool(host_trades(page.host)))
        values["trade_foreign"] = covered / max(view.analysed, 1) if foreign else 0.0
        evidence = _address_evidence(page, trade, path) if foreign else ()
    furniture = _furniture_hits(page, hits)
    if furniture is not None:
        main = sum(_scene(hit) == trade for hit in hits) - furniture[trade]
        values["trade_menu_foreign"] = float(main > 1 and not furniture[trade])
    return Measurement(values, evidence)


@lru_cache(maxsize=65_536)
def host_trades(host: str) -> frozenset[str]:
    """Return the trades whose stems a host's name carries: ``gambling`` for ``bestcasino.example``."""
    name = host.removeprefix("www.")
    return frozenset(
        "adult" if trade in SCENES else trade for trade, stems in _stems() for stem in stems if stem in name
    )


@cache
def _stems() -> tuple[tuple[str, tuple[str, ...]], ...]:
    lines = files(__package__).joinpath("host_stems.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.partition(":") for line in lines if line and not line.startswith("#"))
    return tuple((trade, tuple(stems.split())) for trade, _, stems in pairs)


def _scene(hit: Hit) -> str:
    return "adult" if hit.entry.category in SCENES else hit.entry.category


def _head_and_path(page: Page, hits: Sequence[Hit]) -> tuple[Sequence[Hit], Sequence[Hit]]:
    """Return the terms in the title (else in the first line) and those in the address after the host."""
    title = page.metadata.title.lower()[:MAX_TITLE]
    found = find_terms(f"{title}\n{_path_words(page.url)}").get("money_keywords", [])
    head = [hit for hit in found if hit.end <= len(title)]
    path = [hit for hit in found if hit.start > len(title)]
    if not title and page.blocks:
        head = [hit for hit in hits if hit.end <= min(page.blocks[0].end, page.blocks[0].start + MAX_TITLE)]
    return head, path


def _path_words(url: str) -> str:
    """Return the words of an address after its host, decoded, at most 500 characters."""
    path = url.partition("//")[2].partition("/")[2][:1500]
    return SEPARATORS.sub(" ", unquote(path, errors="replace").lower())[:500]


def _main_trade(hits: Sequence[Hit]) -> str:
    counts = Counter(_scene(hit) for hit in hits)
    return max(counts, key=lambda trade: (counts[trade], trade), default="")


def _places(page: Page, hits: Sequence[Hit]) -> dict[str, float]:
    length = len(page.text)
    tenths = [min(9, 10 * hit.start // length) for hit in hits]
    places = {
        "trade_edges": sum(tenth in (0, 9) for tenth in tenths) / len(hits),
    }
    furniture = _furniture_hits(page, hits)
    if furniture is not None:
        places["trade_furniture"] = furniture.total() / len(hits)
    return places


def _furniture_hits(page: Page, hits: Sequence[Hit]) -> Counter[str] | None:
    """Count the hits outside the main region by trade; None where the page shows no such region."""
    blocks = page.blocks
    if all(block.region is _MAIN for block in blocks):
        return None
    places = [bisect_right(blocks, hit.start, key=_END) for hit in hits]
    return Counter(
        [
            _scene(hit)
            for hit, place in zip(hits, places, strict=True)
            if place < len(blocks) and blocks[place].start <= hit.start and blocks[place].region is not _MAIN
        ]
    )


def _word_evidence(
    view: View, hits: Sequence[Hit], terms: dict[str, set[str]], shares: Counter[str]
) -> tuple[Evidence, ...]:
    found = []
    page, length = view.page, view.analysed
    for trade, covered in shares.most_common(3):
        start, end, count = _densest([hit for hit in hits if _scene(hit) == trade])
        if min(count, len(terms[trade])) >= LEAST_TERMS and covered / length >= LEAST_SHARE:
            message = (
                f"{count} terms of {NAMES[trade]} close together, {len(terms[trade])} different ones in all"
            )
            excerpt = page.excerpt(start, end)
            shown = ("gambling_share", "adult_share", "trade_share", "trade_terms")
            found.append(Evidence("promotion.money_words", message, start, end, excerpt, shown))
    many = sorted(trade for trade, named in terms.items() if len(named) > 1)
    if len(many) >= MANY_TRADES:
        names = ", ".join(NAMES[trade] for trade in many)
        message = f"words of {len(many)} unrelated trades on one page: {names}"
        found.append(Evidence("promotion.many_trades", message, features=("trades",)))
    return (*found, *_tail_evidence(page, hits))


def _tail_evidence(page: Page, hits: Sequence[Hit]) -> tuple[Evidence, ...]:
    """Show a trade that only the end of a long text speaks of, as paragraphs appended to it do."""
    length = len(page.text)
    border = TAIL * length
    last = [hit for hit in hits if hit.start >= border]
    trade = _main_trade(last)
    if length < LONG or len(last) < LEAST_TERMS or trade in host_trades(page.host):
        return ()
    if len({hit.entry.term for hit in last}) < LEAST_TERMS - 1 or any(
        _scene(hit) == trade and hit.start < border for hit in hits
    ):
        return ()
    start, end = last[0].start, last[-1].end
    message = (
        f"{len(last)} terms of {NAMES[trade]} at the very end of a text that is silent about them before"
    )
    return (
        Evidence(
            "promotion.foreign_tail",
            message,
            start,
            end,
            page.excerpt(start, end),
            ("trade_edges", "trade_terms"),
        ),
    )


def _densest(hits: Sequence[Hit]) -> tuple[int, int, int]:
    """Return the span of at most WINDOW characters that holds most hits, and their number."""
    best = (hits[0].start, hits[0].end, 1)
    first = 0
    for last, hit in enumerate(hits):
        while hit.end - hits[first].start > WINDOW and first < last:
            first += 1
        if last - first + 1 > best[2]:
            best = (hits[first].start, hit.end, last - first + 1)
    return best


def _address_evidence(page: Page, trade: str, path: Sequence[Hit]) -> tuple[Evidence, ...]:
    words = sorted({hit.entry.term for hit in path if _scene(hit) == trade})
    if not words:
        return ()
    message = f"the address names {NAMES[trade]} ({', '.join(words[:4])}), the host {page.host} does not"
    return (Evidence("promotion.money_address", message, features=("trade_path", "trade_foreign")),)


NAMES = {
    "gambling": "gambling",
    "adult": "adult content and services",
    "pharma": "medicines sold without prescription",
    "supplements": "miracle supplements",
    "loans": "quick loans",
    "trading": "get-rich trading",
    "essay": "essays for sale",
    "replica": "replica goods",
    "seo": "links and followers for sale",
    "drugs": "drugs",
    "telecom": "telephone offers",
    "piracy": "pirated media",
    "cheats": "cheats and cracked software",
    "occult": "spells and fortune telling",
    "jobs": "visas and job baits",
    "local_services": "call-out services",
}
"""What a moderator reads for each trade."""
