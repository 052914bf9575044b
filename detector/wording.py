"""Hashed words and character n-grams with learnt weights: what the page's own words and address add.

The vocabulary is a table of hashes, so a model file holds no text. A bag's score is a cosine-normalised dot
product of (1 + log tf) * idf * weight, as in Joachims (1998), with the hashing of Weinberger et al. (2009).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import takewhile
from unicodedata import category
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
_SEAM = 30
"""Characters within which white space is looked for, so that no part begins or ends inside a word."""
_DIGIT = re.compile(r"\d")
_MIX = np.uint64(0x9E3779B97F4A7C15)
_PRIME = np.uint64(0x100000001B3)
_FINAL = np.uint64(0xBF58476D1CE4E5B9)

_MARKS = "".join(chr(code) for code in range(0x10000) if category(chr(code)) in ("Mn", "Mc", "Me", "Cf"))
_MARK = re.compile(f"[{re.escape(_MARKS)}\U000e0000-\U000e01ef]+")
"""Accents that follow their letter, and characters that nobody sees: they would split a word."""

# Scripts that write no spaces (Thai, Lao, Burmese, Khmer, kana, Han), and Hangul, whose words take endings.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\uff66-\uff9f\U00020000-\U0003ffff"
)
_RUN = re.compile(f"[{_UNSPACED}]+")
_WORD = re.compile(rf"{_RUN.pattern}|[^\W{_UNSPACED}]+|[^\w\s]")


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


@dataclass(frozen=True, slots=True)
class Wording:
    """Learnt weights of one slot: farms against legitimate pages, and each kind of page against all others.

    Kinds of farm have little in common (a hacked page, a doorway, a scraped blog), nor have kinds of
    legitimate page: one that is close to a single kind shows it only where that has weights of its own.
    """

    idf: NDArray[np.float32]  # (buckets,): scales a bucket
    weights: NDArray[np.float16]  # (buckets, 1 + kinds): log-odds; first of a farm, then of each kind
    intercepts: NDArray[np.float64]  # (1 + kinds,)
    farm: NDArray[np.bool_]  # (kinds,): which of the kinds are farms; there are some on both sides

    def log_odds(self, bag: Bag) -> float:
        """Return the slot's log-odds, NaN for a bag without terms."""
        return float(self.joined(self.log_odds_by_model(bag))) if len(bag.buckets) else math.nan

    def log_odds_by_model(self, bag: Bag) -> NDArray[np.float64]:
        """Return the log-odds of a farm and of each kind, shape (1 + kinds,), for a bag with terms."""
        scaled = bag.weights() * self.idf[bag.buckets]
        norm = math.sqrt(float(scaled @ scaled)) or 1.0
        return np.asarray(scaled @ self.weights[bag.buckets].astype(np.float64)) / norm + self.intercepts

    def joined(self, log_odds: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return one figure for log-odds of shape (..., 1 + kinds).

        It is the log-odds of a farm, plus the log of how the odds of all kinds of farm stand to those of all
        kinds of legitimate page.
        """
        farms, others = self._sides(log_odds[..., 1:])
        return np.asarray(log_odds[..., 0] + farms - others)

    def pull(self, log_odds: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how much ``joined`` moves with each of the log-odds of one bag, shape (1 + kinds,)."""
        kinds = log_odds[1:]
        farms, others = self._sides(kinds)
        shares = np.exp(kinds - np.where(self.farm, farms, others)) * np.where(self.farm, 1.0, -1.0)
        return np.concatenate([[1.0], shares])

    def _sides(self, kinds: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the logs of the summed odds of farms, and of the others."""
        farms, others = kinds[..., self.farm], kinds[..., ~self.farm]
        return np.logaddexp.reduce(farms, axis=-1), np.logaddexp.reduce(others, axis=-1)


def bags(page: Page) -> dict[Slot, Bag]:
    """Return the terms that each slot reads of a page; none where the page has nothing of the kind."""
    address = unquote(page.url, errors="replace")[:500].removeprefix("http://").removeprefix("https://")
    return {
        Slot.TEXT: text_bag(page.metadata.title, page.text),
        Slot.ADDRESS: gram_bag(address.removeprefix("www.")),
    }


def text_bag(title: str, text: str) -> Bag:
    """Count the words of a title and of the parts of a text that are read, and where they stand.

    Words are runs of letters and digits, single signs, and each pair of letters of scripts without spaces.
    One counts once more where it begins or ends a line (menus, lists and cut sentences differ in that), in
    the title and in the opening.
    """
    folded_title, *parts = (fold(title), *(fold(text[start:end]) for start, end in spans_read(text)))
    terms = [_titled(word) for word, _ in _words(folded_title)]
    for part in (folded_title, *parts):
        terms += _line_terms(part)
    terms += [_opening(word) for word, _ in takewhile(lambda word: word[1] < OPENING, _words(parts[0]))]
    counts = Counter(terms)
    return count_buckets([bucket_of(term) for term in counts], list(counts.values()))


def spans_read(text: str) -> list[tuple[int, int]]:
    """Return the parts of a text that are read: all of it, or its head and its tail."""
    if len(text) <= HEAD + TAIL:
        return [(0, len(text))]
    return [(0, _seam(text, HEAD)), (_seam(text, len(text) - TAIL), len(text))]


def located_terms(text: str, start: int, end: int) -> Iterator[tuple[int, int, list[str]]]:
    """Yield the span of each word in a part of a text, and the terms that it counts as in ``text_bag``."""
    hidden = {place for mark in _MARK.finditer(text, start, end) for place in range(*mark.span())}
    places = [place for place in range(start, end) if place not in hidden]  # of the folded characters
    line = 0
    for content in fold(text[start:end]).split("\n"):
        words = list(_words(content))
        for number, (word, offset) in enumerate(words):
            first = line + offset
            terms = [word]
            if number == 0:
                terms.append(_first(word))
            if number == len(words) - 1:
                terms.append(_last(word))
            if start == 0 and first < OPENING:
                terms.append(_opening(word))
            yield places[first], places[first + len(word) - 1] + 1, terms
        line += len(content) + 1


def gram_bag(text: str) -> Bag:
    """Count a text's character 2- and 5-grams, a space around it."""
    if not text:
        return count_buckets([], [])
    codes = np.frombuffer(f" {fold(text)} ".encode("utf-32-le", "surrogatepass"), dtype="<u4")
    buckets = np.concatenate([_hash_grams(codes.astype(np.uint64), order) for order in _ORDERS])
    return count_buckets(buckets, np.ones_like(buckets))


def fold(text: str) -> str:
    """Return a text in lower case, digits as one sign, without marks; one character for each that is left.

    U+0130 would become two characters, and what a capital sigma becomes depends on those around it.
    """
    seen = text if text.isascii() else _MARK.sub("", text)
    lower = seen.replace("\u0130", "i").lower().replace("\u03c2", "\u03c3")
    return _DIGIT.sub("0", lower)


def bucket_of(term: str) -> int:
    """Return the bucket that a term is counted in."""
    return crc32(term.encode("utf-8", "surrogatepass")) & _MASK


def _line_terms(folded: str) -> list[str]:
    terms: list[str] = []
    paired = _RUN.search(folded)
    for line in folded.split("\n"):
        words = [word for word, _ in _words(line)] if paired else _WORD.findall(line)
        if words:
            terms += words
            terms += (_first(words[0]), _last(words[-1]))
    return terms


def _words(folded: str) -> Iterator[tuple[str, int]]:
    """Yield the words of a folded text, and where each starts."""
    for found in _WORD.finditer(folded):
        word, start = found.group(), found.start()
        if len(word) > 2 and _RUN.match(word):
            for i in range(len(word) - 1):
                yield word[i : i + 2], start + i
        else:
            yield word, start


def _seam(text: str, place: int) -> int:
    """Return where the word ends that stands before a place; the place itself where that is far."""
    return next((i for i in range(place, place - _SEAM, -1) if text[i - 1].isspace()), place)


def _first(word: str) -> str:
    return f"^ {word}"  # no word holds a space


def _last(word: str) -> str:
    return f"$ {word}"


def _titled(word: str) -> str:
    return f"= {word}"


def _opening(word: str) -> str:
    return f"> {word}"


def count_buckets(buckets: ArrayLike, counts: ArrayLike) -> Bag:
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
