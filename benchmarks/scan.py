"""Pages a second of a scan on one and two processes, beside what it is made of, and its memory.

    python -m benchmarks.scan [--data ../shared/data] [--rounds 2] [--model models/shipped] [--json]

The real HTML pages are packed as .warc.gz in a temporary folder. Everything is measured in one run, on the
same pages: FastWARC reading alone, the bare lexbor parse, page and verdict in one process, ``scan`` on one
and on two processes, datatrove (trafilatura and the Gopher filter) on a share of the pages; then the memory
of scans of 1, 10 and 50 times the same pages at addresses of their own.

Two cores of a virtual machine often share hardware, or other programs use them. So each round also runs two
scans on one process each, side by side: what they lose is the machine's, and ``ceiling`` says how much it
leaves. Processor seconds show the same without a quiet machine: what two processes use beyond one scan.
Exits with 1 where two processes reach less than 90 % of the ceiling, or where memory grows by more than a
tenth from the tenfold to the fiftyfold input.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from fastwarc.warc import ArchiveIterator
from rich.console import Console
from rich.table import Table
from selectolax.lexbor import LexborHTMLParser

from detector.detector import SHIPPED, Detector
from detector.readers.inputs import find_inputs
from detector.readers.record import ReadOptions, Record
from detector.readers.warc import read_warc
from detector.scan.pool import load_detector

MIN_EFFICIENCY = 0.9
MAX_GROWTH = 1.1
COPIES = 3
"""How often the pages are packed: what it takes to start processes is little beside a crawl file."""
MEMORY_PAGES = 60
"""Of the memory measure's smallest input."""

_SAMPLE = 300  # pages for what is measured in this process
_PART = 1 << 20
_SCAN = """
import sys
from pathlib import Path
from detector.scan import ScanOptions, scan
archive, out, workers, part, model = sys.argv[1:]
options = ScanOptions(part_bytes=int(part))
print(scan([archive], Path(out), options, model=Path(model), workers=int(workers)).seconds)
"""
_LAUNCHER = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, check=True, text=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(done.stdout.strip(), used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
"""  # a process starts with its parent's mark, so the parent must be small; counts the workers too


def main() -> int:
    """Measure, print a table (or JSON), and tell by the exit code whether the floors hold."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path(__file__).resolve().parents[2] / "shared" / "data")
    parser.add_argument("--rounds", type=int, default=2, help="of scans; the fastest of each kind counts")
    parser.add_argument("--model", type=Path, default=SHIPPED)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="chaffinch-") as name:
        folder = Path(name)
        archive = folder / "pages.warc.gz"
        count = pack(given.data, archive, times=COPIES)
        figures = {"pages": float(count), **stages(archive, count, given.model)}
        figures |= scaling(archive, count, folder, given.model, given.rounds)
        figures |= memory(given.data, folder, given.model)
    show(figures, as_json=given.json)
    flat = figures["resident MB, 50x input"] <= MAX_GROWTH * figures["resident MB, 10x input"]
    return 0 if figures["efficiency of the ceiling's"] >= MIN_EFFICIENCY and flat else 1


