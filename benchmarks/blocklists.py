"""What a long block list costs: memory, reading and look-ups, beside a Python set of the same sites.

    python -m benchmarks.blocklists [--entries 4500000]

The list is made here, of invented domains and one account in fifty, one a line. Each structure is made in a
process of its own, which has read a short list before (suffixes and caches of host names come to 45 MB): what
its resident memory grows by is the structure's own, and the peak tells what reading needs beside.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from detector.blocklists.reading import ListFile
from detector.blocklists.reputation import Reputation

SYLLABLES = ("ba", "ler", "mo", "tin", "gar", "sul", "pe", "nor", "vi", "dak", "shop", "news", "bet", "tech")
LOOKUPS = 20_000
SHORT = 70_000
"""Entries that fill every cache of host names."""


def sites(entries: int) -> Iterator[str]:
    """Yield invented sites, all different."""
    rng = random.Random(7)
    for number in range(entries):
        name = "".join(rng.choices(SYLLABLES, k=3)) + f"{number:x}"
        yield f"{name}.example.com/@user{number}" if number % 50 == 0 else f"{name}.example"


def keep_hashes(path: Path) -> Reputation:
    """Read a list as the service does."""
    return Reputation([ListFile(path)])


def keep_set(path: Path) -> set[str]:
    """Read a list into a set."""
    return {entry.site for entry in ListFile(path)}


def measure(keep: Callable[[Path], Any], short: Path, path: Path) -> dict[str, object]:
    """Return what keeping a list costs, in MB and seconds; memory as the system counts it."""
    keep(short)
    before = _resident()
    start = time.process_time()
    kept = keep(path)
    seconds = time.process_time() - start
    row: dict[str, object] = {
        "kept_as": type(kept).__name__,
        "entries": len(kept),
        "resident_mb": round((_resident() - before) / 1e6, 1),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6 - before / 1e6, 1),
        "read_s": round(seconds, 1),
    }
    if isinstance(kept, Reputation):
        row |= {"arrays_mb": round(kept.nbytes / 1e6, 1), "lookup_us": _lookup_us(kept)}
    return row


def _lookup_us(reputation: Reputation) -> float:
    """Return the median cost of looking up a host of three labels with a path of two parts."""
    costs = []
    for number in range(LOOKUPS):
        start = time.perf_counter()
        reputation.lookup(f"www.news{number}.example", f"https://www.news{number}.example/2026/bridge")
        costs.append(time.perf_counter() - start)
    return round(1e6 * statistics.median(costs), 1)


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize()


def main() -> None:
    """Measure both and print a JSON line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=4_500_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        short, path = Path(folder, "short.txt"), Path(folder, "sites.txt")
        for into, entries in ((short, SHORT), (path, options.entries)):
            with into.open("w", encoding="ascii") as file:
                file.writelines(f"{site}\n" for site in sites(entries))
        for keep in (keep_hashes, keep_set):
            with get_context("spawn").Pool(1) as pool:
                sys.stdout.write(json.dumps(pool.apply(measure, (keep, short, path))) + "\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
