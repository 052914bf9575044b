"""Grammatical words of many languages: what running text has, and lists of key phrases lack.

They stand here and not among the lexicons, since half of all words would match: signals look a word up
in a set instead of searching the text.
"""

from __future__ import annotations

from importlib.resources import files

_ROWS = {
    name: frozenset(words.split())
    for name, _, words in (
        line.partition("\t")
        for line in (files(__package__) / "function_words.txt").read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    )
}
FIRST_PERSON = _ROWS.pop("first_person")
SECOND_PERSON = _ROWS.pop("second_person")
BY_LANGUAGE = _ROWS
"""Grammatical words by ISO 639-1 code."""
EVERY = frozenset().union(*BY_LANGUAGE.values())

UNSPACED_MARKS = frozenset("的了是在和有這这為为不也就都而及與与はがをにでのともへや")
"""Chinese and Japanese grammatical characters."""
