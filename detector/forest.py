"""A boosted forest as flat arrays, with predictions that split exactly into a part for each feature.

Walking from root to leaf, each split moves a row's expected value; that move is credited to the feature
that was split on (Saabas 2014, "Interpreting random forests"). Root values and moves add up to the
prediction, so an explanation is never an approximation of the score.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEAF = -1


@dataclass(frozen=True, slots=True)
class Forest:
    """Trees side by side in flat arrays, one entry a node; a leaf points at itself."""

    feature: NDArray[np.int32]  # column that the node splits on, LEAF where it does not
    threshold: NDArray[np.float64]  # goes left where value <= threshold
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    missing_left: NDArray[np.bool_]  # where a missing value (NaN) goes
    value: NDArray[np.float64]  # expected log-odds below the node
    roots: NDArray[np.int32]
    depth: int
    base: float  # log-odds before any split: the intercept and the value of every root

    def contributions(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return each feature's log-odds for rows of shape (n, features): same shape, NaN allowed in."""
        count, width = rows.shape
        offset = np.repeat(np.arange(count, dtype=np.int64) * width, len(self.roots))
        nodes = np.tile(self.roots, count)
        flat = rows.ravel()
        parts = np.zeros(count * width)
        for _ in range(self.depth):
            cell = offset + np.maximum(self.feature.take(nodes), 0)
            values = flat.take(cell)
            small = values <= self.threshold.take(nodes)
            goes_left = np.where(np.isnan(values), self.missing_left.take(nodes), small)
            below = np.where(goes_left, self.left.take(nodes), self.right.take(nodes))
            moves = self.value.take(below) - self.value.take(nodes)
            parts += np.bincount(cell, moves, minlength=len(parts))
            nodes = below
        return parts.reshape(count, width)
