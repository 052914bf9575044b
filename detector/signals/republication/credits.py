"""Credits of agencies and of other newsrooms: datelines, photo credits, "told X", "subscribe to X"."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from detector.lexicons import Hit
from detector.signals.base import MISSING, Evidence, Family, Feature, Measurement, signal
from detector.signals.republication.newsrooms import is_newsroom, same_house
from detector.view import View

MAX_EVIDENCE = 5
LONGEST_LINE = 2_000
MAX_NAMES = 400
"""Names of agencies or publishers that are looked at."""
NEAR = 40
"""Characters between a phrase of credit and the name it credits."""
DATELINE_END = re.compile(r"\s{0,3}[-–—―:.|/,：】＝=]")
CAPITALS = re.compile(r"[A-ZÀ-Þ]{2,}[A-ZÀ-Þ .'’-]{1,40}/")


@dataclass(frozen=True, slots=True)
class Credit:
    """A place that credits another newsroom: ``kind`` names the feature it counts for."""

    kind: str
    start: int
    end: int
    who: str


def agency_credits(view: View) -> list[Credit]:
    """Return the credits of news agencies: datelines, photo credits and bylines of reporting."""
    hits = view.hits("agencies")[:MAX_NAMES]
    if not hits:
        return []
    reporting = [hit for hit in view.hits("credit_phrases") if hit.entry.category == "reporting"]
    found: list[Credit] = []
    for hit in hits:
        kind = hit.entry.category
        if kind in ("dateline", "photo") and not _as_credited(view, hit):
            continue
        if kind == "dateline" and _opens_line(view, hit):
            found.append(Credit("dateline", hit.start, hit.end, hit.entry.term))
        elif kind == "photo":
            start, end = _photo_line(view, hit)
            found.append(Credit("photo_credit", start, end, hit.entry.term))
        elif kind == "agency" and (phrase := _before(reporting, hit)):
            found.append(Credit("reporting_credit", phrase.start, hit.end, hit.entry.term))
    return _apart(found)


def newsroom_credits(view: View) -> list[Credit]:
    """Return the places that speak as or with another newsroom, by the phrase before its name."""
    hits = view.hits("publishers")[:MAX_NAMES]
    if not hits:
        return []
    phrases = [hit for hit in view.hits("credit_phrases") if hit.entry.category in KINDS]
    domain = view.page.domain
    found: list[Credit] = []
    for hit in hits:
        phrase = _before(phrases, hit)
        if phrase and not (domain and same_house(hit.entry.category, domain)):
            kind = KINDS[phrase.entry.category]
            found.append(Credit(kind, phrase.start, hit.end, hit.entry.category))
    return _apart(found)


KINDS = {
    "told": "told_newsroom",
    "subscribe": "foreign_voice",
    "first_appeared": "foreign_voice",
    "reporting": "foreign_voice",
    "claim": "foreign_voice",
    "source_label": "cited_newsroom",
    "source_link": "cited_newsroom",
}


@signal(
    Family.REPUBLICATION,
    Feature("photo_credits", "credits", 0, 20, "photo credits of agencies"),
    Feature("datelines", "datelines", 0, 10, "lines that open with an agency's dateline"),
    Feature("reporting_credits", "credits", 0, 10, "sentences that credit an agency with the reporting"),
    Feature("stranger_credit", "0/1", 0, 1, "an agency's credit on a host that is no known newsroom"),
)
def agencies(view: View) -> Measurement:
    """Credits of news agencies, and whether the host is one that would be entitled to them."""
    found = agency_credits(view)
    kinds = [credit.kind for credit in found]
    values = {
        "photo_credits": float(kinds.count("photo_credit")),
        "datelines": float(kinds.count("dateline")),
        "reporting_credits": float(kinds.count("reporting_credit")),
        "stranger_credit": _stranger(view, found),
    }
    if view.page.domain and is_newsroom(view.page.domain):
        return Measurement(values)
    names = {
        "photo_credit": "photo_credits",
        "dateline": "datelines",
        "reporting_credit": "reporting_credits",
    }
    return Measurement(values, credit_evidence(view, found, names, "agency credit"))


@signal(
    Family.REPUBLICATION,
    Feature("foreign_voice", "places", 0, 20, "sentences that speak for another newsroom: subscribe to X"),
    Feature("told_newsroom", "places", 0, 20, "somebody told another newsroom"),
    Feature("cited_newsroom", "places", 0, 20, "labels of source before another newsroom's name"),
    Feature("host_is_newsroom", "0/1", 0, 1, "the host is a known publisher or agency (speaks for the page)"),
)
def newsrooms(view: View) -> Measurement:
    """Traces of another newsroom's own voice, and whether this host is a newsroom itself."""
    page = view.page
    found = newsroom_credits(view)
    kinds = [credit.kind for credit in found]
    values = {
        "foreign_voice": float(kinds.count("foreign_voice")),
        "told_newsroom": float(kinds.count("told_newsroom")),
        "cited_newsroom": float(kinds.count("cited_newsroom")),
        "host_is_newsroom": float(is_newsroom(page.domain)) if page.domain else MISSING,
    }
    if page.domain and is_newsroom(page.domain):
        return Measurement(values)
    shown = [credit for credit in found if credit.kind != "told_newsroom"]
    names = {"foreign_voice": "foreign_voice", "cited_newsroom": "cited_newsroom"}
    return Measurement(values, credit_evidence(view, shown, names, "another newsroom's credit"))


