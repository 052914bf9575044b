"""Rows of a scan to a table of sites, in one pass; memory grows with the number of sites, not of pages."""

from __future__ import annotations

import errno
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
from detector.scan.output import DONE_FILE, PLAN_FILE
from detector.sites.report import SITE_SCHEMA, site_row
from detector.sites.state import COLUMNS, SiteState

_BATCH_ROWS = 2_000
_COLUMNS = frozenset(COLUMNS)


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

    ``progress`` is told the number of rows read so far. Raises InputError where a folder holds no finished
    scan, or the table can't be written.
    """
    parts = _parts(folders)
    temporary = out.with_name(f".tmp-{out.name}")
    try:
        if out.is_dir():
            raise IsADirectoryError(errno.EISDIR, "is a folder")
        with pq.ParquetWriter(temporary, SITE_SCHEMA, compression="zstd") as writer:
            summary = _write_sites(writer, str(out), parts, thresholds, progress)
        temporary.replace(out)
    except OSError as error:
        raise InputError(f"{out}: cannot be written ({error.strerror or error})") from error
    finally:
        temporary.unlink(missing_ok=True)
    return summary


def add_row(states: dict[str, SiteState], row: Mapping[str, Any]) -> None:
    """Add a row to its site's state."""
    state = states.get(row["site"])
    if state is None:
        state = states[row["site"]] = SiteState(row["site"])
    state.add(row)


def _write_sites(
    writer: pq.ParquetWriter,
    out: str,
    parts: Iterable[Path],
    thresholds: Thresholds,
    progress: Callable[[int], None],
) -> SitesSummary:
    states: dict[str, SiteState] = {}
    rows = placeless = 0
    for rows, row in enumerate(_all_rows(parts), 1):
        if row["site"]:
            add_row(states, row)
        else:
            placeless += 1
        if rows % _BATCH_ROWS == 0:
            progress(rows)
    labels: Counter[str] = Counter()
    ordered = (site_row(states[site], thresholds) for site in sorted(states))
    while batch := list(islice(ordered, _BATCH_ROWS)):
        labels.update(str(row["label"]) for row in batch)
        writer.write_batch(pa.RecordBatch.from_pylist(batch, schema=SITE_SCHEMA))
    return SitesSummary(out, rows, placeless, len(states), dict(labels.most_common()))


def _parts(folders: Sequence[Path]) -> list[Path]:
    """Return the parts of scans, each of which must be whole and stand there once."""
    if len({folder.resolve() for folder in folders}) < len(folders):
        raise InputError("a folder is given twice: its pages would count twice")
    found: list[Path] = []
    for folder in folders:
        parts = sorted([*folder.glob("part-*.parquet"), *folder.glob("part-*.jsonl")])
        if (folder / PLAN_FILE).exists() and not (folder / DONE_FILE).exists():
            raise InputError(f"{folder}: the scan is not finished: give its command again")
        if not parts:
            raise InputError(f"{folder}: holds no parts of a scan: give the folder that scan wrote")
        found += parts
    return found


def _all_rows(parts: Iterable[Path]) -> Iterator[Mapping[str, Any]]:
    for part in parts:
        try:
            yield from _parquet_rows(part) if part.suffix == ".parquet" else _json_rows(part)
        except (OSError, pa.ArrowException, orjson.JSONDecodeError) as error:
            raise InputError(f"{part}: cannot be read as a part of a scan ({error})") from error


def _parquet_rows(part: Path) -> Iterator[Mapping[str, Any]]:
    with pq.ParquetFile(part) as file:
        _check_columns(part, file.schema_arrow.names)
        for batch in file.iter_batches(_BATCH_ROWS, columns=list(COLUMNS)):
            yield from batch.to_pylist()


def _json_rows(part: Path) -> Iterator[Mapping[str, Any]]:
    with part.open("rb") as stream:
        for line in stream:
            row = orjson.loads(line)
            _check_columns(part, row if isinstance(row, dict) else ())
            yield row


def _check_columns(part: Path, names: Iterable[str]) -> None:
    if missing := _COLUMNS.difference(names):
        raise InputError(f"{part}: rows without {', '.join(sorted(missing))}: no part of a scan")
