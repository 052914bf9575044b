"""Scores crawls and rolls up sites on Spark (extra ``[spark]``), with the very rows that ``scan`` writes.

As a job: ``spark-submit chaffinch_spark.py score INPUT… -o ROWS``, then ``… sites ROWS -o SITES``; the file
is in ``detector/jobs``. Executors need this distribution installed (the model comes with it), and see the
inputs under the same paths.
"""

from __future__ import annotations

import argparse
import pickle
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.pandas.types import from_arrow_schema

from detector.blocklists.reputation import Reputation, load_lists
from detector.detector import SHIPPED, Detector
from detector.model import Thresholds, read_thresholds
from detector.readers.inputs import Format, Input, find_inputs
from detector.readers.jsonl import record_of_fields
from detector.readers.parquet import python_rows
from detector.readers.parts import MIN_PART, Part, is_stream, part_sizes, plan_parts, read_part
from detector.readers.record import BadRecord, ErrorKind, Item, ReadOptions
from detector.scan.pool import load_detector
from detector.scan.rows import SCHEMA, Row, to_batch
from detector.scan.scoring import MAX_BATCH, Filters, Outcome, score_items
from detector.sites.report import SITE_SCHEMA, site_row
from detector.sites.run import add_row
from detector.sites.state import COLUMNS, SiteState

_MAX_STATES = 20_000  # sites whose states a task holds before it passes them on
_STATE_SCHEMA = pa.schema([("site", pa.string()), ("state", pa.binary())])


