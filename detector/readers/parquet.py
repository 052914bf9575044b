"""Parquet files, by row groups; only the mapped columns are read."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from detector.readers.inputs import Input
from detector.readers.jsonl import record_of_fields
from detector.readers.record import BadRecord, ErrorKind, FieldMap, Item, ReadOptions

_BATCH_ROWS = 64


def row_group_bytes(path: Path) -> list[int]:
    """Return the compressed bytes of each row group. Raises OSError where this is no Parquet file."""
    try:
        metadata = pq.read_metadata(path)
        metadata.schema.to_arrow_schema()  # fails, as reading would, on a type that Arrow lacks
    except pa.ArrowException as error:
        raise OSError(str(error)) from error
    sizes = []
    for index in range(metadata.num_row_groups):
        group = metadata.row_group(index)
        sizes.append(sum(group.column(c).total_compressed_size for c in range(group.num_columns)))
    return sizes


def read_parquet(source: Input, start: int, end: int, options: ReadOptions) -> Iterator[Item]:
    """Yield the records of row groups ``start..end``; a record's position is its row in the file."""
    with pq.ParquetFile(source.path, pre_buffer=False, buffer_size=1 << 20) as file:
        columns = _columns(options.fields, file.schema_arrow.names)
        rows = (file.metadata.row_group(group).num_rows for group in range(end))
        firsts = list(accumulate(rows, initial=0))
        for group in range(start, end):
            position = firsts[group]
            try:
                batches = file.iter_batches(
                    _BATCH_ROWS, row_groups=[group], columns=columns, use_threads=False
                )  # the other cores have parts of their own
                for batch in batches:
                    yield from _items(batch, position, options)
                    position += batch.num_rows
            except (OSError, pa.ArrowException, ValueError) as error:
                message = f"row group {group} is damaged from row {position} on: {error}"
                yield BadRecord(position, ErrorKind.CORRUPT, message)


def python_rows(batch: pa.RecordBatch) -> Iterator[dict[str, Any] | str]:
    """Yield each row of a batch as a dict, or say why not: Python holds no bad UTF-8 and no late date."""
    try:
        rows = batch.to_pylist()
    except (pa.ArrowException, ValueError, OverflowError) as error:
        if batch.num_rows == 1:
            yield f"a value that cannot be read: {error}"
            return
        for row in range(batch.num_rows):
            yield from python_rows(batch.slice(row, 1))
    else:
        yield from rows


def _items(batch: pa.RecordBatch, position: int, options: ReadOptions) -> Iterator[Item]:
    for number, row in enumerate(python_rows(batch), position):
        if isinstance(row, str):
            yield BadRecord(number, ErrorKind.MALFORMED, row)
        else:
            yield record_of_fields(row, number, options)


def _columns(fields: FieldMap, present: list[str]) -> list[str]:
    wanted = (fields.url, fields.html, fields.text, fields.title, fields.date, fields.content_type)
    tops = [name if name in present else name.partition(".")[0] for name in wanted]
    return [name for name in dict.fromkeys(tops) if name in present]
