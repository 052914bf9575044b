"""Sub-commands for whole crawls: ``chaffinch scan``, ``sites`` and ``blocklist``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from detector.blocklists.reading import ListFile
from detector.blocklists.reputation import Reputation
from detector.blocklists.writing import ListFormat, export, flagged_sites
from detector.detector import SHIPPED
from detector.errors import InputError, ListError
from detector.model import read_thresholds
from detector.options import warn_of_empty
from detector.parsing.domains import host_of
from detector.readers.record import (
    HTML_TYPES,
    TEXT_TYPES,
    ErrorKind,
    FieldMap,
    ReadOptions,
    SkipReason,
    clean,
)
from detector.scan import Progress as ScanProgress
from detector.scan import ScanOptions, Summary
from detector.scan import scan as run_scan
from detector.scan.output import OutputFormat
from detector.scan.scoring import Filters
from detector.sites.run import roll_up
from detector.verdict import Label

_DECIDED_BY: dict[ErrorKind | SkipReason, str] = {
    ErrorKind.NO_CONTENT: "--field",
    SkipReason.CONTENT_TYPE: "--content-type",
    SkipReason.LANGUAGE: "--language",
    SkipReason.SAMPLE: "--sample",
}
"""The options that decide whether a record is left without a verdict for such a reason."""


def register(app: typer.Typer) -> None:
    """Add this package's sub-commands."""
    app.command()(scan)
    app.command()(sites)
    lists = typer.Typer(help="Write and read block lists.", no_args_is_help=True)
    lists.command("export")(export_list)
    lists.command("lookup")(look_up)
    app.add_typer(lists, name="blocklist")


def scan(
    inputs: Annotated[
        list[str],
        typer.Argument(metavar="INPUT…", help="WARC, WET, JSONL or Parquet files, folders, or - for stdin."),
    ],
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="OUT", file_okay=False, help="Folder for the rows.")
    ],
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
    lists: Annotated[
        list[Path] | None,
        typer.Option("--list", "-l", metavar="LIST", help="Block list to look addresses up in. Repeat."),
    ] = None,
    part_mb: Annotated[
        int | None, typer.Option(min=1, help="Megabytes of input a part (default: by the inputs' size).")
    ] = None,
    model: Annotated[Path, typer.Option(help="Folder of the model to use.")] = SHIPPED,
    json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Score a crawl on every core. After a kill, the same command finishes it.

    Every page and every bad record becomes a row, with its error; records left out by a filter are counted.

    Exit codes: 0 the scan is complete, errors in its rows or not, 2 an input is not there or of no known
    format, or a list, the output folder or the model could not be used.
    """
    options = ScanOptions(
        ReadOptions(field_map(field or []), tuple(map(str.lower, content_type or HTML_TYPES + TEXT_TYPES))),
        Filters(frozenset(map(str.lower, language or ())), sample),
        max_records,
        output_format,
        tuple(lists or ()),
        part_mb * 1_000_000 if part_mb else None,
    )
    warn_of_empty(options.lists)
    with _progress_bar() as progress:
        summary = run_scan(inputs, out, options, model=model, workers=workers, progress=progress)
    if json:
        sys.stdout.buffer.write(summary.to_json() + b"\n")
    else:
        _show_summary(summary)
    if not summary.labels:
        typer.echo(f"no page was scored: {_why_empty(summary)}", err=True)


def sites(
    scans: Annotated[list[Path], typer.Argument(metavar="OUT…", help="Folders that scan wrote.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="SITES.parquet", help="The table to write.")],
    model: Annotated[Path, typer.Option(help="Folder of the model that has the thresholds.")] = SHIPPED,
    json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Roll the pages of scans up to sites: a score with its interval, and what a site's pages have in common.

    Exit codes: 0 the table is written, 2 a folder holds no finished scan, the model could not be used, or the
    table not be written.
    """
    thresholds = read_thresholds(model)
    console = Console(stderr=True)
    with console.status("reading rows") as status:
        summary = roll_up(scans, out, thresholds, lambda rows: status.update(f"{rows:,} rows read"))
    if json:
        sys.stdout.buffer.write(summary.to_json() + b"\n")
        return
    _show_counts(f"{summary.sites:,} sites of {summary.rows:,} rows in {out}", {"label": summary.labels})
    if summary.placeless:
        typer.echo(f"{summary.placeless:,} rows have no address and belong to no site")


