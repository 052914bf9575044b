"""The path of a URL in one form, so that an account is the same in a site's name, a list and an address."""

from __future__ import annotations

import re
from itertools import islice
from urllib.parse import quote, unquote

MAX_PATH = 8_192
"""Characters of a path that are looked at; servers take no longer ones (Apache's LimitRequestLine: 8,190)."""

_SAFE = "@:~+=&,"  # none that means more than itself in a block list
_SEGMENT = re.compile(r"[^/]+")
_STEP = re.compile(r"(?:^|/)(?:\.|%2e){1,2}(?:/|$)", re.IGNORECASE)


def path_of(url: str) -> str:
    """Return the path of an absolute or scheme-relative URL as it stands there, without its first slash.

    As in :func:`detector.parsing.domains.host_of`, a backslash is a slash, as browsers take it.
    """
    whole = url.replace("\\", "/").partition("//")[2]
    return whole.partition("?")[0].partition("#")[0].partition("/")[2]


def segments(path: str, most: int) -> list[str]:
    """Return up to ``most`` segments of a path, empty ones aside, percent-encoded; case is kept.

    ``.`` and ``..`` are resolved (RFC 3986, section 5.2.4), so that ``good/../evil`` names ``evil`` alone. Of
    a path beyond MAX_PATH the beginning is taken; where it steps back, that says nothing and none is given.
    """
    if _STEP.search(path):
        path = _resolved(path) if len(path) <= MAX_PATH else ""
    named = islice(_SEGMENT.finditer(path[:MAX_PATH]), most)
    return [quote(unquote(segment[0]), safe=_SAFE, errors="replace") for segment in named]


def _resolved(path: str) -> str:
    kept: list[str] = []
    for segment in path.split("/"):
        step = segment.lower().replace("%2e", ".")
        if step == "..":
            del kept[-1:]
        elif step != ".":
            kept.append(segment)
    return "/".join(kept)
