"""What each feature shows on farms and on legitimate pages, and what the model makes of it.

Hit rates follow the hit-frequencies tables of SpamAssassin's mass checks.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.metrics import Rate, rate

EFFECT_BINS = 5


@dataclass(frozen=True, slots=True)
class Hits:
    """How often a feature is above zero, among the pages that allow to measure it."""

    feature: str
    farm: Rate
    legit: Rate
    missing: float  # share of all pages
    precision: float  # share of farms among the pages hit, as the sample is composed; NaN without hits
    lift: float  # farm.value / legit.value: independent of the sample's share of farms; inf, NaN possible


@dataclass(frozen=True, slots=True)
class EffectBin:
    """The pages in a range of a feature's values; ``low`` is None for the pages where it is missing."""

    low: float | None
    high: float | None
    n: int
    farm_share: float
    log_odds: float  # mean contribution


@dataclass(frozen=True, slots=True)
class Effect:
    """What a feature does in the model."""

    feature: str
    strength: float  # mean |contribution| in log-odds
    bins: tuple[EffectBin, ...]


def hit_rates(
    farm: NDArray[np.bool_], values: NDArray[np.float64], features: tuple[str, ...]
) -> tuple[Hits, ...]:
    """Return each feature's hit rates, highest lift first (no legitimate hit at all before any other)."""
    rows = [_hits(name, farm, column) for name, column in zip(features, values.T, strict=True)]
    return tuple(
        sorted(rows, key=lambda r: (-(r.lift if r.lift == r.lift else -1.0), -r.farm.flagged, r.feature))
    )


def effects(
    farm: NDArray[np.bool_],
    values: NDArray[np.float64],
    contributions: NDArray[np.float64],
    features: tuple[str, ...],
) -> tuple[Effect, ...]:
    """Return what each feature does, strongest first; features that do nothing are left out."""
    rows = [
        Effect(name, float(np.abs(parts).mean()), _bins(farm, column, parts))
        for name, column, parts in zip(features, values.T, contributions.T, strict=True)
        if parts.any()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.strength, row.feature)))


def _hits(name: str, farm: NDArray[np.bool_], column: NDArray[np.float64]) -> Hits:
    known, hit = ~np.isnan(column), column > 0
    on_farm = rate(int((hit & farm).sum()), int((known & farm).sum()))
    on_legit = rate(int((hit & ~farm).sum()), int((known & ~farm).sum()))
    hits = on_farm.flagged + on_legit.flagged
    return Hits(
        feature=name,
        farm=on_farm,
        legit=on_legit,
        missing=float(1 - known.mean()) if len(known) else math.nan,
        precision=on_farm.flagged / hits if hits else math.nan,
        lift=_lift(on_farm, on_legit),
    )


def _lift(farm: Rate, legit: Rate) -> float:
    if legit.flagged or not farm.flagged:
        return farm.value / legit.value if legit.value else math.nan
    return math.inf


def _bins(
    farm: NDArray[np.bool_], column: NDArray[np.float64], parts: NDArray[np.float64]
) -> tuple[EffectBin, ...]:
    known = ~np.isnan(column)
    quantiles = np.linspace(0, 1, EFFECT_BINS + 1)
    edges = np.unique(np.quantile(column[known], quantiles)) if known.any() else np.empty(0)
    number = np.where(known, np.searchsorted(edges[1:-1], column, side="right"), len(edges))
    bins = []
    for index in np.unique(number):
        member = number == index
        inside = column[member & known]
        low, high = (float(inside.min()), float(inside.max())) if len(inside) else (None, None)
        bins.append(
            EffectBin(low, high, int(member.sum()), float(farm[member].mean()), float(parts[member].mean()))
        )
    return tuple(bins)
