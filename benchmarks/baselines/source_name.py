"""The share of farms of a page's source: what a method can score by telling collections apart."""

from __future__ import annotations

import numpy as np

from benchmarks.shared import Corpus, Floats


def source_name(corpus: Corpus) -> Floats:
    """Return the log-odds of the source in the other folds, with one farm and one legit page added."""
    sources, scores = np.array(corpus.sources), np.zeros(len(corpus.farm))
    for train, test in corpus.folds:
        for name in np.unique(sources):
            farms = corpus.farm[train][sources[train] == name]
            scores[test[sources[test] == name]] = np.log((farms.sum() + 1) / ((~farms).sum() + 1))
    return scores
