"""A web page, parsed once: its visible text with blocks and regions, links, mentions and metadata.

Every offset in this module counts characters (Python code points) in ``Page.text``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple


class Region(StrEnum):
    """The part of a page that a block of text belongs to."""

    HEADER = "header"
    NAV = "nav"
    MAIN = "main"
    ASIDE = "aside"
    FOOTER = "footer"


class BlockKind(StrEnum):
    """What a block is, as far as markup (or its imitation in plain text) tells."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE_CELL = "table_cell"
    CAPTION = "caption"
    FORM = "form"
    OTHER = "other"


class Source(StrEnum):
    """What a page was made from; a text has no markup, so much about it is unknown."""

    HTML = "html"
    TEXT = "text"


class CutReason(StrEnum):
    """Why a part of the input was left out. What each stands for: parsing/limits.py."""

    BYTES = "bytes"
    ATTRIBUTES = "attributes"
    DEPTH = "depth"
    ELEMENTS = "elements"
    LINKS = "links"
    TEXT = "text"
    METADATA = "metadata"
    NOT_TEXT = "not_text"
    EMPTY = "empty"


class MarkKind(StrEnum):
    """A mark that ties a page to whoever earns from it."""

    ADSENSE = "adsense"
    ANALYTICS = "analytics"
    TAG_MANAGER = "tag_manager"
    AFFILIATE = "affiliate"


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of characters, ``start <= end``, in ``Page.text``."""

    start: int
    end: int


class Block(NamedTuple):
    """A run of visible text that the markup sets apart; blocks are in reading order and do not overlap.

    Blocks, links and images are named tuples because a page holds hundreds of them, and they are made five
    times as fast as frozen dataclasses.
    """

    start: int
    end: int
    region: Region
    kind: BlockKind
    level: int = 0  # of a heading, 1 to 6; else 0


class Link(NamedTuple):
    """An ``<a href>``: where it points and what the reader sees.

    ``start == end`` where it shows no text: around an image, or inside a hidden element.
    """

    url: str  # absolute where the page's URL allows, else as written
    host: str  # lower case, IDNA-decoded form not applied; "" where there is none (mailto:, #top)
    domain: str  # registrable domain, "" where there is none
    start: int
    end: int
    region: Region
    rel: frozenset[str] = frozenset()
    internal: bool = False  # same registrable domain as the page (or relative)


@dataclass(frozen=True, slots=True)
class Mention:
    """A domain named in the visible text, linked or bare, normalised to its registrable domain."""

    domain: str
    host: str
    start: int
    end: int
    linked: bool
    obfuscated: bool = False  # a[.]b, "a dot com", full-width dots, zero-width characters


@dataclass(frozen=True, slots=True)
class OwnerMark:
    """An advertising, analytics or affiliate id found in the markup."""

    kind: MarkKind
    value: str


class Image(NamedTuple):
    """An image: the host that serves it ("" where relative) and its alternative text."""

    host: str
    alt: str


@dataclass(frozen=True, slots=True)
class Listing:
    """What a block list says of an address."""

    site: str  # the listed one: the host or a domain above it, alone or with the beginning of the path
    source: str  # name of the list
    added: date | None  # to the list; where the entry says nothing, the date of the list


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the head of the document says of the page; empty strings where it says nothing."""

    title: str = ""
    description: str = ""
    keywords: str = ""
    canonical: str = ""
    language: str = ""  # <html lang>, as written
    generator: str = ""
    robots: str = ""
    refresh: str = ""  # content of <meta http-equiv=refresh>
    site_name: str = ""  # og:site_name or application-name
    og_url: str = ""
    og_type: str = ""
    author: str = ""
    published: str = ""
    publishers: tuple[str, ...] = ()  # names in JSON-LD
    publisher_urls: tuple[str, ...] = ()
    schema_types: tuple[str, ...] = ()  # @type values in JSON-LD


@dataclass(frozen=True, slots=True)
class Page:
    """A parsed page. Make one with :func:`Page.from_html` or :func:`Page.from_text`."""

    url: str  # as given, "" where unknown
    host: str  # lower case, "" where unknown
    domain: str  # registrable domain with the private part of the suffix list, "" where unknown
    source: Source
    text: str
    blocks: tuple[Block, ...] = ()
    links: tuple[Link, ...] = ()
    mentions: tuple[Mention, ...] = ()
    metadata: Metadata = field(default_factory=Metadata)
    images: tuple[Image, ...] = ()
    script_hosts: tuple[str, ...] = ()  # hosts of scripts and frames, one entry an element
    hidden: str = ""  # text that the markup hides from the reader
    hidden_links: int = 0  # links inside hidden elements
    owner_marks: tuple[OwnerMark, ...] = ()
    encoding: str = "utf-8"
    cuts: tuple[CutReason, ...] = ()  # what was left out, in the order met
    listings: tuple[Listing, ...] | None = None  # what block lists say; None: none was looked up

    @classmethod
    def from_html(cls, html: bytes | str, url: str = "", content_type: str = "") -> Page:
        """Parse HTML. ``content_type`` is the HTTP header, where known (its charset is honoured)."""
        from detector.parsing.html import parse_html

        return parse_html(html, url=url, content_type=content_type)

    @classmethod
    def from_text(cls, text: bytes | str, url: str = "", title: str = "") -> Page:
        """Make a page of extracted text; regions and mentions are inferred from its layout."""
        from detector.parsing.text import parse_text

        return parse_text(text, url=url, title=title)

    def excerpt(self, start: int, end: int, limit: int = 200) -> str:
        """Return the text of a span on one line, cut to ``limit`` characters with an ellipsis."""
        excerpt = " ".join(self.text[start : min(end, start + 4 * limit)].split())
        return excerpt if len(excerpt) <= limit else excerpt[: limit - 1] + "…"
