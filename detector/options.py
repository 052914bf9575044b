"""What commands of several packages share: the form of a moment, and a word on lists that say nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import typer

from detector.blocklists.reading import ListFile

A_MOMENT = "2026-11-23T12:00:00+00:00"


def read_moment(text: str) -> datetime:
    """Read a moment as ISO 8601 writes it, with its zone. Raises BadParameter."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise typer.BadParameter(f"{text!r} is no moment with time and zone: write it as {A_MOMENT}")
    return moment


def warn_of_empty(lists: Iterable[Path]) -> None:
    """Say on standard error which block lists have no entry. Raises ListError where one can't be read."""
    for path in lists:
        if next(iter(ListFile(path)), None) is None:
            typer.echo(f"chaffinch: {path}: no entry was understood: is it a block list?", err=True)
