"""A small model and an invented crawl, for the tests of bulk scoring."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from detector.forest import LEAF, Forest
from detector.model import Calibration, Model, Thresholds, save_model, wording_column
from detector.signals.registry import all_features
from detector.wording import BITS, Slot, Wording
from tests.readers.archives import gz, response

WORDS = """
    harbour market river council bakery garden winter bridge teacher ferry museum cheese valley orchard
    station village concert library weather harvest painter sailor meadow kettle lantern copper velvet
"""


def wording_of(weights: NDArray[np.float64], intercept: float = 0.0) -> Wording:
    """Return wording with these log-odds of buckets, of shape (2**BITS,), and kinds that say nothing."""
    silent = np.zeros_like(weights)
    return Wording(
        idf=np.ones(len(weights), dtype=np.float32),
        weights=np.stack([weights, silent, silent], axis=1).astype(np.float16),
        intercepts=np.array([intercept, 0.0, 0.0]),
        farm=np.array([True, False]),
    )


def save_small_model(folder: Path) -> str:
    """Save a model that scores by wording alone, with arbitrary weights: pages differ, nothing is learnt."""
    generator = np.random.default_rng(7)
    size = 2**BITS
    wordings = {slot: wording_of(generator.choice([-1.0, 0.0, 1.0], size)) for slot in Slot}
    columns = (*(feature.name for feature in all_features()), *(wording_column(slot) for slot in Slot))
    text, address = len(columns) - 2, len(columns) - 1
    forest = Forest(
        feature=np.array([address, text, text, LEAF, LEAF, LEAF, LEAF], dtype=np.int32),
        threshold=np.array([0.0, 0.0, 0.0, 0, 0, 0, 0]),
        left=np.array([1, 3, 5, 3, 4, 5, 6], dtype=np.int32),
        right=np.array([2, 4, 6, 3, 4, 5, 6], dtype=np.int32),
        missing_left=np.ones(7, dtype=bool),
        value=np.array([0.0, -1.5, 1.5, -2.5, -0.5, 0.5, 3.0]),
        roots=np.zeros(1, dtype=np.int32),
        depth=2,
        base=-0.25,
    )
    model = Model(columns, forest, wordings, {}, Calibration(1.0, 0.0), Thresholds(0.9, 0.5))
    return save_model(model, folder, {})


def page_html(number: int) -> bytes:
    """A page of a few invented paragraphs, with a footer common to its site."""
    chance = random.Random(number)
    paragraphs = "".join(
        f"<p>{' '.join(chance.choices(WORDS.split(), k=40)).capitalize()}.</p>" for _ in range(3)
    )
    host = host_of(number)
    return (
        f"<html lang=en><head><title>Page {number}</title></head><body><h1>Page number {number}</h1>"
        f"{paragraphs}"
        f"<footer>All rights reserved by the people of {host}</footer></body></html>"
    ).encode()


def host_of(number: int) -> str:
    """The host of a numbered page: five pages a host."""
    return f"site{number // 5}.example.com" if number % 10 < 5 else f"www.place{number // 5}.example.org"


def page_url(number: int) -> str:
    """The address of a numbered page."""
    return f"https://{host_of(number)}/{number}.html"


def warc(numbers: range) -> bytes:
    """A .warc.gz of numbered pages."""
    return b"".join(gz(response(page_url(n), page_html(n))) for n in numbers)
