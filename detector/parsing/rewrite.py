"""Writes a dangerous page anew, in markup whose parse is cheap by construction.

The parser reads the new page exactly as it was written here: every ``<`` begins one of our tags, every start
tag has its end tag in the right order, attributes are few and quoted, and what switches the parser's mode
(select, template, frameset, svg, …) is gone. So depth, elements and attributes are those counted here. What
doesn't fit is left out and said.
"""

from __future__ import annotations

import re

from detector.page import CutReason

MAX_TAGS = 50_000
"""``<`` that are read at all; the page is cut at the next one."""
MAX_ELEMENTS = 25_000
MAX_ATTRIBUTES = 60
MAX_DEPTH = 256
"""Open elements. Browsers stop at 512."""
MAX_FORMATTING = 8
"""Open formatting elements: each may be reopened in every block that cuts it short."""
MAX_SCRIPT = 300_000
"""Bytes kept of a script, in which JSON-LD and owner marks are looked for."""

SPACE = rb"\t\n\f\r\x20"
"""The white space of markup: a vertical tab is part of a name."""
_ATTRIBUTE = rb"""
    [\s/]*+ ( =[^\s/>=]*+ | [^\s/>=]++ )
    (?: [\s]*+ = [\s]*+ (?: "([^"]*+)(?:"|\Z) | '([^']*+)(?:'|\Z) | ([^\s>"'][^\s>]*+) )?+ )?+
""".replace(rb"\s", SPACE)
"""Name and value, as the standard's tokenizer tells them (WHATWG HTML, section 13.2.5.32 and following)."""
ATTRIBUTE = re.compile(_ATTRIBUTE, re.VERBOSE)
_ATTRIBUTES = b"((?:" + re.sub(rb"\((?!\?)", b"(?:", _ATTRIBUTE) + b")*+)"
POSSIBLE_TAG = re.compile(
    b"</?[a-z] (?= [^%b/>]*+ %b [%b/]*+ () )" % (SPACE, _ATTRIBUTES, SPACE), re.VERBOSE | re.IGNORECASE
)
"""What may begin a tag, the attributes that it would hold, and the end of what is read to tell them."""
_TAG_END = rb" [\s/]*+ (?:>|\Z)"
TOKEN = re.compile(
    (rb"""<(?:
        (script|style|title|textarea|xmp|iframe|noembed|noframes|noscript|svg|math|select|template) (?=[\s/>])
        """ + _ATTRIBUTES + _TAG_END + rb"""
        ( [^<]*+ (?: <(?!/\1[\s/>]) [^<]*+ )*+ )
        (?: </\1 (?=[\s/>]) [^>]*+>?+ )?+
    |
        (/?+) ([a-z][^\s/>]*+)
        """ + _ATTRIBUTES + _TAG_END + rb"""
    |
        !-- (?: -?> | [^-]*+ (?: -(?!-!?>) [^-]*+ )*+ (?: --!?> | \Z ) )
    |
        [!?/] [^>]*+ >?+
    )""").replace(rb"\s", SPACE),
    re.VERBOSE | re.IGNORECASE,
)  # fmt: skip
"""An element whose content is no markup or not read, a tag, a comment. Once begun, one of them matches."""

NAME = re.compile(rb"[a-z][a-z0-9-]{0,40}")
READ = frozenset(
    b"alt charset class content data-ad-client data-src hidden href http-equiv id lang name property rel role"
    b" src style type".split()
)
"""Attributes that are copied; all others are never looked at."""
VOID = frozenset(b"area base br col embed hr img input link meta param source track wbr".split())
ONCE = frozenset(b"html head body".split())
"""Elements whose end tags may be left out, and whose further start tags would add to the first."""
DROPPED = frozenset(
    b"frameset frame plaintext listing option optgroup image isindex object applet marquee".split()
)
FORMATTING = frozenset(b"b big code em font i s small strike strong tt u".split())
CLOSED_BY_ITSELF = {
    name: frozenset(others.split())
    for names, others in (
        (b"a", b"a"), (b"nobr", b"nobr"),
        (b"li", b"li p"), (b"dt dd", b"dt dd p"), (b"tr", b"tr td th p"), (b"td th", b"td th p"),
        (b"p div ul ol dl table section article aside header footer nav main form pre blockquote", b"p"),
        (b"h1 h2 h3 h4 h5 h6 hr address figure figcaption fieldset center", b"p"),
    )
    for name in names.split()
}  # fmt: skip
"""Start tags, and what they close where it is the innermost open element (its end tag is optional)."""


