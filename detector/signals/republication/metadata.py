"""Another publisher in the page's metadata: canonical address, publisher, image hosts, "own" links."""

from __future__ import annotations

from collections import Counter

from detector.page import Page, Source
from detector.parsing.domains import host_of, registrable_domain
from detector.signals.base import MISSING, Evidence, Family, Feature, Measurement, signal
from detector.signals.republication.newsrooms import is_newsroom, is_own_name, same_house
from detector.view import View


@signal(
    Family.REPUBLICATION,
    Feature(
        "canonical_elsewhere",
        "0/1",
        0,
        1,
        "the canonical address or og:url is another site's",
        markup_only=True,
    ),
    Feature(
        "canonical_newsroom", "0/1", 0, 1, "it is a known publisher's: honest syndication", markup_only=True
    ),
    Feature("foreign_publisher", "0/1", 0, 1, "JSON-LD names another site as publisher", markup_only=True),
    Feature(
        "foreign_images",
        "share",
        0,
        1,
        "images served by known publishers of another house",
        markup_only=True,
    ),
)
def metadata(view: View) -> Measurement:
    """Which other site the page's markup still belongs to."""
    page = view.page
    if page.source is not Source.HTML or not page.domain:
        return Measurement({})
    canonical = canonical_domain(page)
    publisher = next((d for url in page.metadata.publisher_urls if (d := _elsewhere(page, url))), "")
    values = {
        "canonical_elsewhere": float(bool(canonical)),
        "canonical_newsroom": float(bool(canonical) and is_newsroom(canonical)),
        "foreign_publisher": float(bool(publisher) or _foreign_name(page)),
        "foreign_images": _foreign_images(page),
    }
    evidence = [
        Evidence(
            f"republication.{name}",
            f"{message}: {domain}, while the page stands on {page.domain}",
            excerpt=domain,
            features=(name,),
        )
        for name, domain, message in (
            ("canonical_elsewhere", canonical, "the canonical address is another site's"),
            ("foreign_publisher", publisher, "its metadata name another site as publisher"),
        )
        if domain
    ]
    return Measurement(values, tuple(evidence))


def canonical_domain(page: Page) -> str:
    """Return the registrable domain of another site that the canonical address or og:url names, or ``""``."""
    return _elsewhere(page, page.metadata.canonical) or _elsewhere(page, page.metadata.og_url)


def _elsewhere(page: Page, url: str) -> str:
    """Return the registrable domain of an address that is another house's than the page's, or ``""``."""
    domain = registrable_domain(host_of(url)) if "//" in url else ""
    return domain if domain and not same_house(domain, page.domain) else ""


def _foreign_name(page: Page) -> bool:
    names = page.metadata.publishers
    return bool(names) and not page.metadata.publisher_urls and not any(is_own_name(n, page) for n in names)


def _foreign_images(page: Page) -> float:
    hosts = [image.host for image in page.images if image.host]
    if not page.images:
        return MISSING
    domains = [(registrable_domain(host), count) for host, count in Counter(hosts).items()]
    foreign = sum([count for d, count in domains if is_newsroom(d) and not same_house(d, page.domain)])
    return foreign / len(page.images)
