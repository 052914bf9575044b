"""Words again and again: title, address or slot repeated in sentence after sentence, and tag clouds."""

from __future__ import annotations

import math
import re
from collections import Counter
from urllib.parse import unquote, urlsplit

from detector.signals.base import MISSING, Family, Feature, Measurement, signal
from detector.signals.quality.function_words import EVERY, UNSPACED_MARKS
from detector.signals.quality.prose import MAX_PROSE, MIN_TOKENS, Prose, prose_of
from detector.view import View

MIN_SENTENCES = 4
MAX_SENTENCES = 40
MIN_LIST = 80
"""Characters from which a line may be a list of key phrases."""
TITLE_WORD = re.compile(r"[^\W_]+")
SLUG_WORD = re.compile(r"[^\W\d_]{2,}")
# Begins on the space, which is found fast, and looks back from there.
NAME = re.compile(r" (?<=[a-z,] )([A-Z][\w'’&-]+(?:,? [A-Z][\w'’&-]+)*)")
LIST_MARKS = ",，、|;#"


@signal(
    Family.QUALITY,
    Feature(
        "title_in_body", "per 1,000 words", 0, 200, "times that the whole title stands in the running text"
    ),
    Feature("title_sentences", "share", 0, 1, "share of sentences that hold most of the title's words"),
    Feature("slug_words", "share", 0, 1, "share of running words that are words of the address"),
)
def title_density(view: View) -> Measurement:
    """Measure how far the words of title and address fill the text."""
    prose = prose_of(view)
    if len(prose.tokens) < MIN_TOKENS:
        return Measurement({})
    title = [w for w in TITLE_WORD.findall(prose.title) if w not in EVERY and len(w) > 1]
    slug = [w for w in SLUG_WORD.findall(_slug(view.page.url)) if w not in EVERY]
    values: dict[str, float] = {}
    if title and not prose.unspaced:
        values["title_in_body"] = 1000 * prose.lowered.count(prose.title) / len(prose.tokens)
        values["title_sentences"] = _holding(prose, set(title))
    if len(slug) > 1 and not prose.unspaced:
        values["slug_words"] = sum([prose.counts.get(word, 0) for word in set(slug)]) / len(prose.tokens)
    return Measurement(values)


@signal(
    Family.QUALITY,
    Feature("name_sentences", "share", 0, 1, "share of sentences that hold the commonest name"),
    Feature("name_monotony", "share", 0, 1, "share of names in mid-sentence that are the commonest one"),
    Feature("names", "per 1,000 words", 0, 300, "different names in mid-sentence (scripts with capitals)"),
)
def slot_name(view: View) -> Measurement:
    """Tell a text of many names from a template in which one place or brand is filled in again and again."""
    prose = prose_of(view)
    if len(prose.tokens) < MIN_TOKENS or len(prose.sentences) < MIN_SENTENCES:
        return Measurement({})
    names = Counter(NAME.findall(prose.text))
    if not names:
        return Measurement({"names": 0.0})
    name, count = names.most_common(1)[0]
    lowered = name.lower()
    holding = sum([lowered in sentence for sentence in prose.sentence_texts]) / len(prose.sentences)
    return Measurement(
        {
            "name_sentences": holding,
            "name_monotony": count / names.total(),
            "names": 1000 * len(names) / len(prose.tokens),
        }
    )


@signal(
    Family.QUALITY,
    Feature("function_words", "share", 0, 1, "share of grammatical words in the running text"),
    Feature("separators", "per 1,000 characters", 0, 120, "commas, bars and hashes between words"),
    Feature("long_list", "share", 0, 1, "share of text in lines that are lists of phrases between commas"),
)
def stuffing(view: View) -> Measurement:
    """Find lists of key phrases: words without the grammar that joins them."""
    prose = prose_of(view)
    text = view.page.text[:MAX_PROSE]
    if len(text) < 200:
        return Measurement({})
    separators = sum(text.count(mark) for mark in ",，、|#")
    values = {
        "separators": 1000 * separators / len(text),
        "long_list": sum([len(line) for line in text.split("\n") if len(line) >= MIN_LIST and _is_list(line)])
        / len(text),
    }
    if prose.unspaced:
        marks = sum(map(prose.text.count, UNSPACED_MARKS))
        values["function_words"] = marks / max(1, len(prose.text)) * 3
    elif len(prose.tokens) >= MIN_TOKENS:
        grammar = sum(map(prose.counts.__getitem__, EVERY.intersection(prose.counts)))
        values["function_words"] = grammar / len(prose.tokens)
    return Measurement(values)


def _slug(url: str) -> str:
    try:
        path = urlsplit(url).path
    except ValueError:
        return ""
    segments = [segment for segment in unquote(path).lower().split("/") if segment]
    return max(segments, key=len, default="")[:200]


def _holding(prose: Prose, words: set[str]) -> float:
    """Return the share of sentences that hold most of the given words."""
    sentences = prose.sentence_words[:MAX_SENTENCES]
    if len(sentences) < MIN_SENTENCES:
        return MISSING
    need = math.ceil(0.6 * len(words))
    return sum([len(words.intersection(s)) >= need for s in sentences]) / len(sentences)


def _is_list(line: str) -> bool:
    parts = sum(map(line.count, LIST_MARKS)) + 1
    return parts >= 6 and len(line) / parts < 30 and line.count(". ") * 8 < parts
