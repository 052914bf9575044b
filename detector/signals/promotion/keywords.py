"""Lines of key phrases: ``a escort - b escort - c escort``, comma-separated stuffing, clouds of one query."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from math import log1p

import numpy as np

from detector.characters import code_points
from detector.page import Page
from detector.signals.base import Evidence, Family, Feature, Measurement, signal
from detector.view import View

MIN_CHARACTERS = 200
MAX_LINES = 500
MAX_LINE = 6000
LEAST_ITEMS = 6
MAX_ITEM = 60
LEAST_REPEAT = 0.5
"""Share of the items that hold one word, from which they are variants of one query."""
SHOWN_ITEMS = 8
SHOWN_REPEAT = 0.6
SHOWN_WIDTH = 32
"""Characters of a shown line's item at most, on average: longer ones are clauses of a sentence."""

DELIMITER = re.compile(r"[|,，、;；•·◆★✅▶/_【】「」#]|\s[-–—]\s")
DELIMITERS = "|,，、•·#-–/_"
DELIMITING = np.isin(np.arange(0x10000), code_points(DELIMITERS))  # its last place is none
WORD = re.compile(r"[^\W\d_]{4,}")
IDEOGRAPH = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@signal(
    Family.PROMOTION,
    Feature(
        "keyword_items",
        "log count",
        0,
        8,
        "items of the line with most variants of one query: log(1 + n)",
    ),
    Feature("keyword_share", "share", 0, 1, "characters of the text in lines that vary one query"),
    Feature("keyword_delimited", "share", 0, 1, "characters in lines of six short items or more"),
)
def keyword_lists(view: View) -> Measurement:
    """Find delimited lines, and those whose items are variants of one query."""
    page = view.page
    if len(page.text) < MIN_CHARACTERS:
        return Measurement({})
    lists = [found for start, end in _delimited(view) for found in _line(page, start, end)]
    variants = [found for found in lists[:MAX_LINES] if found.repeat >= LEAST_REPEAT]
    best = max(variants, key=lambda found: found.items * found.repeat, default=None)
    values = {
        "keyword_items": log1p(best.items) if best else 0.0,
        "keyword_share": sum(found.end - found.start for found in variants) / len(page.text),
        "keyword_delimited": sum(found.end - found.start for found in lists) / len(page.text),
    }
    return Measurement(values, _evidence(page, best) if best else ())


@dataclass(frozen=True, slots=True)
class KeywordList:
    """Short items in one line, with the word that most of them share."""

    start: int
    end: int
    items: int
    word: str
    repeat: float


def _delimited(view: View) -> list[tuple[int, int]]:
    """Return where the long blocks with enough delimiters for a list of short items start and end."""
    places = np.flatnonzero(DELIMITING.take(view.codes, mode="clip")).tolist()
    found = []
    for start, end, _, _, _ in view.page.blocks:
        if end - start > MAX_ITEM:
            end = min(end, start + MAX_LINE)
            count = bisect_left(places, end) - bisect_left(places, start)
            if count >= LEAST_ITEMS - 1 and end - start <= MAX_ITEM * (count + 1):
                found.append((start, end))
    return found


def _line(page: Page, start: int, end: int) -> list[KeywordList]:
    """Return the line as a list of key phrases, nothing where it is none."""
    text = page.text[start:end]
    items = [stripped for item in DELIMITER.split(text) if (stripped := item.strip())]
    if len(items) < LEAST_ITEMS or sum(len(item) <= MAX_ITEM for item in items) < 0.9 * len(items):
        return []
    word, count = _shared_word(text.lower(), items)
    return [KeywordList(start, end, len(items), word, count / len(items))]


def _shared_word(line: str, items: list[str]) -> tuple[str, int]:
    """Return the word that most items hold and their number; none where no word is frequent enough."""
    unspaced = not line.isascii() and IDEOGRAPH.search(line)
    often = max(Counter(WORD.findall(line)).values(), default=0)
    if not unspaced and often < LEAST_REPEAT * len(items):
        return "", 0
    words = Counter[str]()
    for item in items:
        words.update(_words(item))
    return max(words.items(), key=lambda pair: (pair[1], pair[0]), default=("", 0))


def _words(item: str) -> set[str]:
    """Return the distinct words of an item; pairs of characters where the script writes no spaces."""
    if IDEOGRAPH.search(item):
        return {pair for i in range(len(item) - 1) if (pair := item[i : i + 2]).isalpha()}
    return set(WORD.findall(item.lower()))


def _evidence(page: Page, found: KeywordList) -> tuple[Evidence, ...]:
    width = (found.end - found.start) / found.items
    if found.items < SHOWN_ITEMS or found.repeat < SHOWN_REPEAT or width > SHOWN_WIDTH:
        return ()
    message = f"{found.items} key phrases in one line, {found.repeat:.0%} of them with “{found.word}”"
    excerpt = page.excerpt(found.start, found.end)
    shown = ("keyword_items", "keyword_share")
    return (Evidence("promotion.keyword_list", message, found.start, found.end, excerpt, shown),)
