"""From a page's contributions to a verdict that a moderator can check."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from functools import cache
from itertools import accumulate, islice
from operator import sub

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from detector.model import Model, Thresholds, families_of, wording_column
from detector.page import CutReason, Page
from detector.passage import heaviest_passage
from detector.signals.base import Evidence
from detector.verdict import Contribution, Label, Verdict
from detector.wording import Slot

MIN_WORDING = 0.25
"""Log-odds of the wording from which its heaviest passage is shown."""
MIN_LETTERS = 100
"""Letters of visible text below which nobody could judge a page by its content."""


def insufficient_reason(page: Page) -> str:
    """Return why a page cannot be judged, or an empty string where it can."""
    if CutReason.NOT_TEXT in page.cuts:
        return "not_text"
    letters = len(list(islice(filter(str.isalpha, page.text), MIN_LETTERS)))
    if letters == MIN_LETTERS:
        return ""
    if not letters:
        return "empty"
    return "parser_limit" if page.cuts else "too_short"


def insufficient_verdict(page: Page, reason: str, model_id: str) -> Verdict:
    """Return the verdict of a page that cannot be judged."""
    return Verdict(page.url, Label.INSUFFICIENT, None, reason, 0.0, {}, (), (), (), page.cuts, model_id)


def explain(
    page: Page,
    row: NDArray[np.float64],
    parts: NDArray[np.float64],
    evidence: tuple[Evidence, ...],
    model: Model,
    model_id: str,
) -> Verdict:
    """Return the verdict for a row of values and its calibrated contributions, both of shape (columns,)."""
    log_odds = float(model.base + parts.sum())
    label = label_of(log_odds, model.thresholds)
    by_column = dict(zip(model.columns, parts.tolist(), strict=True))
    contributions = _contributions(row, parts, model.columns)
    return Verdict(
        url=page.url,
        label=label,
        score=float(expit(log_odds)),
        reason="",
        base=model.base,
        families=_family_totals(parts, model.columns),
        contributions=contributions,
        evidence=_weighed((*evidence, *_wording(page, by_column, model)), by_column),
        flip=_flip(log_odds, label, contributions, model.thresholds),
        cuts=page.cuts,
        model=model_id,
    )


def label_of(log_odds: float, thresholds: Thresholds) -> Label:
    """Return the label of a page with these log-odds of being a farm."""
    score = expit(log_odds)
    if score >= thresholds.farm:
        return Label.FARM
    return Label.REVIEW if score >= thresholds.review else Label.OK


def _family_totals(parts: NDArray[np.float64], columns: tuple[str, ...]) -> dict[str, float]:
    names, places = _families(columns)
    totals = dict(zip(names, np.bincount(places, parts).tolist(), strict=True))
    return dict(sorted(totals.items(), key=lambda item: (-item[1], item[0])))


def _contributions(
    row: NDArray[np.float64], parts: NDArray[np.float64], columns: tuple[str, ...]
) -> tuple[Contribution, ...]:
    """Return what each feature adds, largest magnitude first, those that add nothing left out."""
    order = np.lexsort((_ranks(columns), -np.abs(parts)))[: np.count_nonzero(parts)].tolist()
    families = families_of(columns)
    values = [None if value != value else value for value in row.tolist()]
    weights = parts.tolist()
    new = tuple.__new__  # a named tuple's own call takes twice the time
    return tuple([new(Contribution, (columns[i], families[i], values[i], weights[i])) for i in order])


@cache
def _families(columns: tuple[str, ...]) -> tuple[list[str], NDArray[np.int64]]:
    """Return the families, and the place among them of each column's."""
    names, places = np.unique(families_of(columns), return_inverse=True)
    return names.tolist(), places


@cache
def _ranks(columns: tuple[str, ...]) -> NDArray[np.int64]:
    """Return each column's place in the order of names."""
    return np.argsort(np.argsort(columns))


def _wording(page: Page, by_column: dict[str, float], model: Model) -> tuple[Evidence, ...]:
    """Show what the page's wording is held against it for; words are hashed, so they can't be named."""
    column = wording_column(Slot.TEXT)
    if by_column.get(column, 0.0) < MIN_WORDING:
        return ()
    passage = heaviest_passage(page.text, model.wordings[Slot.TEXT])
    if passage is None:
        return ()
    message = "of the page's text, this passage is worded most like pages of farms"
    excerpt = page.excerpt(passage.start, passage.end)
    return (Evidence("wording.passage", message, passage.start, passage.end, excerpt, (column,)),)


def _weighed(evidence: tuple[Evidence, ...], by_column: dict[str, float]) -> tuple[Evidence, ...]:
    weighed = [
        replace(item, weight=sum(by_column.get(feature, 0.0) for feature in item.features))
        for item in evidence
    ]
    return tuple(sorted(weighed, key=lambda item: (-item.weight, item.start or 0, item.code)))


def _flip(
    log_odds: float, label: Label, contributions: tuple[Contribution, ...], thresholds: Thresholds
) -> tuple[str, ...]:
    """Return the fewest features without which the label would differ; empty where none suffice.

    Without what speaks for a farm the label may sink, without what speaks against one it may rise.
    """
    in_favour = [item for item in contributions if item.log_odds > 0]
    against = [item for item in contributions if item.log_odds < 0]
    found = [_fewest(log_odds, label, items, thresholds) for items in (in_favour, against)]
    return min(filter(None, found), key=len, default=())


def _fewest(
    log_odds: float, label: Label, contributions: list[Contribution], thresholds: Thresholds
) -> tuple[str, ...]:
    """Return the fewest of these features, all of one sign and the largest first, without which it differs.

    Contributions add up, so taking the largest first gives a smallest set; a label once left stays left.
    """
    remaining = list(accumulate([item.log_odds for item in contributions], sub, initial=log_odds))
    taken = bisect_right(remaining, False, key=lambda odds: label_of(odds, thresholds) is not label)
    return tuple([item.feature for item in contributions[:taken]]) if taken < len(remaining) else ()
