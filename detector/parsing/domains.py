"""Hosts and registrable domains, by the public suffix list that ships with tldextract (never fetched).

The list's private part counts: ``user.blogspot.com`` is judged alone, not as a page of ``blogspot.com``.
"""

from __future__ import annotations

import re
from functools import lru_cache

from tldextract import TLDExtract

MAX_HOST = 253
"""Characters of a host name in the domain name system (RFC 1035, section 2.3.4)."""
MAX_LABEL = 63
"""Characters of one of its labels."""

WEB_SCHEMES = {"", "http:", "https:", "ftp:", "ws:", "wss:"}

RESERVED_SUFFIXES = ("example", "invalid", "test")
"""Count as public suffixes (RFC 2606), so that documentation and tests can name domains nobody owns."""

_extractor = TLDExtract(
    suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True, extra_suffixes=RESERVED_SUFFIXES
)
_extract = _extractor.extract_str

TOP_LEVEL = frozenset(suffix.rpartition(".")[2] for suffix in _extractor.tlds)
"""The last label of every public suffix, in Unicode and in ASCII form."""

KNOWN_HOSTS = 16_384
"""Hosts whose split is remembered, in some 10 MB; those of a crawl never end."""


@lru_cache(maxsize=KNOWN_HOSTS)
def split_host(host: str) -> tuple[str, str, str]:
    """Split a host into sub-domain, domain label and public suffix: ``("www", "example", "co.uk")``.

    A host that is a private suffix itself (``blogspot.com``) is split by the public part of the list. An
    address, a single label or a host without a known suffix gives ``("", host, "")``.
    """
    if len(host) > MAX_HOST:
        return "", host, ""
    found = _extract(host)
    if found.is_private and not found.domain:
        found = _extract(host, include_psl_private_domains=False)
    if not found.domain or not found.suffix:
        return "", host, ""
    return found.subdomain, found.domain, found.suffix


@lru_cache(maxsize=KNOWN_HOSTS)
def registrable_domain(host: str) -> str:
    """Return the registrable domain of a host, ``""`` where it has none (addresses, bare suffixes)."""
    _, label, suffix = split_host(host)
    return f"{label}.{suffix}" if suffix else ""


@lru_cache(maxsize=KNOWN_HOSTS)
def is_institution(host: str) -> bool:
    """Tell whether a host ends in a suffix kept for schools, universities, governments or the military."""
    return bool(_INSTITUTION.search(host))


def host_of(url: str) -> str:
    """Return the host of an absolute or scheme-relative URL, lower case and in ASCII form.

    User, port and trailing dot are dropped; ``""`` where the URL has no host or an impossible one. Never
    raises: browsers accept URLs that :mod:`urllib.parse` refuses.
    """
    scheme, slashes, rest = url[:4096].replace("\\", "/").partition("//")
    if not slashes or scheme.strip().lower() not in WEB_SCHEMES:
        return ""
    authority = _upto(rest, "/?#").rpartition("@")[2].strip()
    if authority.startswith("["):
        address, bracket, _ = authority.partition("]")
        return (address + bracket).lower() if bracket else ""
    return ascii_host(authority.partition(":")[0])


def ascii_host(host: str) -> str:
    """Return a host as the domain name system writes it, ``""`` where it can't be one."""
    host = host.rstrip(".").lower()
    if not host.isascii():
        try:
            host = host[:MAX_HOST].encode("idna").decode("ascii")
        except UnicodeError:
            return ""
    if len(host) > MAX_HOST or not host or host.startswith(".") or ".." in host:
        return ""
    return host if host.translate(_HOST_CHARACTERS) == "" else ""


_INSTITUTION = re.compile(
    r"(?:^|\.)(?:edu|gov|int|mil|(?:ac|edu|gob|gouv|gov|govt|go|gub|int|k12|mil|sch)\.[a-z]{2})$"
)
_HOST_CHARACTERS = {ord(character): None for character in "abcdefghijklmnopqrstuvwxyz0123456789-._"}


def _upto(text: str, stops: str) -> str:
    for stop in stops:
        text = text.partition(stop)[0]
    return text
