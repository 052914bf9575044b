"""What the parts of a page are about: topic weights of host, slug, title, menu and body, and how they differ.

The strongest cue of human annotators is a host, menu or owner that does not fit the body's topic.
Cross-lingual word vectors are not at hand at run time: topics come from a lexicon in many languages.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise

from detector.address import Address, Segment
from detector.lexicons import Entry, Hit, load_lexicon
from detector.page import Block, BlockKind, Page, Region

Topics = Mapping[str, float]
"""Weight by topic: distinct terms, repeated ones a little more."""

VICE = frozenset({"gambling", "adult", "escort", "pharma", "drugs", "replica", "essay"})
"""What is planted on other people's sites most."""
MONEY = VICE | {"dating", "loans", "crypto", "trading", "seo", "piracy", "esoteric", "insurance"}
NEUTRAL = frozenset({"generic", "place", "plain"})
"""Categories of host words that say nothing of a topic."""
ANY_TOPIC = frozenset({"news"})
"""Hosts about these carry every topic."""

_KIN = (
    {"adult", "escort", "dating"}, {"adult", "film"}, {"pharma", "drugs", "health", "medicine", "beauty"},
    {"loans", "insurance", "trading", "crypto", "real_estate"}, {"gambling", "games", "sports"},
    {"essay", "school", "university", "books", "science", "jobs"},
    {"seo", "web", "software", "electronics", "games"},
    {"piracy", "film", "music", "games", "software", "books"},
    {"fashion", "jewellery", "weddings", "beauty", "replica", "photography"},
    {"home", "trades", "furniture", "gardening", "real_estate", "industry"},
    {"travel", "hotels", "restaurants", "food", "real_estate"},
    {"health", "medicine", "food", "sports", "science"},
    {"civic", "news", "legal", "religion", "university", "school"},
    {"music", "film", "books", "photography", "news"},
    {"cars", "industry", "electronics", "sports", "trades"}, {"kids", "school", "fashion", "health"},
    {"religion", "esoteric", "books"}, {"jobs", "industry", "civic", "seo"},
    {"pets", "gardening", "kids"},
)  # fmt: skip

_MAIN, _LIST_ITEM = Region.MAIN, BlockKind.LIST_ITEM

