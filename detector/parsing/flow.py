"""The visible text of a page as it grows, word by word and block by block, with white space collapsed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import itemgetter

from detector.page import CutReason
from detector.parsing.context import ROOT, Context
from detector.parsing.limits import MAX_TEXT
from detector.parsing.regions import ROLES, region_of_names

Attributes = Mapping[str, str | None]

MAX_NODE = 4 * MAX_TEXT
"""Characters read of one run of text: white space may make up most of it."""


Names = tuple[str | None, str | None]
"""An element's class and id."""

MIN_BODY_SHARE = 0.25
"""A page whose body has less than this share of its text has been read wrongly."""
MIN_JUDGED = 500
"""Characters from which a page can be said to have been read wrongly."""


class Flow:
    """Collects text into blocks, one a line. Offsets count characters of :meth:`text`.

    Elements with a name among ``distrusted`` are not taken for the region that their name speaks of.
    """

    def __init__(self, distrusted: frozenset[Names] = frozenset()) -> None:
        self.distrusted = distrusted
        self.guesses: list[tuple[int, Names]] = []  # text in each element whose name told its region
        self.guess: tuple[int, Names] = (0, (None, None))  # the open one's start and names
        self.context = ROOT
        self.outer: list[Context] = []  # contexts of the open elements
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
        line = collapse(text)
        if not line:
            self.space = True
            return
        if self.start < 0:
            if self.position + 1 >= MAX_TEXT:
                self.cuts[CutReason.TEXT] = None
                return
            if self.position:
                self.parts.append("\n")
                self.position += 1
            self.start = self.position
        elif self.space or text[0].isspace():
            self.parts.append(" ")
            self.position += 1
        self.parts.append(line)
        self.position += len(line)
        self.space = text[-1].isspace()
        if self.position > MAX_TEXT:
            self._cut(line)

    def end_block(self) -> None:
        """Close the open block."""
        if self.start >= 0:
            self.blocks.append((self.start, self.position, self.context))
            self.start = -1

    def enter(self, tag: int, attributes: Attributes) -> Callable[[], None]:
        """Begin a block element; returns what ends it."""
        if self.start >= 0:
            self.blocks.append((self.start, self.position, self.context))
            self.start = -1
        context = self.context
        self.outer.append(context)
        if attributes and (context.main or "role" in attributes):
            role = ROLES.get(attributes["role"] or "") if "role" in attributes else None
            if context.main and ("class" in attributes or "id" in attributes):
                names = attributes.get("class"), attributes.get("id")
                named = region_of_names(*names)
                if named and names not in self.distrusted:
                    return self._enter_named(context[tag, role, named], names)
            self.context = context[tag, role, None] if role else context[tag]
        else:
            self.context = context[tag]
        return self.leave

    def _enter_named(self, context: Context, names: Names) -> Callable[[], None]:
        self.context = context
        if not context.guessed:
            return self.leave
        self.guess = self.position, names
        return self._leave_named

    def _leave_named(self) -> None:
        start, names = self.guess
        self.guesses.append((self.position - start, names))
        self.leave()

    def leave(self) -> None:
        """End a block element."""
        if self.start >= 0:
            self.blocks.append((self.start, self.position, self.context))
            self.start = -1
        self.context = self.outer.pop()

    def span_since(self, parts: int, position: int) -> tuple[int, int]:
        """Return the span of what was added since there were so many parts, without leading white space."""
        if parts < len(self.parts) and self.parts[parts] in ("\n", " "):
            position += 1
        return position, self.position

    def wrong_guess(self) -> Names | None:
        """Return the names that took most text away from a body that is too small, if there are any."""
        if not self.guesses or self.position < MIN_JUDGED:
            return None
        body = sum(end - start for start, end, context in self.blocks if context.main)
        length, names = max(self.guesses, key=itemgetter(0))
        return names if body < MIN_BODY_SHARE * self.position < length + body else None

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


def collapse(text: str) -> str:
    """Return text with each run of white space as one space, none at its ends."""
    if text.isprintable() and "  " not in text:  # no other white space than single spaces
        return text.strip(" ")
    return " ".join((text if len(text) < MAX_NODE else text[:MAX_NODE]).split())
