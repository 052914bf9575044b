"""What a training run leaves behind, and what is measured on it: the input of report, card and evaluation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detector.model import Thresholds
from detector.view import View
from training.dataset import DatasetReport, Record
from training.metrics import (
    SEED,
    Bin,
    Estimate,
    KindRate,
    Metrics,
    Rate,
    by_kind,
    by_slice,
    evaluate_scores,
    rate,
    reliability,
    within_source_auc,
)

SMALL_SLICE = 30
"""Records below which a slice is counted under OTHER: its intervals would say nothing."""
OTHER = "(other)"


@dataclass(frozen=True, slots=True)
class Sample:
    """Scored records, a position each in every field; holds ids and slices, no text."""

    ids: tuple[str, ...]
    farm: NDArray[np.bool_]
    score: NDArray[np.float64]  # probability, by a model that saw nothing of the record's group
    groups: NDArray[np.int64]
    sources: tuple[str, ...]
    kinds: tuple[str, ...]
    languages: tuple[str, ...]  # ISO 639-1, "" where the text is too short to tell
    confidences: tuple[str, ...]

    @classmethod
    def of(cls, records: Sequence[Record], score: NDArray[np.float64], groups: NDArray[np.int64]) -> Sample:
        """Describe records by their slices; parses each page to tell its language."""
        return cls(
            ids=tuple(record.id for record in records),
            farm=np.array([record.farm for record in records], dtype=bool),
            score=score,
            groups=groups,
            sources=tuple(record.source for record in records),
            kinds=tuple(record.kind for record in records),
            languages=tuple(View(record.page()).language for record in records),
            confidences=tuple(record.confidence for record in records),
        )


@dataclass(frozen=True, slots=True)
class Candidate:
    """A way to fit that was tried, and its figures on out-of-fold scores."""

    name: str
    metrics: Metrics
    chosen: bool


@dataclass(frozen=True, slots=True)
class TrainingOutcome:
    """Everything that report and card say of a training run."""

    model_id: str
    seed: int
    versions: dict[str, str]  # library -> version
    data_hashes: dict[str, str]  # input -> sha256
    dataset: DatasetReport
    candidates: tuple[Candidate, ...]
    thresholds: Thresholds
    sample: Sample  # real records with their calibrated out-of-fold scores
    features: tuple[str, ...]
    values: NDArray[np.float64]  # (records, features) as measured, NaN where missing
    contributions: NDArray[np.float64]  # (records, features) in calibrated log-odds


@dataclass(frozen=True, slots=True)
class Assessment:
    """Every figure on a sample; slices are ordered by size."""

    overall: Metrics
    within_source: Estimate  # ROC AUC inside sources, weighted by their farms
    caught: Rate  # farms at or above the farm threshold
    accused: Rate  # legitimate pages at or above the farm threshold
    reviewed: Rate  # legitimate pages at or above the review threshold
    sources: dict[str, Metrics]
    languages: dict[str, Metrics]
    confidences: dict[str, Metrics]
    kinds: tuple[KindRate, ...]  # at the farm threshold
    reliability: tuple[Bin, ...]


def assess(sample: Sample, thresholds: Thresholds, seed: int = SEED) -> Assessment:
    """Measure a sample as a whole and by source, kind, language and confidence of the label."""
    farm, score, groups = sample.farm, sample.score, sample.groups

    def sliced(names: Sequence[str]) -> dict[str, Metrics]:
        return by_slice(farm, score, groups, _merge_small(names), seed)

    def reached(who: NDArray[np.bool_], threshold: float) -> Rate:
        return rate(int((score[who] >= threshold).sum()), int(who.sum()))

    return Assessment(
        overall=evaluate_scores(farm, score, groups, seed),
        within_source=within_source_auc(farm, score, groups, sample.sources, seed),
        caught=reached(farm, thresholds.farm),
        accused=reached(~farm, thresholds.farm),
        reviewed=reached(~farm, thresholds.review),
        sources=sliced(sample.sources),
        languages=sliced(sample.languages),
        confidences=sliced(sample.confidences),
        kinds=by_kind(farm, score, sample.kinds, thresholds.farm),
        reliability=reliability(farm, score),
    )


def _merge_small(names: Sequence[str]) -> list[str]:
    sizes = Counter(names)
    return [(name or "unknown") if sizes[name] >= SMALL_SLICE else OTHER for name in names]
