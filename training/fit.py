"""Labelled data to a calibrated model: candidates compared by grouped cross-validation, the best one kept.

Every figure comes from pages whose host (and whose near-copies) the model that scored them never saw.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from detector.errors import DatasetError
from detector.model import LIBRARIES, Calibration, Model, Thresholds, family_of, save_model
from detector.parsing.domains import host_of, registrable_domain
from detector.reference import KEY as REFERENCE
from detector.reference import Reference
from detector.signals.registry import all_features
from training import outcome
from training.candidates import (
    CANDIDATES,
    CAPS,
    SYNTHETIC,
    Candidate,
    TrainingRows,
    fit_candidate,
    split_log_odds,
    training_rows,
)
from training.dataset import Dataset, Record
from training.learners import BinnedLogistic
from training.measuring import Measured, Progress, measure_records
from training.metrics import evaluate_scores, threshold_at_fpr
from training.outcome import Sample, TrainingOutcome, assess
from training.splits import group_ids, grouped_folds
from training.synthesis import Article, SyntheticPage, synthesise

FARM_FPR, REVIEW_FPR = 0.005, 0.05
"""Shares of legitimate pages that the two thresholds may take wrongly."""
LEAST_FARM = 0.5
"""Least farm threshold: few legitimate pages, or easy ones, would allow a lower one, but nothing that is more
likely legitimate than not is to be called a farm."""
SYNTHETIC_PAGES = 800
"""Synthetic pages that a training run makes, farms and legitimate twins in equal number."""

LEARNER = BinnedLogistic("binned logistic")
"""The learner of cross_validate: the one that has won among the candidates (models/shipped/CARD.md)."""

Vector = NDArray[np.float64]
Folds = Sequence[tuple[NDArray[np.int64], NDArray[np.int64]]]


@dataclass(frozen=True, slots=True)
class Material:
    """Measured records with what cross-validation needs: groups and folds."""

    measured: Measured
    groups: NDArray[np.int64]
    folds: Folds
    real: NDArray[np.bool_]  # records that were found, not synthesised
    rows: tuple[TrainingRows, ...]  # of each fold's training set


@dataclass(frozen=True, slots=True)
class Trial:
    """A candidate's out-of-fold results, one row a record."""

    candidate: Candidate
    base: Vector
    parts: NDArray[np.float64]  # log-odds by column, uncalibrated
    score: Vector  # probability, calibrated on other folds

    @property
    def log_odds(self) -> Vector:
        """Uncalibrated log-odds."""
        return np.asarray(self.base + self.parts.sum(axis=1))


