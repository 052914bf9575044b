"""What a page weighs in training, told by the pages around it."""

import numpy as np
import pytest
from scipy import sparse

from detector.wording import Slot
from training.candidates import LOW_CONFIDENCE, MAX_GROUP, SYNTHETIC, SYNTHETIC_WEIGHT, row_weights
from training.dataset import Record
from training.measuring import Measured


def _measured(*pages: tuple[str, str, str, bool]) -> Measured:
    """Return pages of (source, host, confidence, farm), each with one view."""
    records = tuple(
        Record(f"page-{i}", source, "", host, "", "text", None, farm, confidence=confidence)
        for i, (source, host, confidence, farm) in enumerate(pages)
    )
    each = np.arange(len(records))
    wording = {slot: sparse.csr_array((len(records), 4)) for slot in Slot}
    return Measured(records, each, each, np.zeros((len(records), 1)), wording)


def _weights(measured: Measured) -> list[float]:
    hosts = [record.domain for record in measured.records]
    groups = np.unique(hosts, return_inverse=True)[1].astype(np.int64)
    return row_weights(measured, np.arange(len(hosts)), groups).tolist()


def test_a_host_with_many_pages_weighs_no_more_than_a_few() -> None:
    pages = [("crawl", "busy.example", "high", True)] * 20
    honest = [("crawl", f"shop-{i}.example", "high", False) for i in range(5)]
    weights = _weights(_measured(*pages, *honest))
    assert sum(weights[:20]) == pytest.approx(MAX_GROUP)
    assert weights[20:] == pytest.approx([1.0] * 5)


def test_pages_that_were_made_or_are_doubtful_weigh_less() -> None:
    weights = _weights(
        _measured(
            ("crawl", "a.example", "high", True),
            ("crawl", "b.example", "high", False),
            ("crawl", "c.example", "low", True),
            ("crawl", "d.example", "low", False),
            (SYNTHETIC, "e.example", "high", True),
            (SYNTHETIC, "f.example", "high", False),
        )
    )
    assert weights == pytest.approx(
        [1, 1, LOW_CONFIDENCE, LOW_CONFIDENCE, SYNTHETIC_WEIGHT, SYNTHETIC_WEIGHT]
    )


def test_a_source_tells_nothing_of_the_label() -> None:
    rich = [("rich", f"r{i}.example", "high", i < 6) for i in range(10)]
    poor = [("poor", f"p{i}.example", "high", i < 4) for i in range(10)]
    weights = _weights(_measured(*rich, *poor))
    assert sum(weights[:6]) / sum(weights[:10]) == pytest.approx(0.5)
    assert sum(weights[10:14]) / sum(weights[10:]) == pytest.approx(0.5)
