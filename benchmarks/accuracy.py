"""How well Chaffinch and the methods before it tell farms from legitimate pages, on the same folds.

    python -m benchmarks.accuracy [--only NAME]… [--json] [--gate | --pin]

Ranking figures are of each method's own scores. For Brier score and calibration error, baselines are given
the Platt scaling that suits them best on the very pages measured; ours has to calibrate on the other folds.
Exit codes: 0 all well, 1 a figure fell below its floor or floors are for other data, 2 data or usage error.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Annotated, Any, NoReturn

import orjson
import typer
from sklearn.linear_model import LogisticRegression

from benchmarks.baselines import BASELINES
from benchmarks.shared import DATA, SEED, Corpus, Floats
from detector.errors import ChaffinchError
from detector.signals.base import Family
from training.fit import cross_validate
from training.metrics import Estimate, Metrics, auc_by_group, evaluate_scores, within_source_auc

FLOORS = Path(__file__).with_name("accuracy_floors.json")
GATED = ("roc_auc", "average_precision", "recall_at_fpr_1", "recall_at_fpr_5")
SLACK = 0.01
"""How far below a measured figure its floor is pinned: library versions move figures by less."""
COLUMNS = {
    "roc_auc": "AUC",
    "by_host": "AUC by host",
    "within": "AUC within source",
    "average_precision": "AP",
    "recall_at_fpr_1": "recall at 1 % FP",
    "recall_at_fpr_5": "recall at 5 % FP",
    "brier": "Brier",
    "ece": "ECE",
}
OURS = "ours"


@dataclass(frozen=True, slots=True)
class Result:
    """A method's figures."""

    name: str
    seconds: float
    metrics: Metrics
    by_host: Estimate
    within: Estimate

    def figure(self, column: str) -> Estimate:
        """Return a figure by its name in COLUMNS."""
        found: Estimate = getattr(self if column in ("by_host", "within") else self.metrics, column)
        return found


def methods() -> dict[str, Callable[[Corpus], Floats]]:
    """Return every method by name: baselines, ours, and ours without each family."""
    ablations = {f"{OURS} without {family}": partial(_ours, without=family) for family in Family}
    return {**BASELINES, OURS: _ours, **ablations}


def measure(name: str, corpus: Corpus) -> Result:
    """Run one method over the folds and measure it."""
    started = time.perf_counter()
    scores = methods()[name](corpus)
    seconds = time.perf_counter() - started
    kept = corpus.counted
    farm, groups, scores = corpus.farm[kept], corpus.groups[kept], scores[kept]
    metrics = evaluate_scores(farm, scores, groups, SEED)
    if not name.startswith(OURS):
        scale = LogisticRegression(C=1e6).fit(scores[:, None], farm)
        scaled = evaluate_scores(farm, scale.predict_proba(scores[:, None])[:, 1], groups, SEED)
        metrics = replace(metrics, brier=scaled.brier, ece=scaled.ece, log_loss=scaled.log_loss)
    sources = [name for name, keep in zip(corpus.sources, kept, strict=True) if keep]
    within = within_source_auc(farm, scores, groups, sources, SEED)
    return Result(name, seconds, metrics, auc_by_group(farm, scores, groups, SEED), within)


def table(results: list[Result]) -> str:
    """Return the results as a Markdown table, 95 % intervals in brackets."""
    rows = [["method", *COLUMNS.values(), "s"], ["---", *["---:"] * (len(COLUMNS) + 1)]]
    rows += [[r.name, *(str(r.figure(c)) for c in COLUMNS), f"{r.seconds:.0f}"] for r in results]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def shortfalls(floors: dict[str, Any], digest: str, results: list[Result]) -> list[str]:
    """Return what is wrong with the results by the floors, a sentence each."""
    if floors["data"] != digest:
        return [f"the floors are pinned to data {floors['data']}, but this is {digest}: measure and pin anew"]
    return [
        f"{result.name}: {figure} is {result.figure(figure).value:.4f}, its floor {floor}"
        for result in results
        for figure, floor in floors["methods"].get(result.name, {}).items()
        if not result.figure(figure).value >= floor
    ]


def pinned(floors: dict[str, Any], digest: str, results: list[Result]) -> dict[str, Any]:
    """Return floors just below the results. On the same data a floor is never lowered."""
    kept = floors["methods"] if floors.get("data") == digest else {}
    measured = {
        result.name: {
            figure: max(
                math.floor((result.figure(figure).value - SLACK) * 1_000) / 1_000,
                kept.get(result.name, {}).get(figure, 0.0),
            )
            for figure in GATED
        }
        for result in results
    }
    return {"data": digest, "methods": {**kept, **measured}}


def main(
    data: Annotated[Path, typer.Option(help="Folder of labelled.jsonl.gz and hosts/.")] = DATA,
    labels: Annotated[
        list[Path] | None, typer.Option(help="Verdicts for unlabelled.jsonl.gz: more to train on.")
    ] = None,
    only: Annotated[list[str] | None, typer.Option(help="A method; may be given again.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    gate: Annotated[bool, typer.Option("--gate", help="Exit 1 below a floor.")] = False,
    pin: Annotated[bool, typer.Option("--pin", help="Write floors just below these figures.")] = False,
) -> None:
    """Measure methods by grouped cross-validation and print a table."""
    names = only or list(methods())
    unknown = sorted(set(names) - set(methods()))
    if unknown:
        _fail(f"no method is called {', '.join(unknown)}; there are: {', '.join(methods())}", 2)
    try:
        corpus = Corpus.load(data, tuple(labels or ()))
    except ChaffinchError as error:
        _fail(str(error), 2)
    results = []
    for name in names:
        results.append(measure(name, corpus))
        print(f"{name}: AUC {results[-1].metrics.roc_auc}, {results[-1].seconds:.0f} s", file=sys.stderr)
    print(_as_json(corpus, results) if json else f"data {corpus.digest}\n\n{table(results)}")
    floors = orjson.loads(FLOORS.read_bytes()) if FLOORS.exists() else {}
    if pin:
        text = orjson.dumps(pinned(floors, corpus.digest, results), option=orjson.OPT_INDENT_2)
        FLOORS.write_bytes(text + b"\n")
    elif gate and (wrong := shortfalls(floors, corpus.digest, results)):
        _fail("\n".join(wrong), 1)


def _ours(corpus: Corpus, without: Family | None = None) -> Floats:
    families = {family for family in Family if family is not without}
    return cross_validate(corpus.material, SEED, families)


def _as_json(corpus: Corpus, results: list[Result]) -> str:
    methods_ = [asdict(result) for result in results]
    return orjson.dumps({"data": corpus.digest, "methods": methods_}, option=orjson.OPT_INDENT_2).decode()


def _fail(message: str, code: int) -> NoReturn:
    print(message, file=sys.stderr)
    raise SystemExit(code)


if __name__ == "__main__":
    typer.run(main)
