"""Content features of a page under gradient boosting.

Ntoulas, Najork, Manasse and Fetterly (2006), "Detecting spam web pages through content analysis", WWW. Their
C4.5 with boosting is replaced by histogram gradient boosting. Figures that need the markup are missing (NaN)
on pages that come as text. Popular words and the language model are counted on the training folds alone.
"""

from __future__ import annotations

import math
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

from benchmarks.shared import SEED, Corpus, Floats, markup
from detector.page import Page, Source
from training.dataset import Record

POPULAR = (100, 200, 500, 1_000)
MAX_WORDS = 5_000
_WORD = re.compile(r"\w+")


def content_features(corpus: Corpus) -> Floats:
    """Return log-odds of boosted trees over the paper's features."""
    words = [_WORD.findall(text.lower())[:MAX_WORDS] for text in corpus.texts]
    own = np.array(
        [_page_features(*each) for each in zip(corpus.dataset.records, corpus.pages, words, strict=True)]
    )
    scores = np.zeros(len(words))
    for train, test in corpus.folds:
        language = Language(words[index] for index in train)
        matrix = np.hstack([own, np.array([language.features(each) for each in words])])
        learner = HistGradientBoostingClassifier(max_iter=150, learning_rate=0.06, random_state=SEED)
        learner.fit(matrix[train], corpus.farm[train])
        scores[test] = learner.decision_function(matrix[test])
    return scores


class Language:
    """Popular words and 3-gram likelihoods of a set of pages."""

    def __init__(self, pages: Iterable[Sequence[str]]) -> None:
        self._words: Counter[str] = Counter()
        self._pairs: Counter[tuple[str, str]] = Counter()
        self._triples: Counter[tuple[str, ...]] = Counter()
        for words in pages:
            self._words.update(words)
            self._pairs.update(pairwise(words))
            self._triples.update(zip(words, words[1:], words[2:], strict=False))
        self._total = max(1, self._triples.total())
        ranked = [word for word, _ in self._words.most_common(max(POPULAR))]
        self._popular = [(size, frozenset(ranked[:size])) for size in POPULAR]

    def features(self, words: Sequence[str]) -> list[float]:
        """Return corpus precision and recall at each size, and independent and conditional likelihood."""
        distinct = set(words)
        precision = [sum(word in top for word in words) / max(1, len(words)) for _, top in self._popular]
        recall = [len(distinct & top) / size for size, top in self._popular]
        return [*precision, *recall, *self._likelihoods(words)]

    def _likelihoods(self, words: Sequence[str]) -> tuple[float, float]:
        """Mean negative log-likelihood of the page's 3-grams, alone and given their first two words."""
        independent = conditional = 0.0
        triples = list(zip(words, words[1:], words[2:], strict=False))
        for triple in triples:
            seen = self._triples[triple] + 0.5
            independent -= math.log(seen / self._total)
            conditional -= math.log(seen / (self._pairs[triple[:2]] + 1))
        return independent / max(1, len(triples)), conditional / max(1, len(triples))


def _page_features(record: Record, page: Page, words: Sequence[str]) -> list[float]:
    title = _WORD.findall((page.metadata.title or record.title).lower())
    text = page.text.encode("utf-8", "replace")
    compressed = len(text) / max(1, len(zlib.compress(text)))
    anchor, visible = math.nan, math.nan
    if page.source is Source.HTML:
        anchor = sum(link.end - link.start for link in page.links) / max(1, len(page.text))
        visible = len(text) / max(1, len(markup(record)))
    mean_length = sum(map(len, words)) / max(1, len(words))
    return [len(words), len(title), mean_length, anchor, visible, compressed]
