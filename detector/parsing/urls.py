"""Resolves the URLs of a page, without ever raising on the impossible ones that pages hold."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urljoin

from detector.parsing.domains import KNOWN_HOSTS, host_of, registrable_domain

MAX_URL = 4_096
"""Characters of a URL that are kept."""
MAX_FOREIGN = 1_000
"""Different hosts with characters beyond ASCII that are read on one page: each takes 0.1 ms to encode."""


Place = tuple[str, str, str, bool]
"""Where a link leads: URL, host, registrable domain, and whether that is the page's own site."""


class Base:
    """The address that a page's relative URLs are resolved against."""

    def __init__(self, url: str) -> None:
        self.cut = False  # whether some hosts had to be left out
        self._foreign: set[str] = set()
        self.rebase(url)
        self.site = self.domain or self.host
        self._known: dict[str, Place] = {}

    def rebase(self, url: str) -> None:
        """Resolve against ``url`` from here on (``<base href>``); the page's own site stays the same."""
        self.url = url.strip()[:MAX_URL]
        self.host, self.domain = self._owner(self.url)
        self.scheme, slashes, rest = self.url.partition("//")
        self.origin = self.scheme + slashes + rest.partition("/")[0].partition("?")[0].partition("#")[0]
        path = self.url.partition("?")[0].partition("#")[0]
        self.folder = path[: path.rfind("/") + 1] if len(path) > len(self.origin) else self.origin + "/"
        self._known = {}

    def locate(self, href: str) -> Place:
        """Return where ``href`` leads: an absolute URL where the base allows it, else as written, trimmed."""
        place = self._known.get(href)
        if place is None:
            place = self._known[href] = self._locate(href.strip()[:MAX_URL])
        return place

    def host_for(self, href: str) -> str:
        """Return the host that serves ``href``, ``""`` where none does (``data:``)."""
        if "//" not in href[:8]:
            return self.host if _is_relative(href) else ""
        return self._owner(href.strip()[:MAX_URL])[0]

    def _locate(self, href: str) -> Place:
        if href.startswith("/") and self.host and not href.startswith(("//", "/\\")):
            return self.origin + href, self.host, self.domain, (self.domain or self.host) == self.site
        url = href if href.startswith(("http://", "https://")) or not self.host else self._join(href)
        host, domain = self._owner(url)
        internal = bool(host) and (domain or host) == self.site
        return url, host, domain, internal or (not host and _is_relative(url))

    def _owner(self, url: str) -> tuple[str, str]:
        """Return host and registrable domain; the path is cut off first, so that the cache is hit."""
        slash = url.find("/", 8)
        origin = url if slash < 0 else url[:slash]
        if not origin.isascii() and ("//" in origin or "\\" in origin):
            if len(self._foreign) >= MAX_FOREIGN and origin not in self._foreign:
                self.cut = True
                return "", ""
            self._foreign.add(origin)
        return _owner_of(origin)

    def _join(self, href: str) -> str:
        first = href[:1]
        if first == "#":
            return self.url.partition("#")[0] + href
        if first == "/":
            return self.scheme + href
        if not _is_relative(href):
            return href
        if first not in _SPECIAL and "/." not in href:
            return self.folder + href
        try:
            return urljoin(self.url, href)
        except ValueError:
            return href


_SPECIAL = {"", ".", "?", "\\"}
"""Relative URLs that are more than a path below the page's folder begin with these, or hold dot segments."""


@lru_cache(maxsize=KNOWN_HOSTS)
def _owner_of(origin: str) -> tuple[str, str]:
    host = host_of(origin)
    return host, registrable_domain(host)


def _is_relative(url: str) -> bool:
    """Whether a URL without a host points into the page's own site (not ``mailto:``, ``javascript:``)."""
    if url.startswith("//"):
        return False
    return ":" not in url.partition("/")[0].partition("?")[0].partition("#")[0]
