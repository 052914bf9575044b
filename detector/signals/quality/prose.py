"""The running text of a page, cut into sentences and tokens once for every quality signal."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detector.page import BlockKind, Region
from detector.view import View

MAX_PROSE = 4_500
"""Characters of running text that are read: the head (two thirds) and the tail of longer texts."""
MAX_TOKENS = 800
TOKEN_BITS = 10
"""Bits that number a token of a text: MAX_TOKENS is below 2**10, so that five fit into 64 bits."""
MIN_PARAGRAPH = 60
MIN_SENTENCE = 8
MIN_TOKENS = 30
"""With fewer tokens, shares of tokens mean nothing."""

STOPS = (". ", "! ", "? ", "… ", ".\u201d", "।", "؟", "。", "！", "？")
BREAKS = tuple((stop, stop[:-1] + "\n" if len(stop) > 1 else "\n") for stop in STOPS)
ASCII_MARKS = b'.,;:!?"()[]{}<>/\\|*+=~_`^'
OTHER_MARKS = "…·•–—“”„«»、。，！？：；「」『』（）【】،؛؟।"
SPACED = bytes.maketrans(ASCII_MARKS, b" " * len(ASCII_MARKS))
_MAIN, _PARAGRAPH, _FORM = Region.MAIN, BlockKind.PARAGRAPH, BlockKind.FORM
SPLIT_TITLE = re.compile(r"\s+[|–—»«:•·-]\s+|[|｜_－]")


class Stretch(NamedTuple):
    """A half-open range of characters in ``Page.text``; a named tuple, since a text has many."""

    start: int
    end: int


@dataclass(frozen=True)
class Prose:
    """Running text and its parts."""

    view: View
    paragraphs: tuple[Stretch, ...]

    @cached_property
    def text(self) -> str:
        """The paragraphs, a line each."""
        text = self.view.page.text
        return "\n".join([text[start:end] for start, end in self.paragraphs])

    @cached_property
    def lowered(self) -> str:
        """:attr:`text` in lower case."""
        lowered = self.view.lowered
        return "\n".join([lowered[start:end] for start, end in self.paragraphs])

    @cached_property
    def sentences(self) -> tuple[Stretch, ...]:
        """Sentences in reading order; those of MIN_SENTENCE characters or fewer are left out."""
        # Stops become line breaks of the same length, so that offsets hold: far faster than a regex.
        text = self.text
        for stop, line_break in BREAKS:
            text = text.replace(stop, line_break)
        found: list[Stretch] = []
        paragraphs = iter(self.paragraphs)
        start, last = 0, -1
        for length in map(len, text.split("\n") if self.paragraphs else ()):
            if start > last:
                start, last = next(paragraphs)
            end = min(start + length + 1, last)
            if end - start > MIN_SENTENCE:
                found.append(Stretch(start, end))
            start += length + 1
        return tuple(found)

    @cached_property
    def sentence_texts(self) -> tuple[str, ...]:
        """:attr:`sentences` in lower case."""
        lowered = self.view.lowered
        return tuple([lowered[start:end] for start, end in self.sentences])

    @cached_property
    def sentence_words(self) -> tuple[list[str], ...]:
        """The words of :attr:`sentence_texts` as written, marks included."""
        return tuple([sentence.split() for sentence in self.sentence_texts])

    @cached_property
    def unspaced(self) -> bool:
        """Whether the text is written without spaces between words (Chinese, Japanese, Thai, …)."""
        return not self.text.isascii() and self.text.count(" ") * 14 < len(self.text)

    @cached_property
    def tokens(self) -> list[str]:
        """Words in lower case; pairs of characters where the script writes no spaces. At most MAX_TOKENS."""
        words = split_words(self.lowered)
        if not self.unspaced:
            return words[:MAX_TOKENS]
        run = "".join(words)[: 2 * MAX_TOKENS]
        return [run[i : i + 2] for i in range(0, len(run) - 1, 2)]

    @cached_property
    def counts(self) -> Counter[str]:
        """How often each token occurs."""
        return Counter(self.tokens)

    @cached_property
    def numbers(self) -> NDArray[np.int64]:
        """The place of each token in :attr:`counts`."""
        place = dict(zip(self.counts, range(len(self.counts)), strict=True))
        return np.fromiter(map(place.__getitem__, self.tokens), np.int64, len(self.tokens))

    def run_counts(self, size: int) -> NDArray[np.int64]:
        """Return how often each different run of up to five tokens occurs."""
        numbers = self.numbers
        count = max(len(numbers) - size + 1, 0)
        runs = numbers[:count].copy()
        for i in range(1, size):
            runs = runs << TOKEN_BITS | numbers[i : i + count]
        runs.sort()
        new = np.ones(count + 1, dtype=np.bool_)
        np.not_equal(runs[1:], runs[:-1], out=new[1:count])
        return np.diff(np.flatnonzero(new))

    @cached_property
    def title(self) -> str:
        """The page's own title in lower case, without the site's name: head, else first heading."""
        page = self.view.page
        title = page.metadata.title
        if not title:
            heading = next((b for b in page.blocks if b.kind is BlockKind.HEADING), None)
            title = page.text[heading.start : heading.end] if heading else ""
        parts = [part.strip() for part in SPLIT_TITLE.split(title[:300].lower())]
        return max(parts, key=len, default="")


@lru_cache(maxsize=2)
def prose_of(view: View) -> Prose:
    """Return the running text of a page: long blocks of the main region, else of the whole page."""
    running = [
        (start, end, region)
        for start, end, region, kind, _ in view.page.blocks
        if kind is _PARAGRAPH or (end - start >= MIN_PARAGRAPH and kind is not _FORM)
    ]
    main = [(start, end) for start, end, region in running if region is _MAIN]
    return Prose(view, _ends(main or [(start, end) for start, end, _ in running]))


def split_words(text: str) -> list[str]:
    """Return the words of a lower-case text, far faster than a regex: marks become spaces first."""
    spaced = text.encode("utf-8", "surrogatepass").translate(SPACED).decode("utf-8", "surrogatepass")
    if not text.isascii():
        for mark in OTHER_MARKS:
            spaced = spaced.replace(mark, " ")
    return spaced.split()


def _ends(stretches: list[tuple[int, int]]) -> tuple[Stretch, ...]:
    """Keep the first and the last stretches, up to MAX_PROSE characters."""
    head = _until(stretches, MAX_PROSE * 2 // 3)
    rest = stretches[len(head) :]
    tail = _until(rest[::-1], MAX_PROSE // 3)
    return tuple(head + tail[::-1])


def _until(stretches: list[tuple[int, int]], room: int) -> list[Stretch]:
    kept = []
    for start, end in stretches:
        if room <= 0:
            break
        kept.append(Stretch(start, min(end, start + room)))
        room -= end - start
    return kept
