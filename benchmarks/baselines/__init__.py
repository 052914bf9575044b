"""The methods that Chaffinch is measured against, each from its paper or in its plainest form.

A method takes the corpus and returns, for each record, a number that grows with the odds of being a farm,
from a model that saw no record of the same fold.
"""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.baselines.byte_grams import byte_grams
from benchmarks.baselines.content_features import content_features
from benchmarks.baselines.corpus_filters import corpus_filters
from benchmarks.baselines.domain_lists import domain_lists
from benchmarks.baselines.source_name import source_name
from benchmarks.baselines.tfidf import char_tfidf, word_tfidf
from benchmarks.shared import Corpus, Floats

BASELINES: dict[str, Callable[[Corpus], Floats]] = {
    "source name alone": source_name,
    "domain lists": domain_lists,
    "corpus filters": corpus_filters,
    "content features": content_features,
    "byte 4-grams": byte_grams,
    "word TF-IDF": word_tfidf,
    "char TF-IDF": char_tfidf,
}
