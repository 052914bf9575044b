"""Measured pages to a calibrated model: candidates compared by grouped cross-validation, the best one kept.

Every figure comes from pages whose host (and whose near-copies) the model that scored them never saw.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from detector.model import Calibration, Model, Thresholds, cap_families, family_of, wording_column
from detector.signals.registry import all_features
from detector.wording import Slot
from training.learners import BinnedLogistic, Boosting, Learner
from training.measuring import Measured
from training.wordings import fit_wording, out_of_fold_log_odds, wording_log_odds

FARM_FPR, REVIEW_FPR = 0.005, 0.05
"""Shares of legitimate pages that the two thresholds may take wrongly."""
LOW_CONFIDENCE = 0.6
"""Weight of a page that its annotators were unsure about, where a sure one weighs 1."""
MAX_BALANCE = 4.0
"""The most that balancing a source may raise or lower a page's weight."""
CAPS = {
    "promotion": 4.0,
    "boilerplate": 1.5,
    "republication": 3.0,
    "quality": 3.0,
    "structure": 2.0,
    "address": 3.0,
    "wording": 3.0,
}
"""The most log-odds that a family may add or take: no family convicts alone, residue least of all."""

Vector = NDArray[np.float64]
Folds = Sequence[tuple[NDArray[np.int64], NDArray[np.int64]]]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A way to fit that is compared with others."""

    learner: Learner
    wording: bool  # whether hashed wording is stacked on the signals

    @property
    def name(self) -> str:
        """Name in reports."""
        return f"{self.learner.name}{' + wording' if self.wording else ''}"


CANDIDATES = (
    Candidate(BinnedLogistic("binned logistic"), wording=False),
    Candidate(BinnedLogistic("binned logistic"), wording=True),
    Candidate(Boosting("additive boosting", additive=True), wording=True),
    Candidate(Boosting("boosting"), wording=False),
    Candidate(Boosting("boosting"), wording=True),
)


def row_weights(measured: Measured, records: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return a weight for every row, zero for those of other records.

    All views of a page together weigh 1 (LOW_CONFIDENCE where its label is unsure), and farms weigh the same
    share in every source: a source's name, and with it its format, then tells nothing of the label.
    """
    page = np.zeros(len(measured.records))
    confidence = np.array([1.0 if r.confidence == "high" else LOW_CONFIDENCE for r in measured.records])
    page[records] = confidence[records]
    farm = measured.farm
    source = np.array([record.source for record in measured.records])
    overall = page[farm].sum() / page.sum()
    for name in np.unique(source[records]):
        inside = source == name
        share = page[inside & farm].sum() / page[inside].sum()
        for side, wanted, actual in ((farm, overall, share), (~farm, 1 - overall, 1 - share)):
            factor = wanted / actual if actual else 1.0
            page[inside & side] *= np.clip(factor, 1 / MAX_BALANCE, MAX_BALANCE)
    seen = np.bincount(measured.owner, minlength=len(page))
    return page[measured.owner] / seen[measured.owner]


def fit_candidate(
    candidate: Candidate,
    measured: Measured,
    records: NDArray[np.int64],
    groups: NDArray[np.int64],
    seed: int,
    columns: NDArray[np.int64],
) -> Model:
    """Fit a candidate on some records, looking at the feature ``columns`` only; calibration is left to do."""
    weight = row_weights(measured, records)
    mine = np.flatnonzero(weight)
    farm, group = measured.farm[measured.owner[mine]], groups[measured.owner[mine]]
    names = tuple(all_features()[column].name for column in columns)
    parts, wordings = [measured.values[np.ix_(mine, columns)]], {}
    for slot in Slot if candidate.wording else ():
        matrix = measured.wording[slot][mine]
        parts.append(out_of_fold_log_odds(matrix, farm, weight[mine], group, seed)[:, None])
        wordings[slot] = fit_wording(matrix, farm, weight[mine])
    forest = candidate.learner.fit(np.hstack(parts), farm, weight[mine], seed)
    names += tuple(wording_column(slot) for slot in wordings)
    return Model(names, forest, wordings, CAPS, Calibration(1.0, 0.0), Thresholds(1.0, 1.0))


def raw_log_odds(
    model: Model, measured: Measured, rows: NDArray[np.int64], columns: NDArray[np.int64]
) -> Vector:
    """Return the uncalibrated log-odds of measured rows, families capped."""
    parts = [measured.values[np.ix_(rows, columns)]]
    parts += [
        wording_log_odds(w, measured.wording[slot][rows])[:, None] for slot, w in model.wordings.items()
    ]
    split = model.forest.contributions(np.hstack(parts))
    return np.asarray(model.forest.base + cap_families(split, model.columns, model.caps).sum(axis=1))


def out_of_fold(
    candidate: Candidate,
    measured: Measured,
    groups: NDArray[np.int64],
    folds: Folds,
    seed: int,
    columns: NDArray[np.int64],
) -> Vector:
    """Return each record's uncalibrated log-odds from a model that saw none of its group."""
    values = np.full(len(measured.records), np.nan)
    for train, test in folds:
        model = fit_candidate(candidate, measured, train, groups, seed, columns)
        values[test] = raw_log_odds(model, measured, measured.original[test], columns)
    return values


def calibrate(log_odds: Vector, farm: NDArray[np.bool_]) -> Calibration:
    """Fit Platt scaling on out-of-fold log-odds of real pages."""
    learner = LogisticRegression(C=1e6).fit(log_odds[:, None], farm)
    return Calibration(float(learner.coef_[0, 0]), float(learner.intercept_[0]))


def calibrated_out_of_fold(
    log_odds: Vector, farm: NDArray[np.bool_], real: NDArray[np.bool_], folds: Folds
) -> Vector:
    """Return probabilities in which a fold is calibrated on the real pages of the others."""
    scores = np.full(len(log_odds), np.nan)
    for _, test in folds:
        others = real & ~np.isnan(log_odds)
        others[test] = False
        fitted = calibrate(log_odds[others], farm[others])
        scores[test] = expit(fitted.slope * log_odds[test] + fitted.intercept)
    return scores


def column_numbers(families: Iterable[str] | None = None) -> NDArray[np.int64]:
    """Return the schema's columns of some families (default: all)."""
    wanted = None if families is None else set(families)
    return np.array(
        [i for i, f in enumerate(all_features()) if wanted is None or family_of(f.name) in wanted],
        dtype=np.int64,
    )