_NEAR_LANGUAGES = {
    language: frozenset(near.split())
    for language, near in {
        "ms": "id", "id": "ms", "jv": "id", "no": "da sv", "nb": "da no", "da": "no", "sv": "no",
        "gl": "pt es", "ca": "es", "uk": "ru", "be": "ru uk", "bg": "ru mk", "mk": "bg sr", "kk": "ru",
        "sk": "cs", "cs": "sk", "hr": "sr sl bs", "sr": "hr bs", "bs": "hr sr", "sh": "hr sr", "sl": "hr",
        "ur": "ar fa", "az": "tr", "mr": "hi", "ne": "hi", "af": "nl", "yue": "zh", "wuu": "zh",
    }.items()
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a page: its topics, and the hits they come from."""

    topics: Topics
    hits: tuple[Hit, ...] = ()

    @property
    def main(self) -> str:
        """The strongest topic, ``""`` where there is none."""
        return max(self.topics, key=lambda topic: (self.topics[topic], topic), default="")

    @property
    def total(self) -> float:
        """The weight of all topics together."""
        return sum(self.topics.values())

    @property
    def vice_weight(self) -> float:
        """The weight of the strongest topic that is often planted."""
        return max((self.topics.get(topic, 0.0) for topic in VICE), default=0.0)

    def share(self, topics: Iterable[str]) -> float:
        """Return the share of the weight that these topics hold, 0 where there is none."""
        total = self.total
        return sum(self.topics.get(topic, 0.0) for topic in set(topics)) / total if total else 0.0


class TopicProfile:
    """The topics of each part of one page."""

    def __init__(self, page: Page, hits: Sequence[Hit], language: str, address: Address | None) -> None:
        self.address = address
        self._page = page
        known = {"*", "en", language} | near_languages(language)
        self.hits = tuple([hit for hit in hits if not language or _belongs(hit.entry, known)])

    @cached_property
    def host(self) -> Part:
        """The registrable domain's label; a word with several meanings shares its weight."""
        return Part(_segment_topics(self.address.segments) if self.address else {})

    @cached_property
    def subdomain(self) -> Part:
        """The labels below the registrable domain."""
        return Part(_segment_topics(self.address.sub_segments) if self.address else {})

    @cached_property
    def slug(self) -> Part:
        """Path and query."""
        return Part(_word_topics(self.address.slug) if self.address else {})

    @cached_property
    def title(self) -> Part:
        """The title in the head of the document, else the first heading or short line of the body."""
        if self._page.metadata.title:
            return Part(_word_topics(self._page.metadata.title.lower().split()))
        first = next((block for block in self._page.blocks if _is_title(block)), None)
        return self._part(lambda block: block is first)

    @cached_property
    def menu(self) -> Part:
        """Everything around the body, and its short list items."""
        return self._part(_is_menu)

    @cached_property
    def body(self) -> Part:
        """The running text."""
        return self._part(lambda block: not _is_menu(block))

    @cached_property
    def whole(self) -> Part:
        """All visible text."""
        return Part(weigh(self.hits), self.hits)

    @cached_property
    def by_block(self) -> tuple[tuple[Block, list[Hit]], ...]:
        """Blocks that hold hits, in reading order."""
        blocks = self._page.blocks
        ends = [end for _, end, _, _, _ in blocks]
        grouped: dict[int, list[Hit]] = {}
        for hit in self.hits:
            grouped.setdefault(bisect_right(ends, hit.start), []).append(hit)
        return tuple([(blocks[place], hits) for place, hits in grouped.items() if place < len(blocks)])

    def window(self, start: int, end: int) -> Part:
        """Return the topics of a span of the visible text."""
        hits = tuple([hit for hit in self.hits if start <= hit.start < end])
        return Part(weigh(hits), hits)

    def _part(self, belongs: Callable[[Block], bool]) -> Part:
        hits = tuple([hit for block, found in self.by_block if belongs(block) for hit in found])
        return Part(weigh(hits), hits)


def weigh(hits: Iterable[Hit]) -> Topics:
    """Return topic weights: each distinct term counts 1, and 0.5 more for each doubling of its count."""
    counts = Counter([(hit.entry.category, hit.entry.term) for hit in hits])
    topics: dict[str, float] = defaultdict(float)
    for (topic, _), count in counts.items():
        topics[topic] += 1.0 if count == 1 else 1.0 + 0.5 * math.log2(count)
    return dict(topics)


def near_languages(language: str) -> frozenset[str]:
    """Return the languages whose words are often those of this one (ISO 639-1)."""
    return _NEAR_LANGUAGES.get(language, frozenset())


@cache
def kin(topic: str) -> frozenset[str]:
    """Return the topics that one site may well treat together with this one, itself among them."""
    return frozenset({topic}.union(*(group for group in _KIN if topic in group)))


def fit(left: Topics, right: Topics) -> float:
    """Return how well two topic mixtures agree: 0 (nothing in common) to 1; kindred topics count half."""
    total = sum(left.values()) * sum(right.values())
    if not total:
        return 0.0
    norm = math.sqrt(sum(w * w for w in left.values()) * sum(w * w for w in right.values()))
    match = 0.0
    for topic, weight in left.items():
        kindred = kin(topic)
        for other, beside in right.items():
            if other in kindred:
                match += weight * beside * (1.0 if other == topic else 0.5)
    return min(1.0, match / norm)


def akin(left: Set[str], right: Set[str]) -> bool:
    """Tell whether any of these topics is, or is kindred to, any of those."""
    return any(not kin(topic).isdisjoint(right) for topic in left)


def subjects(topics: Topics) -> int:
    """Count the topics of two terms or more that are not kindred to a stronger one."""
    kept: list[str] = []
    for topic in sorted(topics, key=lambda topic: (-topics[topic], topic)):
        if topics[topic] >= 2.0 and not any(topic in kin(other) for other in kept):
            kept.append(topic)
    return len(kept)


def _belongs(entry: Entry, languages: Set[str]) -> bool:
    return entry.language in languages or (entry.category in VICE and len(entry.term) > 4)


def _is_menu(block: Block) -> bool:
    start, end, region, kind, _ = block
    return region is not _MAIN or (kind is _LIST_ITEM and end - start <= 60)


def _is_title(block: Block) -> bool:
    if block.region is not Region.MAIN:
        return False
    return block.kind is BlockKind.HEADING or 15 <= block.end - block.start <= 150


def _segment_topics(segments: Sequence[Segment]) -> Topics:
    topics: dict[str, float] = defaultdict(float)
    for segment in segments:
        about = [topic for topic in segment.topics if topic not in NEUTRAL]
        if len(about) == len(segment.topics):  # a word that may also be a plain one says little
            for topic in about:
                topics[topic] += 1.0 / len(about)
    return dict(topics)


@cache
def _terms() -> Mapping[str, tuple[str, ...]]:
    terms: dict[str, tuple[str, ...]] = {}
    for entry in load_lexicon("topics").entries:
        terms[entry.term] = (*terms.get(entry.term, ()), entry.category)
    return terms


def _word_topics(words: Sequence[str]) -> Topics:
    terms = _terms()
    words = words[:60]
    pairs = map(" ".join, pairwise(words))
    triples = map(" ".join, zip(words, words[1:], words[2:], strict=False))
    topics: dict[str, float] = defaultdict(float)
    for term in dict.fromkeys([term for term in (*triples, *pairs, *words) if term in terms]):
        for topic in terms[term]:
            topics[topic] += 1.0
    return dict(topics)
