"""The ids that lexbor gives to tags (they change between its versions) and what each tag means here."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser

from detector.page import BlockKind, Region

_DOCUMENT = LexborHTMLParser("<p>text")
_TEXT = _DOCUMENT.css("p")[0].first_child
assert _TEXT is not None  # noqa: S101 - for the type checker: the document above has it

TEXT = _TEXT.tag_id


def ids(names: str) -> list[int]:
    """Return the tag ids of space-separated element names."""
    return [_DOCUMENT.create_node(name).tag_id for name in names.split()]


A, BASE, BODY, HTML, IMG, INS, LINK, MAIN, META, NOSCRIPT, SCRIPT, TITLE = ids(
    "a base body html img ins link main meta noscript script title"
)

BLOCKS = ids(
    "address article aside blockquote body button caption center dd details dialog dir div dl dt fieldset"
    " figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup label legend li main menu nav ol p"
    " search section summary table tbody td tfoot th thead tr ul"
)
"""Elements that begin and end a block of text."""
PREFORMATTED = ids("pre listing plaintext xmp")
BREAKS = ids("br hr")
FRAMES = ids("iframe frame embed")
UNSEEN = ids("audio canvas datalist noembed noframes object select style svg template textarea video math")
"""Elements whose content is not read: a browser doesn't show it, or shows a control instead."""
RAW = frozenset(ids("iframe noembed noframes noscript script style template textarea title xmp"))
"""Elements whose text node is not text of the page."""

REGIONS = {
    **dict.fromkeys(ids("header"), Region.HEADER),
    **dict.fromkeys(ids("nav search"), Region.NAV),
    **dict.fromkeys(ids("main article"), Region.MAIN),
    **dict.fromkeys(ids("aside dialog"), Region.ASIDE),
    **dict.fromkeys(ids("footer"), Region.FOOTER),
}

KINDS: dict[int, tuple[BlockKind, int]] = {
    **{tag: (BlockKind.HEADING, level) for level, tag in enumerate(ids("h1 h2 h3 h4 h5 h6"), 1)},
    **dict.fromkeys(ids("p blockquote pre address"), (BlockKind.PARAGRAPH, 0)),
    **dict.fromkeys(ids("li dt dd"), (BlockKind.LIST_ITEM, 0)),
    **dict.fromkeys(ids("td th"), (BlockKind.TABLE_CELL, 0)),
    **dict.fromkeys(ids("figcaption caption"), (BlockKind.CAPTION, 0)),
    **dict.fromkeys(ids("button fieldset label legend"), (BlockKind.FORM, 0)),
}
"""Block kind and heading level."""
