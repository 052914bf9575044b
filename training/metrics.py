"""How good scores are, with 95 % intervals that respect that pages of one host are not independent.

Intervals are percentiles of a cluster bootstrap: whole groups (hosts) are drawn with replacement (Field and
Welsh 2007). One function computes every figure from sorted scores and a weight a record, so that a resample
costs a few passes over arrays.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

SEED = 20261123
RESAMPLES = 1_000
ECE_BINS = 15

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval; NaN where the records don't allow to compute it."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


@dataclass(frozen=True, slots=True)
class Metrics:
    """The quality of scores (probabilities of being a farm) against verdicts."""

    n: int
    farms: int
    groups: int
    roc_auc: Estimate
    average_precision: Estimate
    recall_at_fpr_0_1: Estimate  # share of farms found where 0.1 % of legitimate pages are flagged
    recall_at_fpr_0_5: Estimate
    recall_at_fpr_1: Estimate
    recall_at_fpr_5: Estimate
    brier: Estimate
    ece: Estimate  # expected calibration error, 15 bins of equal mass
    log_loss: Estimate  # nats

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)


STATISTICS = tuple(name for name in Metrics.__slots__ if name not in ("n", "farms", "groups"))
"""The names of the figures, in the order of :class:`Metrics`."""
_RATES = (0.001, 0.005, 0.01, 0.05)


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of records that are flagged, with its 95 % Wilson interval (Wilson 1927)."""

    n: int
    flagged: int
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class KindRate:
    """How a kind of page fares at a threshold: recall for farm kinds, false-positive rate for legit ones."""

    kind: str
    farm: bool
    rate: Rate


@dataclass(frozen=True, slots=True)
class Bin:
    """A bin of the reliability diagram."""

    n: int
    mean_score: float
    farm_share: float
    low: float  # 95 % Wilson interval of farm_share
    high: float


def evaluate_scores(farm: Bools, score: Floats, groups: NDArray[np.int64], seed: int = SEED) -> Metrics:
    """Measure scores in 0..1 against verdicts, with intervals by group."""
    ranked = _Ranked.of(farm, score)
    found = _bootstrap([ranked], groups, seed)
    values = dict(zip(STATISTICS, _estimates(found[0], found[1:]), strict=True))
    return Metrics(len(farm), int(farm.sum()), len(np.unique(groups)), **values)


def paired_bootstrap(
    farm: Bools, a: Floats, b: Floats, groups: NDArray[np.int64], seed: int = SEED
) -> dict[str, Estimate]:
    """Return by how much each figure of ``b`` exceeds that of ``a``, both measured on the same resamples."""
    ranked = [_Ranked.of(farm, a), _Ranked.of(farm, b)]
    found = _bootstrap(ranked, groups, seed).reshape(-1, 2, len(STATISTICS))
    difference = found[:, 1] - found[:, 0]
    return dict(zip(STATISTICS, _estimates(difference[0], difference[1:]), strict=True))


def by_slice(
    farm: Bools, score: Floats, groups: NDArray[np.int64], slices: Sequence[str], seed: int = SEED
) -> dict[str, Metrics]:
    """Measure each slice (source, language, confidence …) alone; largest first, then by name."""
    names = np.asarray(slices, dtype=object)
    ordered = sorted(set(slices), key=lambda name: (-int((names == name).sum()), name))
    return {
        name: evaluate_scores(farm[names == name], score[names == name], groups[names == name], seed)
        for name in ordered
    }


def by_kind(farm: Bools, score: Floats, kinds: Sequence[str], threshold: float) -> tuple[KindRate, ...]:
    """Return each kind's flagged share at a threshold, farm kinds first, largest first."""
    flagged = score >= threshold
    pairs = list(zip(farm.tolist(), kinds, strict=True))
    rates = []
    for pair in set(pairs):
        member = np.array([other == pair for other in pairs])
        rates.append(KindRate(pair[1], pair[0], rate(int(flagged[member].sum()), int(member.sum()))))
    return tuple(sorted(rates, key=lambda row: (not row.farm, -row.rate.n, row.kind)))


