import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import logit
from sklearn.ensemble import HistGradientBoostingClassifier

from training.learners import BinnedLogistic, Boosting, Learner, _forest_of


def _data(seed: int = 3) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(600, 4))
    farm = rows[:, 0] + (rows[:, 1] > 0.5) + rng.normal(scale=0.5, size=600) > 0.6
    rows[rng.random(rows.shape) < 0.15] = np.nan
    return rows, farm


def test_a_forest_predicts_what_its_learner_predicts() -> None:
    rows, farm = _data()
    learner = HistGradientBoostingClassifier(max_iter=30, max_leaf_nodes=7, random_state=1).fit(rows, farm)
    forest = _forest_of(learner)
    log_odds = forest.base + forest.contributions(rows).sum(axis=1)
    assert log_odds == pytest.approx(logit(learner.predict_proba(rows)[:, 1]), abs=1e-9)


@pytest.mark.parametrize(
    "learner",
    [Boosting("boosting"), BinnedLogistic("binned", c=1.0)],
    ids=lambda learner: learner.name,
)
def test_every_learner_separates_what_can_be_separated(learner: Learner) -> None:
    rows, farm = _data()
    forest = learner.fit(rows, farm, np.ones(len(rows)), seed=5)
    fresh, truth = _data(seed=4)
    log_odds = forest.base + forest.contributions(fresh).sum(axis=1)
    assert np.mean((log_odds > 0) == truth) > 0.8


@pytest.mark.parametrize(
    "learner", [Boosting("boosting"), BinnedLogistic("binned", c=1.0)], ids=lambda one: one.name
)
def test_a_feature_that_no_page_allows_to_measure_says_nothing(learner: Learner) -> None:
    rows, farm = _data()
    rows[:, 2] = np.nan
    forest = learner.fit(rows, farm, np.ones(len(rows)), seed=5)
    fresh, _ = _data(seed=4)
    assert np.abs(forest.contributions(fresh)[:, 2]).max() < 1e-3


def test_a_missing_value_speaks_neither_for_a_page_nor_against_it() -> None:
    rows, farm = _data()
    rows[farm, 2] = np.nan  # only honest pages could be measured: what a format confounded with labels does
    forest = BinnedLogistic("binned").fit(rows, farm, np.ones(len(rows)), seed=5)
    unknown = np.full((1, rows.shape[1]), np.nan)
    assert forest.contributions(unknown) == pytest.approx(0.0, abs=1e-9)
    assert np.abs(forest.contributions(rows[~farm])[:, 2].mean()) < 0.02


def test_a_range_with_hardly_a_page_is_taken_to_be_like_those_around_it() -> None:
    value = np.tile(np.linspace(0.0, 1.0, 600), 5)
    farm = value > 0.4
    sparse = (value > 0.7) & (value < 0.8)
    weight = np.where(sparse, 1e-4, 1.0)
    forest = BinnedLogistic("binned", bins=10).fit(value[:, None], farm, weight, seed=5)
    below, inside, above = forest.contributions(np.array([[0.65], [0.75], [0.85]]))[:, 0]
    assert inside > 0.5 * min(below, above) > 0.1


def test_a_stacked_column_is_told_apart_finely_also_at_its_upper_end() -> None:
    value = np.tile(np.linspace(0.0, 1.0, 600), 5)
    farm = value > 0.95
    forest = BinnedLogistic("binned").fit(np.column_stack([value, value]), farm, np.ones(len(farm)), 5, 1)
    feature, stacked = forest.contributions(np.array([[0.9, 0.9], [0.99, 0.99]])).T
    assert feature[0] == feature[1]
    assert stacked[0] < stacked[1]


def test_binned_logistic_credits_a_feature_by_its_own_value_alone() -> None:
    rows, farm = _data()
    forest = BinnedLogistic("binned").fit(rows, farm, np.ones(len(rows)), seed=5)
    changed = rows.copy()
    changed[:, 1:] = 0.0
    assert forest.contributions(changed)[:, 0] == pytest.approx(forest.contributions(rows)[:, 0])


def test_a_batch_gives_the_very_numbers_of_single_rows() -> None:
    rows, farm = _data()
    forest = Boosting("boosting").fit(rows, farm, np.ones(len(rows)), seed=5)
    batch = forest.contributions(rows[:50])
    single = np.vstack([forest.contributions(rows[i : i + 1]) for i in range(50)])
    assert (batch == single).all()
