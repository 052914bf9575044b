"""Report and card: complete, self-contained, the same bytes each time, and safe to open."""

import re
from dataclasses import replace

import numpy as np
import pytest

from detector.model import Thresholds
from training.card import render_card
from training.dataset import Conflict, DatasetReport
from training.effects import effects, hit_rates
from training.metrics import STATISTICS, evaluate_scores
from training.outcome import Assessment, Candidate, Sample, TrainingOutcome, assess
from training.rendering import TITLES
from training.report import render_report, worst_errors

N = 240
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def outcome() -> TrainingOutcome:
    rng = np.random.default_rng(3)
    farm = np.arange(N) % 4 == 0
    score = 1 / (1 + np.exp(-(rng.normal(size=N) + 3 * farm - 2)))
    values = np.column_stack([farm * rng.integers(0, 3, N), np.full(N, np.nan), rng.normal(size=N)])
    metrics = evaluate_scores(farm, score, np.arange(N))
    return TrainingOutcome(
        model_id="chaffinch-000000000000",
        seed=7,
        versions={"numpy": "2.1"},
        data_hashes={"invented.jsonl": "ab" * 32},
        dataset=DatasetReport(N + 9, 60, 180, 4, 3, 1, 1, 2, (Conflict(("p1", "p2"), "two verdicts"),)),
        candidates=(Candidate("simple", metrics, False), Candidate("better", metrics, True)),
        thresholds=Thresholds(farm=0.8, review=0.4),
        sample=Sample(
            ids=(*(f"page-{i}" for i in range(N - 1)), HOSTILE),
            farm=farm,
            score=np.append(score[:-1], 0.999),
            groups=np.arange(N),
            sources=tuple("one" if i % 2 else "two" for i in range(N)),
            kinds=tuple("pbn" if f else "news" for f in farm),
            languages=tuple("xx" if i < 5 else "en" for i in range(N)),
            confidences=("high",) * N,
        ),
        features=("promotion.block", "republication.copy", "quality.words"),
        values=values,
        contributions=np.nan_to_num(values) * [1.5, 1, 0.1],
    )


@pytest.fixture(scope="module")
def assessment(outcome: TrainingOutcome) -> Assessment:
    return assess(outcome.sample, outcome.thresholds)


def test_the_same_outcome_gives_the_same_bytes(outcome, assessment) -> None:
    assert render_report(outcome, assessment) == render_report(outcome, assessment)
    assert render_card(outcome, assessment) == render_card(outcome, assessment)


def test_the_report_needs_no_other_file_and_escapes_what_it_shows(outcome, assessment) -> None:
    page = render_report(outcome, assessment)
    assert page.startswith("<!doctype html>")
    assert set(re.findall(r'(?:src|href)="([^"]{0,20})', page)) == {"data:image/svg+xml;b"}
    assert page.count("data:image/svg+xml") == 4
    assert "@import" not in page
    assert "url(" not in page
    assert HOSTILE not in page
    assert "&lt;script&gt;alert(1)" in page


def test_report_and_card_say_what_was_measured(outcome, assessment) -> None:
    for text in (render_report(outcome, assessment), render_card(outcome, assessment)):
        said = [
            "chaffinch-000000000000",
            "ab" * 32,
            "better",
            f"{outcome.candidates[1].metrics.roc_auc.value:.3f} (",
        ]
        said += ["0.800", "0.400", "numpy", "pbn", "en", "(other)", f"of {outcome.sample.farm.sum()}"]
        assert [part for part in said if part not in text] == []
    assert "a false accusation" in render_card(outcome, assessment).lower()


def test_every_figure_has_a_title() -> None:
    assert tuple(TITLES) == STATISTICS


def test_a_single_class_can_still_be_reported(outcome) -> None:
    sample = replace(outcome.sample, farm=np.zeros(N, bool))
    found = assess(sample, outcome.thresholds)
    assert "–" in render_card(outcome, found)


def test_assessment_counts_at_the_thresholds_and_merges_small_slices(outcome, assessment) -> None:
    sample = outcome.sample
    assert assessment.caught.flagged == (sample.score[sample.farm] >= 0.8).sum()
    assert assessment.accused.flagged == (sample.score[~sample.farm] >= 0.8).sum()
    assert assessment.reviewed.flagged == (sample.score[~sample.farm] >= 0.4).sum()
    assert {name: m.n for name, m in assessment.languages.items()} == {"en": N - 5, "(other)": 5}
    assert [(row.kind, row.farm) for row in assessment.kinds] == [("pbn", True), ("news", False)]


def test_worst_errors_are_confident_and_wrong(outcome) -> None:
    legit, farms = worst_errors(outcome.sample)
    assert legit[0] == N - 1
    assert not outcome.sample.farm[legit].any()
    assert outcome.sample.farm[farms].all()
    assert outcome.sample.score[farms[0]] == outcome.sample.score[outcome.sample.farm].min()


def test_hit_rates_count_only_pages_that_allow_to_measure() -> None:
    farm = np.array([True, True, False, False, False, False])
    values = np.array([[1, 1], [1, np.nan], [1, 0], [0, 0], [0, 0], [np.nan, 0]], dtype=float)
    sure, common = hit_rates(farm, values, ("common", "sure"))
    assert (sure.feature, sure.lift, sure.precision, sure.farm.n) == ("sure", np.inf, 1.0, 1)
    assert sure.missing == pytest.approx(1 / 6)
    assert (common.farm.value, common.legit.value, common.legit.n) == (1.0, pytest.approx(1 / 3), 3)
    assert common.lift == pytest.approx(3)
    assert common.precision == pytest.approx(2 / 3)


def test_effects_are_ordered_and_binned_with_missing_values_apart() -> None:
    farm = np.arange(100) % 2 == 0
    column = np.where(np.arange(100) < 10, np.nan, np.arange(100.0))
    parts = np.where(np.isnan(column), -1.0, 2.0)
    found = effects(farm, np.column_stack([column] * 3), np.column_stack([0 * parts, parts / 9, parts]),
                    ("none", "weak", "strong"))  # fmt: skip
    assert [row.feature for row in found] == ["strong", "weak"]
    *known, missing = found[0].bins
    assert (missing.low, missing.n, missing.log_odds) == (None, 10, -1.0)
    assert [b.n for b in known] == [18] * 5
    assert (known[0].low, known[-1].high) == (10, 99)
    assert found[0].strength == pytest.approx(1.9)
