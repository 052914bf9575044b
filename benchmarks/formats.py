"""How much a page's format moves its score: the same labelled pages as HTML, as plain text and cut short.

python -m benchmarks.formats

A model that had learnt the format of a collection (markup, length, cut-off) instead of its pages would give
the views of one page different scores, and could tell collections apart among legitimate pages.
"""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from scipy.special import logit
from sklearn.metrics import roc_auc_score

from benchmarks.shared import DATA, Floats
from detector import Detector, Page
from detector.page import Source
from training.dataset import Record, load_dataset
from training.measuring import CUT


def main(data: Annotated[Path, typer.Option(help="Folder of labelled.jsonl.gz.")] = DATA) -> None:
    """Print shifts between views of the same pages, and how well the score tells sources apart."""
    detector = Detector.load()
    records = load_dataset([data / "labelled.jsonl.gz"]).records
    print("| view | pages | median shift | mean absolute shift | label changes |\n|---|---:|---:|---:|---:|")
    for name, before, after in (
        ("HTML to plain text", _html, _plain),
        ("whole to cut short", _whole, _short),
    ):
        pairs = [(before(record), after(record)) for record in records]
        kept = [(a, b) for a, b in pairs if a is not None and b is not None]
        print(f"| {name} | {_shift(detector, kept)} |")
    scores = np.array([_log_odds(detector, record.page()) for record in records])
    print("\n| legitimate pages of two sources | AUC of the score between them |\n|---|---:|")
    honest = {
        source: scores[[r.source == source and not r.farm for r in records]]
        for source in sorted({r.source for r in records})
    }
    for one, other in combinations([name for name, found in honest.items() if len(found) >= 100], 2):
        print(f"| {one} / {other} | {_separation(honest[one], honest[other]):.3f} |")


def _html(record: Record) -> Page | None:
    page = record.page()
    return page if page.source is Source.HTML else None


def _plain(record: Record) -> Page | None:
    page = _html(record)
    return page and Page.from_text(page.text, url=page.url, title=page.metadata.title)


def _whole(record: Record) -> Page | None:
    page = record.page()
    return page if len(page.text) > 1.5 * CUT else None


def _short(record: Record) -> Page | None:
    page = _whole(record)
    return page and Page.from_text(page.text[:CUT], url=page.url, title=page.metadata.title)


def _shift(detector: Detector, pairs: list[tuple[Page, Page]]) -> str:
    verdicts = [(detector.score(a), detector.score(b)) for a, b in pairs]
    kept = [(a, b) for a, b in verdicts if a.score is not None and b.score is not None]
    shifts = np.array([logit(b.score) - logit(a.score) for a, b in kept])
    changed = sum(a.label != b.label for a, b in kept)
    return f"{len(kept)} | {np.median(shifts):+.2f} | {np.abs(shifts).mean():.2f} | {changed}"


def _log_odds(detector: Detector, page: Page) -> float:
    score = detector.score(page).score
    return float("nan") if score is None else float(logit(score))


def _separation(one: Floats, other: Floats) -> float:
    one, other = one[~np.isnan(one)], other[~np.isnan(other)]
    found = roc_auc_score(np.repeat([0, 1], [len(one), len(other)]), np.concatenate([one, other]))
    return float(max(found, 1 - found))


if __name__ == "__main__":
    typer.run(main)
