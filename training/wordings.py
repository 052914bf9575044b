"""Learns the weights of hashed wording (detector/wording.py), and out-of-fold log-odds for stacking."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from detector.wording import BITS, Bag, Wording
from training.splits import grouped_folds

INNER_FOLDS = 4
COMMON_KIND = 50
"""Rows from which a kind has weights of its own; rarer kinds of a side share theirs."""
_C = 10.0  # inverse strength of the ridge penalty


def term_matrix(bags: Sequence[Bag]) -> sparse.csr_array:
    """Return 1 + log(count) of every bucket, shape (bags, 2**BITS)."""
    data = np.concatenate([bag.weights() for bag in bags])
    buckets = np.concatenate([bag.buckets for bag in bags]).astype(np.int32)
    ends = np.cumsum([0] + [len(bag.buckets) for bag in bags]).astype(np.int32)
    return sparse.csr_array((data, buckets, ends), shape=(len(bags), 1 << BITS))


def fit_wording(
    matrix: sparse.csr_array,
    farm: NDArray[np.bool_],
    kinds: NDArray[np.str_],
    weight: NDArray[np.float64],
) -> Wording:
    """Fit ridge-penalised logistic regressions on cosine-normalised tf-idf: of farms, and of each kind.

    ``kinds`` names what sort of farm or of legitimate page each row is. Where not both labels have a bag with
    terms (no page has an address, say), nothing is learnt: such wording gives every bag log-odds of 0.
    """
    present = np.diff(matrix.indptr) > 0
    if len(np.unique(farm[present])) < 2:
        size = matrix.shape[1]
        nothing = np.zeros((size, 3), dtype=np.float16)
        return Wording(np.zeros(size, dtype=np.float32), nothing, np.zeros(3), np.array([True, False]))
    matrix, farm, weight = matrix[present], farm[present], weight[present]
    documents = np.bincount(matrix.indices, minlength=matrix.shape[1])
    idf = np.where(documents > 1, np.log((1 + matrix.shape[0]) / (1 + documents)) + 1, 0.0)
    classes = _classes(farm, kinds[present])
    told_apart = [farm, *classes]
    rows = _normalised(matrix, idf)
    learnt = [_learn(rows, weight, wanted) for wanted in told_apart]
    weights = np.stack([weights for weights, _ in learnt], axis=1) * (documents > 1)[:, None]
    return Wording(
        idf.astype(np.float32),
        weights.astype(np.float16),
        np.array([intercept for _, intercept in learnt]),
        np.array([bool(farm[rows_of].all()) for rows_of in classes]),
    )


def _classes(farm: NDArray[np.bool_], kinds: NDArray[np.str_]) -> list[NDArray[np.bool_]]:
    """Return the rows of each kind, those of one side's rare kinds together."""
    classes = []
    for side in (farm, ~farm):
        names, counts = np.unique(kinds[side], return_counts=True)
        common = names[counts >= COMMON_KIND]
        classes += [side & (kinds == name) for name in common]
        classes.append(side & ~np.isin(kinds, common))
    return [rows for rows in classes if rows.any()]


def _learn(
    rows: sparse.csr_array, weight: NDArray[np.float64], wanted: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], float]:
    """Return weights and intercept that tell the wanted rows from all others."""
    learner = LogisticRegression(C=_C, solver="liblinear", dual=True, tol=1e-2, random_state=0)
    learner.fit(rows, wanted, sample_weight=weight)
    return learner.coef_[0], float(learner.intercept_[0])


def wording_log_odds(wording: Wording, matrix: sparse.csr_array) -> NDArray[np.float64]:
    """Return the log-odds of each row, NaN for a row without terms."""
    values = _normalised(matrix, wording.idf.astype(np.float64)) @ wording.weights.astype(np.float64)
    return np.where(np.diff(matrix.indptr) > 0, wording.joined(values + wording.intercepts), np.nan)


def out_of_fold_log_odds(
    matrix: sparse.csr_array,
    farm: NDArray[np.bool_],
    kinds: NDArray[np.str_],
    weight: NDArray[np.float64],
    groups: NDArray[np.int64],
    seed: int,
) -> NDArray[np.float64]:
    """Return each row's log-odds from weights learnt on other groups (stacking, Wolpert 1992)."""
    values = np.full(len(farm), np.nan)
    for train, test in grouped_folds(farm, groups, INNER_FOLDS, seed):
        wording = fit_wording(matrix[train], farm[train], kinds[train], weight[train])
        values[test] = wording_log_odds(wording, matrix[test])
    return values


def _normalised(matrix: sparse.csr_array, idf: NDArray[np.float64]) -> sparse.csr_array:
    data = matrix.data * idf[matrix.indices]
    lengths = np.diff(matrix.indptr)
    norms = np.sqrt(np.bincount(np.repeat(np.arange(len(lengths)), lengths), data**2, minlength=len(lengths)))
    data /= np.repeat(np.maximum(norms, 1e-12), lengths)
    return sparse.csr_array((data, matrix.indices, matrix.indptr), shape=matrix.shape)
