"""Calls to action, and the handles they lead to: messengers, and the telephone number in a title."""

from __future__ import annotations

import re
from collections import Counter

from detector.page import Page
from detector.signals.base import MISSING, Evidence, Family, Feature, Measurement, signal
from detector.view import View

MIN_CHARACTERS = 200
MAX_TITLE = 300
NO_CALLS = frozenset(("disclosure", "messenger"))
REPEATED = 4
"""Times that a title's number must stand in the text to be shown."""

HANDLE = re.compile(
    r"/[\w+]{4,40}"
    r"|[ \t:：]{0,4}\+?\d[\d ()-]{7,16}\d"
    r"|[号號]?[ \t]{0,3}[:：@]{0,2}[ \t]{0,3}[@+]?(?=[a-z_]{0,20}\d)[a-z0-9_+][\w.-]{4,20}"
)
"""What follows a messenger's name where a handle is given: a path, an account with a digit, a number."""
NUMBER = re.compile(r"\+?\(?\d[\d ().\u00a0-]{6,18}\d")
DIGITS = range(9, 14)
DATE = re.compile(r"(?:19|20)\d\d|\d{1,2}[. -]\d{1,2}[. -](?:19|20)")


@signal(
    Family.PROMOTION,
    Feature("calls", "per 1,000 characters", 0, 20, "calls to action"),
    Feature("call_kinds", "kinds", 0, 6, "kinds of calls: visit, click, follow, join, buy, contact"),
    Feature("calls_visit", "per 1,000 characters", 0, 10, "calls to visit or click elsewhere"),
    Feature("calls_join", "per 1,000 characters", 0, 10, "calls to join, register or play"),
    Feature("calls_last", "share", 0, 1, "calls in the last fifth of the text"),
    Feature("disclosures", "phrases", 0, 10, "disclosures of advertising or affiliation"),
)
def calls(view: View) -> Measurement:
    """Count calls to action, and disclosures, which speak for a page."""
    length = len(view.page.text)
    if length < MIN_CHARACTERS:
        return Measurement({})
    hits = view.hits("calls_to_action")
    disclosures = sum(hit.entry.category == "disclosure" for hit in hits)
    hits = [hit for hit in hits if hit.entry.category not in NO_CALLS]
    kinds = Counter([hit.entry.category for hit in hits])
    thousands = view.analysed / 1000
    last = sum(hit.start >= 0.8 * length for hit in hits)
    total = len(hits)
    return Measurement(
        {
            "calls": total / thousands,
            "call_kinds": float(len(kinds)),
            "calls_visit": (kinds["visit"] + kinds["click"]) / thousands,
            "calls_join": kinds["join"] / thousands,
            "calls_last": last / total if total else MISSING,
            "disclosures": float(disclosures),
        }
    )


@signal(
    Family.PROMOTION,
    Feature("handles", "per 1,000 characters", 0, 20, "messenger handles and invitations"),
    Feature("number_in_title", "0/1", 0, 1, "a telephone number stands in the title or the first line"),
    Feature("number_repeats", "times", 0, 100, "how often the text repeats that number"),
)
def handles(view: View) -> Measurement:
    """Count messenger handles, and the telephone number that heads the page."""
    page = view.page
    if len(page.text) < MIN_CHARACTERS:
        return Measurement({})
    named = [hit for hit in view.hits("calls_to_action") if hit.entry.category == "messenger"]
    given = sum(HANDLE.match(view.lowered, hit.end) is not None for hit in named)
    number = _number(page.metadata.title) or _number(page.text[: page.blocks[0].end] if page.blocks else "")
    times = page.text.count(number) if number else 0
    values = {
        "handles": given / view.analysed * 1000,
        "number_in_title": float(bool(number)),
        "number_repeats": float(times),
    }
    return Measurement(values, _evidence(page, number, times) if times >= REPEATED else ())


def _number(title: str) -> str:
    """Return the first telephone number of a title as written, "" where it has none; dates are none."""
    for match in NUMBER.finditer(title[:MAX_TITLE]):
        written = match.group()
        if sum(map(str.isdigit, written)) in DIGITS and not DATE.match(written):
            return written
    return ""


def _evidence(page: Page, number: str, times: int) -> tuple[Evidence, ...]:
    start = page.text.index(number)
    end = start + len(number)
    message = f"one telephone number heads the page and stands {times} times in it"
    shown = ("number_repeats", "number_in_title")
    return (Evidence("promotion.repeated_number", message, start, end, page.excerpt(start, end), shown),)