def train(
    dataset: Dataset,
    out: Path,
    seed: int,
    articles: Sequence[Article] = (),
    progress: Progress[Record] = iter,
) -> TrainingOutcome:
    """Compare the candidates, fit the best on everything, calibrate it and write it to a folder.

    ``articles`` are the originals that synthetic pages are dressed from; without any, training is on real
    pages alone.
    """
    material = prepare(dataset, seed, articles, progress)
    real, measured = np.flatnonzero(material.real), material.measured
    trials = [run_trial(candidate, material, column_numbers(), seed) for candidate in CANDIDATES]
    tried = [
        evaluate_scores(measured.farm[real], trial.score[real], material.groups[real]) for trial in trials
    ]
    best = max(range(len(trials)), key=lambda i: tried[i].average_precision.value)
    chosen = trials[best]
    calibration = calibrate(chosen.log_odds[real], measured.farm[real])
    score = expit(calibration.slope * chosen.log_odds + calibration.intercept)
    thresholds = Thresholds(
        farm=max(LEAST_FARM, threshold_at_fpr(measured.farm[real], score[real], FARM_FPR)),
        review=threshold_at_fpr(measured.farm[real], score[real], REVIEW_FPR),
    )
    everything = np.arange(len(measured.records))
    rows = training_rows(measured, everything, material.groups, seed)
    fitted = fit_candidate(chosen.candidate, rows, column_numbers(), seed)
    model = replace(fitted, calibration=calibration, thresholds=thresholds)
    reference = _reference(model, rows, measured.original[real], chosen.score[real])
    sample = Sample.of([measured.records[i] for i in real], chosen.score[real], material.groups[real])
    manifest = {
        "seed": seed,
        "candidate": chosen.candidate.name,
        "data_hashes": dataset.hashes,
        "records": {"real": len(real), "synthetic": len(everything) - len(real)},
        "metrics": asdict(assess(sample, thresholds).overall),
        "synthetic": _synthetic_rates(material, score, thresholds),
        REFERENCE: reference.written(),
    }
    model_id = save_model(model, out, manifest)
    return TrainingOutcome(
        model_id=model_id,
        seed=seed,
        versions={name: version(name) for name in (*LIBRARIES, "scikit-learn")},
        data_hashes=dataset.hashes,
        dataset=dataset.report,
        candidates=tuple(
            outcome.Candidate(trial.candidate.name, metrics, trial is chosen)
            for trial, metrics in zip(trials, tried, strict=True)
        ),
        thresholds=thresholds,
        sample=sample,
        features=model.columns,
        values=_padded(measured.values[measured.original[real]], len(model.columns)),
        contributions=calibration.slope * chosen.parts[real],
    )


def cross_validate(material: Material, seed: int, families: Iterable[str] | None = None) -> Vector:
    """Return a calibrated out-of-fold score for each real record, by the kind of model that is served.

    ``families`` limits what it may look at (default: all); ``wording`` stands for hashed words and n-grams.
    """
    wanted = set(families) if families is not None else set(CAPS)
    candidate = Candidate(LEARNER, wording="wording" in wanted)
    return run_trial(candidate, material, column_numbers(wanted), seed).score[material.real]


def cross_validate_matrix(
    rows: NDArray[np.float64], farm: NDArray[np.bool_], groups: NDArray[np.int64], seed: int
) -> Vector:
    """Return calibrated out-of-fold probabilities for any numeric matrix, by the learner that is served."""
    folds = grouped_folds(farm, groups, seed=seed)
    log_odds = np.full(len(farm), np.nan)
    for train_rows, test in folds:
        forest = LEARNER.fit(rows[train_rows], farm[train_rows], np.ones(len(train_rows)), seed)
        log_odds[test] = forest.base + forest.contributions(rows[test]).sum(axis=1)
    return calibrated_out_of_fold(log_odds, farm, np.ones(len(farm), dtype=bool), folds)


def prepare(
    dataset: Dataset,
    seed: int,
    articles: Sequence[Article] = (),
    progress: Progress[Record] = iter,
) -> Material:
    """Measure a dataset, with synthetic pages where there are articles, and split it.

    The real records keep the folds that ``grouped_folds`` gives them alone, so that other methods can be
    measured on the same. Raises DatasetError where no record has a verdict, too few hosts do, or a record's
    source has the name of the synthetic ones.
    """
    if not dataset.records:
        raise DatasetError("no record has a verdict: give labelled pages, or their labels with --labels")
    if any(record.source == SYNTHETIC for record in dataset.records):
        raise DatasetError(f"the source {SYNTHETIC!r} is kept for pages that training makes: rename it")
    made = list(synthesise(articles, SYNTHETIC_PAGES, seed)) if articles else []
    records = [*dataset.records, *map(_as_record, made)]
    measured = measure_records(records, progress)
    real = np.array([record.source != SYNTHETIC for record in records])
    groups = group_ids(dataset.records)
    folds = grouped_folds(measured.farm[real], groups, seed=seed)
    if made:
        made_groups = np.unique([page.group for page in made], return_inverse=True)[1].astype(np.int64)
        made_folds = grouped_folds(measured.farm[~real], made_groups, seed=seed)
        shift = len(groups)
        folds = [
            (np.append(a, shift + c), np.append(b, shift + d))
            for (a, b), (c, d) in zip(folds, made_folds, strict=True)
        ]
        groups = np.append(groups, groups.max() + 1 + made_groups)
    rows = tuple(training_rows(measured, train_records, groups, seed) for train_records, _ in folds)
    return Material(measured, groups, folds, real, rows)


