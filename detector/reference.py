"""How the pages were distributed that a model was trained on: the ``reference`` in its manifest.

One histogram of the score and one of every feature, compact: at most a dozen bins each, counts of pages.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from detector.errors import ModelError

KEY = "reference"
"""Where a manifest keeps it: ``{"score": {"edges", "counts"}, "features": {name: {"edges", "counts"}}}``."""
SCORE_EDGES = tuple(round(step / 20, 2) for step in range(1, 20))

_BINS, _UNCOMMON_BINS = 8, 4
_PREVAILING = 0.3
_MIN_UNCOMMON = 20
_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Histogram:
    """Pages by bins of a value. An edge belongs to the bin below it."""

    edges: tuple[float, ...]
    counts: tuple[int, ...]  # pages without the value, then those of each of the len(edges) + 1 bins

    @classmethod
    def of(cls, values: NDArray[np.float64], edges: tuple[float, ...]) -> Histogram:
        """Count values, NaN where a page has none."""
        bins = np.where(np.isnan(values), 0, np.searchsorted(edges, values, side="left") + 1)
        return cls(edges, tuple(np.bincount(bins, minlength=len(edges) + 2).tolist()))

    def bin(self, value: float) -> int:
        """Return the number of the bin that a value falls into, from 1."""
        return bisect_left(self.edges, value) + 1


@dataclass(frozen=True, slots=True)
class Reference:
    """What a model's training pages looked like to it."""

    score: Histogram
    features: dict[str, Histogram]

    @classmethod
    def of(cls, score: NDArray[np.float64], values: NDArray[np.float64], names: tuple[str, ...]) -> Reference:
        """Describe pages by score (n,) and values (n, names), NaN where a verdict names no value."""
        columns = zip(names, values.T, strict=True)
        return cls(
            Histogram.of(score, SCORE_EDGES),
            {name: Histogram.of(column, _edges(column)) for name, column in columns},
        )

    @classmethod
    def read(cls, manifest: Mapping[str, Any]) -> Reference | None:
        """Return a manifest's reference; None where it has none. Raises ModelError where it is broken."""
        if KEY not in manifest:
            return None
        try:
            kept = manifest[KEY]
            return cls(_read(kept["score"]), {name: _read(one) for name, one in kept["features"].items()})
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise ModelError(f"manifest: {KEY} is broken ({error}): restore or retrain the model") from None

    def written(self) -> dict[str, Any]:
        """Return the reference as a manifest keeps it, a line a histogram."""
        features = {name: orjson.Fragment(orjson.dumps(one)) for name, one in self.features.items()}
        return {"score": orjson.Fragment(orjson.dumps(self.score)), "features": features}


def _read(kept: Mapping[str, Any]) -> Histogram:
    found = Histogram(tuple(map(float, kept["edges"])), tuple(map(int, kept["counts"])))
    if len(found.counts) != len(found.edges) + 2 or sum(found.counts) <= 0 or min(found.counts) < 0:
        raise ValueError(f"{len(found.edges)} edges and {len(found.counts)} counts are no histogram")
    return found


def _edges(column: NDArray[np.float64]) -> tuple[float, ...]:
    edges = quantile_edges(column, _BINS, _UNCOMMON_BINS).tolist()
    return tuple(sorted({float(f"{edge:.{_DIGITS}g}") for edge in edges}))


def quantile_edges(column: NDArray[np.float64], bins: int, uncommon_bins: int) -> NDArray[np.float64]:
    """Return quantiles of a column's values; where one value prevails, mostly zero, also of the others."""
    present = column[~np.isnan(column)]
    if not len(present):
        return np.zeros(0)
    edges = _quantiles(present, bins)
    values, counts = np.unique(present, return_counts=True)
    uncommon = present[present != values[counts.argmax()]]
    if counts.max() > _PREVAILING * len(present) and len(uncommon) >= _MIN_UNCOMMON:
        edges = np.concatenate([edges, _quantiles(uncommon, uncommon_bins)])
    return np.unique(edges)


def _quantiles(values: NDArray[np.float64], bins: int) -> NDArray[np.float64]:
    return np.asarray(np.quantile(values, np.linspace(0, 1, bins + 1)[1:-1], method="lower"))
