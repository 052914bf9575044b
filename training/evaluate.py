"""A finished model measured on labelled pages, with floors that a build can gate on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from detector import Detector
from detector.errors import DatasetError
from detector.model import Thresholds
from training.compare import LOWER_IS_BETTER
from training.dataset import Dataset
from training.metrics import STATISTICS
from training.outcome import Assessment, Sample, assess
from training.scoring import Progress, score_records, trained_on
from training.splits import group_ids


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A model's figures on a dataset."""

    model: str
    thresholds: Thresholds
    data_hashes: dict[str, str]
    seen: tuple[str, ...]  # inputs that the model was trained on: its figures there are too good
    insufficient: int  # records that the model declines to score; figures leave them out
    assessment: Assessment

    def below(self, floors: Mapping[str, float]) -> tuple[str, ...]:
        """Return the figures that are worse than their floor (above it, where lower is better)."""

        def reached(name: str, floor: float) -> bool:
            value = getattr(self.assessment.overall, name).value
            return bool(value <= floor if name in LOWER_IS_BETTER else value >= floor)

        return tuple(name for name, floor in floors.items() if not reached(name, floor))


def evaluate_model(model: Path, dataset: Dataset, progress: Progress = iter) -> Evaluation:
    """Measure a model folder on labelled data.

    Raises ModelError where the model can't be loaded, DatasetError where no record can be scored.
    """
    detector = Detector.load(model)
    scores = score_records([detector], dataset.records, progress)[0].score
    known = np.flatnonzero(~np.isnan(scores))
    if not len(known):
        raise DatasetError("none of the records can be scored: give labelled pages with enough text")
    records = [dataset.records[index] for index in known]
    sample = Sample.of(records, scores[known], group_ids(records))
    return Evaluation(
        model=detector.model_id,
        thresholds=detector.model.thresholds,
        data_hashes=dataset.hashes,
        seen=trained_on(detector, dataset),
        insufficient=len(scores) - len(known),
        assessment=assess(sample, detector.model.thresholds),
    )


def parse_floors(texts: Sequence[str]) -> dict[str, float]:
    """Read floors written as ``figure=value``. Raises DatasetError where one is not a known figure."""
    floors = {}
    for text in texts:
        name, _, value = text.partition("=")
        try:
            floors[name] = float(value)
        except ValueError:
            raise DatasetError(f"--floor {text}: write it as FIGURE=VALUE, as in roc_auc=0.95") from None
        if name not in STATISTICS:
            raise DatasetError(f"--floor {text}: no such figure; there are {', '.join(STATISTICS)}")
    return floors