def run_trial(candidate: Candidate, material: Material, columns: NDArray[np.int64], seed: int) -> Trial:
    """Score every record with a model that saw none of its group."""
    measured = material.measured
    base = np.full(len(measured.records), np.nan)
    parts: dict[int, Vector] = {}
    for rows, (_, test) in zip(material.rows, material.folds, strict=True):
        model = fit_candidate(candidate, rows, columns, seed)
        base[test] = model.forest.base
        parts.update(zip(test.tolist(), split_log_odds(model, measured, test, columns), strict=True))
    stacked = np.array([parts[i] for i in range(len(base))])
    log_odds = base + stacked.sum(axis=1)
    score = calibrated_out_of_fold(log_odds, measured.farm, material.real, material.folds)
    return Trial(candidate, base, stacked, score)


def calibrate(log_odds: Vector, farm: NDArray[np.bool_]) -> Calibration:
    """Fit Platt scaling on out-of-fold log-odds of real pages."""
    learner = LogisticRegression(C=1e6).fit(log_odds[:, None], farm)
    return Calibration(float(learner.coef_[0, 0]), float(learner.intercept_[0]))


def calibrated_out_of_fold(
    log_odds: Vector, farm: NDArray[np.bool_], real: NDArray[np.bool_], folds: Folds
) -> Vector:
    """Return probabilities in which each fold is calibrated on the real pages of the others."""
    scores = np.full(len(log_odds), np.nan)
    for _, test in folds:
        others = real.copy()
        others[test] = False
        fitted = calibrate(log_odds[others], farm[others])
        scores[test] = expit(fitted.slope * log_odds[test] + fitted.intercept)
    return scores


def column_numbers(families: Iterable[str] = tuple(CAPS)) -> NDArray[np.int64]:
    """Return the schema's columns of some families (default: all)."""
    wanted = set(families)
    kept = [i for i, feature in enumerate(all_features()) if family_of(feature.name) in wanted]
    return np.array(kept, dtype=np.int64)


def _as_record(page: SyntheticPage) -> Record:
    return Record(
        id=page.id,
        source=SYNTHETIC,
        url=page.url,
        domain=registrable_domain(host_of(page.url)),
        title=page.title,
        text=page.text or "",
        html=None,
        farm=page.farm,
        kind=page.recipe,
        markup=page.html or b"",
    )


def _synthetic_rates(material: Material, score: Vector, thresholds: Thresholds) -> dict[str, Any]:
    """Return how synthetic pages fare out of fold: shares called farm, and at least review."""
    rates = {}
    for name, side in (("farm", material.measured.farm), ("legit", ~material.measured.farm)):
        found = score[side & ~material.real]
        if len(found):
            rates[name] = {
                "n": len(found),
                "farm": float(np.mean(found >= thresholds.farm)),
                "review": float(np.mean(found >= thresholds.review)),
            }
    return rates


def _reference(model: Model, rows: TrainingRows, wanted: NDArray[np.int64], score: Vector) -> Reference:
    """Describe some measured rows as verdicts on pages that the model never saw would show them."""
    place = np.searchsorted(rows.numbers, wanted)
    values = rows.values[place]
    if model.wordings:
        values = np.hstack([values, rows.out_of_fold[place]])
    return Reference.of(score, np.where(model.contributions(values) == 0, np.nan, values), model.columns)


def _padded(values: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """Add columns of missing values for what is learnt, not measured (wording)."""
    padding = np.full((len(values), width - values.shape[1]), np.nan)
    return np.hstack([values, padding])
