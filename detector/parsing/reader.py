"""Collects what a page holds while its tree is walked once, in document order."""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter

from selectolax.lexbor import LexborNode

from detector.page import CutReason, Image, Region
from detector.parsing import elements
from detector.parsing.context import Context
from detector.parsing.flow import MAX_NODE, Flow
from detector.parsing.head import Head
from detector.parsing.hiding import hides
from detector.parsing.limits import MAX_HIDDEN, MAX_LINKS
from detector.parsing.regions import ROLES, region_of_names
from detector.parsing.urls import Base

MAX_ALT = 1_000
"""Characters kept of an image's alternative text."""
MAX_SCRIPT = 10_000
"""Characters of a script that are searched for owner marks: their snippets are short."""

MIN_BODY_SHARE = 0.25
"""A page whose body has less than this share of its text has been read wrongly."""
MIN_JUDGED = 500
"""Characters from which a page can be said to have been read wrongly."""

Names = tuple[str | None, str | None]
"""An element's class and id."""
Leave = Callable[[], None] | Context
"""What to do at an element's end: call it, or go back to the context around a block."""


class Reader:
    """Reads the nodes of a page into text, links, images and metadata.

    An ``_enter`` method reads an element; it returns what to do once the element's content is read, or
    None where the content is not to be visited.
    """

    def __init__(self, url: str, distrusted: frozenset[Names] = frozenset()) -> None:
        self.base = Base(url)
        self.head = Head()
        self.flow = Flow()
        self.links: list[tuple[str, str | None, int, int, Region]] = []  # href, rel, span of the text in it
        self.images: list[Image] = []
        self.script_hosts: list[str] = []
        self.hidden: list[str] = []
        self.hidden_links = 0
        self.noscript = 0  # characters for browsers without scripts
        self.cuts: dict[CutReason, None] = {}
        self._distrusted = distrusted
        self._named: list[tuple[int, Names]] = []  # elements whose names told a region: characters in them
        self._hidden_room = MAX_HIDDEN
        self._anchor: str | None = None  # href of the open link
        self._anchor_rel: str | None = None
        self._anchor_parts = self._anchor_position = 0  # where it began

    def walk(self, root: LexborNode | None) -> None:
        """Visit every node, without recursion: pages may be nested deeply."""
        flow, text, enter_inline = self.flow, elements.TEXT, Reader._enter_inline
        add_text, leave_block = flow.add, flow.leave
        find_enter = ENTER.get
        nodes: list[LexborNode] = []
        leaves: list[Leave] = []
        node = root
        while node is not None:
            tag = node.tag_id
            if tag == text:
                if node.is_empty_text_node:
                    flow.space = True
                else:
                    add_text(node.text_content or "")
            elif (child := node.first_child) is not None:
                leave = find_enter(tag, enter_inline)(self, node, tag)
                if leave is not None:
                    nodes.append(node)
                    leaves.append(leave)
                    node = child
                    continue
            elif (enter := find_enter(tag)) is not None and (leave := enter(self, node, tag)) is not None:
                self._leave(leave)
            node = node.next
            while node is None and nodes:
                leave = leaves.pop()
                if type(leave) is Context:
                    leave_block(leave)
                elif leave is not _nothing:
                    leave()
                node = nodes.pop().next
        flow.end_block()

    def _leave(self, leave: Leave) -> None:
        if isinstance(leave, Context):
            self.flow.leave(leave)
        else:
            leave()

    def wrong_names(self) -> Names | None:
        """Return the names that took most text away from a body that is too small, if there are any."""
        total = self.flow.position
        if not self._named or total < MIN_JUDGED:
            return None
        body = sum(end - start for start, end, context in self.flow.blocks if context.main)
        length, names = max(self._named, key=itemgetter(0))
        return names if body < MIN_BODY_SHARE * total < length + body else None

    def _enter_inline(self, node: LexborNode, tag: int) -> Leave | None:
        attributes = node.attributes
        if attributes and ("style" in attributes or "hidden" in attributes) and hides(attributes):
            self._hide(node)
            return None
        return _nothing

    def _enter_block(self, node: LexborNode, tag: int) -> Leave | None:
        flow = self.flow
        outer = flow.context
        if flow.start >= 0:
            flow.blocks.append((flow.start, flow.position, outer))
            flow.start = -1
        attributes = node.attributes
        if not attributes:
            flow.context = outer[tag]
            return outer
        if ("style" in attributes or "hidden" in attributes) and hides(attributes):
            self._hide(node)
            return None
        role = ROLES.get(attributes["role"] or "") if "role" in attributes else None
        if outer.main and ("class" in attributes or "id" in attributes):
            names = attributes.get("class"), attributes.get("id")
            named = region_of_names(*names)
            if named is not None and names not in self._distrusted:
                flow.context = context = outer[tag, role, named]
                return self._guess(names, outer) if context.guessed else outer
        flow.context = outer[tag] if role is None else outer[tag, role, None]
        return outer

    def _guess(self, names: Names, outer: Context) -> Leave:
        """Keep in mind how much text the names of an element told the region of."""
        start = self.flow.position

        def leave() -> None:
            self.flow.leave(outer)
            self._named.append((self.flow.position - start, names))

        return leave

    def _enter_body(self, node: LexborNode, tag: int) -> Leave:
        return self.flow.enter(self.flow.context[tag])  # its classes speak of the whole page

    def _enter_preformatted(self, node: LexborNode, tag: int) -> Leave | None:
        outer = self.flow.context
        if self._enter_block(node, tag) is None:
            return None
        self.flow.preformatted += 1

        def leave() -> None:
            self.flow.leave(outer)
            self.flow.preformatted -= 1

        return leave

    def _enter_break(self, node: LexborNode, tag: int) -> None:
        self.flow.end_block()

    def _enter_link(self, node: LexborNode, tag: int) -> Leave | None:
        attributes = node.attributes
        if ("style" in attributes or "hidden" in attributes) and hides(attributes):
            self._hide(node)
            return None
        if self._anchor is not None:
            self._leave_link()
        if "href" not in attributes:
            return _nothing
        flow = self.flow
        self._anchor = attributes["href"] or ""
        self._anchor_rel = attributes.get("rel")
        self._anchor_parts = len(flow.parts)
        self._anchor_position = flow.position
        return self._leave_link

    def _leave_link(self) -> None:
        href = self._anchor
        if href is None:
            return
        self._anchor = None
        flow = self.flow
        start, end = self._anchor_position, flow.position
        if start < end and flow.parts[self._anchor_parts] in _WHITE:
            start += 1  # white space before a link's text is not its own
        self._add_link(href, self._anchor_rel, start, end)

    def _add_link(self, href: str, rel: str | None, start: int, end: int) -> None:
        if len(self.links) < MAX_LINKS:
            self.links.append((href, rel, start, end, self.flow.context.region))
        else:
            self.cuts[CutReason.LINKS] = None

    def _enter_image(self, node: LexborNode, tag: int) -> None:
        if len(self.images) >= MAX_LINKS:
            self.cuts[CutReason.LINKS] = None
            return
        attributes = node.attributes
        source = attributes.get("src") or attributes.get("data-src") or ""
        alt = attributes.get("alt")
        image = self.base.host_for(source), " ".join(alt[:MAX_ALT].split()) if alt else ""
        self.images.append(tuple.__new__(Image, image))

    def _enter_script(self, node: LexborNode, tag: int) -> None:
        attributes = node.attributes
        self._add_source(attributes.get("src"))
        text = _content(node)
        if text and "ld+json" in (attributes.get("type") or ""):
            self.head.add_json(text)
        elif text:
            self.head.add_marks(text[:MAX_SCRIPT])

    def _enter_frame(self, node: LexborNode, tag: int) -> None:
        self._add_source(node.attributes.get("src"))

    def _add_source(self, source: str | None) -> None:
        if not source:
            return
        if len(self.script_hosts) >= MAX_LINKS:
            self.cuts[CutReason.LINKS] = None
            return
        self.head.add_marks(source[:MAX_SCRIPT])
        self.script_hosts.append(self.base.host_for(source))

    def _enter_slot(self, node: LexborNode, tag: int) -> Leave | None:
        """Read an advertisement's slot (``<ins>``), whose attributes may carry the owner's id."""
        self.head.add_marks(node.attributes.get("data-ad-client") or "")
        return self._enter_inline(node, tag)

    def _enter_title(self, node: LexborNode, tag: int) -> None:
        self.head.add_title(_content(node))

    def _enter_meta(self, node: LexborNode, tag: int) -> None:
        self.head.add_meta(node.attributes)

    def _enter_head_link(self, node: LexborNode, tag: int) -> None:
        attributes = node.attributes
        if (attributes.get("rel") or "").strip().lower() == "canonical":
            self.head.add("canonical", attributes.get("href"))

    def _enter_base(self, node: LexborNode, tag: int) -> None:
        href = node.attributes.get("href")
        if href:
            self.base.rebase(self.base.locate(href)[0])

    def _enter_html(self, node: LexborNode, tag: int) -> Leave:
        self.head.add("language", node.attributes.get("lang"))
        return _nothing

    def _enter_noscript(self, node: LexborNode, tag: int) -> None:
        self.noscript += len(_content(node))

    def _skip(self, node: LexborNode, tag: int) -> None:
        return None

    def _hide(self, node: LexborNode) -> None:
        """Read what an element hides: its text and its links, which show nothing."""
        raw = False
        for below in node.traverse(include_text=True):
            tag = below.tag_id
            if tag == elements.TEXT:
                if not raw:
                    self._add_hidden(below.text_content or "")
                continue
            raw = tag in elements.RAW
            if tag == elements.A:
                attributes = below.attributes
                if "href" in attributes:
                    self.hidden_links += 1
                    position = self.flow.position
                    self._add_link(attributes["href"] or "", attributes.get("rel"), position, position)
            elif tag == elements.SCRIPT:
                self._enter_script(below, tag)

    def _add_hidden(self, text: str) -> None:
        words = " ".join(text[:MAX_NODE].split())
        if len(words) > self._hidden_room:
            self.cuts[CutReason.TEXT] = None
            words = words[: self._hidden_room]
        if words:
            self.hidden.append(words)
            self._hidden_room = max(0, self._hidden_room - len(words) - 1)  # a space joins it to the next


_WHITE = ("\n", " ")


def _nothing() -> None:
    """Leave an element that handed nothing down."""


def _content(node: LexborNode) -> str:
    """Return the text of an element that holds nothing but text."""
    child = node.first_child
    return (child.text_content or "") if child is not None else ""


ENTER = {
    **dict.fromkeys(elements.BLOCKS, Reader._enter_block),
    **dict.fromkeys(elements.PREFORMATTED, Reader._enter_preformatted),
    **dict.fromkeys(elements.BREAKS, Reader._enter_break),
    **dict.fromkeys(elements.FRAMES, Reader._enter_frame),
    **dict.fromkeys(elements.UNSEEN, Reader._skip),
    elements.A: Reader._enter_link,
    elements.BASE: Reader._enter_base,
    elements.BODY: Reader._enter_body,
    elements.HTML: Reader._enter_html,
    elements.IMG: Reader._enter_image,
    elements.INS: Reader._enter_slot,
    elements.LINK: Reader._enter_head_link,
    elements.META: Reader._enter_meta,
    elements.NOSCRIPT: Reader._enter_noscript,
    elements.SCRIPT: Reader._enter_script,
    elements.TITLE: Reader._enter_title,
}
"""What reads an element; those not named here are part of the line."""
