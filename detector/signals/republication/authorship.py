"""Bylines and dates: whether a page says who wrote it and when.

No signal of its own: on the labelled pages a missing byline told only how the text had been extracted, and
cost accuracy. The compound in residue.py weighs it beside another newsroom's credits.
"""

from __future__ import annotations

import re

from detector.view import View

HEAD = 2_500
TAIL = 800
MIN_ARTICLE = 1_500
"""Characters below which a text may be an excerpt, so that a missing byline tells nothing."""
BYLINE = re.compile(
    r"^\W{0,3}(?:by|written by|posted by|por|par|von|di|door|av|af|przez|от|автор:?|od|autor:?|oleh|bởi"
    r"|yazan:?|بقلم|کاتب|लेखक:?)[ :|]\s{0,2}[^\W\d_][^\n]{2,60}$",
    re.IGNORECASE | re.MULTILINE,
)
DATE = re.compile(
    r"\b(?:19|20)\d\d[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,2}|\b\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)?\d\d\b"
    r"|\b\d{1,2}(?:st|nd|rd|th|\.|º)?,?\s(?:de |of )?[^\W\d_]{3,12}\.?,?\s(?:de |del )?(?:19|20)\d\d\b"
    r"|\b[^\W\d_]{3,12}\.?\s\d{1,2}(?:st|nd|rd|th)?,?\s(?:19|20)\d\d\b|(?:19|20)\d\d년 ?\d{1,2}월"
    r"|\b\d{1,2}\s(?:minutes?|hours?|days?|weeks?|months?)\sago\b"
)
FIGURES = re.compile(r"\d\d|\bago\b")
URL_DATE = re.compile(r"/(?:19|20)\d\d[/-]?[01]\d(?:[/-]?[0-3]\d)?(?:/|-|$)")


def has_byline(view: View) -> bool:
    """Tell whether metadata, a short line of the head or tail, or a phrase of credit names an author."""
    page = view.page
    if page.metadata.author.strip():
        return True
    if BYLINE.search(page.text, 0, HEAD) or BYLINE.search(page.text, max(0, len(page.text) - TAIL)):
        return True
    end = len(page.text)
    for hit in view.hits("credit_phrases"):
        if hit.entry.category == "byline" and (hit.start < HEAD or hit.start > end - TAIL):
            start = page.text.rfind("\n", 0, hit.start) + 1
            stop = page.text.find("\n", hit.end)
            if (stop if stop >= 0 else end) - start <= 120:
                return True
    return False


def has_date(view: View) -> bool:
    """Tell whether metadata, the address or a short line of the head or tail gives a date."""
    page = view.page
    if page.metadata.published or URL_DATE.search(page.url):
        return True
    edges = (page.text[:HEAD], page.text[-TAIL:] if len(page.text) > HEAD + TAIL else "")
    return any(
        FIGURES.search(line) is not None and DATE.search(line) is not None
        for edge in edges
        for line in edge.split("\n")
        if 6 <= len(line) <= 80
    )