def within_source_auc(
    farm: Bools, score: Floats, groups: NDArray[np.int64], sources: Sequence[str], seed: int = SEED
) -> Estimate:
    """Return the mean ROC AUC inside each source, weighted by its farms.

    Where sources differ in their share of farms, knowing the source alone gives a high plain AUC; this figure
    gives no credit for it. Sources without both classes don't count.
    """
    names = np.asarray(sources, dtype=object)
    members = [names == name for name in sorted(set(sources))]
    members = [m for m in members if 0 < farm[m].sum() < m.sum()]
    ranked = [(_Ranked.of(farm[m], score[m]), m, float(farm[m].sum())) for m in members]
    if not ranked:
        return Estimate(math.nan, math.nan, math.nan)
    total = sum(farms for _, _, farms in ranked)
    rows = []
    for weight in _weights(groups, seed):
        figures = np.array([_auc_and_precision(r, weight[m][r.order])[0] for r, m, _ in ranked])
        shares = np.array([farms / total for _, _, farms in ranked])
        known = ~np.isnan(figures)
        rows.append(figures[known] @ shares[known] / shares[known].sum() if known.any() else math.nan)
    return _estimate(rows)


def auc_by_group(farm: Bools, score: Floats, groups: NDArray[np.int64], seed: int = SEED) -> Estimate:
    """Return the ROC AUC in which each group (a host) weighs the same, however many pages it has.

    The plain AUC may turn on a single host with many pages; this figure speaks of hosts not seen yet.
    """
    ranked = _Ranked.of(farm, score)
    _, member, size = np.unique(groups, return_inverse=True, return_counts=True)
    share = 1.0 / size[member]
    weights = (weight * share for weight in _weights(groups, seed))
    return _estimate([_auc_and_precision(ranked, weight[ranked.order])[0] for weight in weights])


def threshold_at_fpr(farm: Bools, score: Floats, fpr: float) -> float:
    """Return the lowest threshold at which at most a share ``fpr`` of legitimate pages has ``score >= it``.

    Raises ValueError where there is no legitimate page or ``fpr`` is outside 0..1.
    """
    legit = _legit_scores(farm, score, fpr)
    return _threshold_allowing(legit, math.floor(fpr * len(legit) + 1e-9))


def reliability(farm: Bools, score: Floats, bins: int = ECE_BINS) -> tuple[Bin, ...]:
    """Return bins of equal mass: mean score against the share of farms."""
    order = np.argsort(score, kind="stable")
    rows = []
    for part in np.array_split(order, min(bins, len(order))) if len(order) else ():
        share = rate(int(farm[part].sum()), len(part))
        rows.append(Bin(len(part), float(score[part].mean()), share.value, share.low, share.high))
    return tuple(rows)


def rate(flagged: int, n: int) -> Rate:
    """Return ``flagged`` of ``n`` as a share with its 95 % Wilson interval; NaN where ``n`` is 0."""
    if not n:
        return Rate(0, 0, math.nan, math.nan, math.nan)
    z, share = float(norm.ppf(0.975)), flagged / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return Rate(n, flagged, share, max(0.0, min(centre - half, share)), min(1.0, max(centre + half, share)))


@dataclass(frozen=True, slots=True)
class _Ranked:
    """Records in descending order of score, with what every figure needs of them."""

    order: NDArray[np.int64]
    score: Floats
    farm: Floats  # 1 or 0
    squared_error: Floats
    log_loss: Floats
    ends: NDArray[np.int64]  # index of the last record of each run of equal scores

    @classmethod
    def of(cls, farm: Bools, score: Floats) -> _Ranked:
        order = np.argsort(-score, kind="stable")
        ordered, truth = score[order].astype(np.float64), farm[order].astype(np.float64)
        clipped = np.clip(ordered, 1e-15, 1 - 1e-15)
        loss = -(truth * np.log(clipped) + (1 - truth) * np.log1p(-clipped))
        ends = np.flatnonzero(np.append(ordered[:-1] != ordered[1:], True)) if len(ordered) else order
        return cls(order, ordered, truth, (ordered - truth) ** 2, loss, ends)


