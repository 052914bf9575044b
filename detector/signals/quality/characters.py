"""Characters that don't belong: mixed scripts, mis-decoded text, look-alike letters and invisible ones.

Look-alike letters follow Unicode Technical Standard 39 (mixed-script confusables).
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from detector.signals.base import Evidence, Family, Feature, Measurement, signal
from detector.view import MAX_ANALYSED, View

MIN_CHARACTERS = 100
TRACES = {
    "mojibake": "traces of a wrong charset",
    "mixed_words": "places where two scripts meet in a word",
    "annotated_han": "Chinese characters with a reading in brackets",
    "tag_text": "tags that show as text",
}
MIN_TRACES = 3
"""Fewer traces than these are no evidence."""

# Scripts by the ranges of their letters: (first, last, script); Japanese kana and Han are joined below.
RANGES = (
    (0x41, 0x5A, "latin"),
    (0x61, 0x7A, "latin"),
    (0xC0, 0x24F, "latin"),
    (0x370, 0x3FF, "greek"),
    (0x400, 0x52F, "cyrillic"),
    (0x590, 0x5FF, "hebrew"),
    (0x600, 0x6FF, "arabic"),
    (0x900, 0xDFF, "indic"),
    (0xE00, 0xE7F, "thai"),
    (0x1E00, 0x1EFF, "latin"),
    (0x3040, 0x30FF, "kana"),
    (0x3400, 0x9FFF, "han"),
    (0xAC00, 0xD7AF, "hangul"),
)
INVISIBLE = (0xAD, 0x180E, 0x200B, 0x2060, 0x2061, 0x2062, 0x2063, 0x2064, 0xFEFF)
KINDS = np.full(0x110000, len(RANGES) + 1, dtype=np.uint8)
"""The kind of each character: the place of its script in RANGES, then INVISIBLE, then all others."""
for place, (first, last, _) in enumerate(RANGES):
    KINDS[first : last + 1] = place
KINDS[list(INVISIBLE)] = len(RANGES)

MOJIBAKE_MARKS = ("Ã", "Â", "â€", "Ð", "\ufffd")
MOJIBAKE = re.compile(
    r"Ã[\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|Â[\u00a0-\u00bf]|â€[™œ\u009d“”¦]|Ð[\u0080-\u00bf]|\ufffd"
)
ANNOTATED = re.compile(r"(?<=[\u3400-\u9fff])\([a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü]{1,6}\)")
MIXED_WORD = re.compile(r"[a-zA-Z][а-яА-Яα-ω]|[а-яА-Яα-ω][a-zA-Z]")
TAG_TEXT = re.compile(r"</?[a-z]{1,10}(?: [a-z]+=\"[^\"<>]{0,40}\")?>")


@signal(
    Family.QUALITY,
    Feature(
        "second_script",
        "share",
        0,
        1,
        "share of letters in the page's second script (Japanese counts as one)",
    ),
    Feature("scripts", "count", 0, 10, "scripts that carry 2 % of the letters or more"),
    Feature("mojibake", "per 1,000 characters", 0, 200, "traces of text decoded with the wrong charset"),
    Feature("annotated_han", "per 1,000 characters", 0, 200, "Chinese characters with a reading in brackets"),
    Feature("mixed_words", "per 1,000 characters", 0, 100, "places where look-alike scripts meet in a word"),
    Feature("invisible", "per 1,000 characters", 0, 200, "zero-width and other invisible characters"),
    Feature("tag_text", "per 1,000 characters", 0, 100, "markup that shows as text"),
)
def oddities(view: View) -> Measurement:
    """Count characters that no careful publisher leaves in a page."""
    text = view.page.text[:MAX_ANALYSED]
    if len(text) < MIN_CHARACTERS:
        return Measurement({})
    codes = view.codes[:MAX_ANALYSED]
    kinds = np.bincount(KINDS.take(codes, mode="clip"), minlength=len(RANGES) + 2)
    letters = _letters(kinds)
    found = {
        "mojibake": _spans(MOJIBAKE, text) if any(mark in text for mark in MOJIBAKE_MARKS) else [],
        "annotated_han": _spans(ANNOTATED, text) if letters.get("han") and "(" in text else [],
        "mixed_words": _spans(MIXED_WORD, text) if "cyrillic" in letters or "greek" in letters else [],
        "tag_text": _spans(TAG_TEXT, text) if "</" in text and not view.markdown else [],
    }
    values = {name: 1000 * len(spans) / len(text) for name, spans in found.items()}
    values["invisible"] = 1000 * int(kinds[len(RANGES)]) / len(text)
    ranked = sorted(letters.values(), reverse=True)
    values["second_script"] = ranked[1] / sum(ranked) if len(ranked) > 1 else 0.0
    values["scripts"] = sum(count >= 0.02 * sum(ranked) for count in ranked)
    return Measurement(values, _evidence(view, found))


def _letters(kinds: NDArray[np.int64]) -> dict[str, int]:
    """Return the number of letters of each script that occurs; kana and Han count as one where both do."""
    letters: dict[str, int] = {}
    for (_, _, script), count in zip(RANGES, kinds.tolist(), strict=False):
        if count:
            letters[script] = letters.get(script, 0) + count
    if "kana" in letters:
        letters["kana"] += letters.pop("han", 0)
    return letters


def _spans(pattern: re.Pattern[str], text: str) -> list[tuple[int, int]]:
    return [match.span() for match in pattern.finditer(text)]


def _evidence(view: View, found: dict[str, list[tuple[int, int]]]) -> tuple[Evidence, ...]:
    items = []
    for name, words in TRACES.items():
        if len(found[name]) >= MIN_TRACES:
            start, end = found[name][0]
            excerpt = view.page.excerpt(max(0, start - 20), end + 20)
            items.append(
                Evidence(f"quality.{name}", f"{len(found[name])} {words}", start, end, excerpt, (name,))
            )
    return tuple(items)
