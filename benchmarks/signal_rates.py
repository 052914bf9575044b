"""How often each feature and each code of evidence hits on labelled farms and on legitimate pages.

After the hit-frequencies of SpamAssassin's mass checks. A feature hits a page by one rule for all:

- of the form 0/1, or zero on at least 90 % of the legitimate pages: where it is above zero;
- else graded: beyond the legitimate pages' 90th percentile or below their 10th, whichever end more farms
  reach than legitimate pages. Where that end is the limit of the feature's range, reaching it is a hit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.evidence_codes import CODES
from benchmarks.shared import Corpus
from detector.page import Source
from detector.signals.base import Feature
from detector.signals.registry import all_features, measure
from training.effects import Hits, hit_rates

TAIL = 0.1
"""The share of legitimate pages that lies in each end of a graded feature."""
FEW = 10
"""With fewer hits than this, precision and lift mean little."""

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Measurements:
    """The labelled pages, measured once. Rows are pages."""

    digest: str  # of the data
    farm: Bools
    kinds: tuple[str, ...]  # sort of farm or legitimate page, as labelled
    sources: tuple[str, ...]  # collection
    markup: Bools  # the page came as HTML
    values: Floats  # (pages, features), NaN where missing
    evidence: Bools  # (pages, CODES): given at least once


@dataclass(frozen=True, slots=True)
class Sign:
    """A feature or a code with its hits."""

    rule: str  # when it hits: "> 0", "< 0.12"; "" for a code
    hit: Bools  # a page each
    known: Bools  # the page allows to measure it
    hits: Hits
    within: float  # lift inside collections (Mantel and Haenszel); NaN where nothing can be said


def measure_pages(data: Path) -> Measurements:
    """Measure the labelled pages below a folder; takes about 10 ms a page.

    Raises DatasetError where they can't be read and KeyError on a code that CODES lacks.
    """
    corpus = Corpus.load(data)
    column = {code: index for index, code in enumerate(CODES)}
    records = corpus.dataset.records
    values = np.empty((len(records), len(all_features())))
    evidence = np.zeros((len(records), len(CODES)), dtype=bool)
    markup = np.zeros(len(records), dtype=bool)
    for row, record in enumerate(records):
        page = record.page()
        found = measure(page)
        values[row] = found.values
        markup[row] = page.source is Source.HTML
        evidence[row, [column[item.code] for item in found.evidence]] = True
    kinds = tuple(record.kind for record in records)
    return Measurements(corpus.digest, corpus.farm, kinds, tuple(corpus.sources), markup, values, evidence)


def feature_signs(measured: Measurements) -> dict[str, Sign]:
    """Return every feature's hits by name, in the order of the schema."""
    signs = {}
    for feature, column in zip(all_features(), measured.values.T, strict=True):
        rule, hits = _rule(feature, column, measured.farm)
        shown = np.where(np.isnan(column), np.nan, hits(column).astype(float))
        signs[feature.name] = _sign(feature.name, rule, shown, measured)
    return signs


def evidence_signs(measured: Measurements) -> dict[str, Sign]:
    """Return the hits of every code in CODES."""
    columns = zip(CODES, measured.evidence.T, strict=True)
    return {code: _sign(code, "", column.astype(float), measured) for code, column in columns}


def union(signs: Sequence[Sign], measured: Measurements) -> Sign:
    """Return the pages that any of the signs hits, as one sign."""
    hit = np.any([sign.hit for sign in signs], axis=0)
    return _sign("any", "", hit.astype(float), measured)


def lift_within(hit: Bools, known: Bools, farm: Bools, sources: Sequence[str]) -> float:
    """Return how much more often farms are hit than legitimate pages of the same collection.

    The risk ratio pooled over collections (Greenland and Robins 1985, after Mantel and Haenszel 1959); inf
    where only farms are hit, NaN where no collection with both sorts of pages has a hit.
    """
    names = np.array(sources)
    above = below = 0.0
    for source in sorted(set(sources)):
        inside = known & (names == source)
        farms, legit = int((inside & farm).sum()), int((inside & ~farm).sum())
        if farms and legit:
            above += (hit & inside & farm).sum() * legit / (farms + legit)
            below += (hit & inside & ~farm).sum() * farms / (farms + legit)
    if below:
        return float(above / below)
    return math.inf if above else math.nan


def _sign(name: str, rule: str, shown: Floats, measured: Measurements) -> Sign:
    """Count hits; ``shown`` is 1 on a hit, 0 where there is none, NaN where it can't be measured."""
    hit, known = shown > 0, ~np.isnan(shown)
    (hits,) = hit_rates(measured.farm, shown[:, None], (name,))
    return Sign(rule, hit, known, hits, lift_within(hit, known, measured.farm, measured.sources))


def _rule(feature: Feature, column: Floats, farm: Bools) -> tuple[str, Callable[[Floats], Bools]]:
    """Return a feature's hit rule in words and as a function."""
    legit = column[~farm & ~np.isnan(column)]
    low, high = np.quantile(legit, [TAIL, 1 - TAIL]) if len(legit) else (0.0, 0.0)
    if feature.unit == "0/1" or high <= 0 <= low:
        return "> 0", lambda values: values > 0
    ends = (_upper_end(feature, high), _lower_end(feature, low))
    return max(ends, key=lambda end: _excess(end[1](column), ~np.isnan(column), farm))


def _upper_end(feature: Feature, bound: float) -> tuple[str, Callable[[Floats], Bools]]:
    if bound >= feature.high:
        return f"= {feature.high:g}", lambda values: values >= feature.high
    return f"> {bound:.3g}", lambda values: values > bound


def _lower_end(feature: Feature, bound: float) -> tuple[str, Callable[[Floats], Bools]]:
    if bound <= feature.low:
        return f"= {feature.low:g}", lambda values: values <= feature.low
    return f"< {bound:.3g}", lambda values: values < bound


def _excess(hit: Bools, known: Bools, farm: Bools) -> float:
    """Return the share of farms hit less the share of legitimate pages hit."""
    shares = [(hit & group).sum() / max(1, int(group.sum())) for group in (known & farm, known & ~farm)]
    return float(shares[0] - shares[1])
