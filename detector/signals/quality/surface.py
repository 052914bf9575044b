"""How the text is typed: slips of spinning, stitching and machine output, and the shape of its lines.

Line and word shapes: Rae et al. 2021 (Gopher), Raffel et al. 2020 (C4, arXiv:1910.10683) and
Penedo et al. 2024 (FineWeb, arXiv:2406.17557), as measurements and not as filters.
"""

from __future__ import annotations

import math
import re
from operator import itemgetter

import numpy as np

from detector.characters import code_points
from detector.signals.base import Family, Feature, Measurement, signal
from detector.signals.quality.prose import MIN_TOKENS, prose_of
from detector.view import View

MIN_SENTENCES = 4
MAX_WORDS = 400
"""Words whose capitals are counted."""
# Begins on the mark, which is found fast, and looks back from there.
NO_SPACE = re.compile(r"[.!?,](?<=[a-zа-я]{2}[.!?,])(?:(?=[A-ZА-Я][a-zа-я])|(?<=,)(?=[a-zа-я]{2}))")
EMOJI = ((0x2600, 0x27BF), (0x1F300, 0x1FAFF))
FIRST = itemgetter(0)


@signal(
    Family.QUALITY,
    Feature("lower_starts", "share", 0, 1, "share of sentences that begin with a small letter"),
    Feature("missing_spaces", "per 1,000 characters", 0, 50, "stops and commas with no space after them"),
    Feature("stray_spaces", "per 1,000 characters", 0, 50, "spaces before a stop or comma"),
    Feature("doubled_words", "per 1,000 words", 0, 100, "words said twice in a row"),
    Feature("capital_words", "share", 0, 1, "share of words with a capital (scripts that have them)"),
    Feature("shouted_words", "share", 0, 1, "share of words all in capitals"),
    Feature("exclamations", "per 1,000 characters", 0, 50, "exclamation marks"),
    Feature("emoji", "per 1,000 characters", 0, 100, "emoji and dingbats"),
)
def typing(view: View) -> Measurement:
    """Count slips of typing that spun, stitched and converted texts are full of."""
    prose = prose_of(view)
    text = prose.text
    if len(prose.tokens) < MIN_TOKENS:
        return Measurement({})
    per = 1000 / len(text)
    numbers = prose.numbers
    words = text.split(None, MAX_WORDS)[:MAX_WORDS]
    values = {
        "missing_spaces": len(NO_SPACE.findall(text)) * per,
        "stray_spaces": (text.count(" ,") + text.count(" . ") + text.count(" ;")) * per,
        "doubled_words": 1000 * np.count_nonzero(numbers[1:] == numbers[:-1]) / len(numbers),
        "exclamations": (text.count("!") + text.count("！")) * per,
        "emoji": 0.0 if text.isascii() else _emoji(text) * per,
    }
    if not prose.unspaced:
        values["capital_words"] = sum(map(str.isupper, map(FIRST, words))) / len(words)
        values["shouted_words"] = sum([len(word) > 3 for word in filter(str.isupper, words)]) / len(words)
    if len(prose.sentences) >= MIN_SENTENCES:
        page = view.page.text
        starts = [page[start] for start, _ in prose.sentences]
        values["lower_starts"] = sum(map(str.islower, starts)) / len(starts)
    return Measurement(values)


@signal(
    Family.QUALITY,
    Feature("word_length", "characters", 1, 15, "mean length of words"),
    Feature("letters", "share", 0, 1, "share of words that are not numbers"),
    Feature("ellipsis_lines", "share", 0, 1, "share of lines that end with an ellipsis"),
)
def shape(view: View) -> Measurement:
    """Measure the shape of words, and lines that break off."""
    prose = prose_of(view)
    lines = len(view.page.blocks)
    values: dict[str, float] = {}
    if lines >= MIN_SENTENCES:
        values["ellipsis_lines"] = _ellipsis_lines(view.page.text) / lines
    if len(prose.tokens) >= MIN_TOKENS and not prose.unspaced:
        values["word_length"] = len("".join(prose.tokens)) / len(prose.tokens)
        numeric = sum([prose.counts[token] for token in filter(str.isnumeric, prose.counts)])
        values["letters"] = 1 - numeric / len(prose.tokens)
    return Measurement(values)


@signal(
    Family.QUALITY,
    Feature("sentence_length", "characters", 0, 1000, "mean length of sentences"),
    Feature("sentence_evenness", "ratio", 0, 3, "spread of sentence lengths over their mean: low is even"),
    Feature("paragraph_evenness", "ratio", 0, 5, "spread of paragraph lengths over their mean"),
    Feature("questions", "share", 0, 1, "share of sentences that ask"),
)
def rhythm(view: View) -> Measurement:
    """Measure how even sentences and paragraphs are, and how often the text asks."""
    prose = prose_of(view)
    values: dict[str, float] = {}
    if len(prose.sentences) >= MIN_SENTENCES:
        lengths = [end - start for start, end in prose.sentences]
        asking = sum(["?" in s or "？" in s or "؟" in s for s in prose.sentence_texts])
        values["sentence_length"] = sum(lengths) / len(lengths)
        values["sentence_evenness"] = _spread(lengths)
        values["questions"] = asking / len(lengths)
    if len(prose.paragraphs) >= MIN_SENTENCES:
        values["paragraph_evenness"] = _spread([end - start for start, end in prose.paragraphs])
    return Measurement(values)


def _emoji(text: str) -> int:
    codes = code_points(text)
    codes = codes[codes >= EMOJI[0][0]]
    return sum(int(((codes >= first) & (codes <= last)).sum()) for first, last in EMOJI) if len(codes) else 0


def _ellipsis_lines(text: str) -> int:
    return text.count("…\n") + text.count("...\n") + text.endswith(("…", "..."))


def _spread(lengths: list[int]) -> float:
    """Return the standard deviation over the mean; of whole numbers, so exact up to root and quotient."""
    count, total = len(lengths), sum(lengths)
    squares = sum([length * length for length in lengths])
    return math.sqrt(count * squares - total * total) / total
