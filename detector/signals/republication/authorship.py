"""Bylines and dates: whether a text that reads as news says who wrote it and when."""

from __future__ import annotations

import re

from detector.page import Source
from detector.signals.base import MISSING, Family, Feature, Measurement, signal
from detector.view import View

HEAD = 2_500
TAIL = 800
MIN_NEWS = 1_500
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
CLOSING = "”»」』"


@signal(
    Family.REPUBLICATION,
    Feature("has_byline", "0/1", 0, 1, "a byline stands near the text (speaks for the page)"),
    Feature("has_date", "0/1", 0, 1, "a date line, metadata or the address dates the text (speaks for it)"),
    Feature("orphan_news", "0/1", 0, 1, "a long text in news voice with neither byline nor date"),
)
def authorship(view: View) -> Measurement:
    """Who wrote the text and when, and whether it needs to say so."""
    text = view.page.text
    if len(text) < 300:
        return Measurement({})
    byline, date = has_byline(view), has_date(view)
    whole = len(text) >= MIN_NEWS or view.page.source is Source.HTML
    values = {
        "has_byline": 1.0 if byline else (0.0 if whole else MISSING),
        "has_date": 1.0 if date else (0.0 if whole else MISSING),
        "orphan_news": float(news_voice(view) >= 1.5 and not byline and not date)
        if len(text) >= MIN_NEWS
        else MISSING,
    }
    return Measurement(values)


def news_voice(view: View) -> float:
    """Count quotations and verbs of saying per 1,000 characters, as news has them."""
    text = view.page.text
    saying = sum(hit.entry.category == "saying" for hit in view.hits("credit_phrases"))
    return (saying + sum(map(text.count, CLOSING))) / max(0.3, len(text) / 1000)


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
        if 6 <= len(line) <= 120
    )
