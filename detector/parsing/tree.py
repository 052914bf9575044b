"""The one way in which markup becomes a tree, so that what is screened is what is read."""

from __future__ import annotations

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser

OPTIONS = LexborDocumentOptions.WO_EVENTS
"""Events would let lexbor copy options into ``<selectedcontent>`` elements, as often as a page likes."""


def parse_tree(html: bytes) -> LexborHTMLParser:
    """Parse HTML in UTF-8 as a browser with scripts does.

    Then <noscript> holds one text, and can't end the <head> before the metadata that follow it.
    """
    return LexborHTMLParser(html, options=OPTIONS, scripting=True)
