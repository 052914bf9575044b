"""Menus of catch-all article sites, offers to place articles or links, and traces of unattended blogs."""

from __future__ import annotations

import math
from collections import Counter

from detector.lexicons import Hit
from detector.signals.base import Evidence, Family, Feature, Measurement, signal
from detector.view import View

TOPICS = frozenset(
    {"business", "technology", "health", "lifestyle", "travel", "home", "entertainment", "education"}
)
BORDERS = frozenset("\n•|·>»/\\,、‹›▸►»-–—:：#\t*☰+✕×()[]{}0123456789")
CATCH_ALL = 5
"""Groups of topics in one menu from which a site is about everything."""
MIN_CHARACTERS = 200


@signal(
    Family.STRUCTURE,
    Feature(
        "menu_topics",
        "groups",
        0,
        8,
        "groups of topics (business, health, travel, …) among the menu's labels",
    ),
    Feature("menu_labels", "log count", 0, 6, "menu labels that name such a topic"),
    Feature("placement", "log count", 0, 5, "offers to place articles or links"),
    Feature("news_sections", "log count", 0, 5, "menu labels that are sections of a newspaper"),
    Feature("mill_menu", "score", 0, 40, "groups of topics times offers to place articles"),
    Feature(
        "default_cms", "log count", 0, 5, "traces of an unattended blog system: 'Uncategorized', 'by admin'"
    ),
    Feature("archive", "log count", 0, 5, "marks of tag, category and search listings"),
    Feature("comment_form", "log count", 0, 5, "marks of a comment form"),
    Feature("mill_traces", "score", 0, 40, "groups of topics with traces of an unattended blog system"),
)
def menu(view: View) -> Measurement:
    """Read the menu: a site about everything that sells places is built for links, not for readers."""
    if len(view.page.text) < MIN_CHARACTERS:
        return Measurement({})
    hits = view.hits("menu_topics")
    labels = [hit for hit in hits if hit.entry.category in TOPICS and _stands_alone(view, hit)]
    groups = {hit.entry.category for hit in labels}
    counts = Counter(hit.entry.category for hit in hits)
    placement = len({hit.entry.term for hit in hits if hit.entry.category == "placement"})
    sections = {
        hit.entry.term for hit in hits if hit.entry.category == "news_section" and _stands_alone(view, hit)
    }
    values = {
        "menu_topics": len(groups),
        "news_sections": math.log1p(len(sections)),
        "menu_labels": math.log1p(len({hit.entry.term for hit in labels})),
        "placement": math.log1p(placement),
        "mill_menu": len(groups) * min(placement, 5),
        "default_cms": math.log1p(counts["default_cms"]),
        "archive": math.log1p(counts["archive"]),
        "comment_form": math.log1p(counts["comment_form"]),
        "mill_traces": len(groups) * min(counts["default_cms"], 5),
    }
    return Measurement(values, _evidence(view, hits, labels, groups))


def _stands_alone(view: View, hit: Hit) -> bool:
    text = view.lowered
    before = text[max(0, hit.start - 2) : hit.start].rstrip(" ")[-1:] or "\n"
    if before not in BORDERS:
        return False
    after = text[hit.end : hit.end + 2].lstrip(" ")[:1] or "\n"
    return after in BORDERS


def _evidence(view: View, hits: list[Hit], labels: list[Hit], groups: set[str]) -> tuple[Evidence, ...]:
    offers = [hit for hit in hits if hit.entry.category == "placement"]
    found = []
    if len(groups) >= CATCH_ALL and offers:
        message = (
            f"the menu covers {len(groups)} unrelated groups of topics and offers '{offers[0].entry.term}'"
        )
        found.append(_item(view, "catch_all_menu", message, labels[0], "mill_menu"))
    if len({hit.entry.term for hit in offers}) >= 2:
        words = ", ".join(sorted({hit.entry.term for hit in offers})[:4])
        found.append(
            _item(
                view,
                "placement_offers",
                f"offers to place articles or links: {words}",
                offers[0],
                "placement",
            )
        )
    cms = [hit for hit in hits if hit.entry.category == "default_cms"]
    if cms:
        found.append(_item(view, "default_cms", "left as the blog system sets it up", cms[0], "default_cms"))
    return tuple(found)


def _item(view: View, code: str, message: str, hit: Hit, feature: str) -> Evidence:
    excerpt = view.page.excerpt(hit.start, hit.end)
    return Evidence(f"structure.{code}", message, hit.start, hit.end, excerpt, (feature,))
