"""Tables for terminals: what was read, how good a model is, and how two models differ."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from training.compare import Comparison
from training.dataset import DatasetReport
from training.evaluate import Evaluation
from training.metrics import STATISTICS, Metrics
from training.outcome import Assessment, Candidate
from training.rendering import figure, interval, share

MAX_CHANGES = 30
"""Changed labels that are listed; all of them are in the JSON."""


def show_dataset(console: Console, report: DatasetReport) -> None:
    """Say what became of the records that were read."""
    console.print(
        f"{report.read} records: {report.farm} farms and {report.legit} legitimate used; left out: "
        f"{report.unsure} unsure, {report.unlabelled} without verdict, {report.duplicates} repeated, "
        f"{report.contradicted} contradicted",
        soft_wrap=True,
    )
    for conflict in report.conflicts:
        console.print(f"[yellow]{escape(', '.join(conflict.ids))}: {conflict.reason}", soft_wrap=True)


def show_candidates(console: Console, candidates: Sequence[Candidate]) -> None:
    """Compare the ways to fit that were tried."""
    columns = ("average precision", "ROC AUC", "recall at 1 % FPR", "ECE")
    table = _table("Candidates, out of fold", "candidate", *columns)
    for one in candidates:
        m = one.metrics
        shown = [interval(m.average_precision)]
        shown += [figure(estimate.value) for estimate in (m.roc_auc, m.recall_at_fpr_1, m.ece)]
        style = "bold" if one.chosen else ""
        table.add_row(escape(one.name), *shown, style=style)
    console.print(table)


def show_assessment(console: Console, assessment: Assessment) -> None:
    """Show every figure, overall and by slice."""
    table = _table("Figures", "figure", "value (95 % interval by host)")
    for name in STATISTICS:
        table.add_row(name, interval(getattr(assessment.overall, name)))
    table.add_row("roc_auc inside sources", interval(assessment.within_source))
    table.add_row("farms at the farm threshold", share(assessment.caught))
    table.add_row("legitimate at the farm threshold", share(assessment.accused))
    table.add_row("legitimate at the review threshold", share(assessment.reviewed))
    console.print(table)
    for title, slices in (
        ("By source", assessment.sources),
        ("By language", assessment.languages),
        ("By confidence of the label", assessment.confidences),
    ):
        console.print(_slices(title, slices))
    kinds = _table("By kind, at the farm threshold", "kind", "flagged")
    for row in assessment.kinds:
        kinds.add_row(f"{'farm' if row.farm else 'legit'}: {row.kind or 'unknown'}", share(row.rate))
    console.print(kinds)


def show_evaluation(console: Console, evaluation: Evaluation) -> None:
    """Show a model's figures on a dataset."""
    console.print(f"{evaluation.model}: {evaluation.insufficient} records have too little to judge")
    _warn_of_seen(console, "this model", evaluation.seen)
    show_assessment(console, evaluation.assessment)


def show_comparison(console: Console, comparison: Comparison) -> None:
    """Show figures side by side, and the labels that change."""
    for model, names in comparison.seen.items():
        _warn_of_seen(console, model, names)
    console.print(f"{comparison.records} records, {comparison.insufficient} with too little to judge")
    table = _table(f"{comparison.a} (A) and {comparison.b} (B)", "figure", "A", "B", "B - A")
    for name, difference in comparison.differences.items():
        values = (getattr(metrics, name).value for metrics in (comparison.metrics_a, comparison.metrics_b))
        style = "red" if name in comparison.worse else ""
        table.add_row(name, *(figure(value) for value in values), interval(difference), style=style)
    console.print(table)
    changes = _table(f"{len(comparison.changes)} labels change", "page", "verdict", "A", "B")
    for change in comparison.changes[:MAX_CHANGES]:
        changes.add_row(
            escape(change.id),
            "farm" if change.farm else "legit",
            f"{change.label_a} {figure(change.score_a)}",
            f"{change.label_b} {figure(change.score_b)}",
        )
    console.print(changes)


def _warn_of_seen(console: Console, model: str, names: Sequence[str]) -> None:
    for name in names:
        console.print(
            f"[yellow]{escape(name)} was used to train {model}: its figures are too good", soft_wrap=True
        )


def _slices(title: str, slices: dict[str, Metrics]) -> Table:
    table = _table(title, "slice", "pages", "farms", "ROC AUC", "recall at 1 % FPR")
    for name, m in slices.items():
        counts = (str(m.n), str(m.farms))
        table.add_row(escape(name), *counts, interval(m.roc_auc), figure(m.recall_at_fpr_1.value))
    return table


def _table(title: str, first: str, *others: str) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column(first, no_wrap=True)
    for name in others:
        table.add_column(name, justify="right")
    return table
