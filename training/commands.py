"""The sub-commands that make, judge and exchange models: train, evaluate, compare, promote, rollback.

What a command needs is imported when it runs: the learning libraries take seconds to load.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import orjson
import typer
from rich.console import Console
from rich.progress import track

from detector.detector import SHIPPED
from detector.errors import DatasetError
from detector.options import A_MOMENT, read_moment, warn_of_empty

if TYPE_CHECKING:
    from training.dataset import Dataset
    from training.outcome import Assessment, TrainingOutcome

LEDGERS = "chaffinch.ledgers"
"""Entry points that write a store's decisions to a file: (URL, moment, file) -> moment, pages, others."""
LEDGER_FILE = "ledger.jsonl"
FINDINGS = 1
"""Exit code of a run that worked and has bad news: a floor not reached, a model that is worse."""

Data = Annotated[list[Path], typer.Argument(metavar="DATA…", help="JSON lines, plain or gzipped.")]
MoreData = Annotated[list[Path] | None, typer.Argument(metavar="DATA", help="JSON lines, plain or gzipped.")]
Labels = Annotated[
    list[Path] | None, typer.Option(help="Labels file (TSV) for pages without a verdict; may be repeated.")
]
Lists = Annotated[
    list[Path] | None,
    typer.Option("--list", "-l", metavar="LIST", help="Block list to look addresses up in. Repeat."),
]
Json = Annotated[bool, typer.Option("--json", help="JSON on standard output, for machines.")]
Target = Annotated[Path, typer.Option(help="Folder of the model in service.")]

Item = TypeVar("Item")


def register(app: typer.Typer) -> None:
    """Add this package's sub-commands."""
    for command in (train, evaluate, compare, promote, rollback):
        app.command()(command)


def train(
    out: Annotated[Path, typer.Option("--out", "-o", file_okay=False, help="Folder to write the model to.")],
    data: MoreData = None,
    labels: Labels = None,
    from_store: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Store of a service, whose moderators' decisions to take."),
    ] = None,
    at: Annotated[
        datetime | None,
        typer.Option(
            parser=read_moment,
            metavar="MOMENT",
            help=f"With --from-store: take what stood at this moment ({A_MOMENT}); else now.",
        ),
    ] = None,
    articles: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, help="Articles (JSON lines) to dress synthetic pages from."
        ),
    ] = None,
    lists: Lists = None,
    seed: Annotated[int, typer.Option(help="Seed of every random choice.")] = 20261123,
    json: Json = False,
) -> None:
    """Train a model on labelled pages; write it with its card and report.

    What --from-store takes is kept beside the model as ledger.jsonl. The same moment gives the same bytes,
    and with the same seed and further data the same model.

    Exit codes: 0 the model was written, 2 the data or a list could not be used.
    """
    from training import card, fit, report, tables  # card and report, too, are missed before hours of fitting
    from training.dataset import note_inputs
    from training.outcome import assess
    from training.promote import CARD_FILE, REPORT_FILE
    from training.synthesis import load_articles

    files = [*_ledger(from_store, at, out), *(data or [])]
    if not files:
        raise DatasetError("nothing to train on: give files with labelled pages, or --from-store")
    dataset = _read(files, labels, lists)
    originals = load_articles(articles) if articles else ()
    # They shape the model as much as the data does.
    dataset = note_inputs(dataset, [*([articles] if articles else []), *(lists or [])])
    if not json:
        tables.show_dataset(_console(), dataset.report)
    outcome = fit.train(dataset, out, seed, originals, _progress("Measuring"))
    assessment = assess(outcome.sample, outcome.thresholds)
    (out / CARD_FILE).write_text(card.render_card(outcome, assessment), encoding="utf-8")
    (out / REPORT_FILE).write_text(report.render_report(outcome, assessment), encoding="utf-8")
    if json:
        _write_json(_trained(outcome, dataset, assessment, seed))
    else:
        tables.show_candidates(_console(), outcome.candidates)
        tables.show_assessment(_console(), assessment)
        _console().print(f"{outcome.model_id} is in {out}; read {REPORT_FILE} there, then promote it.")


def evaluate(
    model: Annotated[Path, typer.Argument(metavar="MODEL", help="Folder of the model.")],
    data: Data,
    labels: Labels = None,
    lists: Lists = None,
    floor: Annotated[
        list[str] | None,
        typer.Option(metavar="FIGURE=VALUE", help="Exit with 1 where a figure is worse (roc_auc=0.95 …)."),
    ] = None,
    json: Json = False,
) -> None:
    """Measure a model on labelled pages that it was not trained on.

    Exit codes: 0 measured, 1 a floor was not reached, 2 the data, a list, the model or a floor could not
    be used.
    """
    from training import tables
    from training.evaluate import evaluate_model, parse_floors

    floors = parse_floors(floor or [])
    dataset = _read(data, labels, lists)
    evaluation = evaluate_model(model, dataset, _progress("Scoring"))
    missed = evaluation.below(floors)
    if json:
        _write_json({"evaluation": evaluation, "dataset": dataset.report, "missed": missed})
    else:
        tables.show_dataset(_console(), dataset.report)
        tables.show_evaluation(_console(), evaluation)
        for name in missed:
            _console(stderr=True).print(f"[red]{name} is worse than its floor {floors[name]}")
    if missed:
        raise typer.Exit(FINDINGS)


