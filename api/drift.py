"""Whether pages still look like those the model was trained on: a population stability index a feature.

PSI = sum over bins of (now - then) * ln(now / then) (Siddiqi 2006, "Credit Risk Scorecards"): below 0.1
little has changed, above 0.25 much. The bins and their pages in training come with the model
(:mod:`detector.reference`); of a model without them nothing is told.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from threading import Lock

from detector import Verdict
from detector.reference import Histogram, Reference

WINDOW = 2_000
"""Pages after which what was counted is halved, so that old ones are forgotten."""
MIN_PAGES = 500
"""Pages below which none is told: with ten even bins chance alone gives 2.7 after 10, 0.02 after 500."""
FLOOR = 1e-4
"""Least share of a bin, so that an empty one gives a finite index."""


@dataclass(frozen=True, slots=True)
class Indices:
    """Stability indices of the pages counted so far."""

    score: float
    features: dict[str, float]


@dataclass(slots=True)
class _Column:
    """A reference histogram, and how the pages of late fall into its bins (pages without the value aside)."""

    then: Histogram
    now: list[float] = field(init=False)

    def __post_init__(self) -> None:
        self.now = [0.0] * len(self.then.counts)

    def add(self, value: float) -> None:
        self.now[self.then.bin(value)] += 1

    def halve(self) -> None:
        self.now = [count / 2 for count in self.now]

    def index(self, pages: float) -> float:
        """Return the index, given how many pages were counted in all."""
        trained = sum(self.then.counts)
        counts = [pages - sum(self.now[1:]), *self.now[1:]]
        shares = [
            (max(now / pages, FLOOR), max(then / trained, FLOOR))
            for now, then in zip(counts, self.then.counts, strict=True)
        ]
        return sum((now - then) * math.log(now / then) for now, then in shares)


class Drift:
    """Counts scores and features of verdicts by bin. Safe to use from several threads."""

    def __init__(self, reference: Reference | None) -> None:
        self._score = _Column(reference.score) if reference else None
        self._features = {n: _Column(then) for n, then in reference.features.items()} if reference else {}
        self._pages = 0.0
        self._lock = Lock()

    def add(self, verdict: Verdict) -> None:
        """Count a verdict; one without a score says nothing."""
        if self._score is None or verdict.score is None:
            return
        with self._lock:
            if self._pages >= WINDOW:
                self._halve()
            self._pages += 1
            self._score.add(verdict.score)
            for part in verdict.contributions:
                column = self._features.get(part.feature)
                if column and part.value is not None:
                    column.add(part.value)

    def indices(self) -> Indices | None:
        """Return the index of the score and of every feature; None until MIN_PAGES were counted."""
        with self._lock:
            if self._score is None or self._pages < MIN_PAGES:
                return None
            features = {name: column.index(self._pages) for name, column in self._features.items()}
            return Indices(self._score.index(self._pages), features)

    def _halve(self) -> None:
        self._pages /= 2
        for column in (self._score, *self._features.values()):
            if column:
                column.halve()
