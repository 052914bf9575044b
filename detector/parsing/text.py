"""Extracted text to Page: the layout of its lines stands in for the markup that is gone."""

from __future__ import annotations

import re
from itertools import accumulate

from detector.page import Block, BlockKind, CutReason, Metadata, Page, Source
from detector.parsing.domains import host_of, registrable_domain
from detector.parsing.head import MAX_VALUE
from detector.parsing.layout import infer_regions
from detector.parsing.limits import MAX_TEXT, screen
from detector.parsing.mentions import find_mentions

BULLET = re.compile(r"[•‣◦▪▫■□●○∙⁃·*\-–—]\s+(?=\S)")
NUMBER = re.compile(r"\(?\d{1,2}[.)]\s")
MARKDOWN_HEADING = re.compile(r"(#{1,6})\s+(?=\S)")
GAP = re.compile(r"[^\S\n]{2,}|\n")
SENTENCE_END = tuple('.!?:…。！？"”’»)')

MIN_PARAGRAPH = 80
"""Characters from which a line is a paragraph; shorter ones must end like a sentence."""
MIN_SENTENCE = 40
CHARACTERS_A_LINE = 400
"""With fewer line breaks than one in so many characters, runs of spaces are the line breaks of old."""


def parse_text(text: bytes | str, url: str = "", title: str = "") -> Page:
    """Make a page of extracted text. Never raises on content; what can't be used is said in ``Page.cuts``.

    Raises PageError where ``text`` is neither bytes nor text.
    """
    data, encoding, cuts = screen(text)
    lines, shortened = _lines(data.decode("utf-8", "replace"))
    if shortened:
        cuts.append(CutReason.TEXT)
    visible = "\n".join(line for line, _, _ in lines)
    mentions, mention_cuts = find_mentions(visible)
    host = host_of(url)
    return Page(
        url=url,
        host=host,
        domain=registrable_domain(host),
        source=Source.TEXT,
        text=visible,
        blocks=_blocks(lines),
        mentions=mentions,
        metadata=Metadata(title=" ".join(title[: 2 * MAX_VALUE].split())[:MAX_VALUE]),
        encoding=encoding,
        cuts=(*cuts, *mention_cuts),
    )


def _lines(text: str) -> tuple[list[tuple[str, BlockKind, int]], bool]:
    """Return (line, kind, level) for each line, and whether some had to be left out."""
    found = []
    left = MAX_TEXT
    for raw in _split(text):
        line = " ".join(raw.split())
        kept = line[: max(left, 0)].rstrip()
        if kept:
            found.append(_read_line(kept))
            left -= len(kept) + 1
        if len(kept) < len(line):
            return _with_headings(found), True
    return _with_headings(found), False


def _split(text: str) -> list[str]:
    gaps = text.count("  ")
    if gaps > 2 and text.count("\n") * CHARACTERS_A_LINE < len(text):
        return GAP.split(text)
    return text.split("\n")


def _read_line(line: str) -> tuple[str, BlockKind, int]:
    if bullet := BULLET.match(line):
        return line[bullet.end() :], BlockKind.LIST_ITEM, 0
    if heading := MARKDOWN_HEADING.match(line):
        return line[heading.end() :], BlockKind.HEADING, len(heading[1])
    if NUMBER.match(line):
        return line, BlockKind.LIST_ITEM, 0
    if len(line) >= MIN_PARAGRAPH or (len(line) >= MIN_SENTENCE and line.endswith(SENTENCE_END)):
        return line, BlockKind.PARAGRAPH, 0
    return line, BlockKind.OTHER, 0


def _with_headings(lines: list[tuple[str, BlockKind, int]]) -> list[tuple[str, BlockKind, int]]:
    """Make a heading of each short line right above a paragraph; the first one is the page's."""
    level = 1
    for index in range(len(lines) - 1):
        line, kind, _ = lines[index]
        if kind is not BlockKind.OTHER or lines[index + 1][1] is not BlockKind.PARAGRAPH:
            continue
        if not line.endswith(SENTENCE_END):
            lines[index] = (line, BlockKind.HEADING, level)
            level = 2
    return lines


def _blocks(lines: list[tuple[str, BlockKind, int]]) -> tuple[Block, ...]:
    regions = infer_regions([(line, kind) for line, kind, _ in lines])
    starts = accumulate((len(line) + 1 for line, _, _ in lines), initial=0)
    return tuple(
        Block(start, start + len(line), region, kind, level)
        for (line, kind, level), start, region in zip(lines, starts, regions, strict=False)
    )
