"""Tells whether an element's own attributes hide it from the reader. Style sheets are not read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

MAX_STYLE = 2_000
"""Characters of a style attribute that are read."""

STREAMED = "S:"
"""Ids of what React streams in hidden elements, for its script to put in place."""

HIDING = re.compile(
    r"display:none|visibility:(?:hidden|collapse)|font-size:0(?:\.0+)?(?:px|pt|em|rem|%)?(?![.\d\w])"
    r"|(?:left|top|right|bottom|text-indent|margin-left|margin-top):-\d{3,}(?:\.\d+)?(?:px|pt|em|rem|%)"
)


def hides(attributes: Mapping[str, str | None]) -> bool:
    """Return whether attributes hide their element: ``hidden``, or a style that shows nothing on screen."""
    if "hidden" in attributes:
        return not (attributes.get("id") or "").startswith(STREAMED)
    style = attributes.get("style")
    return style is not None and _style_hides(style)


@lru_cache(maxsize=8_192)
def _style_hides(style: str) -> bool:
    return HIDING.search("".join(style[:MAX_STYLE].lower().split())) is not None
