"""What a model keeps of how its training pages were distributed."""

import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from detector.errors import ModelError
from detector.reference import Histogram, Reference

COLUMN = arrays(
    np.float64, st.integers(1, 80), elements=st.floats(-1e6, 1e6) | st.just(np.nan) | st.just(0.0)
)


@given(COLUMN)
def test_every_page_is_counted_once_and_as_a_service_would_count_it(column) -> None:
    found = Reference.of(np.full(len(column), 0.5), column[:, None], ("promotion.block",))
    histogram = found.features["promotion.block"]
    assert sum(histogram.counts) == len(column)
    assert list(histogram.edges) == sorted(set(histogram.edges))
    again = [0] * len(histogram.counts)
    for value in column.tolist():
        again[0 if value != value else histogram.bin(value)] += 1
    assert tuple(again) == histogram.counts


def test_a_rare_signal_has_bins_of_its_own_beside_the_common_zero() -> None:
    column = np.concatenate([np.zeros(9_000), np.arange(1, 61), np.full(940, np.nan)])
    histogram = Reference.of(np.zeros(10_000), column[:, None], ("promotion.block",)).features[
        "promotion.block"
    ]
    assert histogram.edges[0] == 0
    assert histogram.counts[:3] == (940, 9_000, 15)
    assert sum(histogram.counts[2:]) == 60


def test_the_score_is_counted_in_twentieths() -> None:
    score = Reference.of(np.array([0.0, 0.05, 0.051, 0.97, 1.0]), np.empty((5, 0)), ()).score
    assert (len(score.counts), score.counts[:3], score.counts[-1]) == (21, (0, 2, 1), 2)


def test_what_a_manifest_keeps_is_read_as_it_was_and_takes_a_line_a_histogram() -> None:
    rng = np.random.default_rng(3)
    values = rng.normal(size=(300, 2))
    values[::3, 0] = np.nan
    reference = Reference.of(rng.random(300), values, ("quality.words", "address.unowned"))
    manifest = orjson.dumps({"reference": reference.written()}, option=orjson.OPT_INDENT_2)
    assert Reference.read(orjson.loads(manifest)) == reference
    assert len(manifest.splitlines()) == 3 + 2 + 4
    assert Reference.read({}) is None


@pytest.mark.parametrize(
    "broken",
    [
        None,
        [],
        {"score": {"edges": [], "counts": [0, 3]}},
        {"score": {"edges": [1.0], "counts": [0, 3]}, "features": {}},
        {"score": {"edges": [], "counts": [0, 0]}, "features": {}},
        {"score": {"edges": [], "counts": [5, -1]}, "features": {}},
        {"score": {"edges": ["x"], "counts": [0, 1, 2]}, "features": {}},
    ],
)
def test_a_broken_reference_is_refused(broken) -> None:
    with pytest.raises(ModelError, match="reference"):
        Reference.read({"reference": broken})


def test_an_edge_belongs_to_the_bin_below() -> None:
    histogram = Histogram.of(np.array([1.0, 1.5, 2.0, 2.5, np.nan]), (1.0, 2.0))
    assert histogram.counts == (1, 1, 2, 1)
    assert [histogram.bin(value) for value in (1.0, 1.5, 2.0, 2.5)] == [1, 2, 2, 3]


def test_a_column_without_a_common_value_has_bins_of_equal_size() -> None:
    column = np.append(np.arange(800.0), 0.0)
    counts = Reference.of(column, column[:, None], ("quality.words",)).features["quality.words"].counts
    assert len(counts) == 9
    assert max(counts[1:]) - min(counts[1:]) <= 2