def credit_evidence(
    view: View, found: Sequence[Credit], features: dict[str, str], what: str
) -> tuple[Evidence, ...]:
    """Turn credits to evidence, at most MAX_EVIDENCE of them."""
    return tuple(
        Evidence(
            f"republication.{credit.kind}",
            f"{what}: {view.page.excerpt(credit.start, credit.end, 80)}",
            credit.start,
            credit.end,
            view.page.excerpt(credit.start, credit.end),
            (features[credit.kind],),
        )
        for credit in found[:MAX_EVIDENCE]
    )


def line_of(view: View, offset: int) -> tuple[int, int]:
    """Return start and end of the line of text that an offset lies in, at most LONGEST_LINE each way."""
    text = view.page.text
    first, last = max(0, offset - LONGEST_LINE), min(len(text), offset + LONGEST_LINE)
    start = text.rfind("\n", first, offset) + 1
    end = text.find("\n", offset, last)
    return start or first, last if end < 0 else end


def _stranger(view: View, found: Sequence[Credit]) -> float:
    if not view.page.domain:
        return MISSING
    return float(bool(found) and not is_newsroom(view.page.domain))


def _as_credited(view: View, hit: Hit) -> bool:
    """Tell whether an agency's name in Latin letters has a capital: paths and code write it without."""
    written = view.page.text[hit.start : hit.end]
    return written != hit.entry.term or not written.isascii()


def _opens_line(view: View, hit: Hit) -> bool:
    """Tell whether an agency's name stands where a dateline stands: near a line's start, before a dash."""
    start, _ = line_of(view, hit.start)
    long = len(hit.entry.term) > 12
    return hit.start - start <= 60 and (long or bool(DATELINE_END.match(view.page.text, hit.end)))


def _photo_line(view: View, hit: Hit) -> tuple[int, int]:
    """Take the whole line of a photo credit where it is short, else the name and the capitals before it."""
    start, end = line_of(view, hit.start)
    if end - start <= 120:
        return start, end
    for match in CAPITALS.finditer(view.page.text, max(start, hit.start - 45), min(end, hit.end + 1)):
        if match.end() >= hit.start - 1:
            return match.start(), hit.end
    return hit.start, hit.end


def _before(phrases: Sequence[Hit], hit: Hit) -> Hit | None:
    """Return the phrase that ends at most NEAR characters before a name, if one does."""
    place = bisect_left(phrases, hit.start, key=lambda phrase: phrase.start) - 1
    if place < 0:
        return None
    phrase = phrases[place]
    return phrase if -2 <= hit.start - phrase.end <= NEAR else None


def _apart(found: Sequence[Credit]) -> list[Credit]:
    """Keep the credits that do not overlap an earlier one."""
    kept: list[Credit] = []
    for credit in sorted(found, key=lambda credit: (credit.start, -credit.end)):
        if not kept or credit.start >= kept[-1].end:
            kept.append(credit)
    return kept
