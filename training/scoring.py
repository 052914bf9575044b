"""Scores labelled records with models that exist already, a few pages in memory at a time."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import tee

import numpy as np
from numpy.typing import NDArray

from detector import Detector
from detector.errors import DatasetError
from detector.verdict import Label
from training.dataset import Dataset, Record

Progress = Callable[[Sequence[Record]], Iterable[Record]]
"""Wraps records to show progress while they are read."""


@dataclass(frozen=True, slots=True)
class Scores:
    """A model's answers, one a record."""

    score: NDArray[np.float64]  # NaN where the label is INSUFFICIENT
    labels: tuple[Label, ...]


def score_records(
    detectors: Sequence[Detector], records: Sequence[Record], progress: Progress = iter
) -> tuple[Scores, ...]:
    """Score every record with every model; each page is parsed once.

    Raises DatasetError where there is nothing to score.
    """
    if not records:
        raise DatasetError("no record has a verdict: give labelled pages, or their labels with --labels")
    streams = tee((record.page() for record in progress(records)), len(detectors))
    answers = [detector.score_many(stream) for detector, stream in zip(detectors, streams, strict=True)]
    # The streams advance in step, so tee holds a few dozen pages; of verdicts, only these two values stay.
    rows = [[(v.score, v.label) for v in verdicts] for verdicts in zip(*answers, strict=True)]
    return tuple(_scores([row[number] for row in rows]) for number in range(len(detectors)))


def trained_on(detector: Detector, dataset: Dataset) -> tuple[str, ...]:
    """Return the inputs of a dataset that a model was trained on: its figures there are too good."""
    known = set(dict(detector.manifest.get("data_hashes", {})).values())
    return tuple(name for name, digest in dataset.hashes.items() if digest in known)


def _scores(answers: Sequence[tuple[float | None, Label]]) -> Scores:
    score = np.array([math.nan if score is None else score for score, _ in answers], dtype=np.float64)
    return Scores(score, tuple(label for _, label in answers))
