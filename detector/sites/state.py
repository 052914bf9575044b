"""What is kept of a site while its rows stream by: a bounded amount, whatever the number of its pages.

States of the same site merge, and neither the order of rows nor the way they were split between states
changes the outcome: counts are whole numbers, samples keep what has the smallest hashes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import blake2b
from typing import Any

SAMPLE_PAGES = 20
"""Pages of a site whose scores make the site's: their deciles hardly change with more."""

EDGE_PAGES = 5
"""Pages of the sample whose first and last blocks are compared."""

COLUMNS = (
    "source", "position", "url", "site", "domain", "published", "language", "topic", "label", "score", "base",
    "families", "promoted", "republished", "sources", "owner_marks", "edges", "error",
)  # fmt: skip
"""The columns of a scan's rows that a site is made of."""


@dataclass(slots=True)
class KeySample:
    """Exact counts of at most ``size`` distinct keys: those of the smallest hashes, a fair sample of all.

    The number of distinct keys beyond is estimated from the largest hash kept (k minimum values:
    Bar-Yossef et al. 2002, "Counting distinct elements in a data stream").
    """

    size: int
    counts: dict[str, int] = field(default_factory=dict)

    def add(self, keys: Iterable[str]) -> None:
        """Count each key once more."""
        for key in keys:
            self.counts[key] = self.counts.get(key, 0) + 1
        if len(self.counts) > 2 * self.size:
            self.trim()

    def merge(self, other: KeySample) -> None:
        """Take over another sample's counts."""
        for key, count in other.counts.items():
            self.counts[key] = self.counts.get(key, 0) + count
        self.trim()

    def trim(self) -> None:
        """Drop all keys but those of the smallest hashes."""
        if len(self.counts) > self.size:
            kept = sorted(self.counts, key=stable_hash)[: self.size]
            self.counts = {key: self.counts[key] for key in kept}

    @property
    def distinct(self) -> int:
        """The number of distinct keys seen, estimated where there were more than are kept."""
        self.trim()
        if len(self.counts) < self.size:
            return len(self.counts)
        return max(self.size, round((self.size - 1) / ((max(map(stable_hash, self.counts)) + 1) / 2**64)))

    def top(self, count: int) -> list[tuple[str, int]]:
        """Return the most counted keys."""
        self.trim()
        return sorted(self.counts.items(), key=lambda item: (-item[1], item[0]))[:count]


@dataclass(frozen=True, slots=True, order=True)
class SampledPage:
    """A page of the sample."""

    key: int  # hash of its place and address
    score: float
    base: float
    families: tuple[tuple[str, float], ...]  # log-odds, by name
    edges: tuple[str, ...]


@dataclass(slots=True)
class SiteState:
    """Everything kept of one site."""

    site: str
    domain: str = ""
    labels: Counter[str] = field(default_factory=Counter)
    errors: int = 0
    republished: int = 0
    languages: Counter[str] = field(default_factory=Counter)
    topics: Counter[str] = field(default_factory=Counter)
    dated: int = 0
    first: date | None = None
    last: date | None = None
    promoted: KeySample = field(default_factory=lambda: KeySample(200))
    sources: KeySample = field(default_factory=lambda: KeySample(100))
    owner_marks: KeySample = field(default_factory=lambda: KeySample(50))
    sample: list[SampledPage] = field(default_factory=list)

    def add(self, row: Mapping[str, Any]) -> None:
        """Take in one row of a scan."""
        self.domain = row["domain"] or self.domain
        if row["error"]:
            self.errors += 1
            return
        self.labels[row["label"]] += 1
        self.republished += bool(row["republished"])
        self.languages.update(filter(None, [row["language"]]))
        self.topics.update(filter(None, [row["topic"]]))
        self.promoted.add(row["promoted"] or ())
        self.sources.add(row["sources"] or ())
        self.owner_marks.add(row["owner_marks"] or ())
        if published := parse_day(row["published"] or ""):
            self._add_days(1, published, published)
        if row["score"] is not None:
            self._add_page(row)

    def merge(self, other: SiteState) -> None:
        """Take in another state of the same site."""
        self.domain = self.domain or other.domain
        self.labels.update(other.labels)
        self.errors += other.errors
        self.republished += other.republished
        self.languages.update(other.languages)
        self.topics.update(other.topics)
        self.promoted.merge(other.promoted)
        self.sources.merge(other.sources)
        self.owner_marks.merge(other.owner_marks)
        if other.first and other.last:
            self._add_days(other.dated, other.first, other.last)
        self._keep([*self.sample, *other.sample])

    def _add_days(self, dated: int, first: date, last: date) -> None:
        self.dated += dated
        self.first = min(self.first or first, first)
        self.last = max(self.last or last, last)

    def _add_page(self, row: Mapping[str, Any]) -> None:
        key = stable_hash(f"{row['source']}\t{row['position']}\t{row['url']}")
        if len(self.sample) == SAMPLE_PAGES and key > self.sample[-1].key:
            return
        families = row["families"]
        pairs = families.items() if isinstance(families, Mapping) else families
        page = SampledPage(key, row["score"], row["base"], tuple(sorted(pairs)), tuple(row["edges"] or ()))
        self._keep([*self.sample, page])

    def _keep(self, pages: list[SampledPage]) -> None:
        kept = sorted(pages)[:SAMPLE_PAGES]
        self.sample = [
            page if place < EDGE_PAGES or not page.edges else replace(page, edges=())
            for place, page in enumerate(kept)
        ]


def stable_hash(text: str) -> int:
    """Return 64 bits of BLAKE2b: the same in every process."""
    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=8).digest())


def parse_day(text: str) -> date | None:
    """Return the day of a timestamp that begins as ISO 8601 does, None for any other."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
