"""Furniture of a site with an owner: about, contact, legal notice, opening hours, shop, forum, references."""

from __future__ import annotations

import math
from collections import Counter

from detector.page import Source
from detector.signals.base import MISSING, Family, Feature, Measurement, signal
from detector.view import View

OWNER = ("about", "contact", "legal", "company")
SERVICE = ("shop", "hours", "booking", "forum", "reference", "newsroom")
MIN_CHARACTERS = 300
MIN_LINKS = 15
"""With fewer links the page is a fragment, and what it lacks says nothing."""


@signal(
    Family.STRUCTURE,
    Feature(
        "owner_kinds",
        "kinds",
        0,
        4,
        "of about, contact, legal and company furniture, how many the page shows",
    ),
    Feature(
        "service_kinds", "kinds", 0, 6, "of shop, hours, booking, forum, reference and newsroom furniture"
    ),
    Feature("furniture_rate", "per 1,000 characters", 0, 40, "labels of an owned site"),
    Feature("shop", "log count", 0, 5, "labels of a shop"),
    Feature("forum", "log count", 0, 5, "labels of a forum"),
    Feature("reference", "log count", 0, 5, "labels of a work of reference"),
    Feature("newsroom", "log count", 0, 5, "labels of a newsroom"),
    Feature("contact", "log count", 0, 5, "labels of contact and opening hours"),
    Feature(
        "ownerless",
        "0/1",
        0,
        1,
        "a full page with no about, contact, legal or company label",
        markup_only=True,
    ),
)
def furniture(view: View) -> Measurement:
    """Count the labels that sites with an owner show."""
    page = view.page
    if len(page.text) < MIN_CHARACTERS:
        return Measurement({})
    terms = {(hit.entry.category, hit.entry.term) for hit in view.hits("trust_furniture")}
    counts = Counter([category for category, _ in terms])
    owner = sum(counts[kind] > 0 for kind in OWNER)
    full = page.source is Source.HTML and len(page.links) >= MIN_LINKS
    values = {
        "owner_kinds": owner,
        "service_kinds": sum(counts[kind] > 0 for kind in SERVICE),
        "furniture_rate": 1000 * len(terms) / view.analysed,
        "shop": math.log1p(counts["shop"]),
        "forum": math.log1p(counts["forum"]),
        "reference": math.log1p(counts["reference"]),
        "newsroom": math.log1p(counts["newsroom"]),
        "contact": math.log1p(counts["contact"] + counts["hours"]),
        "ownerless": float(owner == 0) if full else MISSING,
    }
    return Measurement(values)
