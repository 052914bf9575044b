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
_C = 10.0  # inverse strength of the ridge penalty


def term_matrix(bags: Sequence[Bag]) -> sparse.csr_array:
    """Return 1 + log(count) of every bucket, shape (bags, 2**BITS)."""
    data = np.concatenate([bag.weights() for bag in bags])
    buckets = np.concatenate([bag.buckets for bag in bags]).astype(np.int32)
    ends = np.cumsum([0] + [len(bag.buckets) for bag in bags]).astype(np.int32)
    return sparse.csr_array((data, buckets, ends), shape=(len(bags), 1 << BITS))


def fit_wording(matrix: sparse.csr_array, farm: NDArray[np.bool_], weight: NDArray[np.float64]) -> Wording:
    """Fit a ridge-penalised logistic regression on cosine-normalised tf-idf.

    Where not both labels have a bag with terms (no page has an address, say), nothing is learnt: such
    wording gives every bag log-odds of 0.
    """
    present = np.diff(matrix.indptr) > 0
    if len(np.unique(farm[present])) < 2:
        nothing = np.zeros(matrix.shape[1], dtype=np.float32)
        return Wording(nothing, nothing, 0.0)
    matrix, farm, weight = matrix[present], farm[present], weight[present]
    documents = np.bincount(matrix.indices, minlength=matrix.shape[1])
    idf = np.where(documents > 1, np.log((1 + matrix.shape[0]) / (1 + documents)) + 1, 0.0)
    learner = LogisticRegression(C=_C, solver="liblinear", dual=True, tol=1e-2, random_state=0)
    learner.fit(_normalised(matrix, idf), farm, sample_weight=weight)
    weights = np.where(documents > 1, learner.coef_[0], 0.0)
    return Wording(idf.astype(np.float32), weights.astype(np.float32), float(learner.intercept_[0]))


def wording_log_odds(wording: Wording, matrix: sparse.csr_array) -> NDArray[np.float64]:
    """Return the log-odds of each row, NaN for a row without terms."""
    values = _normalised(matrix, wording.idf.astype(np.float64)) @ wording.weight.astype(np.float64)
    return np.where(np.diff(matrix.indptr) > 0, values + wording.intercept, np.nan)


def out_of_fold_log_odds(
    matrix: sparse.csr_array,
    farm: NDArray[np.bool_],
    weight: NDArray[np.float64],
    groups: NDArray[np.int64],
    seed: int,
) -> NDArray[np.float64]:
    """Return each row's log-odds from weights learnt on other groups (stacking, Wolpert 1992)."""
    values = np.full(len(farm), np.nan)
    for train, test in grouped_folds(farm, groups, INNER_FOLDS, seed):
        wording = fit_wording(matrix[train], farm[train], weight[train])
        values[test] = wording_log_odds(wording, matrix[test])
    return values


def _normalised(matrix: sparse.csr_array, idf: NDArray[np.float64]) -> sparse.csr_array:
    data = matrix.data * idf[matrix.indices]
    lengths = np.diff(matrix.indptr)
    norms = np.sqrt(np.bincount(np.repeat(np.arange(len(lengths)), lengths), data**2, minlength=len(lengths)))
    data /= np.repeat(np.maximum(norms, 1e-12), lengths)
    return sparse.csr_array((data, matrix.indices, matrix.indptr), shape=matrix.shape)
