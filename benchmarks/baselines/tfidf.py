"""TF-IDF of words or characters under logistic regression: the text classifier that everyone tries first."""

from __future__ import annotations

import numpy as np
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from benchmarks.shared import SEED, Corpus, Floats

MAX_CHARACTERS = 20_000


def word_tfidf(corpus: Corpus) -> Floats:
    """Return log-odds from words and word pairs."""
    return _fit(
        corpus, HashingVectorizer(ngram_range=(1, 2), n_features=2**19, alternate_sign=False, norm=None)
    )


def char_tfidf(corpus: Corpus) -> Floats:
    """Return log-odds from runs of 3 to 5 characters within words."""
    hashing = HashingVectorizer(
        analyzer="char_wb", ngram_range=(3, 5), n_features=2**19, alternate_sign=False, norm=None
    )
    return _fit(corpus, hashing)


def _fit(corpus: Corpus, hashing: HashingVectorizer) -> Floats:
    counts = hashing.transform([text[:MAX_CHARACTERS] for text in corpus.texts])
    scores = np.zeros(len(corpus.farm))
    for train, test in corpus.folds:
        learner = LogisticRegression(C=30, class_weight="balanced", solver="liblinear", random_state=SEED)
        model = make_pipeline(TfidfTransformer(sublinear_tf=True), learner).fit(
            counts[train], corpus.farm[train]
        )
        scores[test] = model.decision_function(counts[test])
    return scores
