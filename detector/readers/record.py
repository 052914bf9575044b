"""What readers give: a page's bytes with its address, or a typed account of why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from detector.page import Page

MAX_BODY = 5_000_000
"""Bytes of a page's body that are kept; the parser cuts there too and says so in the verdict."""

MAX_RECORD = 32_000_000
"""Bytes of a record that are read at all. Longer ones become an error row, so that memory stays flat."""


class ErrorKind(StrEnum):
    """Why a record could not be scored."""

    UNREADABLE = "unreadable"  # the file cannot be opened, or its head is not of its format
    CORRUPT = (
        "corrupt"  # the archive cannot be decompressed or parsed here; reading goes on behind the damage
    )
    TRUNCATED = "truncated"  # the archive ends, or the next record begins, inside this one
    TOO_LARGE = "too_large"  # longer than MAX_RECORD
    MALFORMED = "malformed"  # not the JSON object, header or encoding that the format asks for
    NO_CONTENT = "no_content"  # neither HTML nor text in the mapped fields
    SCORING = "scoring"  # the detector raised an error
    CRASHED = "crashed"  # the page ended its worker process more than once
    TIMEOUT = "timeout"  # the page kept its worker busy for longer than the limit


class SkipReason(StrEnum):
    """Why a record was left out on purpose: counted, but not a row."""

    STATUS = "http_status"
    CONTENT_TYPE = "content_type"
    LANGUAGE = "language"
    SAMPLE = "sample"


@dataclass(frozen=True, slots=True)
class Record:
    """A page as it stands in a crawl file."""

    position: int  # byte offset (WARC, plain JSONL), else ordinal within the file
    body: bytes | str
    html: bool  # markup, or extracted text
    url: str = ""
    content_type: str = ""  # HTTP header, with its charset
    title: str = ""  # of extracted text
    date: str = ""  # when it was fetched, as the file says

    def page(self) -> Page:
        """Parse the body."""
        if self.html:
            return Page.from_html(self.body, url=self.url, content_type=self.content_type)
        return Page.from_text(self.body, url=self.url, title=self.title)


@dataclass(frozen=True, slots=True)
class BadRecord:
    """A record that can't be scored, and why."""

    position: int
    kind: ErrorKind
    message: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A record that the filters leave out."""

    position: int
    reason: SkipReason


@dataclass(frozen=True, slots=True)
class Reach:
    """Said last by readers of byte ranges: where their first record began and where the next part's does."""

    first: int
    next: int


Item: TypeAlias = Record | BadRecord | Skipped | Reach


@dataclass(frozen=True, slots=True)
class FieldMap:
    """Which fields of JSONL and Parquet records mean what; a dot descends into an object."""

    url: str = "url"
    html: str = "html"
    text: str = "text"
    title: str = "title"
    date: str = "date"
    content_type: str = "content_type"


HTML_TYPES = ("text/html", "application/xhtml+xml")
TEXT_TYPES = ("text/plain", "text/markdown")


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What to read of the inputs."""

    fields: FieldMap = FieldMap()
    content_types: tuple[str, ...] = HTML_TYPES + TEXT_TYPES

    def wants(self, content_type: str) -> bool:
        """Tell whether a body of this HTTP content type is to be read; an unknown type is."""
        essence = content_type.partition(";")[0].strip().lower()
        return not essence or essence in self.content_types


def is_markup(content_type: str) -> bool:
    """Tell HTML from text by the content type; an unknown one counts as HTML, as browsers assume."""
    return content_type.partition(";")[0].strip().lower() not in TEXT_TYPES


def clean(text: str) -> str:
    """Return a text that UTF-8 can hold: lone surrogates (from file names, JSON escapes) become ``?``."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
