"""The quality filters by which language-model corpora are cleaned, read as accusations.

Gopher quality and repetition (Rae et al. 2021, appendix A), C4 (Raffel et al. 2020, section 2.2) and FineWeb
(Penedo et al. 2024, section 3.6), all as the datatrove package has them, with its own thresholds.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from benchmarks.shared import Corpus, Floats

MAX_CHARACTERS = 20_000


def corpus_filters(corpus: Corpus) -> Floats:
    """Return how many of the four filters would drop the page. Nothing is learnt; needs the bench extra."""
    return np.array([float(len(dropped_by(text))) for text in corpus.texts])


def dropped_by(text: str) -> set[str]:
    """Return the names of the filters that would drop a text."""
    from datatrove.data import Document

    if not text.strip():
        return {type(each).__name__ for each in _filters()}
    documents = [(each, Document(text=text[:MAX_CHARACTERS], id="")) for each in _filters()]
    return {type(each).__name__ for each, document in documents if each.filter(document) is not True}


@cache
def _filters() -> tuple[Any, ...]:
    from datatrove.pipeline import filters

    names = ("GopherQualityFilter", "GopherRepetitionFilter", "C4QualityFilter", "FineWebQualityFilter")
    return tuple(getattr(filters, name)() for name in names)
