"""Byte 4-grams under online logistic regression.

Cormack, Smucker and Clarke (2011), "Efficient and effective spam filtering and re-ranking for large web
datasets", Information Retrieval 14(5). A feature is a distinct 4-gram of the page's first 35,000 bytes,
hashed into a million weights without regard to collisions; one pass of gradient descent at rate 0.002.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.shared import SEED, Corpus, Floats, markup
from training.dataset import Record

BYTES = 35_000
WEIGHTS = 1_000_003
RATE = 0.002


def byte_grams(corpus: Corpus) -> Floats:
    """Return the log-odds of a single pass over the training folds in random order."""
    features = [hashed(content(record)) for record in corpus.dataset.records]
    scores = np.zeros(len(features))
    rng = np.random.default_rng(SEED)
    for train, test in corpus.folds:
        weights = np.zeros(WEIGHTS)
        for index in rng.permutation(train):
            present = features[index]
            log_odds = weights[present].sum()
            weights[present] += RATE * (corpus.farm[index] - 1 / (1 + np.exp(-log_odds)))
        scores[test] = [weights[features[index]].sum() for index in test]
    return scores


def content(record: Record) -> bytes:
    """Return the page as it came: markup where there is any, else URL, title and text."""
    return markup(record) or f"{record.url}\n{record.title}\n{record.text}".encode("utf-8", "replace")


def hashed(data: bytes) -> NDArray[np.int64]:
    """Return the distinct buckets of the 4-grams of the first 35,000 bytes."""
    codes = np.frombuffer(data[:BYTES], dtype=np.uint8).astype(np.int64)
    if len(codes) < 4:
        return np.empty(0, dtype=np.int64)
    grams = (codes[:-3] << 24) | (codes[1:-2] << 16) | (codes[2:-1] << 8) | codes[3:]
    return np.unique(grams % WEIGHTS)
