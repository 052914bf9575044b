"""The library's own sub-command: ``chaffinch score``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from detector.blocklists import load_lists
from detector.detector import SHIPPED, Detector
from detector.errors import PageError
from detector.page import Page
from detector.terminal import show_verdict

STDIN = "-"
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
    json: Annotated[bool, typer.Option("--json", help="One JSON verdict a line, for machines.")] = False,
) -> None:
    """Score pages: how likely each is a content farm, and why.

    Exit codes: 0 every page was scored, 2 a file or list could not be read or the model could not be used.
    """
    detector, reputation = Detector.load(model), load_lists(lists or ())
    console = Console()
    for file in files:
        page = read_page(file, url)
        if reputation is not None:
            page = reputation.with_listings(page)
        verdict = detector.score(page)
        if json:
            sys.stdout.buffer.write(verdict.to_json() + b"\n")
            sys.stdout.buffer.flush()
        else:
            show_verdict(console, file, page, verdict)


def read_page(file: str, url: str) -> Page:
    """Read a file (``-``: standard input) as HTML or as text, by what it looks like.

    Raises PageError where it cannot be read.
    """
    try:
        data = sys.stdin.buffer.read() if file == STDIN else Path(file).read_bytes()
    except OSError as error:
        raise PageError(f"{file}: cannot be read ({error.strerror}): give an existing file, or -") from error
    return Page.from_html(data, url=url) if looks_like_markup(file, data) else Page.from_text(data, url=url)


def looks_like_markup(file: str, data: bytes) -> bool:
    """Tell HTML from extracted text, by the file's name, else by its first bytes."""
    suffix = Path(file).suffix.lower()
    if suffix in {".html", ".htm", ".xhtml"}:
        return True
    if suffix in {".txt", ".md"}:
        return False
    head = data[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith(_MARKUP_STARTS) or b"</" in head
