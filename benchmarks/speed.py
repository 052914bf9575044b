"""What a page costs, side by side on the same pages: bare parse, our page, our verdict, trafilatura's text.

    python -m benchmarks.speed [FOLDER] [--every N] [--repeat N] [--json] [--without NAME]…

FOLDER holds ``*.html.gz`` (by default the shared pages). Every page goes through all stages in turn, so that
they share the state of the machine; of ``--repeat`` rounds the fastest counts for each page and stage. The
first round is also given as such: pages never seen before, caches cold.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from statistics import fmean, median
from time import process_time
from typing import Annotated

import orjson
import typer

from detector.detector import SHIPPED, Detector
from detector.page import Page
from detector.parsing.tree import parse_tree

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "html"
URL = "https://www.example.org/section/page"

Stage = Callable[[bytes], object]


def bare_parse(html: bytes) -> object:
    """Parse with lexbor, and nothing else."""
    return parse_tree(html)


def page(html: bytes) -> object:
    """Make our page: screening, parse, text, blocks, regions, links, mentions, metadata."""
    return Page.from_html(html, url=URL)


def stages() -> dict[str, Stage]:
    """Return what is measured, as far as it is installed; the bare parse comes first."""
    found: dict[str, Stage] = {"bare parse": bare_parse, "page": page}
    if SHIPPED.exists():
        detector = Detector.load()
        found["page and verdict"] = lambda html: detector.score(Page.from_html(html, url=URL))
    try:
        from trafilatura import extract
    except ImportError:
        return found
    found["trafilatura, fast"] = lambda html: extract(html, fast=True)
    return found


def measure(paths: list[Path], chosen: dict[str, Stage], repeat: int) -> dict[str, list[list[float]]]:
    """Return seconds of processor time, which other programs disturb least, by stage, page and round."""
    times: dict[str, list[list[float]]] = {name: [] for name in chosen}
    for stage in chosen.values():
        stage(b"<p>The first call pays for imports and models, so it is not counted.</p>" * 20)
    for path in paths:
        html = gzip.decompress(path.read_bytes())
        rounds: dict[str, list[float]] = {name: [] for name in chosen}
        for _ in range(repeat):
            for name, stage in chosen.items():
                started = process_time()
                stage(html)
                rounds[name].append(process_time() - started)
        for name, seconds in rounds.items():
            times[name].append(seconds)
    return times


def main(
    folder: Annotated[Path, typer.Argument()] = DATA,
    every: Annotated[int, typer.Option(help="take every Nth page")] = 5,
    repeat: Annotated[int, typer.Option(help="rounds over each page")] = 5,
    as_json: Annotated[bool, typer.Option("--json")] = False,
    without: Annotated[list[str], typer.Option(help="leave out a stage")] = [],  # noqa: B006
) -> None:
    """Measure and print the table."""
    paths = sorted(folder.glob("*.html.gz"))[::every]
    if not paths:
        raise typer.BadParameter(f"no *.html.gz in {folder}")
    chosen = {name: stage for name, stage in stages().items() if name not in without}
    times = measure(paths, chosen, repeat)
    parse = fmean(min(seconds) for seconds in times["bare parse"])
    cold_parse = fmean(seconds[0] for seconds in times["bare parse"])
    rows = [
        {
            "stage": name,
            "pages": len(paths),
            "mean_us": 1e6 * (mean := fmean(min(seconds) for seconds in pages)),
            "median_us": 1e6 * median(min(seconds) for seconds in pages),
            "pages_a_second": 1 / mean,
            "parses": mean / parse,
            "parses_cold": fmean(seconds[0] for seconds in pages) / cold_parse,
        }
        for name, pages in times.items()
    ]
    if as_json:
        print(orjson.dumps(rows).decode())
        return
    print(f"{len(paths)} pages, fastest of {repeat} rounds; x parse: mean over the bare parse's mean")
    print(f"{'stage':20}{'mean us':>10}{'median us':>11}{'pages/s':>9}{'x parse':>9}{'x parse, cold':>15}")
    for row in rows:
        print(
            f"{row['stage']:20}{row['mean_us']:10.0f}{row['median_us']:11.0f}{row['pages_a_second']:9.0f}"
            f"{row['parses']:9.2f}{row['parses_cold']:15.2f}"
        )


if __name__ == "__main__":
    typer.run(main)
