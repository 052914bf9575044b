"""Figures agree with scikit-learn where it has them, and intervals behave."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, brier_score_loss, log_loss, roc_auc_score

from training import metrics
from training.metrics import (
    auc_by_group,
    by_kind,
    by_slice,
    evaluate_scores,
    paired_bootstrap,
    rate,
    reliability,
    threshold_at_fpr,
    within_source_auc,
)


def scored(n: int = 600, seed: int = 1, strength: float = 2.0):
    rng = np.random.default_rng(seed)
    farm = rng.random(n) < 0.3
    score = np.round(1 / (1 + np.exp(-(rng.normal(size=n) + strength * farm - 1))), 2)  # rounded: many ties
    return farm, score, rng.integers(0, n // 2, n)


def test_values_agree_with_scikit_learn_with_ties() -> None:
    farm, score, groups = scored()
    found = evaluate_scores(farm, score, groups)
    expected = {
        "roc_auc": roc_auc_score(farm, score),
        "average_precision": average_precision_score(farm, score),
        "brier": brier_score_loss(farm, score),
        "log_loss": log_loss(farm, np.clip(score, 1e-15, 1 - 1e-15)),
    }
    assert {name: getattr(found, name).value for name in expected} == pytest.approx(expected, abs=1e-9)
    assert (found.n, found.farms, found.groups) == (600, farm.sum(), len(set(groups)))


def test_recall_counts_farms_above_the_allowed_false_positives() -> None:
    farm = np.array([True] * 4 + [False] * 200)
    score = np.concatenate([[0.95, 0.85, 0.75, 0.05], [0.9, 0.8], np.linspace(0.1, 0.7, 198)])
    found = evaluate_scores(farm, score, np.arange(204))
    recalls = (found.recall_at_fpr_0_1, found.recall_at_fpr_0_5, found.recall_at_fpr_1, found.recall_at_fpr_5)
    assert [r.value for r in recalls] == [0.25, 0.5, 0.75, 0.75]


def test_expected_calibration_error_of_known_scores() -> None:
    farm = np.tile([True, False], 150)
    right = evaluate_scores(farm, np.full(300, 0.5), np.arange(300))
    wrong = evaluate_scores(farm, np.full(300, 0.8), np.arange(300))
    assert right.ece.value == pytest.approx(0, abs=1e-9)
    assert wrong.ece.value == pytest.approx(0.3)


def test_intervals_hold_the_value_and_widen_when_pages_share_hosts() -> None:
    farm, score, _ = scored()
    alone = evaluate_scores(farm, score, np.arange(600)).roc_auc
    few = evaluate_scores(farm, score, np.argsort(np.argsort(score)) // 30).roc_auc  # 20 hosts of like pages
    assert alone.low < alone.value < alone.high
    assert few.high - few.low > 1.5 * (alone.high - alone.low)


def test_the_same_seed_gives_the_same_intervals() -> None:
    farm, score, groups = scored()
    assert evaluate_scores(farm, score, groups, seed=3) == evaluate_scores(farm, score, groups, seed=3)
    assert evaluate_scores(farm, score, groups, seed=3) != evaluate_scores(farm, score, groups, seed=4)


def test_the_order_of_records_does_not_matter() -> None:
    farm, score, groups = scored()
    turned = np.random.default_rng(0).permutation(600)
    a, b = evaluate_scores(farm, score, groups), evaluate_scores(farm[turned], score[turned], groups[turned])
    assert a.roc_auc.low == pytest.approx(b.roc_auc.low)
    assert a.brier.value == pytest.approx(b.brier.value)


@pytest.mark.parametrize("farm", [np.zeros(5, bool), np.ones(5, bool), np.zeros(0, bool)])
def test_one_class_or_none_gives_no_ranking_figures_but_no_crash(farm) -> None:
    found = evaluate_scores(farm, np.linspace(0.1, 0.9, len(farm)), np.arange(len(farm)))
    assert math.isnan(found.roc_auc.value)
    assert math.isnan(found.brier.value) == (len(farm) == 0)


def test_a_source_that_tells_the_class_earns_nothing_within_sources() -> None:
    rng = np.random.default_rng(5)
    source = np.repeat(["mostly-farm", "mostly-legit", "all-legit"], 200)
    farm = np.concatenate([rng.random(200) < 0.9, rng.random(200) < 0.1, np.zeros(200, bool)])
    score = np.where(source == "mostly-farm", 0.8, 0.2)
    groups = np.arange(600)
    assert evaluate_scores(farm, score, groups).roc_auc.value > 0.85
    inside = within_source_auc(farm, score, groups, source.tolist())
    assert (inside.value, inside.low, inside.high) == (0.5, 0.5, 0.5)
    assert math.isnan(within_source_auc(farm, score, groups, [str(f) for f in farm]).value)


def test_a_host_with_many_pages_weighs_no_more_by_host_than_one_with_one() -> None:
    farm = np.array([True] * 6 + [False] * 2)
    score = np.array([0.9, *[0.1] * 5, 0.2, 0.3])  # five pages of one host are taken for legitimate
    groups = np.array([0, *[1] * 5, 2, 3])
    assert evaluate_scores(farm, score, groups).roc_auc.value == pytest.approx(1 / 6)
    assert auc_by_group(farm, score, groups).value == pytest.approx(1 / 2)
    assert math.isnan(auc_by_group(farm[:6], score[:6], groups[:6]).value)


def test_slices_are_measured_alone_largest_first() -> None:
    farm, score, groups = scored()
    names = np.where(np.arange(600) < 400, "en", "de")
    tables = by_slice(farm, score, groups, names.tolist())
    assert list(tables) == ["en", "de"]
    assert tables["de"].roc_auc.value == pytest.approx(roc_auc_score(farm[400:], score[400:]))


def test_kinds_give_recall_for_farms_and_false_positives_for_legit() -> None:
    rows = by_kind(
        np.array([True, True, False, False, False]),
        np.array([0.9, 0.1, 0.9, 0.2, 0.5]),
        ["pbn", "pbn", "other", "other", "news"],
        threshold=0.5,
    )
    assert [(r.kind, r.farm, r.rate.flagged, r.rate.n) for r in rows] == [
        ("pbn", True, 1, 2),
        ("other", False, 1, 2),
        ("news", False, 1, 1),
    ]


def test_a_rate_without_events_still_has_an_upper_bound() -> None:
    found = rate(0, 100)
    assert (found.value, found.low) == (0, 0)
    assert found.high == pytest.approx(0.0370, abs=1e-4)  # Wilson, as in Brown, Cai and DasGupta 2001
    assert math.isnan(rate(0, 0).value)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 20)), min_size=1, max_size=80), st.floats(0, 1))
def test_a_threshold_keeps_its_promise_and_is_the_lowest(rows, fpr: float) -> None:
    farm = np.array([f for f, _ in rows])
    score = np.array([s / 20 for _, s in rows])
    assume(not farm.all())
    threshold, legit = threshold_at_fpr(farm, score, fpr), score[~farm]
    assert (legit >= threshold).mean() <= fpr + 1e-9
    lower = [s for s in legit if s < threshold]
    assert not lower or (legit >= max(lower)).mean() > fpr


@pytest.mark.parametrize("fpr", [-0.1, 1.1])
def test_an_impossible_rate_is_refused(fpr: float) -> None:
    with pytest.raises(ValueError, match="fpr"):
        threshold_at_fpr(np.array([False]), np.array([0.5]), fpr)


def test_bins_of_equal_mass_compare_scores_with_outcomes() -> None:
    farm, score, _ = scored()
    bins = reliability(farm, score, 10)
    assert [b.n for b in bins] == [60] * 10
    assert bins[0].mean_score < bins[-1].mean_score
    assert sum(b.farm_share * b.n for b in bins) == pytest.approx(farm.sum())
    assert reliability(farm[:0], score[:0]) == ()


def test_a_better_model_is_seen_on_the_same_resamples() -> None:
    farm, good, groups = scored(strength=3)
    bad = np.where(np.arange(600) % 3 == 0, 0.3, good)
    found = paired_bootstrap(farm, bad, good, groups)
    assert found["roc_auc"].low > 0
    assert found["log_loss"].high < 0
    same = paired_bootstrap(farm, good, good, groups)
    assert all((e.value, e.low, e.high) == (0, 0, 0) for e in same.values())
    assert set(found) == set(metrics.STATISTICS)
