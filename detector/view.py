"""What several signals need of a page, computed once and only when asked for."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from detector.address import Address, parse_address
from detector.characters import code_points
from detector.lexicons import Hit, find_terms
from detector.page import BlockKind, Page, Region
from detector.topics import TopicProfile

HEAD, TAIL = 12_000, 6_000
MAX_ANALYSED = HEAD + TAIL
"""Characters of visible text that signals read word by word: of longer pages, terms of word lists are looked
for in the head and the tail, patterns in as many characters of the head."""
MAX_WORD = 100
"""Characters within which a space is looked for where a text is cut."""
BEGINNING = 2_000
"""Characters of the body from which its language and its likeness to other pages are told."""
MENU = 400
"""Characters of what stands around the body from which its language is told."""

MIN_MARKDOWN_LINKS = 3
"""Links written ``[text](http…)`` from which a text is taken for Markdown source."""

_MAIN = Region.MAIN
_NOT_RUNNING = (BlockKind.FORM, BlockKind.TABLE_CELL)


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
    def codes(self) -> NDArray[np.uint32]:
        """The code points of the visible text."""
        return code_points(self.page.text)

    @cached_property
    def markdown(self) -> bool:
        """Whether the text is Markdown source, in which tags may stand as they are."""
        return self.page.text.count("](http", 0, MAX_ANALYSED) >= MIN_MARKDOWN_LINKS

    @cached_property
    def analysed(self) -> int:
        """The number of characters that :meth:`hits` are looked for in."""
        return min(len(self.page.text), MAX_ANALYSED)

    @cached_property
    def body_text(self) -> str:
        """The first BEGINNING characters of what reads as running text or headings in the main region."""
        return self._beginning(
            (
                (start, end)
                for start, end, region, kind, _ in self.page.blocks
                if region is _MAIN and kind not in _NOT_RUNNING
            ),
            BEGINNING,
        )

    @cached_property
    def furniture_text(self) -> str:
        """The first MENU characters around it: header, navigation, aside, footer; a block a line."""
        return self._beginning(
            ((start, end) for start, end, region, _, _ in self.page.blocks if region is not _MAIN), MENU
        )

    def _beginning(self, spans: Iterable[tuple[int, int]], room: int) -> str:
        text = self.page.text
        parts: list[str] = []
        for start, end in spans:
            parts.append(text[start : min(end, start + room)])
            room -= end - start + 1
            if room <= 0:
                break
        return "\n".join(parts)

    @cached_property
    def _hits(self) -> dict[str, list[Hit]]:
        text = self.lowered
        if len(text) <= MAX_ANALYSED:
            return find_terms(text)
        # Cut at a space where there is one nearby, as the halves of a word may be terms.
        head = max(text.rfind(" ", HEAD - MAX_WORD, HEAD), 0) or HEAD
        tail = max(text.find(" ", -TAIL, MAX_WORD - TAIL), 0) or len(text) - TAIL
        found = find_terms(f"{text[:head]}\n{text[tail:]}")
        shift = tail - head - 1  # the line break stands for what was left out
        return {
            lexicon: [
                hit if hit.end <= head else Hit(hit.entry, hit.start + shift, hit.end + shift) for hit in hits
            ]
            for lexicon, hits in found.items()
        }

    def hits(self, lexicon: str) -> list[Hit]:
        """Return where a lexicon's terms stand in the visible text, in order of appearance."""
        return self._hits.get(lexicon, [])

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
