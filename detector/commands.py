"""The library's own sub-command: ``chaffinch score``."""

from __future__ import annotations

import sys
from codecs import BOM_UTF8
from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.console import Console

from detector.blocklists.reputation import load_lists
from detector.detector import SHIPPED, Detector
from detector.errors import PageError
from detector.options import warn_of_empty
from detector.page import Page
from detector.parsing.encoding import transcode
from detector.readers.inputs import Format, format_by_content, format_by_name
from detector.readers.record import clean
from detector.terminal import show_verdict

STDIN = "-"
_HEAD = 2_000
"""Bytes by which HTML is told from text."""
_MARKUP_STARTS = (b"<!doctype", b"<html", b"<head", b"<body", b"<?xml", b"<!--")


def register(app: typer.Typer) -> None:
    """Add this package's sub-commands."""
    app.command()(score)


def score(
    files: Annotated[list[str], typer.Argument(metavar="FILE…", help="HTML or text files, or - for stdin.")],
    url: Annotated[str, typer.Option(help="The page's address (used for every file given).")] = "",
    lists: Annotated[
        list[Path] | None,
        typer.Option("--list", "-l", metavar="LIST", help="Block list to look the address up in. Repeat."),
    ] = None,
    model: Annotated[Path, typer.Option(help="Folder of the model to use.")] = SHIPPED,
    json: Annotated[
        bool, typer.Option("--json", help="One JSON verdict a line, in the files' order.")
    ] = False,
) -> None:
    """Score pages: how likely each is a content farm, and why.

    A file that can't be read is named on standard error, has no verdict, and stops no other.

    Exit codes: 0 every page was scored, 2 a file or list could not be read or the model could not be used.
    """
    detector, reputation = Detector.load(model), load_lists(lists or ())
    warn_of_empty(lists or ())
    console = Console()
    unread = 0
    for file in files:
        try:
            page = read_page(file, clean(url))
        except PageError as error:
            typer.echo(f"chaffinch: {error}", err=True)
            unread += 1
            continue
        if reputation is not None:
            page = reputation.with_listings(page)
        verdict = detector.score(page)
        if json:
            sys.stdout.buffer.write(verdict.to_json() + b"\n")
            sys.stdout.buffer.flush()
        else:
            show_verdict(console, file, page, verdict)
    if unread:
        raise typer.Exit(2)


def read_page(file: str, url: str) -> Page:
    """Read a file (``-``: standard input) as HTML or as text, by what it looks like.

    Raises PageError where it cannot be read, or holds many pages.
    """
    try:
        data = sys.stdin.buffer.read() if file == STDIN else Path(file).read_bytes()
    except OSError as error:
        if "://" in file:
            remedy = "nothing is fetched: save the page and give its address with --url"
        else:
            remedy = f"cannot be read ({error.strerror}): give an existing file, or -"
        raise PageError(f"{file}: {remedy}") from error
    if format_ := crawl_format(file, data):
        raise PageError(f"{file}: this is {format_.upper()}, not one page: use `chaffinch scan`")
    return Page.from_html(data, url=url) if looks_like_markup(file, data) else Page.from_text(data, url=url)


def crawl_format(file: str, data: bytes) -> Format | None:
    """Return the format of a file of many pages, by its name, else by its first bytes; None for a page."""
    if named := format_by_name(Path(file)):
        return named
    start = data.removeprefix(BOM_UTF8).lstrip()
    found = format_by_content(start[:_HEAD])
    return found if found is not Format.JSONL or _begins_with_object(start) else None


def looks_like_markup(file: str, data: bytes) -> bool:
    """Tell HTML from extracted text, by the file's name, else by its first bytes."""
    suffix = Path(file).suffix.lower()
    if suffix in {".html", ".htm", ".xhtml"}:
        return True
    if suffix in {".txt", ".md"}:
        return False
    head = transcode(data[: 2 * _HEAD])[0][:_HEAD].lstrip().lower()
    return head.startswith(_MARKUP_STARTS) or b"</" in head


def _begins_with_object(data: bytes) -> bool:
    try:
        return isinstance(orjson.loads(data.partition(b"\n")[0]), dict)
    except orjson.JSONDecodeError:
        return False
