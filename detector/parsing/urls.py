"""Resolves the URLs of a page, without ever raising on the impossible ones that pages hold."""

from __future__ import annotations

from urllib.parse import urljoin

from detector.parsing.domains import host_of, registrable_domain

MAX_URL = 4_096
"""Characters of a URL that are kept."""


class Base:
    """The address that a page's relative URLs are resolved against."""

    def __init__(self, url: str) -> None:
        self.set(url)
        self.page_domain = registrable_domain(self.host) or self.host

    def set(self, url: str) -> None:
        """Resolve against ``url`` from here on (``<base href>``)."""
        self.url = url.strip()[:MAX_URL]
        self.host = host_of(self.url)
        scheme, slashes, rest = self.url.partition("//")
        self.scheme = scheme
        self.origin = scheme + slashes + rest.partition("/")[0].partition("?")[0].partition("#")[0]

    def resolve(self, href: str) -> str:
        """Return an absolute URL where the base allows it, else ``href`` as written, trimmed."""
        href = href.strip()[:MAX_URL]
        head = href[:8].lower()
        if head.startswith(("http://", "https://")) or not self.host:
            return href
        if head.startswith("//"):
            return self.scheme + href
        if head.startswith("/"):
            return self.origin + href
        if head.startswith("#"):
            return self.url.partition("#")[0] + href
        try:
            return urljoin(self.url, href)
        except ValueError:
            return href