def _statistics(ranked: _Ranked, weight: Floats) -> list[float]:
    """Return every figure of STATISTICS; ``weight`` is in ranked order."""
    total = float(weight.sum()) or math.nan
    auc, precision, recalls = _auc_and_precision(ranked, weight)
    brier = float(weight @ ranked.squared_error) / total
    loss = float(weight @ ranked.log_loss) / total
    return [auc, precision, *recalls, brier, _ece(ranked, weight), loss]


def _auc_and_precision(ranked: _Ranked, weight: Floats) -> tuple[float, float, list[float]]:
    """Return ROC AUC (ties count half), average precision, and recall at each of _RATES."""
    farms = np.cumsum(weight * ranked.farm)[ranked.ends]
    legit = np.cumsum(weight * (1 - ranked.farm))[ranked.ends]
    if not len(farms) or not farms[-1] or not legit[-1]:
        return math.nan, math.nan, [math.nan] * len(_RATES)
    recall, fallout = farms / farms[-1], legit / legit[-1]
    auc = float(np.trapezoid(np.append(0, recall), np.append(0, fallout)))
    precision = farms / np.maximum(farms + legit, 1e-300)
    average = float(np.diff(recall, prepend=0.0) @ precision)
    reached = np.searchsorted(fallout, np.array(_RATES) + 1e-12, side="right")
    return auc, average, np.append(0.0, recall)[reached].tolist()


def _ece(ranked: _Ranked, weight: Floats) -> float:
    """Return the expected calibration error (Naeini et al. 2015) over bins of equal mass (Nixon et al. 2019).

    In small samples it is biased upwards, and more so in resamples: its interval may lie above its value.
    """
    mass = np.cumsum(weight)
    if not len(mass) or not mass[-1]:
        return math.nan
    edges = np.searchsorted(mass, mass[-1] * np.arange(1, ECE_BINS + 1) / ECE_BINS - 1e-9) + 1
    gaps = np.append(0.0, np.cumsum(weight * (ranked.score - ranked.farm)))[np.append(0, edges)]
    return float(np.abs(np.diff(gaps)).sum() / mass[-1])


def _weights(groups: NDArray[np.int64], seed: int) -> Iterator[Floats]:
    """Yield a weight a record: first all ones, then one array a resample of groups."""
    _, member = np.unique(groups, return_inverse=True)
    count = int(member.max()) + 1 if len(member) else 0
    rng = np.random.default_rng(seed)
    yield np.ones(len(member))
    for _ in range(RESAMPLES):
        drawn = np.bincount(rng.integers(0, max(count, 1), count), minlength=count)
        yield drawn[member].astype(np.float64)


def _bootstrap(ranked: list[_Ranked], groups: NDArray[np.int64], seed: int) -> Floats:
    """Return a row of figures for the data as given, then one for each resample."""
    return np.array(
        [
            [figure for one in ranked for figure in _statistics(one, weight[one.order])]
            for weight in _weights(groups, seed)
        ]
    )


def _estimate(figures: Sequence[float]) -> Estimate:
    """Return the first figure, of the data as given, with the interval of the others, of resamples."""
    column = np.array(figures)[:, None]
    return _estimates(column[0], column[1:])[0]


def _estimates(point: Floats, resampled: Floats) -> list[Estimate]:
    estimates = []
    for value, column in zip(point.tolist(), resampled.T, strict=True):
        known = column[~np.isnan(column)]
        low, high = np.quantile(known, (0.025, 0.975)).tolist() if len(known) else (math.nan, math.nan)
        estimates.append(Estimate(value, low, high))
    return estimates


def _legit_scores(farm: Bools, score: Floats, fpr: float) -> Floats:
    if not 0 <= fpr <= 1 or farm.all():
        raise ValueError(f"fpr {fpr} must be in 0..1 and at least one page legitimate")
    return np.sort(score[~farm])[::-1]


def _threshold_allowing(legit: Floats, false_positives: int) -> float:
    """Return the lowest threshold that at most so many of the descending scores reach."""
    if false_positives >= len(legit):
        return 0.0
    return float(np.nextafter(legit[false_positives], math.inf))
