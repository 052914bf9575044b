"""Two models on the same labelled pages: which is better, by how much, and what would change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from detector import Detector
from detector.errors import DatasetError
from detector.verdict import Label
from training.dataset import Dataset, Record
from training.metrics import Estimate, Metrics, evaluate_scores, paired_bootstrap
from training.scoring import Progress, Scores, score_records, trained_on
from training.splits import group_ids

LOWER_IS_BETTER = frozenset({"brier", "ece", "log_loss"})


@dataclass(frozen=True, slots=True)
class Change:
    """A page that the two models label differently; a score is None where the label is insufficient."""

    id: str
    farm: bool
    label_a: Label
    label_b: Label
    score_a: float | None
    score_b: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Model ``b`` against model ``a``."""

    a: str
    b: str
    records: int
    insufficient: int  # records that either model declines to score; figures leave them out
    metrics_a: Metrics
    metrics_b: Metrics
    differences: dict[str, Estimate]  # b - a, on the same resamples of hosts
    changes: tuple[Change, ...]  # largest change of score first
    seen: dict[str, tuple[str, ...]]  # by model, the inputs it was trained on: its figures there are too good

    @property
    def worse(self) -> tuple[str, ...]:
        """The figures in which b is worse than a with 95 % confidence."""
        return tuple(
            name
            for name, found in self.differences.items()
            if (found.low > 0 if name in LOWER_IS_BETTER else found.high < 0)
        )


def compare_models(a: Path, b: Path, dataset: Dataset, progress: Progress = iter) -> Comparison:
    """Compare two model folders on labelled data.

    Raises ModelError where one can't be loaded, DatasetError where no record can be scored by both.
    """
    detectors = [Detector.load(folder) for folder in (a, b)]
    scores = score_records(detectors, dataset.records, progress)
    found = compare_scores(
        dataset.records, scores[0], scores[1], (detectors[0].model_id, detectors[1].model_id)
    )
    return replace(found, seen={detector.model_id: trained_on(detector, dataset) for detector in detectors})


def compare_scores(records: Sequence[Record], a: Scores, b: Scores, models: tuple[str, str]) -> Comparison:
    """Compare the scores that two models gave to the same records.

    Raises DatasetError where no record has a score of both.
    """
    known = ~(np.isnan(a.score) | np.isnan(b.score))
    if not known.any():
        raise DatasetError("none of the records can be scored: give labelled pages with enough text")
    farm = np.array([record.farm for record in records], dtype=bool)[known]
    groups = group_ids(records)[known]
    return Comparison(
        a=models[0],
        b=models[1],
        records=len(records),
        insufficient=int((~known).sum()),
        metrics_a=evaluate_scores(farm, a.score[known], groups),
        metrics_b=evaluate_scores(farm, b.score[known], groups),
        differences=paired_bootstrap(farm, a.score[known], b.score[known], groups),
        changes=_changes(records, a, b),
        seen={},
    )


def _changes(records: Sequence[Record], a: Scores, b: Scores) -> tuple[Change, ...]:
    scores_a, scores_b = ([None if np.isnan(s) else s for s in scores.score.tolist()] for scores in (a, b))
    changes = [
        Change(record.id, record.farm, *labels, *scores)
        for record, labels, scores in zip(
            records, zip(a.labels, b.labels, strict=True), zip(scores_a, scores_b, strict=True), strict=True
        )
        if labels[0] is not labels[1]
    ]
    return tuple(sorted(changes, key=lambda c: (-abs((c.score_a or 0) - (c.score_b or 0)), c.id)))
