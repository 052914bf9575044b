"""Links, hidden parts, advertising and the head of the document: what only markup tells."""

from __future__ import annotations

import math
from collections import Counter

from detector.page import MarkKind, Region, Source
from detector.parsing.domains import registrable_domain
from detector.signals.base import MISSING, Evidence, Family, Feature, Measurement, signal
from detector.view import View

MAX_LINKS = 3000
AD_NAMES = """
    doubleclick.net googlesyndication.com adsterra propellerads taboola.com outbrain.com mgid.com
    revcontent popads.net popcash exoclick juicyads amazon-adsystem.com media.net ezoic mediavine monetag
    infolinks adskeeper clickadu hilltopads trafficjunky an.yandex.ru criteo
"""
AD_NETWORKS = frozenset(AD_NAMES.split())
"""Advertising networks by the domain that their scripts come from, its first label, or the whole host."""
_MAIN = Region.MAIN
BUSINESS_TYPES = """
    Product Offer LocalBusiness Store Restaurant Hotel Organization Event Recipe JobPosting School Dentist
    Course CollegeOrUniversity GovernmentOrganization MedicalOrganization Book SoftwareApplication
"""
BUSINESS = frozenset(BUSINESS_TYPES.split())


@signal(
    Family.STRUCTURE,
    Feature("link_density", "share", 0, 1, "share of the visible text that is link text", markup_only=True),
    Feature("outside_links", "share", 0, 1, "share of links that leave the site", markup_only=True),
    Feature("outside_domains", "log count", 0, 8, "domains linked to", markup_only=True),
    Feature("body_outside", "per 1,000 characters", 0, 50, "outside links in running text", markup_only=True),
    Feature("hidden_share", "share", 0, 1, "hidden text as a share of all text", markup_only=True),
    Feature("hidden_links", "log count", 0, 8, "links inside hidden parts", markup_only=True),
    Feature(
        "repeated_anchor", "share", 0, 1, "share of outside links with the commonest anchor", markup_only=True
    ),
)
def links(view: View) -> Measurement:
    """Measure how far the page is made of links, and what it hides."""
    page = view.page
    if page.source is not Source.HTML:
        return Measurement({})
    kept = page.links[:MAX_LINKS]
    outside = [link for link in kept if not link.internal and link.domain]
    shown = max(1, len(page.text))
    values = {
        "link_density": min(1.0, sum([link.end - link.start for link in kept]) / shown),
        "outside_links": len(outside) / len(kept) if kept else MISSING,
        "outside_domains": math.log1p(len({link.domain for link in outside})),
        "body_outside": 1000 * sum([link.region is _MAIN for link in outside]) / shown,
        "hidden_share": len(page.hidden) / (len(page.hidden) + shown),
        "hidden_links": math.log1p(page.hidden_links),
    }
    text = view.lowered
    anchors = Counter([text[link.start : link.end] for link in outside if link.end > link.start])
    if anchors.total() >= 5:
        values["repeated_anchor"] = anchors.most_common(1)[0][1] / anchors.total()
    return Measurement(values)


@signal(
    Family.STRUCTURE,
    Feature("ad_hosts", "count", 0, 20, "advertising networks whose scripts run", markup_only=True),
    Feature("script_hosts", "log count", 0, 6, "hosts of scripts and frames", markup_only=True),
    Feature("owner_marks", "log count", 0, 4, "advertising and affiliate ids", markup_only=True),
    Feature("outside_images", "share", 0, 1, "share of images that other sites serve", markup_only=True),
    Feature("head_fields", "count", 0, 8, "fields of the head that are filled in", markup_only=True),
    Feature(
        "business_schema", "0/1", 0, 1, "structured data of a shop, place or institution", markup_only=True
    ),
    Feature("refresh", "0/1", 0, 1, "the page sends its reader on by meta refresh", markup_only=True),
)
def markup(view: View) -> Measurement:
    """Measure advertising, structured data and the head of the document."""
    page = view.page
    if page.source is not Source.HTML:
        return Measurement({})
    head = page.metadata
    fields = (head.description, head.canonical, head.language, head.site_name, head.og_url, head.author)
    hosts = set(page.script_hosts)
    ids = sum(mark.kind in (MarkKind.ADSENSE, MarkKind.AFFILIATE) for mark in page.owner_marks)
    served = [image.host for image in page.images if image.host]
    values = {
        "ad_hosts": len(AD_NETWORKS.intersection([name for host in hosts for name in _names(host)])),
        "script_hosts": math.log1p(len(hosts)),
        "owner_marks": math.log1p(ids),
        "outside_images": sum([registrable_domain(host) != page.domain for host in served]) / len(served)
        if len(served) >= 4 and page.domain
        else MISSING,
        "head_fields": sum(map(bool, fields)) + bool(head.published) + bool(head.publishers),
        "business_schema": float(bool(BUSINESS.intersection(head.schema_types))),
        "refresh": float("url=" in head.refresh.lower()),
    }
    if values["refresh"]:
        item = Evidence("structure.refresh", f"meta refresh: {head.refresh[:120]}", features=("refresh",))
        return Measurement(values, (item,))
    return Measurement(values)


def _names(host: str) -> tuple[str, str, str]:
    """Return the names by which a network that serves from this host may be listed."""
    domain = registrable_domain(host)
    return host, domain, domain.partition(".")[0]
