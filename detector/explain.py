"""From a page's contributions to a verdict that a moderator can check."""

from __future__ import annotations

from dataclasses import replace
from math import isnan

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

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
    letters = sum(map(str.isalpha, page.text[: 20 * MIN_LETTERS]))
    if letters >= MIN_LETTERS:
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
    families = families_of(model.columns)
    by_column = dict(zip(model.columns, parts.tolist(), strict=True))
    return Verdict(
        url=page.url,
        label=label,
        score=float(expit(log_odds)),
        reason="",
        base=model.base,
        families=_family_totals(families, by_column),
        contributions=_contributions(row, families, by_column),
        evidence=_weighed((*evidence, *_wording(page, by_column, model)), by_column),
        flip=_flip(log_odds, label, by_column, model.thresholds),
        cuts=page.cuts,
        model=model_id,
    )


def label_of(log_odds: float, thresholds: Thresholds) -> Label:
    """Return the label of a page with these log-odds of being a farm."""
    score = expit(log_odds)
    if score >= thresholds.farm:
        return Label.FARM
    return Label.REVIEW if score >= thresholds.review else Label.OK


def _family_totals(families: tuple[str, ...], by_column: dict[str, float]) -> dict[str, float]:
    totals = dict.fromkeys(families, 0.0)
    for family, part in zip(families, by_column.values(), strict=True):
        totals[family] += part
    return dict(sorted(totals.items(), key=lambda item: (-item[1], item[0])))


def _contributions(
    row: NDArray[np.float64], families: tuple[str, ...], by_column: dict[str, float]
) -> tuple[Contribution, ...]:
    values = [None if isnan(value) else value for value in row.tolist()]
    cells = zip(by_column.items(), families, values, strict=True)
    ranked = [(-abs(part), column, family, value, part) for (column, part), family, value in cells if part]
    ranked.sort()  # columns differ, so nothing behind them is compared
    return tuple([Contribution(column, family, value, part) for _, column, family, value, part in ranked])


def _wording(page: Page, by_column: dict[str, float], model: Model) -> tuple[Evidence, ...]:
    """Show what the page's wording is held against it for; n-grams are hashed, so they can't be named."""
    column = wording_column(Slot.TEXT)
    if by_column.get(column, 0.0) < MIN_WORDING:
        return ()
    passage = heaviest_passage(page.text, model.wordings[Slot.TEXT])
    if passage is None:
        return ()
    message = "of the whole page, this passage is worded most like pages of farms"
    excerpt = page.excerpt(passage.start, passage.end)
    return (Evidence("wording.passage", message, passage.start, passage.end, excerpt, (column,)),)


def _weighed(evidence: tuple[Evidence, ...], by_column: dict[str, float]) -> tuple[Evidence, ...]:
    weighed = [
        replace(item, weight=sum(by_column.get(feature, 0.0) for feature in item.features))
        for item in evidence
    ]
    return tuple(sorted(weighed, key=lambda item: (-item.weight, item.start or 0, item.code)))


def _flip(
    log_odds: float, label: Label, by_column: dict[str, float], thresholds: Thresholds
) -> tuple[str, ...]:
    """Return the fewest features without which the label would differ; empty where none suffice.

    Contributions add up, so taking the largest first gives a smallest set.
    """
    if label is Label.OK:
        reasons = sorted((part, column) for column, part in by_column.items() if part < 0)
        border = float(logit(thresholds.review))
    else:
        reasons = sorted(((part, column) for column, part in by_column.items() if part > 0), reverse=True)
        border = float(logit(thresholds.farm if label is Label.FARM else thresholds.review))
    taken: list[str] = []
    for part, column in reasons:
        taken.append(column)
        log_odds -= part
        if (log_odds >= border) == (label is Label.OK):
            return tuple(taken)
    return ()
