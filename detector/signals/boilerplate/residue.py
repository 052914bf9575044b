"""Residue of templates that nobody finished or cleaned: switcher labels, unfilled slots, demo text.

Honest sites show it too, so it counts by kinds and never convicts alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

from detector.lexicons import Hit
from detector.signals.base import Evidence, Family, Feature, Measurement, signal
from detector.view import MAX_ANALYSED, View

MAX_EVIDENCE = 5
# Every quantifier is bounded, so that a page of brackets costs linear time.
SPINTAX = re.compile(r"\{[^\W\d_][\w ,.'’-]{1,60}(?:\|[\w ,.'’-]{1,60}){1,12}\}")
SLOT = re.compile(r"\{\{[\w.\s-]{1,40}\}\}|%%[a-z_]{3,30}%%|\[\[[\w\s-]{2,30}\]\]", re.ASCII)
SHORTCODE = re.compile(
    r"\[[a-z]{2,20}(?:_[a-z]{1,20}){0,3} [a-z_]{1,30}=[^\[\]\n]{1,200}\]"
    r"|\[/[a-z]{2,20}(?:_[a-z]{1,20}){1,3}\]"
)
RAW_TAG = re.compile(
    r"</?(?:a|abbr|address|big|br|center|dd|del|delect|div|dl|dt|em|font|form|h[1-6]|i|img|input|ins|label|li"
    r"|listing|menu|menuitem|nobr|object|ol|option|output|p|pre|s|samp|script|small|source|span|strike|strong"
    r"|style|sub|sup|table|tbody|td|tfoot|th|thead|tr|tt|u|ul|var|video)(?: [^<>\n]{0,120})?/?>"
)
DECOY = re.compile(r"<[a-z]{1,12} id=[\"']?[a-z0-9]{4,8}[\"']?>")
ENTITY = re.compile(r"&(?:amp;){0,3}(?:nbsp|quot|amp|lt|gt|rsquo|#x?[0-9a-f]{2,5});")
SITE_ICON = re.compile(r"^(?:site icon|website-icon) (\S.{0,80})$")
ADMIN = re.compile(r"adm(?:in)?(?:istrator|_\w{1,12}|\d{1,4})?\b")  # begins on a literal: found fast
DATE = re.compile(r"\b(?:19|20)\d\d\b")
TOLD_APART = ("demo", "default_cms", "author", "autoblog", "debug", "shortcode", "slot")


@signal(
    Family.BOILERPLATE,
    Feature("mobile_switcher", "labels", 0, 2, "labels of a mobile switcher: site icon, exit mobile version"),
)
def mobile_switcher(view: View) -> Measurement:
    """Labels that a mobile or AMP switcher prints and only a scraped or re-rendered page shows as text."""
    hits = [hit for hit in view.hits("template_residue") if hit.entry.category == "mobile_switcher"]
    evidence = [_line_evidence(view, hit, "mobile_switcher") for hit in hits[:MAX_EVIDENCE]]
    return Measurement({"mobile_switcher": float(len({hit.entry.term for hit in hits}))}, tuple(evidence))


@signal(
    Family.BOILERPLATE,
    Feature("unfilled_slots", "slots", 0, 50, "template slots that were never filled, {city} or {{name}}"),
    Feature("spintax", "groups", 0, 50, "spintax groups {a|b|c} left in the text"),
    Feature("shortcodes", "codes", 0, 50, "shortcodes of a content management system left in the text"),
)
def slots(view: View) -> Measurement:
    """Placeholders of a generator or page builder that stand in the text as written."""
    text = view.lowered[:MAX_ANALYSED]
    terms = view.hits("template_residue")
    braces = "{" in text
    found = {
        "unfilled_slots": _spans(
            SLOT.finditer(text) if braces or "%%" in text or "[[" in text else (), terms, "slot"
        ),
        "spintax": _spans(SPINTAX.finditer(text) if braces and "|" in text else (), (), ""),
        "shortcodes": _spans(SHORTCODE.finditer(text) if "[" in text else (), terms, "shortcode"),
    }
    evidence = [
        Evidence(
            f"boilerplate.{name}",
            f"{SAID[name]}: {view.page.excerpt(start, end, 60)}",
            start,
            end,
            view.page.excerpt(start, end),
            (name,),
        )
        for name, spans in found.items()
        for start, end in spans[:3]
    ]
    return Measurement({name: float(len(spans)) for name, spans in found.items()}, tuple(evidence))


SAID = {
    "unfilled_slots": "a slot of a template was never filled",
    "spintax": "alternatives of a text spinner were left in",
    "shortcodes": "a shortcode of the editing software stands in the text",
}


@signal(
    Family.BOILERPLATE,
    Feature("raw_tags", "per 1,000 characters", 0, 40, "markup that the reader sees as text"),
    Feature("decoy_tags", "tags", 0, 50, "visible tags with a random id, as injected pages scatter them"),
    Feature(
        "raw_entities", "per 1,000 characters", 0, 20, "character references that the reader sees as text"
    ),
)
def raw_markup(view: View) -> Measurement:
    """Markup and character references shown as text, as careless injection leaves them."""
    text = view.lowered[:MAX_ANALYSED]
    thousands = max(len(text), 500) / 1000
    angles = "<" in text
    decoys = list(DECOY.finditer(text)) if angles else []
    values = {
        "decoy_tags": float(len(decoys)),
        "raw_entities": len(ENTITY.findall(text)) / thousands if "&" in text else 0.0,
    }
    if not view.markdown:
        values["raw_tags"] = len(RAW_TAG.findall(text)) / thousands if angles else 0.0
    if len(decoys) < 3:
        return Measurement(values)
    start, end = decoys[0].start(), decoys[2].end()
    message = f"{len(decoys)} tags with random ids stand in the text as the reader sees it"
    excerpt = view.page.excerpt(start, end)
    return Measurement(
        values, (Evidence("boilerplate.raw_markup", message, start, end, excerpt, ("decoy_tags",)),)
    )


@signal(
    Family.BOILERPLATE,
    Feature("demo_text", "phrases", 0, 20, "different phrases of demo content: Lorem ipsum, Hello world!"),
    Feature("default_settings", "phrases", 0, 20, "different default labels: Uncategorized, theme credits"),
    Feature("default_author", "0/1", 0, 1, "the author is called admin, or like an account"),
    Feature("autoblog_marks", "phrases", 0, 20, "marks of automatic posting or writing software"),
    Feature("debug_output", "phrases", 0, 20, "error messages and debug output"),
    Feature("residue_kinds", "kinds", 0, 8, "kinds of template residue on the page"),
)
def defaults(view: View) -> Measurement:
    """Demo content, default settings and marks of posting software that the site's owner never changed."""
    by_category: dict[str, dict[str, Hit]] = {name: {} for name in TOLD_APART}
    for hit in view.hits("template_residue"):
        if hit.entry.category in by_category:
            by_category[hit.entry.category].setdefault(hit.entry.term, hit)
    values = {
        "demo_text": float(len(by_category["demo"])),
        "default_settings": float(len(by_category["default_cms"])),
        "default_author": float(bool(by_category["author"]) or _admin_byline(view)),
        "autoblog_marks": float(len(by_category["autoblog"])),
        "debug_output": float(len(by_category["debug"])),
    }
    values["residue_kinds"] = float(sum(bool(found) for found in by_category.values()))
    named = (("demo", "demo_text"), ("autoblog", "autoblog_marks"), ("author", "default_author"))
    evidence = [
        _line_evidence(view, hit, name)
        for category, name in named
        if len(by_category[category]) >= (2 if category == "demo" else 1)
        for hit in list(by_category[category].values())[:2]
    ]
    return Measurement(values, tuple(evidence))


