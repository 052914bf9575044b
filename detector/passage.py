"""The passage of a page whose wording speaks most for a farm: what a moderator is shown of hashed words."""

from __future__ import annotations

import numpy as np

from detector.page import Span
from detector.wording import Wording, bucket_of, located_terms, spans_read

WIDTH = 160
"""Characters of a passage at most: two lines."""


def heaviest_passage(text: str, wording: Wording) -> Span | None:
    """Return the span of at most WIDTH characters whose words weigh most; None where none is a farm's.

    Only what the wording is scored on is looked at: the head and the tail of a long text.
    """
    best, weight = None, 0.0
    for part in spans_read(text):
        words = list(located_terms(text, *part))
        if not words:
            continue
        starts, ends, terms = zip(*words, strict=True)
        weights = [_weigh(of_word, wording) for of_word in terms]
        sums = np.cumsum([0.0, *weights])
        beyond = np.searchsorted(ends, np.array(starts) + WIDTH, side="right")
        windows = sums[beyond] - sums[:-1]  # of no word where one alone is longer than WIDTH
        first = len(windows) - 1 - int(windows[::-1].argmax())  # the last: without words that weigh nothing
        if windows[first] > weight:
            weight = float(windows[first])
            last = first + int(sums[first + 1 : beyond[first] + 1].argmax())
            best = Span(starts[first], ends[last])
    return best


def _weigh(terms: list[str], wording: Wording) -> float:
    buckets = [bucket_of(term) for term in terms]
    return float(wording.idf[buckets] @ wording.weight[buckets])