def rewrite(data: bytes) -> tuple[bytes, list[CutReason]]:
    """Return a page with the same content in safe markup, and what had to be left out."""
    writer = _Writer()
    if data.count(b"<") > MAX_TAGS:
        data = b"<".join(data.split(b"<", MAX_TAGS)[:MAX_TAGS])
        writer.cuts[CutReason.ELEMENTS] = None
    done = 0
    for token in TOKEN.finditer(data):
        writer.add_text(data[done : token.start()])
        done = token.end()
        closed, values, content, end, name, attributes = token.groups()
        if name:
            writer.add_tag(name.lower(), attributes, bool(end))
        elif closed:
            writer.add_closed(closed.lower(), values, content)
    writer.add_text(data[done:])
    writer.close(0)
    return b"".join(writer.parts), list(writer.cuts)


class _Writer:
    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.open: list[bytes] = []
        self.elements = 0
        self.formatting = 0
        self.seen: set[bytes] = set()
        self.cuts: dict[CutReason, None] = {}

    def add_text(self, text: bytes) -> None:
        if text:
            self.parts.append(text.replace(b"<", b"&lt;"))

    def add_tag(self, name: bytes, attributes: bytes, ends: bool) -> None:
        if name in ONCE:
            if not ends and name not in self.seen:
                self.seen.add(name)
                self.parts.append(b"<%b%b>" % (name, self.clean(attributes)))
        elif ends:
            if name in self.open:
                self.close(len(self.open) - 1 - self.open[::-1].index(name))
        elif name not in DROPPED and NAME.fullmatch(name):
            self.start(name, attributes)

    def start(self, name: bytes, attributes: bytes) -> None:
        closes = CLOSED_BY_ITSELF.get(name, ())
        while self.open and self.open[-1] in closes:
            self.close(len(self.open) - 1)
        if not self.has_room(name):
            return
        self.elements += 1
        self.parts.append(b"<%b%b>" % (name, self.clean(attributes)))
        if name not in VOID:
            self.open.append(name)
            self.formatting += name in FORMATTING

    def has_room(self, name: bytes) -> bool:
        if self.elements >= MAX_ELEMENTS:
            self.cuts[CutReason.ELEMENTS] = None
        elif len(self.open) >= MAX_DEPTH or (name in FORMATTING and self.formatting >= MAX_FORMATTING):
            self.cuts[CutReason.DEPTH] = None
        else:
            return True
        return False

    def close(self, index: int) -> None:
        """Write the end tags of the open elements from ``index`` on."""
        for name in reversed(self.open[index:]):
            self.parts.append(b"</%b>" % name)
            self.formatting -= name in FORMATTING
        del self.open[index:]

    def add_closed(self, name: bytes, attributes: bytes, content: bytes) -> None:
        """Write an element without markup inside: of most, the page's reader doesn't look at the content."""
        if name == b"title":
            text = content.replace(b"<", b"&lt;")
        elif name == b"script":
            text = content[:MAX_SCRIPT].replace(b"<", rb"\u003c")  # the same in JSON
        elif name == b"iframe":
            text = b""
        else:
            return
        if self.has_room(name):
            self.elements += 1
            self.parts.append(b"<%b%b>%b</%b>" % (name, self.clean(attributes), text, name))

    def clean(self, attributes: bytes) -> bytes:
        if not attributes:
            return b""
        kept: dict[bytes, bytes] = {}
        for number, attribute in enumerate(ATTRIBUTE.finditer(attributes)):
            if number == MAX_ATTRIBUTES:
                self.cuts[CutReason.ATTRIBUTES] = None
                break
            name, *values = attribute.groups()
            if name.lower() in READ:
                kept.setdefault(name.lower(), next(filter(None, values), b""))
        return b"".join(b' %b="%b"' % (name, kept[name].replace(b'"', b"&quot;")) for name in kept)