def compare(
    a: Annotated[Path, typer.Argument(metavar="A", help="Folder of the model in service.")],
    b: Annotated[Path, typer.Argument(metavar="B", help="Folder of the model that may replace it.")],
    data: Data,
    labels: Labels = None,
    lists: Lists = None,
    json: Json = False,
) -> None:
    """Compare two models on the same labelled pages, and list the pages whose label would change.

    Exit codes: 0 B is nowhere worse, 1 B is worse in a figure with 95 % confidence, 2 the data, a list or
    a model could not be used.
    """
    from training import tables
    from training.compare import compare_models

    dataset = _read(data, labels, lists)
    comparison = compare_models(a, b, dataset, _progress("Scoring"))
    if json:
        _write_json({"comparison": comparison, "worse": comparison.worse})
    else:
        tables.show_comparison(_console(), comparison)
    if comparison.worse:
        raise typer.Exit(FINDINGS)


def promote(
    candidate: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the model to put in service.")],
    target: Target = SHIPPED,
    json: Json = False,
) -> None:
    """Put a trained model in service; the one it replaces is kept for rollback.

    Exit codes: 0 in service, 2 the model could not be used (nothing has changed).
    """
    from training.promote import promote as put_in_service

    _say_in_service(put_in_service(candidate, target), target, json)


def rollback(target: Target = SHIPPED, json: Json = False) -> None:
    """Put the model that was last replaced back in service; a second rollback undoes the first.

    Exit codes: 0 in service, 2 there is no such model, or it could not be used (nothing has changed).
    """
    from training.promote import rollback as put_back

    _say_in_service(put_back(target), target, json)


def _read(files: Sequence[Path], labels: list[Path] | None, lists: list[Path] | None) -> Dataset:
    from training.dataset import load_dataset, look_up

    dataset = look_up(load_dataset(files, labels or []), lists or [])
    warn_of_empty(lists or [])
    return dataset


def _ledger(store: str | None, at: datetime | None, out: Path) -> list[Path]:
    """Write what stood in a store's ledger at a moment, where one is given, beside the model to train."""
    if not store:
        if at:
            raise DatasetError("--at: names a moment of a store's ledger: give --from-store too")
        return []
    out.mkdir(parents=True, exist_ok=True)
    try:
        moment, written, without_text = _service().load()(store, at, out / LEDGER_FILE)
    except ImportError as error:  # what it needs is looked for when it is called
        raise DatasetError(f"--from-store: {error}: pip install '.[api]'") from error
    lost = f"; {without_text} more did, but their text is not kept" if without_text else ""
    _console(stderr=True).print(f"{written} pages stood in the ledger at {moment.isoformat()}{lost}")
    return [out / LEDGER_FILE]


def _service() -> EntryPoint:
    services = list(entry_points(group=LEDGERS))
    if not services:
        raise DatasetError("--from-store: no service is installed: pip install '.[api]'")
    if len(services) > 1:
        named = ", ".join(sorted(service.value for service in services))
        raise DatasetError(f"--from-store: several services are installed ({named}): leave one of them")
    return services[0]


def _trained(
    outcome: TrainingOutcome, dataset: Dataset, assessment: Assessment, seed: int
) -> dict[str, object]:
    return {
        "model": outcome.model_id,
        "seed": seed,
        "data": dataset.hashes,
        "dataset": dataset.report,
        "candidates": outcome.candidates,
        "thresholds": outcome.thresholds,
        "assessment": assessment,
    }


def _say_in_service(model_id: str, target: Path, json: bool) -> None:
    if json:
        _write_json({"model": model_id, "target": str(target)})
    else:
        _console().print(f"{model_id} is in service at {target}")


def _console(stderr: bool = False) -> Console:
    return Console(stderr=stderr, highlight=False)


def _progress(what: str) -> Any:
    """Return a wrapper that shows progress on standard error where that is a terminal."""

    def wrap(items: Sequence[Item]) -> Iterable[Item]:
        console = _console(stderr=True)
        return track(items, what, console=console, transient=True, disable=not console.is_terminal)

    return wrap


def _write_json(value: object) -> None:
    sys.stdout.buffer.write(orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE))
    sys.stdout.buffer.flush()
