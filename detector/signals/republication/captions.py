"""Captions that stand twice, the first copy cut: a newsroom's picture widget rendered to text."""

from __future__ import annotations

from itertools import pairwise

from detector.signals.base import Evidence, Family, Feature, Measurement, signal
from detector.view import View

MIN_PREFIX = 40
MAX_BLOCKS = 4_000
ELLIPSES = ("…", "...", "…]", "...]")


@signal(
    Family.REPUBLICATION,
    Feature("doubled_captions", "lines", 0, 20, "lines cut with an ellipsis whose full form follows at once"),
)
def captions(view: View) -> Measurement:
    """Lines cut with an ellipsis whose whole form follows at once."""
    text = view.page.text
    if "…" not in text and "..." not in text:
        return Measurement({"doubled_captions": 0.0})
    blocks = view.page.blocks[:MAX_BLOCKS]
    pairs = [
        (cut, full)
        for cut, full in pairwise(blocks)
        if text.endswith(ELLIPSES, cut.start, cut.end)
        and _cut_of(text[cut.start : cut.end], text[full.start : full.end])
    ]
    evidence = []
    for cut, full in pairs[:5]:
        start, end = cut.start, full.end
        message = f"a line of {cut.end - start} characters, cut with an ellipsis, stands again in full below"
        excerpt = view.page.excerpt(start, end)
        evidence.append(
            Evidence("republication.doubled_caption", message, start, end, excerpt, ("doubled_captions",))
        )
    return Measurement({"doubled_captions": float(len(pairs))}, tuple(evidence))


def _cut_of(cut: str, full: str) -> bool:
    """Tell whether a line that ends on an ellipsis is the beginning of another."""
    prefix = cut.rstrip(" .…[]")
    return len(prefix) >= MIN_PREFIX and len(full) > len(prefix) + 1 and full.startswith(prefix)
