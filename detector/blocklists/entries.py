"""What a block list says: sites, each in one form, with the reason and the date that the list gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from detector.parsing.domains import ascii_host, registrable_domain
from detector.parsing.paths import path_of, segments

MAX_DEPTH = 8
"""Segments of a path that an entry may name."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A site on a list, as normal_site writes it: a domain, or the path of an account on one."""

    site: str
    reason: str = ""
    added: date | None = None


def normal_site(text: str) -> str:
    """Return the one form of a site: host without ``www.``, then path, percent-encoded; ``""`` for none.

    A path with a query, or deeper than MAX_DEPTH, could match no address and gives none.
    """
    host, _, path = text.strip().partition("/")
    name = ascii_host(host).removeprefix("www.")
    if not path:
        return name if registrable_domain(name) else ""
    parts = segments(path, MAX_DEPTH + 1)
    if len(parts) > MAX_DEPTH or "?" in path or "#" in path or not registrable_domain(name):
        return ""
    return "/".join([name, *parts])


def sites_above(host: str, url: str = "") -> Iterator[str]:
    """Yield the sites that an address belongs to: its host and each domain above it, each with its path."""
    name = ascii_host(host).removeprefix("www.")
    parts = segments(path_of(url), MAX_DEPTH)
    domain = registrable_domain(name)
    while name:
        yield name
        for depth in range(1, len(parts) + 1):
            yield f"{name}/{'/'.join(parts[:depth])}"
        if not domain or name == domain:
            return
        name = name.partition(".")[2]
