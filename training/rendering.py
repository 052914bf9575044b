"""Fills the templates of report and card; figures print the same way in both."""

from __future__ import annotations

import math
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from training.metrics import Estimate, Rate

TITLES = {
    "roc_auc": "ROC AUC",
    "average_precision": "average precision",
    "recall_at_fpr_0_1": "recall at 0.1 % false positives",
    "recall_at_fpr_0_5": "recall at 0.5 % false positives",
    "recall_at_fpr_1": "recall at 1 % false positives",
    "recall_at_fpr_5": "recall at 5 % false positives",
    "brier": "Brier score",
    "ece": "expected calibration error",
    "log_loss": "log loss (nats)",
}
"""What the figures of :class:`training.metrics.Metrics` are called in documents."""


def render(template: str, **context: Any) -> str:
    """Fill a template of ``training/templates``; everything in an HTML one is escaped."""
    environment = Environment(
        loader=PackageLoader("training", "templates"),
        autoescape=select_autoescape(enabled_extensions=("html.j2",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"figure": figure, "percent": percent, "share": share, "interval": interval}
    return environment.get_template(template).render(titles=TITLES, **context)


def figure(value: float | None, digits: int = 3) -> str:
    """Return a number, a dash where there is none."""
    if value is None or math.isnan(value):
        return "–"
    return "∞" if math.isinf(value) else f"{value:.{digits}f}"


def percent(value: float, digits: int = 1) -> str:
    """Return a share as a percentage."""
    return figure(value * 100, digits) + (" %" if math.isfinite(value) else "")


def interval(estimate: Estimate) -> str:
    """Return an estimate with its 95 % interval."""
    if math.isnan(estimate.value):
        return "–"
    return f"{figure(estimate.value)} ({figure(estimate.low)} to {figure(estimate.high)})"


def share(rate: Rate) -> str:
    """Return a rate with its counts and its 95 % interval."""
    if not rate.n:
        return "–"
    return f"{percent(rate.value)} ({percent(rate.low)} to {percent(rate.high)}), {rate.flagged} of {rate.n}"
