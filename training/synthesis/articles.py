"""The source texts that synthetic pages are dressed from; they are read at training time and never ship."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import orjson

from detector.errors import DatasetError

MIN_PARAGRAPHS = 3

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


def load_articles(path: Path) -> list[Article]:
    """Read articles of at least three paragraphs from JSONL (``.gz`` too), in the order of the file.

    Each line holds ``id, title, publisher, url, date, text``. Raises DatasetError with the line's number.
    """
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as lines:
        return list(_read(path.name, lines))


def _read(name: str, lines: Iterable[bytes]) -> Iterable[Article]:
    for number, line in enumerate(lines, 1):
        try:
            record = orjson.loads(line)
            paragraphs = tuple(
                part.strip() for part in untokenise(record["text"]).split("\n") if part.strip()
            )
            article = Article(
                id=record["id"],
                title=untokenise(record["title"]).strip(),
                publisher=record["publisher"],
                url=record["url"],
                date=record["date"] or "",
                paragraphs=paragraphs,
            )
        except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
            raise DatasetError(
                f"{name}, line {number}: not an article ({error}); see load_articles"
            ) from error
        if len(paragraphs) >= MIN_PARAGRAPHS:
            yield article


def untokenise(text: str) -> str:
    """Undo the spaces that a tokeniser put around punctuation and clitics."""
    for pattern, replacement in _TOKENISED:
        text = pattern.sub(replacement, text)
    return text
