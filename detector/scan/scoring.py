"""Records to rows, in small batches: what the workers of a scan and of Spark do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TypeAlias

from detector.blocklists.reputation import Reputation
from detector.detector import Detector
from detector.readers.record import BadRecord, ErrorKind, Item, Reach, Record, Skipped, SkipReason, clean
from detector.scan.rows import Row, error_row, row_of
from detector.view import View

MAX_BATCH = 16
MAX_BATCH_BYTES = 2_000_000
"""Pages, and bytes of them, that are held at a time: the model takes 49 us a page of 16, 341 us of one."""

Outcome: TypeAlias = Row | Skipped | Reach
READING = -1
"""The position that is reported while no page is worked on."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Which records of those read become rows."""

    languages: frozenset[str] = frozenset()  # ISO 639-1; empty: all
    sample: float = 1.0  # share of the records, chosen by a hash of their URL (or place)

    def samples(self, source: str, record: Record) -> bool:
        """Tell whether a record is in the sample; the same one is in every scan."""
        if self.sample >= 1:
            return True
        key = record.url or f"{source}:{record.position}"
        digest = blake2b(key.encode("utf-8", "replace"), digest_size=8).digest()
        return int.from_bytes(digest) < self.sample * 2**64


@dataclass(frozen=True, slots=True)
class Care:
    """How to go about a part whose worker has died before."""

    batch: int = MAX_BATCH  # 1 after a crash, to find out which page it was
    blamed: Mapping[int, ErrorKind] = field(default_factory=dict)  # positions not to be touched again


def score_items(
    detector: Detector,
    source: str,
    items: Iterable[Item],
    filters: Filters | None = None,
    care: Care | None = None,
    report: Callable[[int], None] = lambda position: None,
    reputation: Reputation | None = None,
) -> Iterator[Outcome]:
    """Yield a row for every page and bad record, in order, and pass on what was skipped and reached.

    ``reputation`` holds the block lists whose word on its address each page is to carry.

    ``report`` is told the position of each page before it is worked on, and READING in between. No page can
    raise: what goes wrong with it becomes its row's error.
    """
    filters, care = filters or Filters(), care or Care()
    scorer = _Scorer(detector, source, filters, care.blamed, report, reputation)
    held: list[Item] = []
    size = 0
    for item in items:
        held.append(item)
        size += len(item.body) if isinstance(item, Record) else 0
        if len(held) >= care.batch or size >= MAX_BATCH_BYTES:
            yield from scorer.outcomes(held)
            held, size = [], 0
    yield from scorer.outcomes(held)


@dataclass(frozen=True, slots=True)
class _Parsed:
    record: Record
    view: View


@dataclass(frozen=True, slots=True)
class _Scorer:
    detector: Detector
    source: str
    filters: Filters
    blamed: Mapping[int, ErrorKind]
    report: Callable[[int], None]
    reputation: Reputation | None

    def outcomes(self, items: list[Item]) -> list[Outcome]:
        prepared = [self._prepared(item) for item in items]
        rows = iter(self._rows([p for p in prepared if isinstance(p, _Parsed)]))
        self.report(READING)
        return [next(rows) if isinstance(p, _Parsed) else p for p in prepared]

    def _prepared(self, item: Item) -> _Parsed | Outcome:
        if isinstance(item, BadRecord):
            return error_row(self.source, item)
        if not isinstance(item, Record):
            return item
        if kind := self.blamed.get(item.position):
            message = "the page ended its worker process, or kept it busy for too long"
            return error_row(self.source, BadRecord(item.position, kind, message, item.url))
        if not self.filters.samples(self.source, item):
            return Skipped(item.position, SkipReason.SAMPLE)
        self.report(item.position)
        try:
            page = item.page()
            view = View(page if self.reputation is None else self.reputation.with_listings(page))
            language = view.language
        except Exception as error:  # whatever a page does to the parser, the crawl goes on
            return self._failed(item, error)
        if self.filters.languages and language not in self.filters.languages:
            return Skipped(item.position, SkipReason.LANGUAGE)
        return _Parsed(item, view)

    def _rows(self, parsed: list[_Parsed]) -> list[Row]:
        if not parsed:
            return []
        try:
            verdicts = self.detector.score_views([p.view for p in parsed])
            return [
                row_of(self.source, p.record, p.view, verdict)
                for p, verdict in zip(parsed, verdicts, strict=True)
            ]
        except Exception as error:  # find the page that it is about, and score the others
            if len(parsed) == 1:
                return [self._failed(parsed[0].record, error)]
            return [row for p in parsed for row in self._rows([p])]

    def _failed(self, record: Record, error: Exception) -> Row:
        message = clean(f"{type(error).__name__}: {error}")
        return error_row(self.source, BadRecord(record.position, ErrorKind.SCORING, message, record.url))
