"""Rows of a scan to a table of sites, in one pass; memory grows with the number of sites, not of pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from detector.errors import InputError
from detector.model import Thresholds
from detector.sites.report import SITE_SCHEMA, site_row
from detector.sites.state import COLUMNS, SiteState

_BATCH_ROWS = 2_000


@dataclass(frozen=True, slots=True)
class SitesSummary:
    """What a table of sites holds."""

    output: str
    rows: int  # of the scan
    placeless: int  # of these, rows without an address: they belong to no site
    sites: int
    labels: dict[str, int]

    def to_json(self) -> bytes:
        """Return the summary for machines."""
        return orjson.dumps(asdict(self))


def roll_up(
    folders: Sequence[Path],
    out: Path,
    thresholds: Thresholds,
    progress: Callable[[int], None] = lambda rows: None,
) -> SitesSummary:
    """Write a Parquet table with a row for each site of one or more finished scans.

    ``progress`` is told the number of rows read so far. Raises InputError where a folder holds no scan.
    """
    states: dict[str, SiteState] = {}
    rows = placeless = 0
    for rows, row in enumerate(_all_rows(folders), 1):
        if row["site"]:
            add_row(states, row)
        else:
            placeless += 1
        if rows % _BATCH_ROWS == 0:
            progress(rows)
    labels: Counter[str] = Counter()
    temporary = out.with_name(f".tmp-{out.name}")
    with pq.ParquetWriter(temporary, SITE_SCHEMA, compression="zstd") as writer:
        ordered = (site_row(states[site], thresholds) for site in sorted(states))
        while batch := list(islice(ordered, _BATCH_ROWS)):
            labels.update(str(row["label"]) for row in batch)
            writer.write_batch(pa.RecordBatch.from_pylist(batch, schema=SITE_SCHEMA))
    temporary.replace(out)
    return SitesSummary(str(out), rows, placeless, len(states), dict(labels.most_common()))


def add_row(states: dict[str, SiteState], row: Mapping[str, Any]) -> None:
    """Add a row to its site's state."""
    state = states.get(row["site"])
    if state is None:
        state = states[row["site"]] = SiteState(row["site"])
    state.add(row)


def _all_rows(folders: Iterable[Path]) -> Iterator[Mapping[str, Any]]:
    for folder in folders:
        parts = sorted([*folder.glob("part-*.parquet"), *folder.glob("part-*.jsonl")])
        if not parts:
            raise InputError(f"{folder}: holds no parts of a scan: give the folder that scan wrote")
        for part in parts:
            yield from _parquet_rows(part) if part.suffix == ".parquet" else _json_rows(part)


def _parquet_rows(part: Path) -> Iterator[Mapping[str, Any]]:
    with pq.ParquetFile(part) as file:
        for batch in file.iter_batches(_BATCH_ROWS, columns=list(COLUMNS)):
            yield from batch.to_pylist()


def _json_rows(part: Path) -> Iterator[Mapping[str, Any]]:
    with part.open("rb") as stream:
        yield from map(orjson.loads, stream)
