"""HTML to Page: one walk over a lexbor tree gives text, blocks, regions, links, images and metadata.

The tree comes from selectolax; its nodes are walked by ``first_child`` and ``next`` at about 0.15 us each.
Measured on 291 pages of 168 kB and 2,174 nodes on average: parse 0.65 ms, bare walk another 0.35 ms;
resiliparse parses as fast (it is lexbor too) but hands out nodes at 5 us each, 11-13 ms a walk.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache

from detector.page import Block, BlockKind, CutReason, Link, Page, Source
from detector.parsing.domains import host_of, registrable_domain
from detector.parsing.layout import infer_regions
from detector.parsing.limits import screen, screen_markup
from detector.parsing.mentions import find_mentions
from detector.parsing.reader import Names, Reader
from detector.parsing.tree import parse_tree

MAX_DISTRUSTED = 2
"""Class or id names that may prove wrong for the region of their element, before the rest is believed."""
MIN_TEXT = 250
"""Characters of visible text below which a page's content may be made by scripts, or be in <noscript>."""
NOSCRIPT = re.compile(rb"(</?)noscript", re.IGNORECASE)
MIN_PARAGRAPH = 100
"""Characters from which text in a bare ``<div>`` or in a layout table's cell is a paragraph."""


def parse_html(html: bytes | str, url: str = "", content_type: str = "") -> Page:
    """Parse a page. Never raises on content: whatever can't be used is cut, and said in ``Page.cuts``.

    ``content_type`` is the HTTP header, whose charset is honoured for bytes. Raises PageError where ``html``
    is neither bytes nor text.
    """
    data, encoding, cuts = screen(html, content_type)
    data, markup_cuts = screen_markup(data)
    reader = _read(data, url)
    if reader.flow.position < MIN_TEXT < reader.noscript:
        data, markup_cuts = screen_markup(NOSCRIPT.sub(rb"\1div", data))
        reader = _read(data, url)
    return _page(reader, url, encoding, cuts + markup_cuts)


def _read(html: bytes, url: str) -> Reader:
    """Parse and walk HTML; walk it again where a class or id name was wrongly taken for that of a region."""
    tree = parse_tree(html)
    distrusted: frozenset[Names] = frozenset()
    while True:
        reader = Reader(url, distrusted)
        reader.walk(tree.root)
        names = reader.wrong_names() if len(distrusted) < MAX_DISTRUSTED else None
        if names is None:
            return reader
        distrusted |= {names}


def _page(reader: Reader, url: str, encoding: str, cuts: list[CutReason]) -> Page:
    text = reader.flow.text()
    blocks, links = _blocks(reader), _links(reader)
    if all(context.main for _, _, context in reader.flow.blocks):
        blocks, links = _with_inferred_regions(text, blocks, links)
    host = host_of(url)
    if reader.base.cut:
        reader.cuts[CutReason.LINKS] = None
    mentions, mention_cuts = find_mentions(text, links)
    cuts = [*cuts, *reader.cuts, *reader.head.cuts, *reader.flow.cuts, *mention_cuts]
    return Page(
        url=url,
        host=host,
        domain=registrable_domain(host),
        source=Source.HTML,
        text=text,
        blocks=tuple(blocks),
        links=tuple(links),
        mentions=mentions,
        metadata=reader.head.metadata(),
        images=tuple(reader.images),
        script_hosts=tuple(reader.script_hosts),
        hidden=" ".join(reader.hidden),
        hidden_links=reader.hidden_links,
        owner_marks=tuple(reader.head.marks),
        encoding=encoding,
        cuts=tuple(dict.fromkeys(cuts)),
    )


def _blocks(reader: Reader) -> list[Block]:
    """Return the blocks; long text in a bare element or a layout table is a paragraph."""
    new, paragraph = tuple.__new__, BlockKind.PARAGRAPH
    return [
        new(Block, (start, end, context.region, paragraph, context.level))
        if context.loose and end - start >= MIN_PARAGRAPH
        else new(Block, (start, end, context.region, context.kind, context.level))
        for start, end, context in reader.flow.blocks
    ]


def _links(reader: Reader) -> list[Link]:
    """Return the links, resolved."""
    new, locate = tuple.__new__, reader.base.locate
    links = []
    for href, rel, start, end, region in reader.links:
        url, host, domain, internal = locate(href)
        values = _rel_values(rel) if rel else _NO_VALUES
        links.append(new(Link, (url, host, domain, start, end, region, values, internal)))
        if not internal and ("tag=" in url or "aff" in url):
            reader.head.add_affiliate(url)
    return links


_NO_VALUES: frozenset[str] = frozenset()


@lru_cache(maxsize=1_024)
def _rel_values(rel: str) -> frozenset[str]:
    return frozenset(rel[:1_000].lower().split())


def _with_inferred_regions(
    text: str, blocks: list[Block], links: list[Link]
) -> tuple[list[Block], list[Link]]:
    """Tell the regions of a page whose markup says nothing of them, by its layout."""
    linked = {(link.start, link.end) for link in links}
    regions = infer_regions(
        [
            (text[block.start : block.end], BlockKind.LIST_ITEM if block[:2] in linked else block.kind)
            for block in blocks
        ]
    )
    if not regions:
        return blocks, links
    starts = [block.start for block in blocks]
    return (
        [block._replace(region=region) for block, region in zip(blocks, regions, strict=True)],
        [link._replace(region=regions[max(bisect_right(starts, link.start) - 1, 0)]) for link in links],
    )
