"""Repetition and lexical diversity: texts made from few pieces, or of one phrase again and again.

Shares of repeated n-grams and lines: Rae et al. 2021 (Gopher, arXiv:2112.11446, table A1). Compression
as a measure of redundancy: Ntoulas et al. 2006, "Detecting spam web pages through content analysis".
HD-D (McCarthy & Jarvis 2010) and Yule's K (1944) measure diversity without depending on length.
"""

from __future__ import annotations

import math
import zlib
from collections import Counter
from itertools import islice

from detector.signals.base import MISSING, Evidence, Family, Feature, Measurement, signal
from detector.signals.quality.prose import MIN_TOKENS, Prose, prose_of
from detector.view import View

MAX_COMPRESSED = 4_000
MIN_COMPRESSED = 400
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
        values["top_bigram"] = _top(prose)
        fives = list(zip(*(islice(tokens, i, None) for i in range(5)), strict=False))
        values["repeated_5grams"] = 1 - len(set(fives)) / len(fives)
    return Measurement(values)


@signal(
    Family.QUALITY,
    Feature("diversity", "types", 0, 42, "different words to expect in 42 drawn from the text (HD-D)"),
    Feature("yule_k", "K", 0, 2000, "Yule's K: how far few words carry the text"),
    Feature("hapax", "share", 0, 1, "share of the text's different words that occur once, for its length"),
)
def diversity(view: View) -> Measurement:
    """Measure lexical diversity, corrected for length."""
    prose = prose_of(view)
    total = len(prose.tokens)
    if total < max(MIN_TOKENS, HDD_SAMPLE):
        return Measurement({})
    spectrum = Counter(prose.counts.values())
    square = sum(count * count * words for count, words in spectrum.items())
    return Measurement(
        {
            "diversity": _hdd(spectrum, total),
            "yule_k": 1e4 * (square - total) / (total * total),
            "hapax": spectrum[1] / len(prose.counts) * (math.log(total) / math.log(200)),
        }
    )


@signal(
    Family.QUALITY,
    Feature("repeated_lines", "share", 0, 1, "share of long lines that stand on the page before"),
    Feature("repeated_sentences", "share", 0, 1, "share of sentences whose head and tail were said before"),
)
def repeated_parts(view: View) -> Measurement:
    """Find lines and sentences that stand on the page twice, word for word or with a slot changed."""
    prose = prose_of(view)
    lowered = view.lowered
    lines = [lowered[b.start : b.end] for b in view.page.blocks[:2000] if b.end - b.start >= 40]
    sentences = [skeleton(s) for s in prose.sentence_texts]
    values = {"repeated_lines": 1 - len(set(lines)) / len(lines) if len(lines) >= 4 else MISSING}
    if len(sentences) >= 5:
        counts = Counter(sentences)
        values["repeated_sentences"] = 1 - len(counts) / len(sentences)
    return Measurement(values, _evidence(view, prose, sentences, values.get("repeated_sentences", 0.0)))


def skeleton(sentence: str) -> tuple[str, ...]:
    """Return the words at a sentence's head and tail, so that copies with one slot changed are equal."""
    words = sentence.split()
    return tuple(words) if len(words) < 8 else (*words[:3], *words[-2:])


def _compression(text: str) -> float:
    data = text[:MAX_COMPRESSED].encode("utf-8", "ignore")
    if len(data) < MIN_COMPRESSED:
        return MISSING
    # Longer texts compress better: measured over ordinary pages, the ratio falls with the log of length.
    return len(zlib.compress(data, 1)) / len(data) + 0.07 * math.log(len(data) / 2000)


def _top(prose: Prose) -> float:
    count = prose.bigram_counts.most_common(1)[0][1]
    return count * 2 / len(prose.tokens) if count > 1 else 0.0


def _hdd(spectrum: Counter[int], total: int) -> float:
    """Return the expected number of types in HDD_SAMPLE draws: hypergeometric, by count of occurrence."""
    drawn = min(HDD_SAMPLE, total)
    expected = 0.0
    for count, words in spectrum.items():
        rest = total - count
        absent = math.exp(_log_choose(rest, drawn) - _log_choose(total, drawn)) if rest >= drawn else 0.0
        expected += words * (1 - absent)
    return expected


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def _evidence(
    view: View, prose: Prose, sentences: list[tuple[str, ...]], share: float
) -> tuple[Evidence, ...]:
    if share < REPEATED_SENTENCES or not sentences:
        return ()
    key, count = Counter(sentences).most_common(1)[0]
    span = prose.sentences[sentences.index(key)]
    message = f"{share:.0%} of {len(sentences)} sentences repeat one before; this one stands {count} times"
    excerpt = view.page.excerpt(span.start, span.end)
    item = Evidence(
        "quality.repeated_sentence", message, span.start, span.end, excerpt, ("repeated_sentences",)
    )
    return (item,)
