"""Lines and lists of key phrases: ``a escort - b escort``, tag clouds of one query, comma-separated stuffing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log1p

from detector.page import Block, Page
from detector.signals.base import Evidence, Family, Feature, Measurement, signal
from detector.view import View

MIN_CHARACTERS = 200
MAX_BLOCKS = 3000
MAX_LINE = 6000
LEAST_ITEMS = 6
MAX_ITEM = 60
LEAST_REPEAT = 0.5
"""Share of the items that hold one word, from which they are variants of one query."""
SHOWN_ITEMS = 8

DELIMITER = re.compile(r"[|,，、;；•·◆★✅▶/_【】「」#]|\s[-–—]\s")
DELIMITERS = "|,，、;；•·◆★✅▶/_【】「」#-–—"
TAKEN = 400
"""Items of one list that are compared."""
WORD = re.compile(r"[^\W\d_]{3,}")
IDEOGRAPH = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")


@signal(
    Family.PROMOTION,
    Feature("keyword_items", "log count", 0, 8, "items of the longest list of key phrases: log(1 + n)"),
    Feature("keyword_repeat", "share", 0, 1, "items of that list that hold one and the same word"),
    Feature("keyword_share", "share", 0, 1, "characters of the text in delimited key phrases of one query"),
    Feature("keyword_delimited", "share", 0, 1, "characters in lines of six short items or more"),
)
def keyword_lists(view: View) -> Measurement:
    """Find delimited lines and runs of short lines whose items are variants of one query."""
    page = view.page
    if len(page.text) < MIN_CHARACTERS:
        return Measurement({})
    lists = list(_lists(page))
    variants = [found for found in lists if found.repeat >= LEAST_REPEAT]
    best = max(variants, key=lambda found: (found.items * found.repeat, -found.start), default=None)
    values = {
        "keyword_items": log1p(best.items) if best else 0.0,
        "keyword_repeat": max((found.repeat for found in lists), default=0.0),
        "keyword_share": sum(found.end - found.start for found in variants) / len(page.text),
        "keyword_delimited": sum(found.end - found.start for found in lists if found.line) / len(page.text),
    }
    return Measurement(values, _evidence(page, best) if best and best.items >= SHOWN_ITEMS else ())


@dataclass(frozen=True, slots=True)
class KeywordList:
    """Short items in one line or in lines of their own, with the word that most of them share."""

    start: int
    end: int
    items: int
    word: str
    repeat: float
    line: bool


def _lists(page: Page) -> Iterator[KeywordList]:
    run: list[Block] = []
    for block in page.blocks[:MAX_BLOCKS]:
        if block.end - block.start <= MAX_ITEM:
            run.append(block)
            continue
        yield from _run(page, run)
        run = []
        yield from _line(page.text[block.start : min(block.end, block.start + MAX_LINE)], block)
    yield from _run(page, run)


def _line(text: str, block: Block) -> Iterator[KeywordList]:
    delimiters = sum(map(text.count, DELIMITERS))
    if delimiters < LEAST_ITEMS - 1 or len(text) > MAX_ITEM * (delimiters + 1):
        return
    items = [stripped for item in DELIMITER.split(text) if (stripped := item.strip())]
    if len(items) >= LEAST_ITEMS and sum(len(item) <= MAX_ITEM for item in items) >= 0.9 * len(items):
        yield _list(block.start, block.end, items, line=True)


def _run(page: Page, run: Sequence[Block]) -> Iterator[KeywordList]:
    if len(run) >= LEAST_ITEMS:
        items = [page.text[block.start : block.end] for block in run]
        yield _list(run[0].start, run[-1].end, items, line=False)


def _list(start: int, end: int, items: Sequence[str], *, line: bool) -> KeywordList:
    words = Counter[str]()
    for item in items[:TAKEN]:
        words.update(_words(item))
    word, count = words.most_common(1)[0] if words else ("", 0)
    return KeywordList(start, end, len(items), word, count / min(len(items), TAKEN), line)


def _words(item: str) -> set[str]:
    """Return the distinct words of an item; pairs of characters where the script writes no spaces."""
    if IDEOGRAPH.search(item):
        return {item[i : i + 2] for i in range(len(item) - 1) if item[i : i + 2].isalpha()}
    return set(WORD.findall(item.lower()))


def _evidence(page: Page, found: KeywordList) -> tuple[Evidence, ...]:
    message = f"{found.items} key phrases in a row, {found.repeat:.0%} of them with “{found.word}”"
    excerpt = page.excerpt(found.start, found.end)
    shown = ("keyword_items", "keyword_repeat", "keyword_share")
    return (Evidence("promotion.keyword_list", message, found.start, found.end, excerpt, shown),)
