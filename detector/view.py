"""What several signals need of a page, computed once and only when asked for."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from detector.address import Address, parse_address
from detector.lexicons import Hit, find_terms
from detector.page import Block, BlockKind, Page, Region
from detector.topics import TopicProfile

MAX_ANALYSED = 60_000
"""Characters of visible text that word-level signals read: the head and the tail of longer pages."""
BEGINNING = 2_000
"""Characters of the body, and of what stands around it, from which languages are told."""

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
    def body_text(self) -> str:
        """The first BEGINNING characters of what reads as running text or headings in the main region."""
        return self._beginning(
            b for b in self.page.blocks if b.region is _MAIN and b.kind not in _NOT_RUNNING
        )

    @cached_property
    def furniture_text(self) -> str:
        """The first BEGINNING characters around it: header, navigation, aside, footer; a block a line."""
        return self._beginning(b for b in self.page.blocks if b.region is not _MAIN)

    def _beginning(self, blocks: Iterable[Block]) -> str:
        parts: list[str] = []
        room = BEGINNING
        for block in blocks:
            parts.append(self.page.text[block.start : block.end][:room])
            room -= len(parts[-1]) + 1
            if room <= 0:
                break
        return "\n".join(parts)

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


def code_points(text: str) -> NDArray[np.uint32]:
    """Return the code point of each character."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
