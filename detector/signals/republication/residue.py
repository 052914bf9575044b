"""The compound: another newsroom's residue on a host that is no newsroom, without byline, date or link.

Licensed syndication names its licence, links or points its canonical address to the source, or stands on a
paper's own host: each of these takes the compound back.
"""

from __future__ import annotations

from detector.parsing.domains import is_institution
from detector.signals.base import MISSING, Evidence, Family, Feature, Measurement, signal
from detector.signals.republication.authorship import MIN_ARTICLE, has_byline, has_date
from detector.signals.republication.captions import captions
from detector.signals.republication.credits import Credit, agency_credits, newsroom_credits
from detector.signals.republication.metadata import canonical_domain
from detector.signals.republication.newsrooms import (
    is_newsroom,
    reads_as_press,
    same_house,
)
from detector.view import View

WEIGHTS = {
    "photo_credit": 1.0,
    "dateline": 1.0,
    "reporting_credit": 1.5,
    "foreign_voice": 1.5,
    "told_newsroom": 0.5,
}
PRESS_DISCOUNT = 0.4
"""What residue weighs on a host with a word of the press in its name: many local papers hold licences."""


@signal(
    Family.REPUBLICATION,
    Feature(
        "licence", "phrases", 0, 10, "phrases of licence, permission or press release (speak for the page)"
    ),
    Feature("host_reads_as_press", "0/1", 0, 1, "a word of the press stands in the host's name"),
    Feature("foreign_residue", "weight", 0, 8, "another newsroom's residue, weighed by what the page lacks"),
)
def foreign_residue(view: View) -> Measurement:
    """Credits of another newsroom on a host without newsroom, licence, byline, date or link to the source."""
    page = view.page
    licences = {hit.entry.term for hit in view.hits("credit_phrases") if hit.entry.category == "licensed"}
    values = {
        "licence": float(len(licences)),
        "host_reads_as_press": float(reads_as_press(page.host)) if page.host else MISSING,
        "foreign_residue": MISSING,
    }
    if not page.domain:
        return Measurement(values)
    found = agency_credits(view) + newsroom_credits(view)
    weight = _residue(view, found)
    exempt = (
        bool(licences)
        or is_newsroom(page.domain)
        or is_institution(page.host)
        or bool(canonical_domain(page))
    )
    if exempt or not weight or _links_to_newsroom(view):
        values["foreign_residue"] = 0.0
        return Measurement(values)
    lacking = _lacking(view)
    doubled = captions.function(view).values.get("doubled_captions", 0.0)
    total = weight + min(doubled, 2.0) + 0.75 * len(lacking)
    values["foreign_residue"] = total * (PRESS_DISCOUNT if reads_as_press(page.host) else 1.0)
    if values["foreign_residue"] < 2.0:
        return Measurement(values)
    return Measurement(values, (_evidence(view, found, lacking),))


def _residue(view: View, found: list[Credit]) -> float:
    """Weigh the kinds of credit, each once."""
    kinds = {credit.kind for credit in found} - {"cited_newsroom"}
    return sum(WEIGHTS[kind] for kind in kinds) if kinds != {"told_newsroom"} else 0.0


def _lacking(view: View) -> list[str]:
    """Name what a whole article should have and this one has not; a short excerpt tells nothing."""
    if len(view.page.text) < MIN_ARTICLE:
        return []
    present = {"byline": has_byline(view), "date": has_date(view)}
    return [name for name, there in present.items() if not there]


def _links_to_newsroom(view: View) -> bool:
    """Tell whether the page links to a known publisher: then it cites, and does not hide where it copied."""
    page = view.page
    written = (m.domain for m in page.mentions if m.linked or page.text[m.start - 2 : m.start] == "//")
    linked = (link.domain for link in page.links if link.domain and not link.internal)
    return any(
        is_newsroom(domain) and not same_house(domain, page.domain)
        for domains in (written, linked)
        for domain in domains
    )


def _evidence(view: View, found: list[Credit], lacking: list[str]) -> Evidence:
    page = view.page
    strongest = max(found, key=lambda credit: WEIGHTS.get(credit.kind, 0.0))
    kinds = {credit.kind.replace("_", " ") for credit in found}
    message = (
        f"{len(found)} credits of another newsroom ({', '.join(sorted(kinds))}) on {page.domain}, "
        f"which is no known publisher, without {', '.join([*lacking, 'link to a source'])}"
    )
    excerpt = page.excerpt(strongest.start, strongest.end)
    return Evidence(
        "republication.foreign_residue",
        message,
        strongest.start,
        strongest.end,
        excerpt,
        ("foreign_residue",),
    )
