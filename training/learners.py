"""The learners that are compared. Each turns a numeric matrix into a Forest, the one form that is served."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from detector.forest import LEAF, Forest
from detector.reference import quantile_edges

Matrix = NDArray[np.float64]

_COMMON_DEVIATION = 0.35
_MAX_RARITY = 6.0


class Learner(Protocol):
    """Fits rows of shape (n, columns), missing values as NaN, to labels of shape (n,).

    The last ``stacked`` columns are log-odds of models that were learnt before, the others features.
    """

    @property
    def name(self) -> str:
        """Name in reports."""

    def fit(
        self, rows: Matrix, farm: NDArray[np.bool_], weight: Matrix, seed: int, stacked: int = 0
    ) -> Forest:
        """Return the fitted forest."""


@dataclass(frozen=True, slots=True)
class Boosting:
    """Histogram gradient boosting (Friedman 2001; binned as in LightGBM, Ke et al. 2017)."""

    name: str
    rounds: int = 120
    leaves: int = 6
    learning_rate: float = 0.06
    min_leaf: int = 25
    l2: float = 10.0
    columns_a_split: float = 0.4

    def fit(
        self, rows: Matrix, farm: NDArray[np.bool_], weight: Matrix, seed: int, stacked: int = 0
    ) -> Forest:
        """Return the boosted forest; stacked columns are split like any other."""
        learner = HistGradientBoostingClassifier(
            max_iter=self.rounds,
            max_leaf_nodes=self.leaves,
            learning_rate=self.learning_rate,
            min_samples_leaf=self.min_leaf,
            l2_regularization=self.l2,
            max_features=self.columns_a_split,
            early_stopping=False,
            random_state=seed,
        )
        # scikit-learn can't bin a column without any value, as markup features are on plain text.
        filled = np.where(np.isnan(rows).all(axis=0), 0.0, rows)
        return _forest_of(learner.fit(filled, farm, sample_weight=weight))


@dataclass(frozen=True, slots=True)
class BinnedLogistic:
    """Ridge-penalised logistic regression on bins of every feature, and on the steps between them.

    The penalty on steps draws a bin towards its neighbours, that on bins lets one stand out alone.

    A missing value counts as the mean of the others, so that it speaks neither for a page nor against it:
    what can't be measured follows from the format of a collection (no markup, no address, cut short), which
    is confounded with its labels. Bins are standardised before the penalty: a rare compound that is near
    proof must not be shrunk like one of many weak hints.
    """

    name: str
    bins: int = 6
    rare_bins: int = 3  # more bins inside the values that differ from a feature's commonest one
    stacked_bins: int = 16  # of a stacked column: it says more than any feature, most of it at its upper end
    c: float = 0.008

    def fit(
        self, rows: Matrix, farm: NDArray[np.bool_], weight: Matrix, seed: int, stacked: int = 0
    ) -> Forest:
        """Return a step function for each column, as trees."""
        features = rows.shape[1] - stacked
        edges = [quantile_edges(column, self.bins, self.rare_bins) for column in rows.T[:features]]
        bins = self.stacked_bins
        edges += [quantile_edges(column, bins, bins) for column in rows.T[features:]]
        blocks = [_indicators(column, cuts, weight) for column, cuts in zip(rows.T, edges, strict=True)]
        codes = np.hstack([_with_steps(block) for block in blocks])
        scale = _standard_scale(np.clip(np.average(codes, axis=0, weights=weight), 0.0, 1.0))
        learner = LogisticRegression(C=self.c, max_iter=2000, random_state=seed)
        learner.fit(codes * scale, farm, sample_weight=weight)
        ends = np.cumsum([2 * block.shape[1] - 1 for block in blocks])
        learnt = np.split(learner.coef_[0] * scale, ends[:-1])
        trees = [
            _step_tree(index, cuts, _bin_values(own), np.average(block, axis=0, weights=weight))
            for index, (cuts, own, block) in enumerate(zip(edges, learnt, blocks, strict=True))
        ]
        return join_trees(trees, float(learner.intercept_[0]))


@dataclass(slots=True)
class _Tree:
    feature: list[int]
    threshold: list[float]
    left: list[int]
    right: list[int]
    missing_left: list[bool]
    value: list[float]

    def depth(self) -> int:
        depths = [0] * len(self.feature)
        for node in range(len(self.feature)):  # children come after their parent
            if self.feature[node] != LEAF:
                depths[self.left[node]] = depths[self.right[node]] = depths[node] + 1
        return max(depths)


def join_trees(trees: Sequence[_Tree], intercept: float) -> Forest:
    """Return trees laid side by side."""
    starts = np.cumsum([0] + [len(tree.feature) for tree in trees])
    shifted = [
        (np.array(tree.left) + start, np.array(tree.right) + start)
        for tree, start in zip(trees, starts, strict=False)
    ]
    value = np.concatenate([tree.value for tree in trees]) if trees else np.zeros(0)
    roots = starts[:-1].astype(np.int32)
    return Forest(
        feature=_joined([tree.feature for tree in trees], np.int32),
        threshold=_joined([tree.threshold for tree in trees], np.float64),
        left=_joined([left for left, _ in shifted], np.int32),
        right=_joined([right for _, right in shifted], np.int32),
        missing_left=_joined([tree.missing_left for tree in trees], np.bool_),
        value=value,
        roots=roots,
        depth=max((tree.depth() for tree in trees), default=0),
        base=float(intercept + value[roots].sum()),
    )


def _joined(parts: list[Any], dtype: Any) -> NDArray[Any]:
    return np.concatenate(parts).astype(dtype) if parts else np.zeros(0, dtype)


def _forest_of(learner: Any) -> Forest:
    """Read the trees of a fitted HistGradientBoostingClassifier."""
    trees = [_tree_of(predictor.nodes) for (predictor,) in learner._predictors]
    return join_trees(trees, float(learner._baseline_prediction.item()))


def _tree_of(nodes: Any) -> _Tree:
    leaf = nodes["is_leaf"].astype(bool)
    own = np.arange(len(nodes))
    left = np.where(leaf, own, nodes["left"].astype(np.int64))
    right = np.where(leaf, own, nodes["right"].astype(np.int64))
    value, count = nodes["value"].astype(np.float64), nodes["count"].astype(np.float64)
    for node in reversed(range(len(nodes))):  # children come after their parent
        if not leaf[node]:
            pair = [left[node], right[node]]
            value[node] = np.average(value[pair], weights=count[pair])
    return _Tree(
        feature=np.where(leaf, LEAF, nodes["feature_idx"].astype(np.int64)).tolist(),
        threshold=nodes["num_threshold"].tolist(),
        left=left.tolist(),
        right=right.tolist(),
        missing_left=nodes["missing_go_to_left"].astype(bool).tolist(),
        value=value.tolist(),
    )


def _indicators(column: Matrix, cuts: Matrix, weight: Matrix) -> Matrix:
    """Return a column for each bin: 1 in a row's own; where the value is missing, what the others average."""
    present = ~np.isnan(column)
    indicators = np.eye(len(cuts) + 1)[np.searchsorted(cuts, column, side="left") * present]
    mean = np.zeros(len(cuts) + 1)
    if present.any():
        mean = np.average(indicators[present], axis=0, weights=weight[present])
    indicators[~present] = mean
    return indicators


