"""The page's title as its maker wrote it: a headline, a raw search query, or a list of key phrases."""

from __future__ import annotations

from collections import Counter

from detector.signals.base import MISSING, Evidence, Family, Feature, Measurement, signal
from detector.signals.quality.function_words import EVERY
from detector.signals.quality.prose import split_words
from detector.view import View

MIN_WORDS = 3
MIN_PIECES = 4
MAX_GRAMMAR = 0.1
"""A title of so many pieces, with no more grammar than this, is a list of key phrases."""


@signal(
    Family.QUALITY,
    Feature(
        "raw_title", "0/1", 0, 1, "the title, or the first line, is typed like a search query: no capital"
    ),
    Feature("title_pieces", "count", 0, 40, "pieces of the title between commas, bars and underscores"),
    Feature("title_repeats", "share", 0, 1, "share of the title's words that it says twice, grammar apart"),
    Feature("title_grammar", "share", 0, 1, "share of grammatical words in the title"),
)
def title(view: View) -> Measurement:
    """Tell a headline from a search query and from a list of key phrases."""
    page = view.page
    first = page.blocks[0] if page.blocks else None
    given = page.metadata.title or (page.text[first.start : first.end][:300] if first else "")
    words = split_words(given.lower())
    if len(words) < MIN_WORDS:
        return Measurement({})
    content = Counter(word for word in words if word not in EVERY)
    pieces = 1 + sum(map(given.count, ",，、_|｜"))
    values = {
        "raw_title": MISSING if given.lower() == given.upper() else float(given == given.lower()),
        "title_pieces": float(pieces),
        "title_repeats": 1 - len(content) / content.total() if content else 0.0,
        "title_grammar": 1 - content.total() / len(words),
    }
    if pieces < MIN_PIECES or values["title_grammar"] > MAX_GRAMMAR:
        return Measurement(values)
    message = f"the title is a list of {pieces} phrases: {given[:160]}"
    return Measurement(values, (Evidence("quality.title_list", message, features=("title_pieces",)),))
