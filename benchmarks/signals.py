"""What measuring a page costs: microseconds a page by signal and by shared step, and pages a second.

    python -m benchmarks.signals [--data ../shared/data] [--every 5] [--rounds 3] [--json]

Steps that several signals share (lower case, terms, language, sentences …) run first and have rows of their
own, so that a signal's row holds its own work alone. Times are CPU time over real HTML pages, the least of
several rounds; "measure" is the whole on a new page, and less than the sum of the rows, each of which is
timed apart.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections import defaultdict
from collections.abc import Callable
from functools import cached_property
from operator import attrgetter
from pathlib import Path

from rich.console import Console
from rich.table import Table

from detector.page import Page
from detector.signals.quality.prose import Prose, prose_of
from detector.signals.registry import all_signals, measure
from detector.topics import TopicProfile
from detector.view import View

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
Step = Callable[[View], object]


def main() -> None:
    """Measure and print a table, dearest step first, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--every", type=int, default=5, help="take every n-th page")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    pages = read_pages(given.data, given.every)
    figures = least([whole(pages) | by_step(pages) for _ in range(given.rounds)])
    show(figures, pages, as_json=given.json)


def read_pages(data: Path, every: int) -> list[Page]:
    """Parse every n-th HTML page, with the address that the index gives it."""
    lines = gzip.decompress((data / "html" / "index.jsonl.gz").read_bytes()).splitlines()
    urls = {entry["id"]: entry.get("url") or "" for entry in map(json.loads, lines)}
    paths = sorted((data / "html").glob("*.html.gz"))[::every]
    return [
        Page.from_html(gzip.decompress(path.read_bytes()), url=urls.get(path.name[:-8], "")) for path in paths
    ]


def whole(pages: list[Page]) -> dict[str, float]:
    """Return the microseconds that all signals together take on a page."""
    started = time.process_time()
    for page in pages:
        measure(page)
    return {"measure": 1e6 * (time.process_time() - started) / len(pages)}


def by_step(pages: list[Page]) -> dict[str, float]:
    """Return the microseconds a page of each shared step and of each signal."""
    steps = shared_steps() | {signal.name: signal.measure for signal in all_signals()}
    seconds: defaultdict[str, float] = defaultdict(float)
    for page in pages:
        view = View(page)
        for name, step in steps.items():
            started = time.process_time()
            step(view)
            seconds[name] += time.process_time() - started
    return {name: 1e6 * spent / len(pages) for name, spent in seconds.items()}


def shared_steps() -> dict[str, Step]:
    """Return what a page's view, prose and topics hold, in the order of their definition."""
    steps: dict[str, Step] = {f"view.{name}": attrgetter(name) for name in _cached(View)}
    steps["view.hits"] = lambda view: view.hits("topics")
    steps["prose"] = prose_of
    steps |= {f"prose.{name}": _of(prose_of, name) for name in _cached(Prose)}
    return steps | {f"topics.{name}": _of(attrgetter("topics"), name) for name in _cached(TopicProfile)}


def least(rounds: list[dict[str, float]]) -> dict[str, float]:
    """Return the least figure of each step."""
    return {name: min(figures[name] for figures in rounds) for name in rounds[0]}


def show(figures: dict[str, float], pages: list[Page], *, as_json: bool) -> None:
    """Print the figures."""
    if as_json:
        print(json.dumps({name: round(figure, 1) for name, figure in figures.items()}))
        return
    table = Table("step", title=f"microseconds a page, {len(pages)} pages")
    table.add_column("us", justify="right")
    for name in sorted(figures, key=figures.__getitem__, reverse=True):
        table.add_row(name, f"{figures[name]:,.1f}")
    Console().print(table)
    characters = sum(len(page.text) for page in pages) / len(pages)
    print(f"{characters:,.0f} visible characters a page; {1e6 / figures['measure']:,.0f} pages a second")


def _cached(owner: type) -> list[str]:
    return [name for name, value in vars(owner).items() if isinstance(value, cached_property)]


def _of(parent: Step, name: str) -> Step:
    get = attrgetter(name)
    return lambda view: get(parent(view))


if __name__ == "__main__":
    main()
