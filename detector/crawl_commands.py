"""Sub-commands for whole crawls: ``chaffinch scan``, ``sites`` and ``blocklist``."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from detector.detector import SHIPPED
from detector.errors import InputError
from detector.readers.record import HTML_TYPES, TEXT_TYPES, FieldMap, ReadOptions
from detector.scan import Progress as ScanProgress
from detector.scan import ScanOptions, Summary
from detector.scan import scan as run_scan
from detector.scan.output import OutputFormat
from detector.scan.scoring import Filters

STDIN = "-"


def register(app: typer.Typer) -> None:
    """Add this package's sub-commands."""
    app.command()(scan)


def scan(
    inputs: Annotated[
        list[str],
        typer.Argument(metavar="INPUT…", help="WARC, WET, JSONL or Parquet files, folders, or - for stdin."),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="OUT", help="Folder for the rows.")],
    output_format: Annotated[
        OutputFormat, typer.Option("--format", help="Parquet, or JSON lines with whole verdicts.")
    ] = OutputFormat.PARQUET,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes (default: one a core).")] = None,
    field: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=PATH",
            help="Field of JSONL and Parquet records: url, html, text, title, date or content_type. Repeat.",
        ),
    ] = None,
    content_type: Annotated[
        list[str] | None, typer.Option(help="Content type to read (default: HTML and plain text). Repeat.")
    ] = None,
    language: Annotated[
        list[str] | None, typer.Option(help="Language to keep, ISO 639-1 (default: all). Repeat.")
    ] = None,
    max_records: Annotated[int | None, typer.Option(min=1, help="Stop after so many rows.")] = None,
    sample: Annotated[
        float, typer.Option(min=0, max=1, help="Share of the pages to score, the same ones each time.")
    ] = 1.0,
    part_mb: Annotated[
        int | None, typer.Option(min=1, help="Megabytes of input a part (default: by the inputs' size).")
    ] = None,
    model: Annotated[Path, typer.Option(help="Folder of the model to use.")] = SHIPPED,
    json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Score a crawl on every core. After a kill, the same command finishes it.

    Every page and every bad record becomes a row; records left out by a filter are counted. Exit codes: 0 the
    scan is complete, 2 an input, the output folder or the model could not be used.
    """
    options = ScanOptions(
        ReadOptions(field_map(field or []), tuple(content_type or HTML_TYPES + TEXT_TYPES)),
        Filters(frozenset(language or ()), sample),
        max_records,
        output_format,
        part_mb * 1_000_000 if part_mb else None,
    )
    with _with_stdin(inputs, out) as files, _progress_bar() as progress:
        summary = run_scan(files, out, options, model=model, workers=workers, progress=progress)
    if json:
        sys.stdout.buffer.write(summary.to_json() + b"\n")
    else:
        _show_summary(summary)


def field_map(assignments: list[str]) -> FieldMap:
    """Read ``NAME=PATH`` pairs. Raises InputError where a name is unknown or the form is another."""
    known = set(FieldMap.__dataclass_fields__)
    given: dict[str, str] = {}
    for assignment in assignments:
        name, equals, path = assignment.partition("=")
        if name not in known or not path or not equals:
            raise InputError(
                f"--field {assignment}: give NAME=PATH with a NAME of {', '.join(sorted(known))}"
            )
        given[name] = path
    return FieldMap(**given)


@contextmanager
def _with_stdin(inputs: list[str], out: Path) -> Iterator[list[str]]:
    """Put standard input into a file of a fixed name, to be cut, read and restarted like any other."""
    if STDIN not in inputs:
        yield inputs
        return
    out.mkdir(parents=True, exist_ok=True)
    spool = out / "_stdin"
    with tempfile.NamedTemporaryFile(dir=out, prefix=".tmp-stdin-") as stream:
        shutil.copyfileobj(sys.stdin.buffer, stream, 1 << 20)
        stream.flush()
        spool.unlink(missing_ok=True)
        spool.hardlink_to(stream.name)
    try:
        yield [str(spool) if item == STDIN else item for item in inputs]
    finally:
        spool.unlink(missing_ok=True)


@contextmanager
def _progress_bar() -> Iterator[Callable[[ScanProgress], None]]:
    columns = (
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[pages]:,} pages, {task.fields[rate]:,.0f} a second"),
        TextColumn("{task.fields[errors]:,} errors"),
        TimeRemainingColumn(compact=True),
    )
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("scan", total=None, pages=0, rate=0.0, errors=0)

        def show(progress: ScanProgress) -> None:
            elapsed = bar.tasks[0].elapsed or 0.0
            bar.update(
                task,
                total=progress.bytes_total,
                completed=progress.bytes_done,
                pages=progress.pages,
                rate=progress.pages / elapsed if elapsed else 0.0,
                errors=progress.errors,
            )

        yield show


def _show_summary(summary: Summary) -> None:
    table = Table(title=f"{summary.rows:,} rows in {summary.output}", title_justify="left")
    table.add_column("what")
    table.add_column("count", justify="right")
    for heading, counts in (
        ("label", summary.labels),
        ("error", summary.errors),
        ("skipped", summary.skipped),
    ):
        for name, count in counts.items():
            table.add_row(f"{heading} {name}", f"{count:,}")
    console = Console()
    console.print(table)
    console.print(
        f"{summary.pages:,} pages scored in {summary.seconds:,.1f} s "
        f"({summary.pages_per_second:,.0f} a second), "
        f"{summary.resumed_parts} of {summary.parts} parts were there already; model {summary.model}"
    )
