"""The source texts that synthetic pages are dressed from; they are read at training time and never ship."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError

from detector.errors import DatasetError

MIN_PARAGRAPHS = 3

_FORM = "give one JSON object a line: id, title, publisher, url, date (or null) and text"
_QUOTED = re.compile(r'" ([^"\n]{1,400}) "')
_TOKENISED = (
    (re.compile(r" ?(['’]) ?(s|t|re|ve|ll|d|m)\b"), r"\1\2"),
    (re.compile(r"([“‘(\[$£€]) "), r"\1"),
    (re.compile(r" ([”)\]%.,;:!?])"), r"\1"),
    (_QUOTED, r'"\1"'),
)


@dataclass(frozen=True, slots=True)
class Article:
    """One original article. ``paragraphs`` are non-empty lines in reading order."""

    id: str
    title: str
    publisher: str
    url: str
    date: str  # ISO 8601 day, "" where unknown
    paragraphs: tuple[str, ...]


class _Line(BaseModel):
    """A line of a file of articles; further fields are of no use here."""

    model_config = ConfigDict(strict=True)

    id: str
    title: str
    publisher: str
    url: str
    date: str | None
    text: str


def load_articles(path: Path) -> list[Article]:
    """Read articles of at least three paragraphs from JSONL (``.gz`` too), in the order of the file.

    Each line holds ``id, title, publisher, url, date, text``. Raises DatasetError with the line's number, or
    where the file can't be read.
    """
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as lines:
            return list(_read(path.name, lines))
    except (OSError, EOFError, zlib.error) as error:
        raise DatasetError(f"{path}: can't be read ({error}); give a file of articles") from None


def _read(name: str, lines: Iterable[bytes]) -> Iterable[Article]:
    for number, line in enumerate(lines, 1):
        try:
            given = _Line.model_validate(orjson.loads(line))
        except (orjson.JSONDecodeError, ValidationError) as error:
            raise DatasetError(f"{name}, line {number}: not an article ({_reason(error)}); {_FORM}") from None
        paragraphs = tuple(part.strip() for part in untokenise(given.text).split("\n") if part.strip())
        if len(paragraphs) >= MIN_PARAGRAPHS:
            yield Article(
                id=given.id,
                title=untokenise(given.title).strip(),
                publisher=given.publisher,
                url=given.url,
                date=given.date or "",
                paragraphs=paragraphs,
            )


def _reason(error: ValueError) -> str:
    if not isinstance(error, ValidationError):
        return str(error)
    first = error.errors(include_url=False, include_input=False)[0]
    return " ".join(["field", *map(str, first["loc"]), first["msg"]]) if first["loc"] else first["msg"]


def untokenise(text: str) -> str:
    """Undo the spaces that a tokeniser put around punctuation and clitics."""
    for pattern, replacement in _TOKENISED:
        text = pattern.sub(replacement, text)
    return text
