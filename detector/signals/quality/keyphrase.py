"""One phrase again and again: title, address or slot repeated in sentence after sentence, and tag clouds."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from operator import itemgetter
from urllib.parse import unquote, urlsplit

from detector.page import Block
from detector.signals.base import MISSING, Evidence, Family, Feature, Measurement, signal
from detector.signals.quality.function_words import EVERY, UNSPACED_MARKS
from detector.signals.quality.prose import (
    MAX_PROSE,
    MIN_TOKENS,
    TOKEN_BITS,
    Prose,
    prose_of,
    split_words,
)
from detector.view import View

MIN_SENTENCES = 4
MAX_SENTENCES = 60
MAX_LINES = 3_000
MIN_LIST = 80
"""Characters from which a line may be a list of key phrases."""
MAX_TERMS = 150
"""The commonest words of a page among which its first content word is looked for."""
FIRST = itemgetter(0)
TERM_SHARE = 0.15
STUFFED = 0.4
"""Share of sentences from which a repeated phrase is worth a moderator's look."""
SLUG_WORD = re.compile(r"[^\W\d_]{2,}")
# Begins on the space, which is found fast, and looks back from there.
NAME = re.compile(r" (?<=[a-z,] )([A-Z][\w'’&-]+(?:,? [A-Z][\w'’&-]+)*)")
ONLY_LISTS = re.compile(r"[,，、|;#]")


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
    title = [w for w in re.findall(r"[^\W_]+", prose.title) if w not in EVERY and len(w) > 1]
    slug = [w for w in SLUG_WORD.findall(_slug(view.page.url)) if w not in EVERY]
    values: dict[str, float] = {}
    if title and not prose.unspaced:
        values["title_in_body"] = 1000 * prose.lowered.count(prose.title) / len(prose.tokens)
        values["title_sentences"] = _holding(prose, set(title))
    if len(slug) > 1 and not prose.unspaced:
        values["slug_words"] = sum(prose.counts[word] for word in set(slug)) / len(prose.tokens)
    return Measurement(values)


@signal(
    Family.QUALITY,
    Feature(
        "stuffed_phrase",
        "share",
        0,
        1,
        "share of sentences holding the commonest phrase, if four or more do",
    ),
    Feature("stuffed_title", "share", 0, 1, "the same, if the phrase stands in title or address too"),
)
def keyphrase(view: View) -> Measurement:
    """Find the pair of content words that the text repeats most."""
    prose = prose_of(view)
    sentences = prose.sentence_texts
    if len(prose.tokens) < MIN_TOKENS or len(sentences) < MIN_SENTENCES:
        return Measurement({})
    text, count = _commonest(prose)
    if not text:
        return Measurement({"stuffed_phrase": 0.0, "stuffed_title": 0.0})
    holding = sum(text in sentence for sentence in sentences)
    share = holding / len(sentences) if holding >= MIN_SENTENCES else 0.0
    titled = text in prose.title or text.replace(" ", "-") in unquote(view.page.url).lower()
    values = {"stuffed_phrase": share, "stuffed_title": share if titled else 0.0}
    return Measurement(values, _evidence(view, text, count, share, titled))


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
        values["function_words"] = sum(map(EVERY.__contains__, prose.tokens)) / len(prose.tokens)
    return Measurement(values)


@signal(
    Family.QUALITY,
    Feature(
        "term_share",
        "share",
        0,
        1,
        "share of the page's words, menus included, that are its commonest",
    ),
    Feature("term_lines", "share", 0, 1, "share of lines that hold that word"),
)
def page_term(view: View) -> Measurement:
    """Find the word that fills the page: lists of one key phrase in many variants, menus included."""
    blocks = view.page.blocks[:MAX_LINES]
    tokens = _page_tokens(view)
    if len(tokens) < 2 * MIN_TOKENS or len(blocks) < MIN_SENTENCES:
        return Measurement({})
    often = [(n, t) for t, n in Counter(tokens).items() if n >= MIN_SENTENCES]
    often.sort(key=FIRST, reverse=True)
    count, term = next((pair for pair in often[:MAX_TERMS] if _carries(pair[1])), (0, ""))
    if not term:
        return Measurement({"term_share": 0.0, "term_lines": 0.0})
    lowered = view.lowered
    lines = _lines_with(term, lowered, blocks) / len(blocks)
    share = count / len(tokens)
    values = {"term_share": share, "term_lines": lines}
    if share < TERM_SHARE or lines < STUFFED:
        return Measurement(values)
    start = lowered.find(term)
    message = f"'{term}' stands {count} times, in {lines:.0%} of {len(blocks)} lines"
    excerpt = view.page.excerpt(start, start + len(term))
    item = Evidence(
        "quality.term_repeated", message, start, start + len(term), excerpt, ("term_share", "term_lines")
    )
    return Measurement(values, (item,))


def _lines_with(term: str, text: str, blocks: Sequence[Block]) -> int:
    """Count the blocks that hold a term, skipping from each place where it stands to the next."""
    count = 0
    place = text.find(term)
    for block in blocks:
        if place < 0:
            break
        if place < block.start:
            place = text.find(term, block.start)
        if block.start <= place <= block.end - len(term):
            count += 1
    return count


def _page_tokens(view: View) -> list[str]:
    """Return the words of the whole page; pairs of characters for the runs of scripts without spaces."""
    words = split_words(view.lowered[:MAX_PROSE])
    if max(words, default="") < "\u0e00":  # no word begins with a letter of such a script
        return words
    tokens: list[str] = []
    for word in words:
        if word[0] > "\u0e00" and not word.isascii() and len(word) > 2:
            tokens.extend(word[i : i + 2] for i in range(0, len(word) - 1))
        else:
            tokens.append(word)
    return tokens


def _carries(token: str) -> bool:
    """Tell whether a token is a content word (or a pair of Chinese characters, or a Japanese word)."""
    if token in EVERY or not token.isalpha():
        return False
    return len(token) > 3 or (token[0] > "\u3400" and not UNSPACED_MARKS.intersection(token))


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


def _commonest(prose: Prose) -> tuple[str, int]:
    """Return the pair of content words that occurs most, four times or more, and its count."""
    for count, pair in sorted(_repeated_pairs(prose), reverse=True):
        if EVERY.isdisjoint(pair) and any(map(str.isalpha, pair)):
            return ("" if prose.unspaced else " ").join(pair), count
    return "", 0


def _repeated_pairs(prose: Prose) -> list[tuple[int, tuple[str, str]]]:
    numbers, counts = prose.bigrams
    often = counts >= MIN_SENTENCES
    words = list(prose.counts)
    return [
        (count, (words[number >> TOKEN_BITS], words[number & (1 << TOKEN_BITS) - 1]))
        for count, number in zip(counts[often].tolist(), numbers[often].tolist(), strict=True)
    ]


def _evidence(view: View, phrase: str, count: int, holding: float, titled: bool) -> tuple[Evidence, ...]:
    if holding < (STUFFED if titled else 1.5 * STUFFED):
        return ()
    start = view.lowered.find(phrase)
    if start < 0:
        return ()
    end = start + len(phrase)
    message = f"said {count} times, in {holding:.0%} of the sentences"
    excerpt = view.page.excerpt(start, end)
    return (Evidence("quality.keyphrase_repeated", message, start, end, excerpt, ("stuffed_phrase",)),)


def _is_list(line: str) -> bool:
    parts = len(ONLY_LISTS.findall(line)) + 1
    return parts >= 6 and len(line) / parts < 30 and line.count(". ") * 8 < parts
