"""Whether pages still look like those the model was trained on: a population stability index a feature.

PSI = sum over bins of (now - then) * ln(now / then) (Siddiqi 2006, "Credit Risk Scorecards"): below 0.1
little has changed, above 0.25 much. The bins and their shares in training come with the model (manifest key
``reference``: feature -> {"edges": [...], "shares": [unmeasured, first bin, ...]}). A model without them is
compared with the first pages that it scored here.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detector import Verdict

BASELINE = 1_000
"""Pages that stand in for the training data where a model carries no reference."""
WINDOW = 2_000
"""Pages after which what was counted is halved, so that old ones are forgotten."""
FLOOR = 1e-4
"""Least share of a bin, so that an empty one gives a finite index."""
BINS = 8


@dataclass(frozen=True, slots=True)
class Bins:
    """A feature's bins: the first is for pages on which it was not measured or weighed nothing."""

    edges: tuple[float, ...]
    shares: tuple[float, ...]  # len(edges) + 2


class Drift:
    """Counts features of verdicts by bin. Safe to use from several threads."""

    def __init__(self, manifest: dict[str, Any]) -> None:
        self._reference = {
            name: Bins(tuple(bins["edges"]), tuple(bins["shares"]))
            for name, bins in manifest.get("reference", {}).items()
        }
        self.from_training = bool(self._reference)
        self._early: list[dict[str, float]] = []
        self._counts: dict[str, NDArray[np.float64]] = {}
        self._pages = 0.0
        self._lock = Lock()

    def add(self, verdict: Verdict) -> None:
        """Count a verdict."""
        values = {c.feature: c.value for c in verdict.contributions if c.value is not None}
        with self._lock:
            if self._reference:
                self._count(values)
            else:
                self._early.append(values)
                if len(self._early) == BASELINE:
                    self._reference = reference_of(self._early)
                    self._early = []

    def indices(self) -> dict[str, float]:
        """Return the index of every feature; empty until pages have been counted."""
        with self._lock:
            if not self._pages:
                return {}
            return {name: self._index(name, bins) for name, bins in self._reference.items()}

    def _count(self, values: dict[str, float]) -> None:
        if self._pages >= WINDOW:
            self._pages /= 2
            for counts in self._counts.values():
                counts /= 2
        self._pages += 1
        for name, value in values.items():
            if bins := self._reference.get(name):
                if name not in self._counts:
                    self._counts[name] = np.zeros(len(bins.shares))
                self._counts[name][_bin(bins.edges, value)] += 1

    def _index(self, name: str, bins: Bins) -> float:
        counts = self._counts.get(name, np.zeros(len(bins.shares))).copy()
        counts[0] = self._pages - counts.sum()
        now = np.maximum(counts / self._pages, FLOOR)
        then = np.maximum(np.array(bins.shares), FLOOR)
        return float(((now - then) * np.log(now / then)).sum())


def reference_of(pages: Sequence[dict[str, float]]) -> dict[str, Bins]:
    """Return bins for the features of some pages, split at quantiles of their values."""
    columns: dict[str, list[float]] = defaultdict(list)
    for values in pages:
        for name, value in values.items():
            columns[name].append(value)
    reference = {}
    for name, column in columns.items():
        edges = tuple(np.unique(np.quantile(column, np.arange(1, BINS) / BINS)).tolist())
        counts = np.bincount([_bin(edges, value) for value in column], minlength=len(edges) + 2)
        counts[0] = len(pages) - len(column)
        reference[name] = Bins(edges, tuple((counts / len(pages)).tolist()))
    return reference


def _bin(edges: tuple[float, ...], value: float) -> int:
    return bisect_right(edges, value) + 1