def pack(data: Path, archive: Path, pages: int | None = None, times: int = 1) -> int:
    """Write pages (evenly chosen; None: all) as a .warc.gz, each time on hosts of their own; count them."""
    lines = gzip.decompress((data / "html" / "index.jsonl.gz").read_bytes()).splitlines()
    entries = [(entry, data / "html" / f"{entry['id']}.html.gz") for entry in map(json.loads, lines)]
    found = [
        (entry.get("url") or f"https://unknown.example/{entry['id']}", p)
        for entry, p in entries
        if p.exists()
    ]
    wanted = min(pages or len(found), len(found))
    chosen = [found[number * len(found) // wanted] for number in range(wanted)]
    with archive.open("wb") as out:
        for time_, (url, path) in itertools.product(range(times), chosen):
            address = url.replace("://", f"://copy{time_}.", 1) if time_ else url
            http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + gzip.decompress(path.read_bytes())
            head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {address}\r\n"
            head += f"Content-Type: application/http\r\nContent-Length: {len(http)}\r\n\r\n"
            out.write(gzip.compress(head.encode() + http + b"\r\n\r\n", 1))
    return wanted * times


def stages(archive: Path, count: int, model: Path) -> dict[str, float]:
    """Return pages a second of what a scan is made of, and of datatrove, in this process."""
    records = list(itertools.islice(_records(archive), 0, None, max(1, count // _SAMPLE)))
    detector = load_detector(model)
    return {
        "FastWARC reading alone": rate(count, lambda: _read_all(archive)),
        "bare lexbor parse alone": rate(len(records), lambda: _parse_all(records)),
        "page and verdict, no files": rate(len(records), lambda: _score_all(detector, records)),
        "datatrove: trafilatura and Gopher": rate(len(records), lambda: _datatrove(records)),
    }


def scaling(archive: Path, count: int, folder: Path, model: Path, rounds: int) -> dict[str, float]:
    """Return pages a second on one and two processes, and how well two share the work.

    What it takes to start and end is taken off before that: it does not grow with the input.
    """
    short, cut = _two_pages(archive, folder)
    out = (folder / f"rows-{number}" for number in itertools.count())
    start = {n: finish(begin(short, next(out), model, n, cut)) for n in (1, 2)}
    one, two, side = [], [], []
    for _ in range(rounds):
        one.append(finish(begin(archive, next(out), model, 1)))
        two.append(finish(begin(archive, next(out), model, 2)))
        both = [begin(archive, next(out), model, 1) for _ in range(2)]
        side.append(max(map(finish, both), key=lambda run: run.seconds))
    alone, beside = (min(run.seconds for run in runs) - start[1].seconds for runs in (one, side))
    shared = min(run.seconds for run in two) - start[2].seconds
    ceiling = alone / beside
    work, work_beside = (min(run.cpu for run in runs) - start[1].cpu for runs in (one, side))
    work_shared = min(run.cpu for run in two) - start[2].cpu
    return {
        "seconds to start and end a scan": start[1].seconds,
        "scan, 1 process": count / min(run.seconds for run in one),
        "scan, 2 processes": count / min(run.seconds for run in two),
        "efficiency of 2 processes": alone / shared / 2,
        "ceiling: two scans side by side": ceiling,
        "efficiency of the ceiling's": alone / shared / 2 / ceiling,
        "processor seconds, 2 processes to 1": work_shared / work,
        "processor seconds, 2 processes to one of two scans": work_shared / work_beside,
    }


def memory(data: Path, folder: Path, model: Path) -> dict[str, float]:
    """Return the resident memory of a scan's largest process, for 1, 10 and 50 times the input."""
    figures = {}
    for times in (1, 10, 50):
        archive = folder / f"memory-{times}.warc.gz"
        pack(data, archive, MEMORY_PAGES, times)
        run = finish(begin(archive, folder / f"memory-{times}", model, 2))
        figures[f"resident MB, {times}x input"] = run.largest_mb
        archive.unlink()
    return figures


@dataclass(frozen=True, slots=True)
class Run:
    """What a scan took."""

    seconds: float  # without its imports
    cpu: float  # processor seconds of all its processes, with their imports
    largest_mb: float  # resident, of its largest process


def begin(archive: Path, out: Path, model: Path, workers: int, part: int = _PART) -> subprocess.Popen[str]:
    """Start a scan in a process of its own."""
    scanning = [sys.executable, "-c", _SCAN, *map(str, (archive, out, workers, part, model))]
    return subprocess.Popen([sys.executable, "-c", _LAUNCHER, *scanning], stdout=subprocess.PIPE, text=True)


def finish(process: subprocess.Popen[str]) -> Run:
    """Wait for a scan."""
    output, _ = process.communicate()
    if process.returncode:
        raise SystemExit(f"a scan ended with code {process.returncode}: see above")
    return Run(*map(float, output.split()))


def rate(count: int, work: Callable[[], object]) -> float:
    """Return how many of ``count`` items a second ``work`` goes through."""
    started = time.perf_counter()
    work()
    return count / (time.perf_counter() - started)


def show(figures: dict[str, float], *, as_json: bool) -> None:
    """Print the figures."""
    if as_json:
        print(json.dumps(figures))
        return
    table = Table("measure (pages a second where no unit is given)")
    table.add_column("figure", justify="right")
    for name, figure in figures.items():
        table.add_row(name, f"{figure:,.2f}" if figure < 10 else f"{figure:,.0f}")
    Console().print(table)


def _records(archive: Path) -> Iterator[Record]:
    (source,) = find_inputs([archive])
    items = read_warc(source, 0, source.size, ReadOptions())
    return (item for item in items if isinstance(item, Record))


def _read_all(archive: Path) -> None:
    for record in ArchiveIterator(str(archive)):
        record.reader.read()


def _parse_all(records: list[Record]) -> None:
    for record in records:
        LexborHTMLParser(record.body)


def _score_all(detector: Detector, records: list[Record]) -> None:
    for _ in detector.score_many(record.page() for record in records):
        pass


def _two_pages(archive: Path, folder: Path) -> tuple[Path, int]:
    """Write an archive of the first two pages; return it, and the part size that parts them."""
    first, second, third = itertools.islice(_records(archive), 3)
    path = folder / "two.warc.gz"
    with archive.open("rb") as stream:
        stream.seek(first.position)
        path.write_bytes(stream.read(third.position - first.position))
    return path, second.position - first.position


def _datatrove(records: list[Record]) -> None:
    from datatrove.data import Document
    from datatrove.pipeline.extractors import Trafilatura
    from datatrove.pipeline.filters import GopherQualityFilter

    documents = (
        Document(text=bytes(record.body).decode("utf-8", "replace"), id=str(record.position))  # type: ignore[arg-type]
        for record in records
    )
    for _ in GopherQualityFilter().run(Trafilatura(timeout=10).run(documents)):
        pass


if __name__ == "__main__":
    sys.exit(main())
