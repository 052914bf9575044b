"""Which site a URL belongs to: its registrable domain, or the account where a platform is shared by many."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from detector.errors import ListError
from detector.parsing.domains import host_of, registrable_domain
from detector.parsing.paths import path_of, segments
from detector.parsing.urls import MAX_URL

_PLATFORMS = "platforms.tsv"
_MOST = 3  # segments of a path that any platform needs


def site_of(url: str) -> str:
    """Return the site that a page is judged with: ``example.org``, ``anna.wordpress.com``, ``t.me/anna``.

    The private part of the public suffix list separates most platforms, ``platforms.tsv`` others, and
    ``/~anna`` is an account anywhere. A host without a registrable domain (an address) is its own site;
    a URL without a host has none (``""``). A path is given as block lists write it, in its own case: channels
    of YouTube differ by case alone.
    """
    host = host_of(url).removeprefix("www.")
    domain = registrable_domain(host)
    if not domain:
        return host
    path = segments(path_of(url[:MAX_URL]), _MOST)
    if path and len(path[0]) > 1 and path[0].startswith("~"):
        return f"{host}/{path[0]}"
    by_subdomain, by_path = _platforms()
    if domain in by_subdomain and host != domain:
        return ".".join(host.split(".")[-domain.count(".") - 2 :])
    platform = host if host in by_path else domain
    if path and platform in by_path and (depth := by_path[platform].depth(path[0].lower())):
        return "/".join([platform, *path[:depth]]) if len(path) >= depth else domain
    return domain


def is_platform(site: str) -> bool:
    """Tell whether a site is a platform itself: who blocks it blocks the accounts of all, which are sites."""
    if "/" in site:
        return False
    by_subdomain, by_path = _platforms()
    hosts = {site, *(host for host in by_path if registrable_domain(host) == site)}
    account = f"account.{site}"
    return not hosts.isdisjoint(by_subdomain | by_path.keys()) or registrable_domain(account) == account


@dataclass(frozen=True, slots=True)
class _Paths:
    """Where a platform's paths name the account."""

    segments: int
    others: frozenset[str] = frozenset()  # first segments that are no accounts, with "/" where one follows

    def depth(self, first: str) -> int:
        """Return how many segments name an account, 0 where a path that begins so names none."""
        if f"{first}/" in self.others:
            return self.segments + 1
        return 0 if first in self.others else self.segments


@cache
def _platforms() -> tuple[frozenset[str], dict[str, _Paths]]:
    by_subdomain: set[str] = set()
    by_path: dict[str, _Paths] = {}
    lines = (files("detector.sites") / _PLATFORMS).read_text("utf-8").splitlines()
    for number, line in enumerate(lines, 1):
        if not line or line.startswith("#"):
            continue
        host, rule, *others = line.split("\t")
        if rule == "subdomain":
            by_subdomain.add(host)
        elif rule.isdecimal():
            by_path[host] = _Paths(int(rule), frozenset(" ".join(others).split()))
        else:
            raise ListError(f"{_PLATFORMS}, line {number}: {rule!r} is neither 'subdomain' nor a number")
    return frozenset(by_subdomain), by_path
