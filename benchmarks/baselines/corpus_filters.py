"""The quality rules by which language-model corpora are cleaned, read as accusations.

Gopher: Rae et al. (2021), appendix A.1, with the repetition thresholds of table A1. C4: Raffel et al. (2020),
section 2.2. FineWeb: Penedo et al. (2024), section 3.6. Written from the papers with words split at spaces:
the datatrove package would bring other versions of libraries that this project uses.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

from benchmarks.shared import Corpus, Floats

STOP_WORDS = frozenset("the be to of and that have with".split())  # noqa: SIM905, the paper's list
TERMINAL = (".", "!", "?", '"', "”", "’", "'")
TOP_GRAMS = ((2, 0.20), (3, 0.18), (4, 0.16))
DUPLICATE_GRAMS = ((5, 0.15), (6, 0.14), (7, 0.13), (8, 0.12), (9, 0.11), (10, 0.10))
PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~“”‘’…"


def corpus_filters(corpus: Corpus) -> Floats:
    """Return how many of the four filters would drop the page. Nothing is learnt."""
    filters = (gopher_quality, gopher_repetition, c4, fineweb)
    return np.array([float(sum(drops(text) for drops in filters)) for text in corpus.texts])


def gopher_quality(text: str) -> bool:
    """Return whether Gopher's document rules drop a text."""
    words = [word for word in text.split() if word.strip(PUNCTUATION)]
    lines = text.splitlines() or [""]
    count = max(1, len(words))
    mean = sum(len(word.strip(PUNCTUATION)) for word in words) / count
    return (
        not 50 <= len(words) <= 100_000
        or not 3 <= mean <= 10
        or text.count("#") / count > 0.1
        or (text.count("...") + text.count("…")) / count > 0.1
        or _share(lines, lambda line: line.lstrip().startswith(("•", "-", "*"))) > 0.9
        or _share(lines, lambda line: line.rstrip().endswith(("...", "…"))) > 0.3
        or _share(words, lambda word: any(map(str.isalpha, word))) < 0.8
        or len(STOP_WORDS.intersection(text.lower().split())) < 2
    )


def gopher_repetition(text: str) -> bool:
    """Return whether Gopher's repetition rules drop a text."""
    lines = [line for line in text.split("\n") if line.strip()]
    paragraphs = [part for part in text.split("\n\n") if part.strip()]
    words = text.split()
    return (
        _repeated(lines) > 0.30
        or _repeated(paragraphs) > 0.30
        or _repeated_characters(lines, text) > 0.20
        or _repeated_characters(paragraphs, text) > 0.20
        or any(_top_gram(words, n, text) > limit for n, limit in TOP_GRAMS)
        or any(_duplicate_grams(words, n, text) > limit for n, limit in DUPLICATE_GRAMS)
    )


def c4(text: str) -> bool:
    """Return whether C4's rules drop a text: lines first, then pages with fewer than five sentences."""
    lowered = text.lower()
    if "lorem ipsum" in lowered or "{" in text:
        return True
    kept = [line.strip() for line in text.split("\n") if _c4_keeps(line.strip())]
    sentences = sum(max(1, line.count(". ") + line.count("? ") + line.count("! ") + 1) for line in kept)
    return sentences < 5


def fineweb(text: str) -> bool:
    """Return whether FineWeb's three rules drop a text."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    return (
        _share(lines, lambda line: line.endswith(TERMINAL)) <= 0.12
        or _repeated_characters(lines, text) >= 0.10
        or _share(lines, lambda line: len(line) < 30) >= 0.67
    )


def _c4_keeps(line: str) -> bool:
    return (
        line.endswith(TERMINAL)
        and not line.endswith("...")
        and len(line.split()) >= 3
        and "javascript" not in line.lower()
    )


def _share(items: Sequence[str], holds: Callable[[str], bool]) -> float:
    return sum(map(holds, items)) / max(1, len(items))


def _repeated(parts: Sequence[str]) -> float:
    return 1 - len(set(parts)) / len(parts) if parts else 0.0


def _repeated_characters(parts: Sequence[str], text: str) -> float:
    return sum(len(part) * (times - 1) for part, times in Counter(parts).items()) / max(1, len(text))


def _grams(words: Sequence[str], n: int) -> list[tuple[str, ...]]:
    return list(zip(*(words[i:] for i in range(n)), strict=False))


def _top_gram(words: Sequence[str], n: int, text: str) -> float:
    """Return the share of characters in the most frequent n-gram, if it occurs twice."""
    top = Counter(_grams(words, n)).most_common(1)
    if not top or top[0][1] < 2:
        return 0.0
    return sum(map(len, top[0][0])) * top[0][1] / max(1, len(text))


def _duplicate_grams(words: Sequence[str], n: int, text: str) -> float:
    """Return the share of characters in n-grams that occurred before, each word counted once."""
    seen: set[tuple[str, ...]] = set()
    covered = np.zeros(len(words), dtype=bool)
    for start, gram in enumerate(_grams(words, n)):
        if gram in seen:
            covered[start : start + n] = True
        seen.add(gram)
    return sum(len(word) for word, again in zip(words, covered, strict=True) if again) / max(1, len(text))
