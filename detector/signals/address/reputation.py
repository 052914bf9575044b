"""What block lists say of the page's address, where they were looked up (``--list``)."""

from __future__ import annotations

from detector.page import Listing
from detector.signals.base import Evidence, Family, Feature, Measurement, signal
from detector.view import View

MAX_LISTS = 20
MAX_EVIDENCE = 5


@signal(
    Family.ADDRESS,
    Feature(
        "listed", "lists", 0, MAX_LISTS, "block lists that name the page's site; missing without a look-up"
    ),
)
def reputation(view: View) -> Measurement:
    """Count the block lists that name the page's host, a domain above it or its account."""
    if view.page.listings is None:
        return Measurement({})
    site: dict[str, str] = {}  # that a list names first: the host's own entries come before its domain's
    told = [found for found in view.page.listings if site.setdefault(found.source, found.site) == found.site]
    return Measurement({"listed": float(len(told))}, tuple(map(_evidence, told[:MAX_EVIDENCE])))


def _evidence(listing: Listing) -> Evidence:
    since = f"since {listing.added}" if listing.added else "without a date"
    message = f"the block list {listing.source} names {listing.site}, {since}"
    return Evidence("address.listed", message, features=("listed",))
