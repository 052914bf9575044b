"""Pages a second of a scan on one and two processes, beside what it is made of, and its memory.

    python -m benchmarks.scan [--data ../shared/data] [--copies 3] [--model models/shipped] [--json]

The real HTML pages are packed as .warc.gz in a temporary folder. Everything is measured in one run, on the
same pages: FastWARC reading alone, the bare lexbor parse, page and verdict in one process, ``scan`` on one
and on two processes, datatrove (trafilatura and the Gopher filter) on a share of the pages; then the memory
of scans of 1, 10 and 50 times the input. Exits with 1 where two processes are less than 90 % efficient, or
where memory grows by more than a tenth from the tenfold to the fiftyfold input.
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
from pathlib import Path

from fastwarc.warc import ArchiveIterator
from rich.console import Console
from rich.table import Table
from selectolax.lexbor import LexborHTMLParser

from detector.detector import SHIPPED
from detector.readers.inputs import find_inputs
from detector.readers.record import ReadOptions, Record
from detector.readers.warc import read_warc
from detector.scan import ScanOptions, scan
from detector.scan.pool import load_detector

MIN_EFFICIENCY = 0.9
MAX_GROWTH = 1.1
_PAGES_BASE = 150  # of the memory measure's smallest input
_DATATROVE_PAGES = 300
_COMMAND = "from detector.cli import main; main()"
_LAUNCHER = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""  # a process starts with its parent's mark, so the parent must be small; counts the workers too


def main() -> int:
    """Measure, print a table (or JSON), and tell by the exit code whether the floors hold."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path(__file__).resolve().parents[2] / "shared" / "data")
    parser.add_argument("--copies", type=int, default=3, help="how often the pages are packed")
    parser.add_argument("--model", type=Path, default=SHIPPED)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="chaffinch-") as name:
        folder = Path(name)
        archive = folder / "pages.warc.gz"
        count = pack(given.data, archive, given.copies)
        figures = speeds(archive, count, folder, given.model)
        figures |= memory(given.data, folder, given.model)
    show(figures, as_json=given.json)
    flat = figures["resident MB, 50x input"] <= MAX_GROWTH * figures["resident MB, 10x input"]
    return 0 if figures["scaling efficiency, 2 processes"] >= MIN_EFFICIENCY and flat else 1


def pack(data: Path, archive: Path, copies: int = 1, limit: int | None = None) -> int:
    """Write the pages as a .warc.gz, ``copies`` times over, each copy at addresses of its own."""
    lines = gzip.decompress((data / "html" / "index.jsonl.gz").read_bytes()).splitlines()
    index = [json.loads(line) for line in lines]
    files = [(entry, data / "html" / f"{entry['id']}.html.gz") for entry in index]
    pages = [(entry.get("url") or f"https://unknown.example/{entry['id']}", path) for entry, path in files]
    wanted = itertools.islice(itertools.cycle(pages), limit or copies * len(pages))
    with archive.open("wb") as out:
        for number, (url, path) in enumerate(wanted):
            if not path.exists():
                continue
            http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + gzip.decompress(path.read_bytes())
            head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}#{number}\r\n"
            head += f"Content-Type: application/http\r\nContent-Length: {len(http)}\r\n\r\n"
            out.write(gzip.compress(head.encode() + http + b"\r\n\r\n", 6))
    return sum(1 for _ in ArchiveIterator(str(archive), parse_http=False))


def speeds(archive: Path, count: int, folder: Path, model: Path) -> dict[str, float]:
    """Return pages a second of each stage, and how well two processes share the work."""
    figures = {"pages": float(count)}
    records = list(itertools.islice(_records(archive), count))
    sample = records[: max(1, count // 3)]
    detector = load_detector(model)
    figures["FastWARC reading alone"] = rate(count, lambda: _read_all(archive))
    figures["bare lexbor parse alone"] = rate(len(sample), lambda: _parse_all(sample))
    figures["page and verdict, no files"] = rate(len(sample), lambda: _score_all(detector, sample))
    starting = _scan_seconds(_first_page(archive, folder), folder / "start", model, 1)
    one = _scan_seconds(archive, folder / "one", model, 1)
    two = _scan_seconds(archive, folder / "two", model, 2)
    figures |= {
        "seconds to start and end a scan": starting,
        "scan, 1 process": count / one,
        "scan, 2 processes": count / two,
        "scaling efficiency, 2 processes": (one - starting) / (2 * (two - starting)),
    }
    figures["datatrove: trafilatura and Gopher"] = rate(
        min(_DATATROVE_PAGES, count), lambda: _datatrove(records[:_DATATROVE_PAGES])
    )
    return figures


def memory(data: Path, folder: Path, model: Path) -> dict[str, float]:
    """Return the resident memory of a scan's largest process, for 1, 10 and 50 times the input."""
    figures = {}
    for times in (1, 10, 50):
        archive = folder / f"memory-{times}.warc.gz"
        pack(data, archive, limit=times * _PAGES_BASE)
        arguments = ["scan", str(archive), "-o", str(folder / f"rows-{times}"), "--workers", "2", "--json"]
        scanning = [sys.executable, "-c", _COMMAND, *arguments, "--part-mb", "1", "--model", str(model)]
        done = subprocess.run(
            [sys.executable, "-c", _LAUNCHER, *scanning], stdout=subprocess.PIPE, check=True, text=True
        )
        figures[f"resident MB, {times}x input"] = int(done.stdout) / 1024
        archive.unlink()
    return figures


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


def _score_all(detector, records: list[Record]) -> None:  # type: ignore[no-untyped-def]
    for _ in detector.score_many(record.page() for record in records):
        pass


def _first_page(archive: Path, folder: Path) -> Path:
    first, second = itertools.islice(_records(archive), 2)
    path = folder / "first.warc.gz"
    with archive.open("rb") as stream:
        stream.seek(first.position)
        path.write_bytes(stream.read(second.position - first.position))
    return path


def _scan_seconds(archive: Path, out: Path, model: Path, workers: int) -> float:
    return scan([archive], out, ScanOptions(part_bytes=1 << 20), model=model, workers=workers).seconds


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
