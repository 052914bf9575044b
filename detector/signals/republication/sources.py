"""Tails that name where the text was taken: "Source: URL", "Read more: …#ixzz", "first appeared on X"."""

from __future__ import annotations

import re

from detector.lexicons import Hit
from detector.page import Mention
from detector.parsing.domains import is_institution
from detector.signals.base import MISSING, Evidence, Family, Feature, Measurement, signal
from detector.signals.republication.credits import line_of
from detector.signals.republication.newsrooms import is_own_name, same_house
from detector.view import View

TAIL = 0.25
LABELS = frozenset(("source_label", "source_link", "repost"))
TYNT = re.compile(r"#ixzz[0-9a-z]{6,14}", re.IGNORECASE)
URL_LINE = re.compile(r"https?://[^\s<>\"]{8,400}")
YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
MAX_LINE = 400
PROFILES = frozenset(
    (
        "amazon.com", "apple.com", "bit.ly", "doi.org", "facebook.com", "flickr.com", "github.com",
        "google.com", "instagram.com", "linkedin.com", "patreon.com", "paypal.com", "pinterest.com",
        "reddit.com", "soundcloud.com", "spotify.com", "t.me", "telegram.me", "tiktok.com", "twitter.com",
        "vimeo.com", "vk.com", "wa.me", "whatsapp.com", "wikimedia.org", "wikipedia.org", "x.com",
        "youtu.be", "youtube.com",
    )
)  # fmt: skip
"""Hosts that a page's tail names for other reasons than as its source."""


@signal(
    Family.REPUBLICATION,
    Feature("source_tail", "0/1", 0, 1, "the last lines give a source label with another site's address"),
    Feature("source_address", "0/1", 0, 1, "the text ends on the full address of a page of another site"),
    Feature("source_labels", "labels", 0, 10, "labels such as Source: or Read more at, anywhere"),
    Feature("copy_tracker", "0/1", 0, 1, "the mark that a copy tracker adds to pasted text (#ixzz…)"),
    Feature("foreign_feed_tail", "0/1", 0, 1, "'first appeared on' with a name that is not this site's"),
    Feature("reposted", "phrases", 0, 10, "phrases by which a site says that it took texts from others"),
)
def sources(view: View) -> Measurement:
    """Where the page itself says that its text came from."""
    page = view.page
    phrases = view.hits("credit_phrases")
    labels = [hit for hit in phrases if hit.entry.category in ("source_label", "source_link")]
    tail = _source_tail(view, [hit for hit in phrases if hit.entry.category in LABELS])
    address = _closing_address(view)
    tracker = TYNT.search(page.text, max(0, len(page.text) - 20_000)) if "#ixzz" in view.lowered else None
    feed = _foreign_feed_tail(view)
    values = {
        "source_tail": float(bool(tail)) if page.domain else MISSING,
        "source_address": float(bool(address)) if page.domain else MISSING,
        "source_labels": float(len(labels)),
        "copy_tracker": float(bool(tracker)),
        "foreign_feed_tail": float(bool(feed)) if page.domain else MISSING,
        "reposted": float(len({hit.entry.term for hit in phrases if hit.entry.category == "repost"})),
    }
    spans = {
        "source_tail": tail,
        "source_address": address,
        "copy_tracker": line_of(view, tracker.start()) if tracker else None,
        "foreign_feed_tail": feed,
    }
    return Measurement(values, tuple(_evidence(view, name, span) for name, span in spans.items() if span))


SAID = {
    "source_tail": "the text's end names its source on another site",
    "source_address": "the text ends on the address of a page of another site",
    "copy_tracker": "a copy tracker's mark shows that the text was pasted",
    "foreign_feed_tail": "the feed of another site stands at the end",
}


def _evidence(view: View, name: str, span: tuple[int, int]) -> Evidence:
    start, end = span
    excerpt = view.page.excerpt(start, end)
    message = f"{SAID[name]}: {view.page.excerpt(start, end, 100)}"
    return Evidence(f"republication.{name}", message, start, end, excerpt, (name,))


def _foreign(view: View, mention: Mention) -> bool:
    domain = view.page.domain
    if not domain or mention.domain in PROFILES or is_institution(mention.host):
        return False
    return not same_house(mention.domain, domain)


def _source_tail(view: View, labels: list[Hit]) -> tuple[int, int] | None:
    """Return the span from a label of source to another site's address on the same line, near the end."""
    length = len(view.page.text)
    late = [hit for hit in labels if hit.start >= length - max(600, TAIL * length)]
    if not late:
        return None
    mentions = [m for m in view.page.mentions if m.start >= late[0].start and _foreign(view, m)]
    for hit in late[:40]:
        for mention in mentions:
            if (
                0 <= mention.start - hit.end <= 60
                and "\n" not in view.page.text[hit.end : mention.start].strip()
            ):
                end = line_of(view, mention.start)[1]
                return hit.start, min(end, mention.end + 300)
    return None


def _closing_address(view: View) -> tuple[int, int] | None:
    """Return the span of a bare address with a path in the last lines, where it is another site's."""
    text = view.page.text
    start = max(0, len(text) - 300)
    foreign = [m for m in view.page.mentions if m.start >= start and _foreign(view, m)]
    if not foreign:
        return None
    for match in URL_LINE.finditer(text, start):
        path = match.group().partition("//")[2].partition("/")[2]
        if len(path) >= 12 and any(match.start() <= m.start < match.end() for m in foreign):
            return match.span()
    return None


def _foreign_feed_tail(view: View) -> tuple[int, int] | None:
    """Return the span of a line "… first appeared on NAME" whose NAME is not this site's."""
    page = view.page
    if not page.domain:
        return None
    for hit in view.hits("credit_phrases"):
        if hit.entry.category != "first_appeared":
            continue
        start, end = line_of(view, hit.start)
        name = page.text[hit.end : min(end, hit.end + 60)]
        if end - start <= MAX_LINE and _is_name(name) and not is_own_name(name, page):
            return start, end
    return None


def _is_name(text: str) -> bool:
    """Tell whether what follows "first appeared on" reads as a name or an address, not as a date."""
    name = text.strip(" :.|-–—\"'“”«»")
    if len(name) < 3 or text[:1] not in ' :“«"' or YEAR.search(name[:30]):
        return False
    return "." in name or not name[0].islower()
