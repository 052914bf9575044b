"""Scores labelled records with models that exist already, a few pages in memory at a time."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detector import Detector
from detector.verdict import Label
from training.dataset import Record

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
    """Score every record with every model; each page is parsed once."""
    found: list[list[tuple[float, Label]]] = [[] for _ in detectors]
    for record in progress(records):
        page = record.page()
        for answers, detector in zip(found, detectors, strict=True):
            verdict = detector.score(page)
            answers.append((math.nan if verdict.score is None else verdict.score, verdict.label))
    return tuple(
        Scores(np.array([score for score, _ in answers]), tuple(label for _, label in answers))
        for answers in found
    )
