"""The running text of a page, cut into sentences and tokens once for every quality signal."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate, pairwise

from detector.page import Block, BlockKind, Region, Span
from detector.view import View

MAX_PROSE = 9_000
"""Characters of running text that are read: the head (two thirds) and the tail of longer texts."""
MAX_TOKENS = 1_500
MIN_PARAGRAPH = 60
MIN_SENTENCE = 8
MIN_TOKENS = 30
"""With fewer tokens, shares of tokens mean nothing."""

STOPS = (". ", "! ", "? ", "… ", ".\u201d", "।", "؟", "。", "！", "？")
BREAKS = tuple((stop, stop[:-1] + "\n" if len(stop) > 1 else "\n") for stop in STOPS)
PUNCTUATION = '.,;:!?"()[]{}<>/\\|*+=~_`^…·•–—“”„«»、。，！？：；「」『』（）【】،؛؟।'
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
        return tuple(
            Span(start, end)
            for paragraph in self.paragraphs
            for start, end in pairwise(self._borders(paragraph))
            if end - start > MIN_SENTENCE
        )

    def _borders(self, paragraph: Span) -> Iterator[int]:
        # Stops become line breaks of the same length, so that offsets hold: far faster than a regex.
        text = self.view.page.text[paragraph.start : paragraph.end]
        for stop, line_break in BREAKS:
            text = text.replace(stop, line_break)
        lengths = (len(line) + 1 for line in text.split("\n"))
        return (min(end, paragraph.end) for end in accumulate(lengths, initial=paragraph.start))

    @cached_property
    def sentence_texts(self) -> tuple[str, ...]:
        """:attr:`sentences` in lower case."""
        lowered = self.view.lowered
        return tuple(lowered[s.start : s.end] for s in self.sentences)

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
    def bigram_counts(self) -> Counter[tuple[str, str]]:
        """How often each pair of neighbouring tokens occurs."""
        return Counter(pairwise(self.tokens))

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
    found = [b for b in blocks if b.region is Region.MAIN and _runs(b)] or [b for b in blocks if _runs(b)]
    return Prose(view, _ends(found))


def split_words(text: str) -> list[str]:
    """Return the words of a lower-case text, far faster than a regex: marks become spaces first."""
    for mark in PUNCTUATION:
        text = text.replace(mark, " ")
    return text.split()


def _runs(block: Block) -> bool:
    long = block.end - block.start >= MIN_PARAGRAPH
    return block.kind is BlockKind.PARAGRAPH or (long and block.kind is not BlockKind.FORM)


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
