"""Stock phrases of generated, spun, templated and affiliate text, against first-hand and concrete wording."""

from __future__ import annotations

import math
from collections import Counter

from detector.lexicons import Hit
from detector.signals.base import MISSING, Evidence, Family, Feature, Measurement, signal
from detector.signals.quality.prose import prose_of
from detector.view import View

GENERATED = frozenset({"generated_opening", "generated_closing", "generated_style"})
FILLER = GENERATED | {"seo_filler"}
AGAINST = FILLER | {
    "spun",
    "affiliate_review",
    "doorway_template",
    "auto_listing",
    "essay_mill",
    "spam_comment",
}
MIN_CHARACTERS = 200
MIN_PHRASES = 3
"""Fewer phrases of a kind than these are no evidence."""
MESSAGES = {
    "generated_opening": "stock openings of generated articles",
    "seo_filler": "stock phrases of search filler",
    "tortured": "synonyms in the wrong place",
    "doorway_template": "stock phrases of doorway pages",
    "affiliate_review": "stock phrases of affiliate reviews",
    "essay_mill": "stock phrases of essay mills",
    "spam_comment": "stock phrases of comment spam",
    "auto_listing": "stock phrases of automatic listings",
}


def _rate(name: str, what: str) -> Feature:
    return Feature(name, "per 1,000 characters", 0, 60, f"{what} for each 1,000 characters of visible text")


@signal(
    Family.QUALITY,
    _rate("generated_rate", "openings, closings and style words of generated articles"),
    _rate("filler_rate", "stock phrases of search filler"),
    _rate("spun_rate", "wordings that article spinners produce"),
    _rate("tortured_rate", "synonyms in the wrong place, as spinners put for fixed terms"),
    _rate("affiliate_rate", "stock phrases of affiliate reviews"),
    _rate("doorway_rate", "stock phrases of doorway pages"),
    _rate("listing_rate", "stock phrases of automatic listings"),
    _rate("essay_rate", "stock phrases of essay mills"),
    _rate("spam_comment_rate", "stock phrases of comment spam"),
    _rate("first_hand_rate", "first-person experience and attributed statements"),
    _rate("concrete_rate", "concrete terms of sale, times, addresses and references"),
    Feature("filler_balance", "log ratio", -5, 5, "stock phrases against first-hand and concrete wording"),
    Feature("filler_kinds", "count", 0, 60, "different stock phrases of generated and search filler"),
    Feature("template_errors", "count", 0, 20, "unfilled slots and sample text left in the page"),
)
def filler(view: View) -> Measurement:
    """Count the stock phrases of each kind of low-value text, and what speaks for an author or a trader."""
    if len(view.page.text) < MIN_CHARACTERS:
        return Measurement({})
    hits = view.hits("filler_phrases")
    counts = Counter([hit.entry.category for hit in hits])
    per = 1000 / _volume(view)
    against = sum(counts[kind] for kind in AGAINST)
    favour = counts["first_hand"] + counts["transactional_detail"]
    values = {
        "generated_rate": sum(counts[kind] for kind in GENERATED) * per,
        "filler_rate": counts["seo_filler"] * per,
        "spun_rate": counts["spun"] * per if view.language in ("en", "") else MISSING,
        "tortured_rate": counts["tortured"] * per,
        "affiliate_rate": counts["affiliate_review"] * per,
        "doorway_rate": counts["doorway_template"] * per,
        "listing_rate": counts["auto_listing"] * per,
        "essay_rate": counts["essay_mill"] * per,
        "spam_comment_rate": counts["spam_comment"] * per,
        "first_hand_rate": counts["first_hand"] * per,
        "concrete_rate": counts["transactional_detail"] * per,
        "filler_balance": math.log((against * per + 0.5) / (favour * per + 0.5)),
        "filler_kinds": len({hit.entry.term for hit in hits if hit.entry.category in FILLER}),
        "template_errors": counts["template_error"],
    }
    return Measurement(values, _evidence(view, hits, counts))


def _volume(view: View) -> float:
    """Return the characters that were read, those of scripts without spaces counted three times."""
    return view.analysed * (3.0 if prose_of(view).unspaced else 1.0)


def _evidence(view: View, hits: list[Hit], counts: Counter[str]) -> tuple[Evidence, ...]:
    found = [
        _item(view, "template_error", "left from a template, never filled in", hit, ("template_errors",))
        for hit in hits
        if hit.entry.category == "template_error"
    ][:2]
    per = 1000 / _volume(view)
    for kind, words in MESSAGES.items():
        if counts[kind] >= MIN_PHRASES and counts[kind] * per >= MIN_PHRASES:
            first = next(hit for hit in hits if hit.entry.category == kind)
            message = f"{counts[kind]} {words}, {counts[kind] * per:.1f} for each 1,000 characters"
            found.append(_item(view, kind, message, first, ("filler_balance",)))
    return tuple(found)


def _item(view: View, code: str, message: str, hit: Hit, features: tuple[str, ...]) -> Evidence:
    excerpt = view.page.excerpt(hit.start, hit.end)
    return Evidence(f"quality.{code}", message, hit.start, hit.end, excerpt, features)
