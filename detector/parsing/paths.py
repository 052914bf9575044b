"""The path of a URL in one form, so that an account is the same in a site's name, a list and an address."""

from __future__ import annotations

from itertools import islice
from urllib.parse import quote, unquote

_SAFE = "@:~+=&,"  # none that means more than itself in a block list


def path_of(url: str) -> str:
    """Return the path of an absolute or scheme-relative URL as it stands there, without its first slash."""
    return url.partition("//")[2].partition("?")[0].partition("#")[0].partition("/")[2]


def segments(path: str, most: int) -> list[str]:
    """Return up to ``most`` segments of a path, empty ones aside, percent-encoded; case is kept."""
    named = (segment for segment in unquote(path).split("/") if segment)
    return [quote(segment, safe=_SAFE) for segment in islice(named, most)]