def export_list(
    table: Annotated[Path, typer.Argument(metavar="SITES.parquet", help="The table that sites wrote.")],
    list_format: Annotated[ListFormat, typer.Option("--format", help="Form of the list.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="LIST", help="The list to write.")],
    label: Annotated[list[Label] | None, typer.Option(help="Labels to list (default: farm). Repeat.")] = None,
    title: Annotated[str, typer.Option(help="The list's name.")] = "Content farms",
) -> None:
    """Write the flagged sites as a block list, each with its reason and date.

    Exit codes: 0 the list is written, 2 the table could not be read, or the list not be written.
    """
    entries = flagged_sites(table, label or [Label.FARM])
    text, left_out = export(entries, list_format, title)
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ListError(f"{out}: cannot be written ({error.strerror})") from error
    typer.echo(f"{len(entries) - left_out:,} sites in {out}")
    if left_out:
        typer.echo(f"{left_out:,} sites left out: a {list_format} list can't name them without others")


def look_up(
    addresses: Annotated[list[str], typer.Argument(metavar="ADDRESS…", help="Hosts or addresses (a.org/b).")],
    lists: Annotated[list[Path], typer.Option("--list", "-l", metavar="LIST", help="A block list. Repeat.")],
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object an address.")] = False,
) -> None:
    """Say which block lists name a host, a domain above it or the beginning of an address, and since when.

    Exit codes: 0 no list names any of them, 1 a list does, 2 a list could not be read.
    """
    files = [ListFile(path) for path in lists]
    reputation = Reputation(files)
    urls = {address: address if "//" in address else f"//{address}" for address in map(clean, addresses)}
    found = {address: reputation.lookup(host_of(url), url) for address, url in urls.items()}
    for address, listings in found.items():
        if json:
            named = [{"site": x.site, "list": x.source, "added": x.added} for x in listings]
            sys.stdout.buffer.write(orjson.dumps({"address": address, "listings": named}) + b"\n")
        for listing in () if json else listings:
            since = f" since {listing.added}" if listing.added else ""
            typer.echo(f"{address}: {listing.site} is on {listing.source}{since}")
    if not json:
        for place, one in enumerate(files):
            count = reputation.count(place)
            typer.echo(f"{one.source}: {count:,} entries, {one.unknown:,} lines not understood")
    if any(found.values()):
        raise typer.Exit(1)


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
    counts = {"label": summary.labels, "error": summary.errors, "skipped": summary.skipped}
    _show_counts(f"{summary.rows:,} rows in {summary.output}", counts)
    typer.echo(
        f"{summary.pages:,} pages scored in {summary.seconds:,.1f} s "
        f"({summary.pages_per_second:,.0f} a second), "
        f"{summary.resumed_parts} of {summary.parts} parts were there already; model {summary.model}"
    )


def _why_empty(summary: Summary) -> str:
    """Say what became of the records, and which options decide on it."""
    counts = {**summary.errors, **summary.skipped}
    if not counts:
        return "the inputs hold no record"
    options = ", ".join(option for kind, option in _DECIDED_BY.items() if kind in counts)
    said = ", ".join(f"{count:,} {name}" for name, count in counts.items())
    return f"{said}; see {options}" if options else said


def _show_counts(title: str, counts: dict[str, dict[str, int]]) -> None:
    table = Table("what")
    table.add_column("count", justify="right")
    for heading, named in counts.items():
        for name, count in named.items():
            table.add_row(f"{heading} {name}", f"{count:,}")
    console = Console()
    console.print(title, markup=False, highlight=False)
    console.print(table)
