"""Kills a scan at random moments, a hundred times, and compares its rows with those of an undisturbed one.

    python -m benchmarks.scan_kills [--kills 100] [--pages 400] [--workers 2] [--data DATA] [--model DIR]

Each scan is killed (all its processes at once, SIGKILL) after a random time and started again, until it is
complete; then its rows must equal the undisturbed scan's, and the next scan begins in a new folder. In every
other round a single worker is killed besides, which the scan has to survive by itself. Exits with 1 at the
first difference.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pyarrow.dataset

from benchmarks.scan import pack
from detector.detector import SHIPPED

SEED = 20261123
_COMMAND = "from detector.cli import main; main()"


def main() -> int:
    """Kill, compare, and tell by the exit code whether all rows were equal."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path(__file__).resolve().parents[2] / "shared" / "data")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--pages", type=int, default=400)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--model", type=Path, default=SHIPPED)
    given = parser.parse_args()
    chance = random.Random(SEED)
    with tempfile.TemporaryDirectory(prefix="chaffinch-") as name:
        folder = Path(name)
        archive = folder / "pages.warc.gz"
        pack(given.data, archive, given.pages)
        started = time.monotonic()
        scanning = Scanning(archive, given.model, given.workers)
        finish_with_kills(scanning, folder / "undisturbed", chance, 0, kills=0)
        whole = time.monotonic() - started
        expected = rows(folder / "undisturbed")
        print(f"{len(expected)} rows in {whole:.1f} s undisturbed; killing after 0 to {whole:.1f} s")
        kills = scans = 0
        while kills < given.kills:
            out = folder / f"scan-{scans}"
            kills += finish_with_kills(scanning, out, chance, whole, given.kills - kills)
            scans += 1
            if rows(out) != expected:
                print(f"rows differ after {kills} kills, in scan {scans}")
                return 1
            print(f"{kills} kills, {scans} scans, all rows equal", flush=True)
    return 0


@dataclass(frozen=True, slots=True)
class Scanning:
    """How to scan the archive."""

    archive: Path
    model: Path
    workers: int

    def start(self, out: Path) -> subprocess.Popen[bytes]:
        """Start a scan in a process group of its own."""
        arguments = ["scan", str(self.archive), "-o", str(out), "--workers", str(self.workers)]
        arguments += ["--part-mb", "1", "--json", "--model", str(self.model)]
        command = [sys.executable, "-c", _COMMAND, *arguments]
        return subprocess.Popen(command, start_new_session=True, stdout=subprocess.DEVNULL)


def finish_with_kills(
    scanning: Scanning, out: Path, chance: random.Random, longest: float, kills: int
) -> int:
    """Run a scan to its end, killing it on the way; return how many kills it took."""
    done = 0
    while True:
        process = scanning.start(out)
        delay = chance.uniform(0, longest) if done < kills else None
        if done % 2:
            with suppress(subprocess.TimeoutExpired):
                process.wait(chance.uniform(0, longest) / 2)
            kill_a_worker(process.pid, chance)
        try:
            code = process.wait(delay)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            done += 1
            continue
        if code:
            raise SystemExit(f"a scan ended by itself with code {code}")
        return done


def kill_a_worker(parent: int, chance: random.Random) -> None:
    """Kill one of a scan's worker processes, where it has any yet."""
    with suppress(OSError):
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        workers = [pid for pid in children if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]
        if workers:
            os.kill(int(chance.choice(workers)), signal.SIGKILL)


def rows(folder: Path) -> list[dict[str, object]]:
    """Return a scan's rows in input order."""
    table = pyarrow.dataset.dataset(folder, format="parquet").to_table()
    return sorted(table.to_pylist(), key=lambda row: (row["source"], row["position"]))


if __name__ == "__main__":
    sys.exit(main())
