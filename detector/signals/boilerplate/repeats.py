"""Blocks that stand more than once on a page; those that many pages share are found in detector/sites."""

from __future__ import annotations

from collections import Counter

from detector.signals.base import Evidence, Family, Feature, Measurement, signal
from detector.view import View

MAX_BLOCKS = 4_000
MIN_LONG = 40
NOTABLE_SHARE = 0.15


@signal(
    Family.BOILERPLATE,
    Feature("repeated_share", "share", 0, 1, "characters in long blocks that stood on the page before"),
)
def repeats(view: View) -> Measurement:
    """How much of the page is said twice or more, as broken and stitched templates do."""
    text = view.page.text
    blocks = view.page.blocks[:MAX_BLOCKS]
    if len(blocks) < 3:
        return Measurement({})
    counts = Counter([text[start:end] for start, end, _, _, _ in blocks if end - start >= MIN_LONG])
    share = _repeated_characters(counts) / max(1, sum([end - start for start, end, _, _, _ in blocks]))
    return Measurement({"repeated_share": share}, _evidence(view, counts) if share >= NOTABLE_SHARE else ())


def _repeated_characters(counts: Counter[str]) -> int:
    return sum([(count - 1) * len(block) for block, count in counts.items() if count > 1])


def _evidence(view: View, counts: Counter[str]) -> tuple[Evidence, ...]:
    """Show the second standing of the longest repeated blocks."""
    repeated = sorted((b for b, count in counts.items() if count > 1 and len(b) >= 60), key=len, reverse=True)
    found = []
    for block in repeated[:3]:
        first = view.page.text.find(block)
        start = view.page.text.find(block, first + len(block))
        if start >= 0:
            message = f"a block of {len(block)} characters stands {counts[block]} times on the page"
            end = start + len(block)
            excerpt = view.page.excerpt(start, end)
            found.append(
                Evidence("boilerplate.repeated_block", message, start, end, excerpt, ("repeated_share",))
            )
    return tuple(found)
