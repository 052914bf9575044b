"""A page before it is written: blocks of lines of runs, written out as HTML bytes or as extracted text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from html import escape

import orjson

from detector.page import Region


class Layout(StrEnum):
    """How a block is laid out."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"  # one <p> a line
    BREAKS = "breaks"  # one <p>, lines parted by <br>
    LIST = "list"
    CAPTION = "caption"
    HIDDEN = "hidden"  # a <div> that the reader doesn't see; extractors keep its text


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text, linked where ``href`` is set."""

    text: str
    href: str = ""


Line = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """Lines laid out together."""

    layout: Layout
    lines: tuple[Line, ...]
    region: Region = Region.MAIN


@dataclass(frozen=True, slots=True)
class Head:
    """What the head of the document says; empty strings are left out."""

    title: str
    site_name: str = ""
    canonical: str = ""
    publisher: str = ""
    author: str = ""
    published: str = ""
    image: str = ""
    generator: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Draft:
    """A page to be written."""

    url: str
    head: Head
    blocks: tuple[Block, ...]


def block(layout: Layout, *texts: str, region: Region = Region.MAIN) -> Block:
    """Return a block of unlinked lines."""
    return Block(layout, tuple((Run(text),) for text in texts), region)


def to_text(draft: Draft) -> str:
    """Return the page as an extractor gives it: a line a line, blank lines around blocks."""
    return "\n\n".join(
        "\n".join("".join(run.text for run in line) for line in part.lines)
        for part in _in_order(draft.blocks)
    )


def to_html(draft: Draft, encoding: str = "utf-8") -> bytes:
    """Return the page as an HTML document in the encoding, with character references for the rest."""
    parts: list[str] = []
    region: Region | None = None
    for part in _in_order(draft.blocks):
        if part.region is not region:
            parts.append(("" if region is None else f"</{_TAGS[region]}>") + f"<{_TAGS[part.region]}>")
            region = part.region
        parts.append(_block_html(part))
    close = "" if region is None else f"</{_TAGS[region]}>"
    body = "\n".join(parts)
    html = f"<!DOCTYPE html>\n{_head_html(draft.head, encoding)}\n<body>\n{body}{close}\n</body>\n</html>\n"
    return html.encode(encoding, "xmlcharrefreplace")


_ORDER = (Region.HEADER, Region.NAV, Region.MAIN, Region.ASIDE, Region.FOOTER)
_TAGS = {Region.HEADER: "header", Region.NAV: "nav", Region.MAIN: "article", Region.ASIDE: "aside"}
_TAGS |= {Region.FOOTER: "footer"}


def _in_order(blocks: tuple[Block, ...]) -> list[Block]:
    return sorted(blocks, key=lambda part: _ORDER.index(part.region))


def _line_html(line: Line) -> str:
    return "".join(
        f'<a href="{escape(run.href)}">{escape(run.text)}</a>' if run.href else escape(run.text)
        for run in line
    )


def _block_html(part: Block) -> str:
    lines = [_line_html(line) for line in part.lines]
    match part.layout:
        case Layout.HEADING:
            return "".join(f"<h1>{line}</h1>" for line in lines)
        case Layout.PARAGRAPH:
            return "\n".join(f"<p>{line}</p>" for line in lines)
        case Layout.BREAKS:
            return "<p>" + "<br>\n".join(lines) + "</p>"
        case Layout.LIST:
            return "<ul>\n" + "\n".join(f"<li>{line}</li>" for line in lines) + "\n</ul>"
        case Layout.CAPTION:
            return "<figure>" + "".join(f"<figcaption>{line}</figcaption>" for line in lines) + "</figure>"
        case Layout.HIDDEN:
            return '<div style="display:none">' + "<br>".join(lines) + "</div>"


def _head_html(head: Head, encoding: str) -> str:
    metas = {
        "og:site_name": head.site_name,
        "og:image": head.image,
        "article:published_time": head.published,
        "author": head.author,
        "generator": head.generator,
    }
    tags = [f'<meta charset="{encoding}">', f"<title>{escape(head.title)}</title>"]
    tags += [f'<meta {_key(k)}="{k}" content="{escape(v)}">' for k, v in metas.items() if v]
    if head.canonical:
        tags.append(f'<link rel="canonical" href="{escape(head.canonical)}">')
    if head.publisher:
        tags.append(f'<script type="application/ld+json">{_json_ld(head)}</script>')
    return f'<html lang="{escape(head.language)}">\n<head>\n' + "\n".join(tags) + "\n</head>"


def _key(name: str) -> str:
    return "property" if ":" in name else "name"


def _json_ld(head: Head) -> str:
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": head.title,
        "publisher": {"@type": "Organization", "name": head.publisher},
    }
    return orjson.dumps(data).decode().replace("</", "<\\/")
