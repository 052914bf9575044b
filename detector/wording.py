"""Hashed character n-grams with learnt weights: what the page's own words, title and address add.

The vocabulary is a table of hashes, so a model file holds no text. A text's score is a cosine-normalised
dot product of (1 + log tf) * weight, as in Joachims (1998), with Weinberger et al.'s hashing (2009).
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote

import numpy as np
from numpy.typing import NDArray

from detector.page import Page

BITS = 18
HEAD, TAIL = 2_000, 500
"""Characters of visible text that are read: where pages differ most, and what a truncated crawl keeps."""

_ORDERS = (3, 5)
_DIGIT = re.compile(r"\d")
_MIX = np.uint64(0x9E3779B97F4A7C15)
_PRIME = np.uint64(0x100000001B3)
_FINAL = np.uint64(0xBF58476D1CE4E5B9)


class Slot(StrEnum):
    """A part of a page that has wording weights of its own."""

    TEXT = "text"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Grams:
    """The distinct n-grams of a text: bucket numbers below 2**BITS, and how often each occurs."""

    buckets: NDArray[np.int64]
    counts: NDArray[np.int64]

    def weights(self) -> NDArray[np.float64]:
        """Return 1 + log(count) for each bucket."""
        return np.asarray(1.0 + np.log(self.counts.astype(np.float64)))


@dataclass(frozen=True, slots=True)
class Wording:
    """Learnt weights of one slot: ``idf`` scales a bucket, ``weight`` is its log-odds."""

    idf: NDArray[np.float32]
    weight: NDArray[np.float32]
    intercept: float

    def log_odds(self, grams: Grams) -> float:
        """Return the slot's log-odds; 0 for a text without n-grams."""
        if not len(grams.buckets):
            return 0.0
        scaled = grams.weights() * self.idf[grams.buckets]
        norm = math.sqrt(float(scaled @ scaled)) or 1.0
        return float(scaled @ self.weight[grams.buckets]) / norm + self.intercept


def slot_texts(page: Page) -> dict[Slot, str]:
    """Return what each slot reads of a page; an empty text where the page has none."""
    text = page.text
    if len(text) > HEAD + TAIL:
        text = f"{text[:HEAD]} {text[-TAIL:]}"
    address = unquote(page.url, errors="replace")[:500].removeprefix("http://").removeprefix("https://")
    return {Slot.TEXT: text, Slot.ADDRESS: address.removeprefix("www.")}


def grams(text: str) -> Grams:
    """Hash a text's character 3- and 5-grams, lower case, digits as one sign, white space folded."""
    buckets = np.concatenate([order_buckets for _, order_buckets in positions(fold(text))])
    buckets.sort()
    borders = np.ones(len(buckets) + 1, dtype=np.bool_)  # before each different bucket, and behind the last
    np.not_equal(buckets[1:], buckets[:-1], out=borders[1:-1])
    starts = np.flatnonzero(borders)
    return Grams(buckets[starts[:-1]], np.diff(starts))


def fold(text: str) -> str:
    """Return a text in lower case, digits as one sign, a space around every word."""
    return f" {' '.join(_DIGIT.sub('0', text.lower()).split())} "


def positions(folded: str) -> Sequence[tuple[int, NDArray[np.int64]]]:
    """Return for each n-gram order the bucket of the n-gram that starts at each character."""
    codes = np.frombuffer(folded.encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.uint64)
    return [(order, _hash(codes, order)) for order in _ORDERS]


def _hash(codes: NDArray[np.uint64], order: int) -> NDArray[np.int64]:
    count = max(len(codes) - order + 1, 0)
    hashes = np.full(count, order, dtype=np.uint64) * _MIX
    for i in range(order):
        hashes ^= codes[i : i + count]
        hashes *= _PRIME
        hashes ^= hashes >> np.uint64(29)
    hashes *= _FINAL
    return (hashes >> np.uint64(64 - BITS)).view(np.int64)
