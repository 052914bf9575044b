"""Blocks of domains: names one after the other with hardly a word between, as in promotional footers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from detector.address import squeeze
from detector.page import Mention, Page
from detector.signals.base import MISSING, Evidence, Family, Feature, Measurement, signal
from detector.signals.promotion.calls import NO_CALLS
from detector.signals.promotion.names import label, platforms, sister_families
from detector.view import View

MAX_GAP = 200
"""Characters between two mentions of one block, the rest of the first one's address included."""
MAX_GAP_LETTERS = 30
MAX_GAP_WORDS = 6
CALL_DISTANCE = 80
"""Characters before a block in which a call to action counts as its heading."""
MAX_MENTIONS = 1000
"""Mentions looked at from either end of a page."""
MAX_COMPARED = 100
MAX_READ = 60_000
"""Characters of the text that a block is compared with."""
LEAST_DOMAINS = 5
LEAST_MARKS = 3
MANY_SISTERS = 0.5
SITE_NAME = 8
"""Letters from which a site's name in the text is taken for the domain of the same letters."""

ADDRESS = re.compile(r"^(?::\d{1,5})?[/?#]\S*|(?:https?://)(?:www\.)?$")
INDICATOR = re.compile(r"h[x*]{2}ps?\b|\[\.\]|\[dot\]|\b(?:[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32})\b")
"""Defanged addresses and digests, as lists of threat indicators write them."""
LEAST_INDICATORS = 3


@signal(
    Family.PROMOTION,
    Feature(
        "list_domains", "domains", 0, 200, "registrable domains in the largest block, platforms left out"
    ),
    Feature("list_mentions", "mentions", 0, 500, "mentions in that block"),
    Feature("list_twins", "domains", 0, 50, "domains that the block names twice (with and without www.)"),
    Feature("list_own_site", "0/1", 0, 1, "the block names the page's own site"),
    Feature("list_sisters", "share", 0, 1, "domains of the block whose names are variants of another's"),
    Feature("list_unnamed", "share", 0, 1, "domains of the block whose names occur nowhere else on the page"),
    Feature("list_place", "share", 0, 1, "where the block starts, from the text's start to its end"),
    Feature("list_called", "0/1", 0, 1, "a call to action stands over the block"),
    Feature("list_marks", "marks", 0, 6, "marks of promotion that the block bears together"),
)
def domain_list(view: View) -> Measurement:
    """Find the largest block of named domains and what makes it promotional."""
    page = view.page
    block = _largest(page)
    if block is None:
        return Measurement({"list_domains": 0.0, "list_mentions": 0.0, "list_marks": 0.0})
    own = _own_site(page, block)
    families = sister_families(block.domains)
    twins = _twins(block.mentions)
    called = _call_over(view, block.start)
    unnamed = _unnamed(page, block, own)
    bare = sum(not mention.linked for mention in block.mentions) / len(block.mentions)
    place = block.start / len(page.text)
    marks = (
        bool(own),
        bool(families),
        bool(twins),
        called,
        unnamed >= 0.7,
        bare >= 0.9 and (place >= 0.6 or block.start < 200),
    )
    count = 0 if _indicators(page.text) else sum(marks)
    sisters = sum(map(len, families)) / len(block.domains)
    strong = bool(own or twins or called or sisters >= MANY_SISTERS)
    shown = strong and len(block.domains) >= LEAST_DOMAINS and count >= LEAST_MARKS
    values = {
        "list_domains": float(len(block.domains)),
        "list_mentions": float(len(block.mentions)),
        "list_twins": float(len(twins)),
        "list_own_site": float(bool(own)) if own or page.domain else MISSING,
        "list_sisters": sisters,
        "list_unnamed": unnamed,
        "list_place": place,
        "list_called": float(called),
        "list_marks": float(count),
    }
    return Measurement(values, (_evidence(page, block, own, families),) if shown else ())


@dataclass(frozen=True, slots=True)
class DomainBlock:
    """Mentions that follow each other closely, and the distinct domains among them."""

    mentions: tuple[Mention, ...]
    domains: tuple[str, ...]

    @property
    def start(self) -> int:
        """Return where the first mention starts."""
        return self.mentions[0].start

    @property
    def end(self) -> int:
        """Return where the last mention ends."""
        return self.mentions[-1].end


