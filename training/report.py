"""The report of a training run: one HTML file that needs nothing else and shows no text of any page."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from sklearn.metrics import precision_recall_curve, roc_curve

from training.effects import effects, hit_rates
from training.outcome import Assessment, Sample, TrainingOutcome
from training.rendering import render

WORST = 25
"""Errors of each sort that are listed."""
STRONGEST = 20
"""Features whose bins are shown."""

_NO_METADATA = dict.fromkeys(("Date", "Creator", "Format", "Type"))
_FARM, _LEGIT, _GREY = "#b3432b", "#2b6cb3", "#888888"


def render_report(outcome: TrainingOutcome, assessment: Assessment) -> str:
    """Return the report as HTML. The same outcome gives the same bytes."""
    sample = outcome.sample
    legit_errors, farm_errors = worst_errors(sample)
    found = effects(sample.farm, outcome.values, outcome.contributions, outcome.features)
    return render(
        "report.html.j2",
        outcome=outcome,
        assessment=assessment,
        figures=[
            ("Receiver operating characteristic", _svg(lambda axes: _roc(axes, sample))),
            ("Precision and recall", _svg(lambda axes: _precision_recall(axes, sample))),
            ("Reliability", _svg(lambda axes: _reliability(axes, assessment))),
            ("Scores", _svg(lambda axes: _histogram(axes, outcome))),
        ],
        hits=hit_rates(sample.farm, outcome.values, outcome.features),
        effects=found,
        strongest=found[:STRONGEST],
        errors=[
            ("Legitimate pages scored highest", legit_errors),
            ("Farms scored lowest", farm_errors),
        ],
        sample=sample,
    )


def worst_errors(sample: Sample) -> tuple[list[int], list[int]]:
    """Return the positions of the legitimate pages scored highest and of the farms scored lowest."""
    order = np.argsort(sample.score, kind="stable")
    farms, legit = order[sample.farm[order]], order[~sample.farm[order]]
    return legit[::-1][:WORST].tolist(), farms[:WORST].tolist()


def _svg(draw: Callable[[Axes], None]) -> str:
    """Return a figure as a data URI: inside an image, ids of several figures can't collide."""
    with mpl.rc_context({"svg.hashsalt": "chaffinch", "svg.fonttype": "none", "font.size": 9}):
        drawing = Figure(figsize=(4.6, 3.6), layout="constrained")
        draw(drawing.add_subplot())
        buffer = io.BytesIO()
        drawing.savefig(buffer, format="svg", metadata=_NO_METADATA)
    return "data:image/svg+xml;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")


def _roc(axes: Axes, sample: Sample) -> None:
    """Draw with a logarithmic axis: few false accusations is where the model works."""
    fallout, recall, _ = roc_curve(sample.farm, sample.score)
    axes.plot(np.maximum(fallout, 1e-4), recall, color=_FARM)
    axes.plot(np.geomspace(1e-4, 1, 50), np.geomspace(1e-4, 1, 50), color=_GREY, linestyle=":")
    axes.set(xscale="log", xlim=(1e-4, 1), ylim=(0, 1), xlabel="false-positive rate", ylabel="recall")


def _precision_recall(axes: Axes, sample: Sample) -> None:
    precision, recall, _ = precision_recall_curve(sample.farm, sample.score)
    axes.plot(recall, precision, color=_FARM)
    axes.axhline(sample.farm.mean(), color=_GREY, linestyle=":")
    axes.set(xlim=(0, 1), ylim=(0, 1.02), xlabel="recall", ylabel="precision")


def _reliability(axes: Axes, assessment: Assessment) -> None:
    bins = assessment.reliability
    shares = np.array([row.farm_share for row in bins])
    errors = np.abs(np.array([[row.low for row in bins], [row.high for row in bins]]) - shares)
    axes.plot([0, 1], [0, 1], color=_GREY, linestyle=":")
    axes.errorbar([row.mean_score for row in bins], shares, errors, fmt="o", color=_FARM, markersize=4)
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="mean score", ylabel="share of farms")


def _histogram(axes: Axes, outcome: TrainingOutcome) -> None:
    sample, edges = outcome.sample, np.linspace(0, 1, 41).tolist()
    axes.hist(sample.score[~sample.farm], edges, alpha=0.6, color=_LEGIT, label="legitimate", log=True)
    axes.hist(sample.score[sample.farm], edges, alpha=0.6, color=_FARM, label="farm", log=True)
    for threshold, style in ((outcome.thresholds.farm, "-"), (outcome.thresholds.review, "--")):
        axes.axvline(threshold, color="black", linestyle=style, linewidth=0.8)
    axes.set(xlim=(0, 1), xlabel="score", ylabel="pages")
    axes.legend(frameon=False)
