"""The running text of a page, cut into sentences and tokens once for every quality signal."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from detector.page import Block, BlockKind, Region, Span
from detector.view import View

MAX_PROSE = 9_000
"""Characters of running text that are read: the head (two thirds) and the tail of longer texts."""
MAX_TOKENS = 1_500
TOKEN_BITS = 11
"""Bits that number a token of a text: MAX_TOKENS is below 2**11, so that five fit into 64 bits."""
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


@dataclass(frozen=True)
class Prose:
    """Running text and its parts; spans are of ``Page.text``."""

    view: View
    paragraphs: tuple[Span, ...]

    @cached_property
    def text(self) -> str:
        """The paragraphs, a line each."""
        text = self.view.page.text
        return "\n".join(text[p.start : p.end] for p in self.paragraphs)

    @cached_property
    def lowered(self) -> str:
        """:attr:`text` in lower case."""
        lowered = self.view.lowered
        return "\n".join(lowered[p.start : p.end] for p in self.paragraphs)

    @cached_property
    def sentences(self) -> tuple[Span, ...]:
        """Sentences in reading order; those of MIN_SENTENCE characters or fewer are left out."""
        # Stops become line breaks of the same length, so that offsets hold: far faster than a regex.
        text = self.text
        for stop, line_break in BREAKS:
            text = text.replace(stop, line_break)
        spans: list[Span] = []
        paragraphs = iter(self.paragraphs)
        start, last = 0, -1
        for length in map(len, text.split("\n") if self.paragraphs else ()):
            if start > last:
                paragraph = next(paragraphs)
                start, last = paragraph.start, paragraph.end
            end = min(start + length + 1, last)
            if end - start > MIN_SENTENCE:
                spans.append(Span(start, end))
            start += length + 1
        return tuple(spans)

    @cached_property
    def sentence_texts(self) -> tuple[str, ...]:
        """:attr:`sentences` in lower case."""
        lowered = self.view.lowered
        return tuple([lowered[s.start : s.end] for s in self.sentences])

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
    def bigrams(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The different pairs of neighbouring tokens by :meth:`runs`, and how often each occurs."""
        return np.unique(self.runs(2), return_counts=True)

    def runs(self, size: int) -> NDArray[np.int64]:
        """Return each run of up to five tokens as one number made of their places in :attr:`counts`."""
        numbers = self._numbers
        count = max(len(numbers) - size + 1, 0)
        runs = numbers[:count].copy()
        for i in range(1, size):
            runs = runs << TOKEN_BITS | numbers[i : i + count]
        return runs

    @cached_property
    def _numbers(self) -> NDArray[np.int64]:
        place = dict(zip(self.counts, range(len(self.counts)), strict=True))
        return np.fromiter(map(place.__getitem__, self.tokens), np.int64, len(self.tokens))

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
    blocks = view.page.blocks
    found = [b for b in blocks if b.region is _MAIN and _runs(b)] or [b for b in blocks if _runs(b)]
    return Prose(view, _ends(found))


def split_words(text: str) -> list[str]:
    """Return the words of a lower-case text, far faster than a regex: marks become spaces first."""
    spaced = text.encode("utf-8", "surrogatepass").translate(SPACED).decode("utf-8", "surrogatepass")
    if not text.isascii():
        for mark in OTHER_MARKS:
            spaced = spaced.replace(mark, " ")
    return spaced.split()


def _runs(block: Block) -> bool:
    kind = block.kind
    return kind is _PARAGRAPH or (block.end - block.start >= MIN_PARAGRAPH and kind is not _FORM)


def _ends(blocks: list[Block]) -> tuple[Span, ...]:
    """Keep the first and the last blocks, up to MAX_PROSE characters."""
    head = _until(blocks, MAX_PROSE * 2 // 3)
    rest = blocks[len(head) :]
    tail = _until(rest[::-1], MAX_PROSE // 3)
    return tuple(head + tail[::-1])


def _until(blocks: list[Block], room: int) -> list[Span]:
    kept = []
    for block in blocks:
        if room <= 0:
            break
        kept.append(Span(block.start, min(block.end, block.start + room)))
        room -= block.end - block.start
    return kept