def score_dataframe(
    pages: DataFrame,
    read: ReadOptions | None = None,
    filters: Filters | None = None,
    *,
    model: Path = SHIPPED,
    lists: Iterable[Path] = (),
    source: str = "",
) -> DataFrame:
    """Score a DataFrame of pages: a row of ``detector.scan.rows.SCHEMA`` for each that the filters keep.

    ``read.fields`` names its columns, as in ``scan``. Columns ``source`` and ``position``, where it has them,
    are passed on; else the rows say ``source`` and 0.
    """
    read, filters, lists = read or ReadOptions(), filters or Filters(), tuple(lists)

    def score(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        detector, reputation = _detector(model), _reputation(lists)
        for batch in batches:
            for start in range(0, batch.num_rows, MAX_BATCH):
                values = list(python_rows(batch.slice(start, MAX_BATCH)))
                yield to_batch(_scored(detector, values, read, filters, source, reputation))

    return pages.mapInArrow(score, from_arrow_schema(SCHEMA))


def score_inputs(
    spark: SparkSession,
    inputs: Iterable[str | Path],
    read: ReadOptions | None = None,
    filters: Filters | None = None,
    *,
    model: Path = SHIPPED,
    lists: Iterable[Path] = (),
) -> DataFrame:
    """Score crawl files of any format that ``scan`` reads. An archive or a compressed stream is one task."""
    read, filters, lists = read or ReadOptions(), filters or Filters(), tuple(lists)
    sources = find_inputs(inputs)
    tasks = [(pickle.dumps(task),) for task in _tasks(sources)]

    def score(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        detector, reputation = _detector(model), _reputation(lists)
        for batch in batches:
            for task in batch.column(0).to_pylist():
                source, part = pickle.loads(task)  # noqa: S301 - of this job's own making
                items = _items(source, part, read)
                outcomes = score_items(detector, source.name, items, filters, reputation=reputation)
                yield from _batches(outcomes)

    frame = spark.createDataFrame(tasks, "task binary").repartition(max(1, len(tasks)))
    return frame.mapInArrow(score, from_arrow_schema(SCHEMA))


def sites(rows: DataFrame, thresholds: Thresholds) -> DataFrame:
    """Roll rows up to sites: the same table as ``chaffinch sites`` makes, in any order."""

    def partial(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        states: dict[str, SiteState] = {}
        for batch in batches:
            for row in batch.to_pylist():
                if row["site"]:
                    add_row(states, row)
            if len(states) > _MAX_STATES:
                yield _state_batch(states)
                states = {}
        yield _state_batch(states)

    def whole(group: pa.Table) -> pa.Table:
        first, *others = (pickle.loads(state) for state in group["state"].to_pylist())  # noqa: S301 - as above
        for other in others:
            first.merge(other)
        return pa.Table.from_pylist([site_row(first, thresholds)], schema=SITE_SCHEMA)

    states = rows.select(*COLUMNS).mapInArrow(partial, from_arrow_schema(_STATE_SCHEMA))
    return states.groupBy("site").applyInArrow(whole, from_arrow_schema(SITE_SCHEMA))


def main(arguments: list[str] | None = None) -> None:
    """Run one of the two jobs."""
    parser = argparse.ArgumentParser(description="Chaffinch on Spark")
    parser.add_argument("job", choices=("score", "sites"))
    parser.add_argument("inputs", nargs="+", help="crawl files and folders, or folders of rows")
    parser.add_argument("-o", "--out", required=True, help="folder of Parquet files to write")
    parser.add_argument("--model", type=Path, default=SHIPPED, help="folder of the model")
    parser.add_argument("--list", type=Path, action="append", default=[], help="block list to look up in")
    given = parser.parse_args(arguments)
    spark = SparkSession.builder.appName(f"chaffinch {given.job}").getOrCreate()
    if given.job == "score":
        made = score_inputs(spark, given.inputs, model=given.model, lists=given.list)
    else:
        made = sites(spark.read.parquet(*given.inputs), read_thresholds(given.model))
    made.write.mode("errorifexists").parquet(given.out)


@cache
def _detector(model: Path) -> Detector:
    """Load a model once for each Python process of an executor."""
    return load_detector(model)


@cache
def _reputation(lists: tuple[Path, ...]) -> Reputation | None:
    """Read block lists once for each Python process of an executor."""
    return load_lists(lists)


def _scored(
    detector: Detector,
    values: list[dict[str, Any] | str],
    read: ReadOptions,
    filters: Filters,
    source: str,
    reputation: Reputation | None,
) -> Iterator[Row]:
    def source_of(value: dict[str, Any] | str) -> str:
        return source if isinstance(value, str) else str(value.get("source") or source)

    for name, group in groupby(values, key=source_of):
        items = (_item(value, read) for value in group)
        outcomes = score_items(detector, name, items, filters, reputation=reputation)
        yield from (outcome for outcome in outcomes if isinstance(outcome, dict))


def _item(value: dict[str, Any] | str, read: ReadOptions) -> Item:
    if isinstance(value, str):
        return BadRecord(0, ErrorKind.MALFORMED, value)
    return record_of_fields(value, int(value.get("position") or 0), read)


def _tasks(sources: tuple[Input, ...]) -> Iterator[tuple[Input, Part]]:
    for index, (source, size) in enumerate(zip(sources, part_sizes(sources), strict=True)):
        if source.size and (source.format is Format.WARC or is_stream(source)):
            yield source, Part(index, 0, 0, source.size, source.size)
        else:
            yield from ((source, part) for part in plan_parts(index, source, size))


def _items(source: Input, part: Part, read: ReadOptions) -> Iterator[Item]:
    parts = plan_parts(part.source, source, MIN_PART) if is_stream(source) else [part]
    for each in parts:
        yield from read_part(source, each, read)


def _batches(outcomes: Iterator[Outcome]) -> Iterator[pa.RecordBatch]:
    held: list[Row] = []
    for outcome in outcomes:
        if isinstance(outcome, dict):
            held.append(outcome)
        if len(held) >= MAX_BATCH:
            yield to_batch(held)
            held = []
    yield to_batch(held)


def _state_batch(states: dict[str, SiteState]) -> pa.RecordBatch:
    rows = [{"site": site, "state": pickle.dumps(state)} for site, state in states.items()]
    return pa.RecordBatch.from_pylist(rows, schema=_STATE_SCHEMA)