def domain_blocks(page: Page) -> list[DomainBlock]:
    """Return every run of mentions with hardly a word between them that names two domains or more."""
    mentions = sorted(page.mentions, key=lambda mention: mention.start)
    if len(mentions) > 2 * MAX_MENTIONS:
        mentions = mentions[:MAX_MENTIONS] + mentions[-MAX_MENTIONS:]
    blocks: list[DomainBlock] = []
    run = mentions[:1]
    for before, mention in pairwise(mentions):
        if not _follows(page.text, before, mention):
            blocks += _block(run)
            run = []
        run.append(mention)
    return blocks + _block(run)


def _block(run: Sequence[Mention]) -> list[DomainBlock]:
    named = dict.fromkeys(m.domain for m in run if m.domain not in platforms() and m.host not in platforms())
    return [DomainBlock(tuple(run), tuple(named))] if len(named) > 1 else []


def _follows(text: str, before: Mention, mention: Mention) -> bool:
    if mention.start - before.end > MAX_GAP:
        return False
    gap = ADDRESS.sub("", text[before.end : mention.start])
    gap = ADDRESS.sub("", gap)
    return len(gap.split()) <= MAX_GAP_WORDS and sum(map(str.isalpha, gap)) <= MAX_GAP_LETTERS


def _largest(page: Page) -> DomainBlock | None:
    blocks = domain_blocks(page) if len(page.mentions) > 1 else []
    return max(blocks, key=lambda block: len(block.domains), default=None)


def _own_site(page: Page, block: DomainBlock) -> str:
    """Return the block's domain that is the page's own, by address or by the name the page gives itself."""
    if page.domain:
        return page.domain if page.domain in block.domains else ""
    outside = [b for b in page.blocks if b.end <= block.start or b.start >= block.end]
    names = [page.metadata.site_name, page.metadata.title]
    names += [page.text[b.start : b.end] for b in outside[:5] + outside[-5:] if b.end - b.start <= 60]
    squeezed = [squeeze(name) for name in names]
    for domain in block.domains:
        name = squeeze(domain)
        if len(name) >= SITE_NAME and any(name in text or label(domain) == text for text in squeezed):
            return domain
    return ""


def _twins(mentions: Sequence[Mention]) -> set[str]:
    """Return domains named both with and without www., an address right after its own name not counted."""
    hosts: dict[str, set[str]] = {}
    for before, mention in pairwise((None, *mentions)):
        if mention and (before is None or before.domain != mention.domain):
            hosts.setdefault(mention.domain, set()).add(mention.host)
    return {domain for domain, names in hosts.items() if f"www.{domain}" in names and domain in names}


def _call_over(view: View, start: int) -> bool:
    return any(
        start - CALL_DISTANCE <= hit.end <= start and hit.entry.category not in NO_CALLS
        for hit in view.hits("calls_to_action")
    )


def _unnamed(page: Page, block: DomainBlock, own: str) -> float:
    """Return the share of the block's domains whose label stands nowhere else, its own captions included."""
    captions = "".join(page.text[a.end : b.start] for a, b in pairwise(block.mentions))
    before, after = max(0, block.start - MAX_READ // 2), block.end + MAX_READ // 2
    around = page.text[before : block.start] + page.text[block.end : after]
    elsewhere = squeeze(captions + around)
    others = [domain for domain in block.domains if domain != own][:MAX_COMPARED]
    return sum(label(domain) not in elsewhere for domain in others) / max(1, len(others))


def _indicators(text: str) -> bool:
    found = INDICATOR.finditer(text[:MAX_READ])
    return sum(1 for _, _ in zip(found, range(LEAST_INDICATORS), strict=False)) == LEAST_INDICATORS


def _evidence(page: Page, block: DomainBlock, own: str, families: Sequence[Sequence[str]]) -> Evidence:
    said = [f"{len(block.mentions)} mentions of {len(block.domains)} domains, one after the other"]
    if own:
        said.append(f"the site's own ({own}) among them")
    if families:
        said.append("sister names: " + "; ".join(" / ".join(group[:6]) for group in families[:3]))
    return Evidence(
        "promotion.domain_list",
        ", ".join(said),
        block.start,
        block.end,
        page.excerpt(block.start, block.end),
        ("list_domains", "list_own_site", "list_sisters", "list_marks"),
    )
