"""Which of two models is better, and whose label changes."""

import math

import numpy as np
import pytest

from detector.errors import DatasetError
from detector.verdict import Label
from training.compare import compare_models, compare_scores
from training.dataset import Dataset, DatasetReport, Record
from training.scoring import Scores

N = 300


def records() -> list[Record]:
    return [
        Record(
            f"p{i}",
            "",
            f"https://h{i}.example/",
            f"h{i}.example",
            "",
            f"Invented page {i}.",
            None,
            i % 3 == 0,
        )
        for i in range(N)
    ]


def scores(values: np.ndarray) -> Scores:
    labels = [
        Label.INSUFFICIENT if math.isnan(v) else Label.FARM if v > 0.8 else Label.OK for v in values.tolist()
    ]
    return Scores(values, tuple(labels))


def test_a_model_that_finds_less_is_worse_and_the_other_way_round_is_not() -> None:
    farm = np.array([record.farm for record in records()])
    good = np.where(farm, 0.9, 0.1)
    bad = np.where(np.arange(N) % 2 == 0, good, 0.5)
    found = compare_scores(records(), scores(good), scores(bad), ("good", "bad"))
    assert {"roc_auc", "brier", "log_loss"} <= set(found.worse)
    assert compare_scores(records(), scores(bad), scores(good), ("bad", "good")).worse == ()
    assert compare_scores(records(), scores(good), scores(good), ("good", "good")).worse == ()


def test_changed_labels_are_listed_by_id_largest_change_first() -> None:
    before = np.full(N, 0.2)
    after = before.copy()
    after[[3, 7, 9]] = [0.85, 0.99, math.nan]
    found = compare_scores(records(), scores(before), scores(after), ("a", "b"))
    assert [(c.id, c.label_a, c.label_b) for c in found.changes] == [
        ("p7", Label.OK, Label.FARM),
        ("p3", Label.OK, Label.FARM),
        ("p9", Label.OK, Label.INSUFFICIENT),
    ]
    assert found.changes[2].score_b is None
    assert (found.records, found.insufficient, found.metrics_a.n) == (N, 1, N - 1)


def test_nothing_is_said_of_models_that_could_score_no_page() -> None:
    none = scores(np.full(N, math.nan))
    with pytest.raises(DatasetError, match="enough text"):
        compare_scores(records(), scores(np.full(N, 0.5)), none, ("a", "b"))


def test_model_folders_are_compared_on_a_dataset(make_model, tmp_path) -> None:
    ids = [make_model(tmp_path / name, base) for name, base in (("a", -3.0), ("b", 3.0))]
    sentence = (
        "The harbour office of the small island opens at nine and sells tickets for the morning ferry. "
    )
    pages = [
        Record(
            f"p{i}",
            "",
            f"https://h{i}.example/",
            f"h{i}.example",
            "",
            sentence * 8 + str(i),
            None,
            i % 4 == 0,
        )
        for i in range(12)
    ]
    report = DatasetReport(12, 3, 9, 0, 0, 0, 0, 0, ())
    found = compare_models(tmp_path / "a", tmp_path / "b", Dataset(tuple(pages), {}, report))
    assert [found.a, found.b] == ids
    assert len(found.changes) == 12
    assert "brier" in found.worse