def _with_steps(indicators: Matrix) -> Matrix:
    """Return a column for each of n bins, then n - 1 for the steps between them: 1 in the rows above."""
    at_least = indicators[:, ::-1].cumsum(axis=1)[:, ::-1]
    return np.hstack([indicators, at_least[:, 1:]])


def _bin_values(learnt: Matrix) -> Matrix:
    """Return what each bin adds, from the weights of the columns of _with_steps."""
    bins = len(learnt) // 2 + 1
    values = learnt[:bins].copy()
    values[1:] += learnt[bins:].cumsum()
    return values


def _standard_scale(share: Matrix) -> Matrix:
    """Return each bin's factor by the share of pages in it, bounded for rare ones; 0 for a constant one."""
    deviation = np.sqrt(share * (1 - share))
    factor = _COMMON_DEVIATION / np.maximum(deviation, 1e-9)
    return np.where(deviation > 1e-6, np.minimum(factor, _MAX_RARITY), 0.0)


def _step_tree(feature: int, cuts: Matrix, steps: Matrix, share: Matrix) -> _Tree:
    """Return a step function, a value a bin, as splits; a missing value gets the mean by the bins' shares."""
    tree = _Tree([], [], [], [], [], [])
    mean = float(steps @ share)

    def leaf(value: float) -> int:
        node = len(tree.feature)
        tree.feature.append(LEAF)
        tree.threshold.append(0.0)
        tree.left.append(node)
        tree.right.append(node)
        tree.missing_left.append(False)
        tree.value.append(value)
        return node

    def split(low: int, high: int, missing: bool) -> int:
        if low == high and not missing:
            return leaf(float(steps[low]))
        node = leaf(mean)
        tree.feature[node] = feature
        if missing:  # the root: missing values go left, all others right
            tree.threshold[node], tree.missing_left[node] = -np.inf, True
            tree.left[node], tree.right[node] = leaf(mean), split(low, high, False)
        else:
            middle = (low + high) // 2
            tree.threshold[node] = float(cuts[middle])
            tree.left[node], tree.right[node] = split(low, middle, False), split(middle + 1, high, False)
        return node

    split(0, len(cuts), True)
    return tree
