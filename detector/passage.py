"""The passage of a page whose wording speaks most for a farm: what a moderator is shown of hashed words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from detector.page import Span
from detector.wording import Wording, bucket_of, count_buckets, located_terms, spans_read

WIDTH = 160
"""Characters of a passage at most: two lines."""


def heaviest_passage(text: str, wording: Wording) -> Span | None:
    """Return the span of at most WIDTH characters whose words weigh most; None where none is a farm's.

    Only what the wording is scored on is looked at: the head and the tail of a long text.
    """
    parts = [list(located_terms(text, *part)) for part in spans_read(text)]
    parts = [words for words in parts if words]
    if not parts:
        return None
    weights = _weigh([terms for words in parts for _, _, terms in words], wording)
    best, weight, done = None, 0.0, 0
    for words in parts:
        starts, ends, _ = zip(*words, strict=True)
        sums = np.cumsum(np.append(0.0, weights[done : done + len(words)]))
        done += len(words)
        beyond = np.searchsorted(ends, np.array(starts) + WIDTH, side="right")
        windows = sums[beyond] - sums[:-1]  # of no word where one alone is longer than WIDTH
        first = len(windows) - 1 - int(windows[::-1].argmax())  # the last: without words that weigh nothing
        if windows[first] > weight:
            weight = float(windows[first])
            last = first + int(sums[first + 1 : beyond[first] + 1].argmax())
            best = Span(starts[first], ends[last])
    return best


def _weigh(words: Sequence[Sequence[str]], wording: Wording) -> NDArray[np.float64]:
    """Return what each word adds by the terms that it counts as, on a page of these words."""
    buckets = np.array([bucket_of(term) for terms in words for term in terms])
    owner = np.repeat(np.arange(len(words)), [len(terms) for terms in words])
    pull = wording.pull(wording.log_odds_by_model(count_buckets(buckets, np.ones_like(buckets))))
    weights = wording.idf[buckets] * (wording.weights[buckets].astype(np.float64) @ pull)
    return np.bincount(owner, weights).astype(np.float64)
