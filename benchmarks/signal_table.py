"""Writes docs/signals.md: every signal, feature and code of evidence, with its hit rates on labelled pages.

    python -m benchmarks.signal_table ../shared/data > docs/signals.md

The same data and the same signals give the same text. Takes half a minute.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.evidence_codes import CODES
from benchmarks.search_policies import policies
from benchmarks.shared import DATA
from benchmarks.signal_rates import FEW, Measurements, Sign, evidence_signs, feature_signs, measure_pages
from detector.errors import ChaffinchError
from detector.signals.base import Family, Feature, Signal
from detector.signals.registry import all_features, all_signals, schema_hash
from training.rendering import figure, percent

COMMAND = "python -m benchmarks.signal_table ../shared/data > docs/signals.md"
RATES = ("measured", "hit", "farm", "legit", "precision", "lift", "lift within")
LEGEND = f"""
How to read the tables

- **markup**: the feature needs HTML; on extracted text it is missing.
- **measured**: pages that allow to measure the feature. Rates are shares of these.
- **hit**: the value that counts as a hit. A feature of the form 0/1, or zero on at least 90 % of the
  legitimate pages, hits where it is above zero. A graded one hits beyond the legitimate pages' 90th
  percentile or below their 10th, at the end where farms are more (`=` where that end is the limit of the
  range). The end is chosen on these very pages, which flatters weak features a little. The model reads
  values, not hits.
- **farm**, **legit**: share of farms and of legitimate pages that are hit.
- **precision**: share of farms among the pages hit, in this sample; a sign that says nothing has the sample's
  share of farms.
- **lift**: farm / legit. Above 1 a hit speaks for a farm, below 1 for the page; in brackets, and not to be
  relied on, where fewer than {FEW} pages are hit or fewer than {FEW} farms allow to measure.
- **lift within**: the same inside collections, pooled (Mantel and Haenszel 1959). Collections differ in
  format and in their share of farms; where lift is high and this is near 1, the feature tells the collection.

After the hit-frequencies of SpamAssassin's mass checks. A sign can be weak alone and strong in company:
weights are the model's, see its card.
""".strip()


def main(data: Annotated[Path, typer.Argument(help="Folder of labelled.jsonl.gz.")] = DATA) -> None:
    """Measure the labelled pages and print the document."""
    try:
        measured = measure_pages(data)
    except ChaffinchError as error:
        print(error, file=sys.stderr)
        raise SystemExit(2) from None
    sys.stdout.write(render(measured))


def render(measured: Measurements) -> str:
    """Return the document."""
    features, evidence = feature_signs(measured), evidence_signs(measured)
    parts = ["# Signals", _head(measured), LEGEND]
    for family in Family:
        signals = [signal for signal in all_signals() if signal.family is family]
        if signals:
            parts += _family(family, signals, features, evidence)
    parts.append(WORDING)
    return "\n\n".join(parts) + "\n"


def feature_cells(feature: Feature) -> tuple[str, ...]:
    """Return the cells of a feature's row that the registry gives: name, unit, range, markup, meaning."""
    span = f"{feature.low:g} to {feature.high:g}"
    return (f"`{feature.name}`", feature.unit, span, "yes" if feature.markup_only else "", feature.meaning)


def signal_cells(signal: Signal) -> tuple[str, ...]:
    """Return a signal's row: name, what it measures, the policies it serves."""
    served = [policy.name for policy in policies() if signal.name in policy.signals]
    return (f"`{signal.name}`", signal.meaning, ", ".join(served) or "none by itself")


def code_cells(code: str) -> tuple[str, ...]:
    """Return the cells of a code's row that do not depend on the data."""
    return (f"`{code}`", CODES[code])


def sample(measured: Measurements) -> str:
    """Return one sentence on the pages that were measured."""
    farms, pages, html = int(measured.farm.sum()), len(measured.farm), int(measured.markup.sum())
    return (
        f"{pages:,} labelled pages of {len(set(measured.sources))} collections, {farms} farms "
        f"({percent(farms / pages)}) and {pages - farms:,} legitimate. {html} came as HTML, "
        f"{int((measured.markup & measured.farm).sum())} farms among them: of features that need markup, "
        f"the farm rate says next to nothing. Data `{measured.digest}`, schema `{schema_hash()}`."
    )


def row(cells: Iterable[str]) -> str:
    """Return a row of a Markdown table; bars in cells are escaped."""
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def table(columns: tuple[str, ...], left: int, rows: Iterable[Iterable[str]]) -> str:
    """Return a Markdown table whose first ``left`` columns are aligned left, the others right."""
    rule = ["---"] * left + ["---:"] * (len(columns) - left)
    return "\n".join([row(columns), row(rule), *map(row, rows)])


def lifts(sign: Sign) -> tuple[str, str]:
    """Return a sign's lift and its lift inside collections, in brackets where too few pages stand behind."""
    few = sign.hits.farm.flagged + sign.hits.legit.flagged < FEW or sign.hits.farm.n < FEW
    shown = figure(sign.hits.lift, 1), figure(sign.within, 1)
    return (f"({shown[0]})", f"({shown[1]})") if few else shown


def _head(measured: Measurements) -> str:
    return (
        f"Generated by `{COMMAND}`; do not edit. The registry gives names, units, ranges and meanings.\n\n"
        f"{len(all_signals())} signals, {len(all_features())} features, {len(CODES)} codes of evidence. "
        f"Measured on {sample(measured)}\n\n"
        "Which search-spam policy is served by what, and which none can see: [policies.md](policies.md)."
    )


def _family(
    family: Family, signals: list[Signal], features: Mapping[str, Sign], evidence: Mapping[str, Sign]
) -> list[str]:
    rows = [
        (*feature_cells(feature), *_rates(features[feature.name]))
        for signal in signals
        for feature in signal.features
    ]
    codes = [code for code in CODES if code.startswith(f"{family}.")]
    counted = [(*code_cells(code), *_rates(evidence[code])[2:]) for code in codes]
    return [
        f"## {family.capitalize()}",
        table(("signal", "what it measures", "policies"), 3, map(signal_cells, signals)),
        f"### Features of {family}",
        table(("feature", "unit", "range", "markup", "meaning", *RATES), 5, rows),
        f"### Evidence of {family}",
        table(("code", "what it says", *RATES[2:]), 2, counted),
    ]


def _rates(sign: Sign) -> tuple[str, ...]:
    hits = sign.hits.farm.flagged + sign.hits.legit.flagged
    return (
        percent(1 - sign.hits.missing, 0),
        sign.rule,
        percent(sign.hits.farm.value),
        percent(sign.hits.legit.value),
        percent(sign.hits.precision, 0) + (f" of {hits}" if hits else ""),
        *lifts(sign),
    )


WORDING = """## Wording

The family `wording` has no features here. It reads the hashed words of title and text, and where they stand
(at the edge of a line, in the title, in the opening), and hashed runs of characters of the address, with
weights learnt in training (`detector/wording.py`): of farms against legitimate pages, and of each kind of
either (doorways, hacked pages, shops, news) against all others. Where it speaks against a page, the evidence
`wording.passage` shows the passage that weighs most (`detector/passage.py`)."""


if __name__ == "__main__":
    typer.run(main)
