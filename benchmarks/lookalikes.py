"""How often the shipped model accuses honest pages that look like farms: link lists, newsletters, indicators.

python -m benchmarks.lookalikes [--json]
"""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from benchmarks.shared import DATA
from detector import Detector, Page
from detector.verdict import Label
from training.metrics import rate


def main(
    data: Annotated[Path, typer.Option(help="Folder of lookalikes.jsonl.gz and html/.")] = DATA,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Score look-alikes by set, and raw HTML by page type, and print how many are called farm or review."""
    detector = Detector.load()
    counts: dict[str, Counter[Label]] = {}
    for name, page in _pages(data):
        counts.setdefault(name, Counter())[detector.score(page).label] += 1
    if json:
        print(orjson.dumps(counts, option=orjson.OPT_INDENT_2).decode())
        return
    print("| pages | n | farm | review | insufficient | farm, 95 % interval |\n|---|---:|---:|---:|---:|---|")
    for name, found in counts.items():
        accused = rate(found[Label.FARM], found.total())
        shown = [found.total(), found[Label.FARM], found[Label.REVIEW], found[Label.INSUFFICIENT]]
        print(f"| {name} | {' | '.join(map(str, shown))} | {accused.low:.3f}-{accused.high:.3f} |")


def _pages(data: Path) -> Iterator[tuple[str, Page]]:
    """Yield each page with its row's name. HTML pages that were labelled farm are left out."""
    for record in _lines(data / "lookalikes.jsonl.gz"):
        yield record["set"], Page.from_text(record["text"], url=record.get("url", ""))
    farms = {record["id"] for record in _lines(data / "labelled.jsonl.gz") if record["verdict"] != "legit"}
    for record in _lines(data / "html" / "index.jsonl.gz"):
        if record["id"] not in farms:
            html = gzip.decompress((data / "html" / f"{record['id']}.html.gz").read_bytes())
            yield (
                f"html: {record['set']} {record.get('page_type') or 'unknown'}",
                Page.from_html(html, url=record["url"] or ""),
            )


def _lines(path: Path) -> Iterable[dict[str, Any]]:
    with gzip.open(path) as lines:
        yield from map(orjson.loads, lines)


if __name__ == "__main__":
    typer.run(main)
