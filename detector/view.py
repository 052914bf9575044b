"""What several signals need of a page, computed once and only when asked for."""

from __future__ import annotations

import re
from functools import cached_property
from itertools import pairwise

from detector.address import Address, parse_address
from detector.lexicons import Hit, find_terms
from detector.page import Block, BlockKind, Page, Region, Span
from detector.topics import TopicProfile

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
MAX_ANALYSED = 60_000
"""Characters of visible text that word-level signals read: the head and the tail of longer pages."""


class View:
    """A page with its derived forms. Signals read it and never change it."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @cached_property
    def lowered(self) -> str:
        """The visible text in lower case, of the same length as ``page.text`` so that offsets hold."""
        lowered = self.page.text.lower()
        if len(lowered) != len(self.page.text):  # a few letters (U+0130) grow when lowered
            lowered = "".join(c if len(c.lower()) != 1 else c.lower() for c in self.page.text)
        return lowered

    @cached_property
    def lines(self) -> tuple[Span, ...]:
        """The blocks as spans, in reading order (a plain-text line is a block)."""
        return tuple(Span(block.start, block.end) for block in self.page.blocks)

    @cached_property
    def body(self) -> tuple[Block, ...]:
        """The blocks of the main region that read as running text or headings."""
        return tuple(
            block
            for block in self.page.blocks
            if block.region is Region.MAIN and block.kind not in (BlockKind.FORM, BlockKind.TABLE_CELL)
        )

    @cached_property
    def body_text(self) -> str:
        """The text of :attr:`body`, a block a line, at most MAX_ANALYSED characters."""
        return "\n".join(self.page.text[b.start : b.end] for b in self.body)[:MAX_ANALYSED]

    @cached_property
    def furniture_text(self) -> str:
        """The text around the body (header, navigation, aside, footer), a block a line."""
        return "\n".join(
            self.page.text[b.start : b.end] for b in self.page.blocks if b.region is not Region.MAIN
        )[:MAX_ANALYSED]

    @cached_property
    def _hits(self) -> dict[str, list[Hit]]:
        text = self.lowered
        if len(text) <= 2 * MAX_ANALYSED:
            return find_terms(text)
        return find_terms(text[:MAX_ANALYSED] + " " * (len(text) - 2 * MAX_ANALYSED) + text[-MAX_ANALYSED:])

    def hits(self, lexicon: str) -> list[Hit]:
        """Return where a lexicon's terms stand in the visible text, in order of appearance."""
        return self._hits.get(lexicon, [])

    @cached_property
    def words(self) -> list[str]:
        """The words of :attr:`body_text` in lower case. Scripts without spaces give long runs."""
        return WORD.findall(self.body_text.lower())

    @cached_property
    def bigrams(self) -> list[tuple[str, str]]:
        """Neighbouring pairs of :attr:`words`."""
        return list(pairwise(self.words))

    @cached_property
    def address(self) -> Address | None:
        """The page's URL taken apart; None where the page has no host."""
        return parse_address(self.page.url, self.page.host) if self.page.host else None

    @cached_property
    def topics(self) -> TopicProfile:
        """What each part of the page is about."""
        return TopicProfile(self.page, self.hits("topics"), self.language, self.address)

    @cached_property
    def language(self) -> str:
        """The body's language, ISO 639-1 (``""`` where the text is too short to tell)."""
        from detector.parsing.language import detect_language

        return detect_language(self.body_text or self.page.text)
