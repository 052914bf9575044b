"""The visible text of a page as it grows, word by word and block by block, with white space collapsed."""

from __future__ import annotations

from detector.page import CutReason
from detector.parsing.context import ROOT, Context
from detector.parsing.limits import MAX_TEXT

MAX_NODE = 4 * MAX_TEXT
"""Characters read of one run of text: white space may make up most of it."""


class Flow:
    """Collects text into blocks, one a line. Offsets count characters of :meth:`text`."""

    def __init__(self) -> None:
        self.context = ROOT
        self.parts: list[str] = []
        self.position = 0  # characters in parts
        self.start = -1  # of the open block, -1 where none is open
        self.space = False  # white space is due before the next word of the open block
        self.blocks: list[tuple[int, int, Context]] = []
        self.preformatted = 0  # open <pre> elements, in which line breaks count
        self.cuts: dict[CutReason, None] = {}

    def add(self, text: str) -> None:
        """Add text to the open block, or open one."""
        if self.preformatted and "\n" in text:
            self._add_lines(text)
            return
        if text.isprintable() and "  " not in text:  # no other white space than single spaces
            line = text.strip(" ")
        else:
            line = " ".join((text if len(text) < MAX_NODE else text[:MAX_NODE]).split())
        if not line:
            self.space = True
            return
        spaced = len(line) != len(text)
        parts, position = self.parts, self.position
        if self.start < 0:
            if position + 1 >= MAX_TEXT:
                self.cuts[CutReason.TEXT] = None
                return
            if position:
                parts.append("\n")
                position += 1
            self.start = position
        elif self.space or (spaced and text[0].isspace()):
            parts.append(" ")
            position += 1
        parts.append(line)
        self.position = position = position + len(line)
        self.space = spaced and text[-1].isspace()
        if position > MAX_TEXT:
            self._cut(line)

    def end_block(self) -> None:
        """Close the open block."""
        if self.start >= 0:
            self.blocks.append((self.start, self.position, self.context))
            self.start = -1

    def enter(self, context: Context) -> Context:
        """Begin a block element, and return the context to go back to at its end."""
        if self.start >= 0:
            self.blocks.append((self.start, self.position, self.context))
            self.start = -1
        outer = self.context
        self.context = context
        return outer

    def leave(self, outer: Context) -> None:
        """End a block element."""
        if self.start >= 0:
            self.blocks.append((self.start, self.position, self.context))
            self.start = -1
        self.context = outer

    def text(self) -> str:
        """Return the text of all blocks, joined by line breaks."""
        return "".join(self.parts)

    def _cut(self, line: str) -> None:
        """Take back what the last line has too much, and what would begin or end with white space."""
        kept = line[: max(1, len(line) - (self.position - MAX_TEXT))].rstrip()
        self.cuts[CutReason.TEXT] = None
        self.parts[-1] = kept
        self.position += len(kept) - len(line)

    def _add_lines(self, text: str) -> None:
        preformatted, self.preformatted = self.preformatted, 0
        for line in text[:MAX_NODE].split("\n"):
            self.add(line)
            self.end_block()
        self.preformatted = preformatted
