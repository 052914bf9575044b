"""What is cut from an input before it is parsed, so that no content can stall the parser."""

from __future__ import annotations

from detector.page import CutReason

MAX_BYTES = 5_000_000
MAX_TEXT = 400_000
"""Characters of visible text that are kept; the rest, from the end, is cut."""
MAX_HIDDEN = 100_000
"""Characters of hidden text that are kept."""
MAX_LINKS = 20_000


def screen(html: bytes) -> tuple[bytes, list[CutReason]]:
    """Return what may be parsed, and why the rest was cut."""
    cuts = []
    if len(html) > MAX_BYTES:
        html = html[:MAX_BYTES]
        cuts.append(CutReason.BYTES)
    return html, cuts
