"""Repetition and lexical diversity: texts made from few pieces, or of one phrase again and again.

Shares of repeated n-grams: Rae et al. 2021 (Gopher, arXiv:2112.11446, table A1). Compression
as a measure of redundancy: Ntoulas et al. 2006, "Detecting spam web pages through content analysis".
HD-D (McCarthy & Jarvis 2010) measures diversity without depending on length.
"""

from __future__ import annotations

import math
import zlib
from collections import Counter
from functools import cache

from detector.signals.base import MISSING, Evidence, Family, Feature, Measurement, signal
from detector.signals.quality.prose import MAX_TOKENS, MIN_TOKENS, Prose, prose_of
from detector.view import View

MAX_COMPRESSED = 3_000
MIN_COMPRESSED = 400
MIN_SENTENCES = 5
HDD_SAMPLE = 42
REPEATED_SENTENCES = 0.4
"""Share of repeated sentences that is worth a moderator's look."""


@signal(
    Family.QUALITY,
    Feature("compression", "ratio", 0, 1, "size of the running text when compressed, corrected for length"),
    Feature("top_bigram", "share", 0, 1, "share of the text made of its commonest pair of words"),
    Feature("repeated_5grams", "share", 0, 1, "share of runs of five words that occur before in the text"),
)
def repetition(view: View) -> Measurement:
    """Measure how much of the running text repeats itself."""
    prose = prose_of(view)
    tokens = prose.tokens
    values = {"compression": _compression(prose.text)}
    if len(tokens) >= MIN_TOKENS:
        count = int(prose.run_counts(2).max())
        values["top_bigram"] = count * 2 / len(tokens) if count > 1 else 0.0
        fives = prose.run_counts(5)
        values["repeated_5grams"] = 1 - len(fives) / int(fives.sum())
    return Measurement(values)


@signal(
    Family.QUALITY,
    Feature("diversity", "types", 0, 42, "different words to expect in 42 drawn from the text (HD-D)"),
    Feature("hapax", "share", 0, 1, "share of the text's different words that occur once, for its length"),
)
def diversity(view: View) -> Measurement:
    """Measure lexical diversity, corrected for length."""
    prose = prose_of(view)
    total = len(prose.tokens)
    if total < max(MIN_TOKENS, HDD_SAMPLE):
        return Measurement({})
    spectrum = Counter(prose.counts.values())
    return Measurement(
        {
            "diversity": _hdd(spectrum, total),
            "hapax": spectrum[1] / len(prose.counts) * (math.log(total) / math.log(200)),
        }
    )


@signal(
    Family.QUALITY,
    Feature("repeated_sentences", "share", 0, 1, "share of sentences whose head and tail were said before"),
)
def repeated_sentences(view: View) -> Measurement:
    """Find sentences that stand on the page twice, word for word or with a slot changed."""
    prose = prose_of(view)
    if len(prose.sentences) < MIN_SENTENCES:
        return Measurement({})
    sentences = [skeleton(words) for words in prose.sentence_words]
    share = 1 - len(set(sentences)) / len(sentences)
    return Measurement({"repeated_sentences": share}, _evidence(view, prose, sentences, share))


def skeleton(words: list[str]) -> tuple[str, ...]:
    """Return the words at a sentence's head and tail, so that copies with one slot changed are equal."""
    return tuple(words) if len(words) < 8 else (*words[:3], *words[-2:])


def _compression(text: str) -> float:
    data = text[:MAX_COMPRESSED].encode("utf-8", "ignore")
    if len(data) < MIN_COMPRESSED:
        return MISSING
    # Longer texts compress better: measured over ordinary pages, the ratio falls with the log of length.
    return len(zlib.compress(data, 1)) / len(data) + 0.07 * math.log(len(data) / 2000)


def _hdd(spectrum: Counter[int], total: int) -> float:
    """Return the expected number of types in HDD_SAMPLE draws: hypergeometric, by count of occurrence."""
    ways = _log_ways()
    absent = [words * math.exp(ways[total - count] - ways[total]) for count, words in spectrum.items()]
    return sum(spectrum.values()) - sum(absent)


@cache
def _log_ways() -> tuple[float, ...]:
    """Return the logarithm of the ways to draw HDD_SAMPLE words from each number up to MAX_TOKENS."""
    ways = [
        math.lgamma(n + 1) - math.lgamma(HDD_SAMPLE + 1) - math.lgamma(n - HDD_SAMPLE + 1)
        for n in range(HDD_SAMPLE, MAX_TOKENS + 1)
    ]
    return (*[-math.inf] * HDD_SAMPLE, *ways)


def _evidence(
    view: View, prose: Prose, sentences: list[tuple[str, ...]], share: float
) -> tuple[Evidence, ...]:
    if share < REPEATED_SENTENCES:
        return ()
    key, count = Counter(sentences).most_common(1)[0]
    span = prose.sentences[sentences.index(key)]
    message = f"{share:.0%} of {len(sentences)} sentences repeat one before; this one stands {count} times"
    excerpt = view.page.excerpt(span.start, span.end)
    item = Evidence(
        "quality.repeated_sentence", message, span.start, span.end, excerpt, ("repeated_sentences",)
    )
    return (item,)
