"""The passage of a page whose wording speaks most for a farm: what a moderator is shown of hashed n-grams."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from detector.page import Span
from detector.wording import HEAD, TAIL, Wording, fold, positions

WIDTH = 160
"""Characters of a passage at most, white space folded: two lines."""
MAX_WORD = 30
"""Characters within which the border of a word is looked for."""

_WORD = re.compile(r"\S+")


def heaviest_passage(text: str, wording: Wording) -> Span | None:
    """Return the span of at most WIDTH characters whose n-grams weigh most; None where none is a farm's.

    Only what the wording is scored on is looked at: the first HEAD and the last TAIL characters.
    """
    if len(text) <= HEAD + TAIL:
        parts = [Span(0, len(text))]
    else:
        parts = [Span(0, HEAD), Span(len(text) - TAIL, len(text))]
    best, weight = None, 0.0
    for part in parts:
        places, weights = _weigh(text[part.start : part.end], wording)
        sums = np.cumsum(np.append(0.0, weights))
        width = min(WIDTH, len(weights))
        windows = sums[width:] - sums[: len(sums) - width]
        start = int(windows.argmax())
        if windows[start] > weight:
            weight = float(windows[start])
            best = Span(part.start + places[start], part.start + places[start + width - 1])
    return best and _whole_words(text, best)


def _weigh(text: str, wording: Wording) -> tuple[list[int], NDArray[np.float64]]:
    """Return for each character of the folded text its place in the text, and its share of the weights."""
    places = [0]  # the folded text begins with a space, and each word is followed by one
    for word in _WORD.finditer(text):
        start, end = word.span()
        grown = len(word.group().lower()) - (end - start)  # a few letters (U+0130) grow when lowered
        places.extend(range(start, end))
        places.extend([end - 1] * grown)
        places.append(end)
    folded = fold(text)
    weights = np.zeros(len(folded))
    for order, buckets in positions(folded):
        each = wording.idf[buckets] * wording.weight[buckets] / order
        for i in range(order):
            weights[i : i + len(each)] += each
    return places, weights


def _whole_words(text: str, span: Span) -> Span:
    """Cut a span to the words that lie wholly inside; nothing where the script writes no spaces nearby."""
    start, end = span.start, span.end
    if start and not text[start - 1].isspace():
        start = next((i for i in range(start, min(start + MAX_WORD, end)) if text[i].isspace()), start)
    if end < len(text) and not text[end].isspace():
        end = next((i for i in range(end, max(end - MAX_WORD, start), -1) if text[i - 1].isspace()), end)
    inside = text[start:end]
    return Span(end - len(inside.lstrip()), start + len(inside.rstrip()))