MESSAGES = {
    "mobile_switcher": "a label of a mobile switcher stands in the text",
    "demo_text": "demo content of the theme was never replaced",
    "autoblog_marks": "a mark of automatic posting or writing software",
    "default_author": "the author is the default account",
}


def _line_evidence(view: View, hit: Hit, feature: str) -> Evidence:
    """Point at a term; "Site icon" is taken with the site's name that follows it on the line."""
    page = view.page
    end = hit.end
    if hit.entry.term == "site icon":
        stop = page.text.find("\n", hit.start)
        line = page.text[hit.start : stop if stop >= 0 else len(page.text)][:100]
        end = hit.start + len(line.rstrip()) if SITE_ICON.match(line.rstrip().lower()) else hit.end
    message = f"{MESSAGES[feature]}: {page.excerpt(hit.start, end, 80)}"
    return Evidence(
        f"boilerplate.{feature}", message, hit.start, end, page.excerpt(hit.start, end), (feature,)
    )


def _spans(matches: Iterable[re.Match[str]], terms: Iterable[Hit], category: str) -> list[tuple[int, int]]:
    """Join pattern matches and lexicon hits to spans that do not overlap, in order."""
    spans = sorted(
        [match.span() for match in matches]
        + [(hit.start, hit.end) for hit in terms if hit.entry.category == category],
        key=lambda span: (span[0], -span[1]),
    )
    kept: list[tuple[int, int]] = []
    for span in spans:
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return kept


def _admin_byline(view: View) -> bool:
    """Tell whether "admin" stands within a few words of a date, as under a theme's title."""
    text = view.lowered[:MAX_ANALYSED]
    if "admin" not in text and "adm_" not in text:
        return False
    return any(
        DATE.search(text, max(0, match.start() - 40), match.end() + 40)
        for match in islice(ADMIN.finditer(text), 200)
        if not text[max(0, match.start() - 1) : match.start()].isalnum()
    )
