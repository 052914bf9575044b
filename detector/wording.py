"""Hashed words and character n-grams with learnt weights: what the page's own words and address add.

The vocabulary is a table of hashes, so a model file holds no text. A bag's score is a cosine-normalised dot
product of (1 + log tf) * weight, as in Joachims (1998), with the hashing of Weinberger et al. (2009).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import takewhile
from urllib.parse import unquote
from zlib import crc32

import numpy as np
from numpy.typing import ArrayLike, NDArray

from detector.page import Page

BITS = 18
HEAD, TAIL = 4_000, 1_000
"""Characters of visible text that are read: where pages differ most, and what a truncated crawl keeps."""
OPENING = 200
"""Characters of visible text whose words count by themselves once more: menus and first lines."""

_MASK = (1 << BITS) - 1
_ORDERS = (2, 5)
_DIGIT = re.compile(r"\d")
_MIX = np.uint64(0x9E3779B97F4A7C15)
_PRIME = np.uint64(0x100000001B3)
_FINAL = np.uint64(0xBF58476D1CE4E5B9)

# Scripts that write no spaces (Thai, Lao, Burmese, Khmer, kana, Han), and Hangul, whose words take endings.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
WORD = re.compile(rf"[{_UNSPACED}]{{1,2}}|[^\W{_UNSPACED}]+|[^\w\s]")
"""A word, two letters of a script without spaces, or a sign."""


class Slot(StrEnum):
    """A part of a page that has wording weights of its own."""

    TEXT = "text"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Bag:
    """The distinct terms of a text: bucket numbers below 2**BITS, and how often each occurs."""

    buckets: NDArray[np.int64]
    counts: NDArray[np.int64]

    def weights(self) -> NDArray[np.float64]:
        """Return 1 + log(count) for each bucket."""
        return np.asarray(1.0 + np.log(self.counts.astype(np.float64)))


NO_TERMS = Bag(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))


@dataclass(frozen=True, slots=True)
class Wording:
    """Learnt weights of one slot: ``idf`` scales a bucket, ``weight`` is its log-odds."""

    idf: NDArray[np.float32]
    weight: NDArray[np.float32]
    intercept: float

    def log_odds(self, bag: Bag) -> float:
        """Return the slot's log-odds, NaN for a bag without terms."""
        if not len(bag.buckets):
            return math.nan
        scaled = bag.weights() * self.idf[bag.buckets]
        norm = math.sqrt(float(scaled @ scaled)) or 1.0
        return float(scaled @ self.weight[bag.buckets]) / norm + self.intercept


def bags(page: Page) -> dict[Slot, Bag]:
    """Return the terms that each slot reads of a page; none where the page has nothing of the kind."""
    address = unquote(page.url, errors="replace")[:500].removeprefix("http://").removeprefix("https://")
    return {
        Slot.TEXT: text_bag(page.metadata.title, page.text),
        Slot.ADDRESS: gram_bag(address.removeprefix("www.")),
    }


def text_bag(title: str, text: str) -> Bag:
    """Count the words of a title and of the parts of a text that are read, and where they stand.

    A word counts once more where it begins or ends a line (menus, lists and cut sentences differ in that), in
    the title and in the opening.
    """
    folded_title, *parts = (fold(title), *(fold(text[start:end]) for start, end in spans_read(text)))
    terms = [_titled(word) for word in WORD.findall(folded_title)]
    for part in (folded_title, *parts):
        terms += _line_terms(part)
    opening = takewhile(lambda word: word.start() < OPENING, WORD.finditer(parts[0]))
    terms += [_opening(word.group()) for word in opening]
    counts = Counter(terms)
    return _bag([bucket_of(term) for term in counts], list(counts.values()))


def spans_read(text: str) -> list[tuple[int, int]]:
    """Return the parts of a text that are read: all of it, or its head and its tail."""
    if len(text) <= HEAD + TAIL:
        return [(0, len(text))]
    return [(0, HEAD), (len(text) - TAIL, len(text))]


def located_terms(text: str, start: int, end: int) -> Iterator[tuple[int, int, list[str]]]:
    """Yield the span of each word in a part of a text, and the terms that it counts as in ``text_bag``."""
    line = start
    for content in fold(text[start:end]).split("\n"):
        words = list(WORD.finditer(content))
        for word in words:
            terms = [word.group()]
            if word is words[0]:
                terms.append(_first(word.group()))
            if word is words[-1]:
                terms.append(_last(word.group()))
            if line + word.start() < OPENING:
                terms.append(_opening(word.group()))
            yield line + word.start(), line + word.end(), terms
        line += len(content) + 1


def gram_bag(text: str) -> Bag:
    """Count a text's character 2- and 5-grams, a space around it."""
    codes = np.frombuffer(f" {fold(text)} ".encode("utf-32-le", "surrogatepass"), dtype="<u4")
    buckets = np.concatenate([_hash_grams(codes.astype(np.uint64), order) for order in _ORDERS])
    return _bag(buckets, np.ones_like(buckets)) if text else NO_TERMS


def fold(text: str) -> str:
    """Return a text in lower case, digits as one sign; each character stays in its place."""
    return _DIGIT.sub("0", text.replace("\u0130", "i").lower())  # the one letter that grows when lowered


def bucket_of(term: str) -> int:
    """Return the bucket that a term is counted in."""
    return crc32(term.encode("utf-8", "surrogatepass")) & _MASK


def _line_terms(folded: str) -> list[str]:
    terms: list[str] = []
    for line in folded.split("\n"):
        if words := WORD.findall(line):
            terms += words
            terms += (_first(words[0]), _last(words[-1]))
    return terms


def _first(word: str) -> str:
    return f"^ {word}"  # no word holds a space


def _last(word: str) -> str:
    return f"$ {word}"


def _titled(word: str) -> str:
    return f"= {word}"


def _opening(word: str) -> str:
    return f"> {word}"


def _bag(buckets: ArrayLike, counts: ArrayLike) -> Bag:
    """Return buckets with their counts, which add up where terms share a bucket."""
    distinct, places = np.unique(np.asarray(buckets, dtype=np.int64), return_inverse=True)
    return Bag(distinct, np.bincount(places, counts, len(distinct)).astype(np.int64))


def _hash_grams(codes: NDArray[np.uint64], order: int) -> NDArray[np.int64]:
    count = max(len(codes) - order + 1, 0)
    hashes = np.full(count, order, dtype=np.uint64) * _MIX
    for i in range(order):
        hashes ^= codes[i : i + count]
        hashes *= _PRIME
        hashes ^= hashes >> np.uint64(29)
    hashes *= _FINAL
    return (hashes >> np.uint64(64 - BITS)).view(np.int64)
