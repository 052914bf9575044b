"""Which part of a page an element belongs to, told by its role or by the names that authors give it.

Class and id names are hints, not facts: themes also write ``has-sidebar`` on the wrapper of everything, so
a region told by name is weak, and the reader of the tree drops it where it holds the page's body.
"""

from __future__ import annotations

import re
from functools import lru_cache

from detector.page import Region

ROLES = {
    "banner": Region.HEADER,
    "navigation": Region.NAV,
    "menu": Region.NAV,
    "menubar": Region.NAV,
    "search": Region.NAV,
    "main": Region.MAIN,
    "article": Region.MAIN,
    "complementary": Region.ASIDE,
    "dialog": Region.ASIDE,
    "alertdialog": Region.ASIDE,
    "contentinfo": Region.FOOTER,
}

MAX_NAMES = 400
"""Characters of class and id that are read."""

WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
"""The words of a class or id name: ``siteFooter``, ``site-footer`` and ``site_footer`` read alike."""

FOOTER_WORDS = {"footer", "foot", "colophon", "copyright", "copyrights", "imprint", "subfooter", "prefooter"}
NAV_WORDS = {
    "nav", "navbar", "navigation", "menu", "menubar", "submenu", "megamenu", "breadcrumb", "breadcrumbs",
    "pagination", "pager", "topnav", "sitenav", "mainnav", "mainmenu", "navi", "offcanvas", "hamburger",
}  # fmt: skip
ASIDE_WORDS = {
    "sidebar", "aside", "widget", "widgets", "related", "recommended", "recommendations", "share", "sharing",
    "social", "comment", "comments", "respond", "disqus", "advert", "advertisement", "adsbygoogle", "sponsor",
    "sponsored", "newsletter", "subscribe", "popup", "modal", "cookie", "cookies", "gdpr", "consent", "promo",
    "sidecol", "sidenav", "outbrain", "taboola", "trending", "tagcloud",
}  # fmt: skip
HEADER_WORDS = {"header", "masthead", "topbar", "banner", "toolbar"}
BODY_WORDS = {"main", "article", "entry", "post", "story", "maincontent", "articlebody", "mainbody"}
WRAPPER_WORDS = {
    "has", "with", "without", "no", "wrapper", "wrap", "layout", "page", "site", "grid", "row", "content",
    "both", "elementor", "body", "main", "is", "columns", "container", "span", "only",
}  # fmt: skip


ALL_WORDS = FOOTER_WORDS | NAV_WORDS | ASIDE_WORDS | HEADER_WORDS


@lru_cache(maxsize=32_768)
def region_of_names(names: str | None, identifier: str | None) -> Region | None:
    """Return the region that an element's class names and id speak of, None where they name none."""
    written = f"{names or ''} {identifier or ''}"[:MAX_NAMES]
    words = (
        written.replace("-", " ").replace("_", " ").split()
        if written.islower()
        else [word.lower() for word in WORDS.findall(written)]
    )
    if ALL_WORDS.isdisjoint(words):
        return None
    found = set(words)
    if found & FOOTER_WORDS:
        return _unless_inside_body(found, Region.FOOTER)
    if found & NAV_WORDS:
        return Region.NAV
    if found & ASIDE_WORDS:
        return None if _names_wrapper(found) else Region.ASIDE
    return _unless_inside_body(found, Region.HEADER)


def _unless_inside_body(words: set[str], region: Region) -> Region | None:
    """``entry-header`` is the head of an article, not of the page."""
    return None if words & BODY_WORDS else region


def _names_wrapper(words: set[str]) -> bool:
    """``content-sidebar-wrap`` holds the body and the sidebar; ``sidebar-wrapper`` is read as a sidebar."""
    return (
        "elementor" in words
        or len(words & WRAPPER_WORDS) > 1
        or bool(words & {"has", "with", "no", "both", "only", "span"})
    )
