"""The path of a URL in one form, so that an account is the same in a site's name, a list and an address."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

_SAFE = "@:~+=&,"  # none that means more than itself in a block list
_STEP = re.compile(r"(?:^|/)(?:\.|%2e){1,2}(?:/|$)", re.IGNORECASE)


def path_of(url: str) -> str:
    """Return the path of an absolute or scheme-relative URL as it stands there, without its first slash.

    As in :func:`detector.parsing.domains.host_of`, a backslash is a slash, as browsers take it.
    """
    whole = url.replace("\\", "/").partition("//")[2]
    return whole.partition("?")[0].partition("#")[0].partition("/")[2]


def segments(path: str, most: int) -> list[str]:
    """Return up to ``most`` segments of a path, empty ones aside, percent-encoded; case is kept.

    ``.`` and ``..`` are resolved (RFC 3986, section 5.2.4), so that ``good/../evil`` names ``evil`` alone.
    """
    decoded = [unquote(segment) for segment in (_resolved(path) if _STEP.search(path) else path.split("/"))]
    return [quote(segment, safe=_SAFE) for segment in decoded if segment][:most]


def _resolved(path: str) -> list[str]:
    kept: list[str] = []
    for segment in path.split("/"):
        step = segment.lower().replace("%2e", ".")
        if step == "..":
            del kept[-1:]
        elif step != ".":
            kept.append(segment)
    return kept
