"""How well the parts of a page agree in topic: host, slug, title, menu, body, head and tail."""

from __future__ import annotations

import math
from itertools import pairwise

from detector.signals.base import MISSING, Evidence, Family, Feature, Measurement, signal
from detector.topics import ANY_TOPIC, MONEY, Part, akin, fit, subjects
from detector.view import View

MIN_TERMS = 2.0
"""Topic weight from which a part's topics are taken at their word."""
CLEAR = 4.0
"""Topic weight from which a mismatch is told to a moderator."""


@signal(
    Family.ADDRESS,
    Feature("host_body_fit", "cosine", 0, 1, "agreement in topic of the host's words and the body"),
    Feature("host_menu_fit", "cosine", 0, 1, "agreement in topic of the host's words and the menu"),
    Feature("host_slug_fit", "cosine", 0, 1, "agreement in topic of the host's words and the slug"),
    Feature(
        "host_mismatch",
        "log terms",
        0,
        5,
        "strength of the body's topics where the host names unrelated ones",
    ),
)
def host_fit(view: View) -> Measurement:
    """Compare the host's words with what the page says; hosts of news sites fit anything."""
    topics = view.topics
    host = topics.host.topics
    if not host:
        return Measurement({})
    values = {"host_mismatch": 0.0}
    for name, part in (
        ("host_body_fit", topics.body),
        ("host_menu_fit", topics.menu),
        ("host_slug_fit", topics.slug),
    ):
        if part.total >= (1.0 if name == "host_slug_fit" else MIN_TERMS):
            values[name] = fit(host, part.topics)
    unrelated = not ANY_TOPIC & host.keys() and values.get("host_body_fit", 1.0) == 0.0
    if not unrelated or values.get("host_menu_fit", 0.0) > 0.1:
        return Measurement(values)
    values["host_mismatch"] = math.log2(1.0 + topics.body.total)
    if topics.body.total < CLEAR or topics.body.main not in MONEY or topics.host.total < 1.0:
        return Measurement(values)
    hit = next(hit for hit in topics.body.hits if hit.entry.category == topics.body.main)
    message = f"the host's name speaks of {' and '.join(sorted(host))}, the text of {topics.body.main}"
    excerpt = view.page.excerpt(hit.start, hit.end)
    return Measurement(
        values,
        (Evidence("address.host_topic", message, hit.start, hit.end, excerpt, ("host_mismatch",)),),
    )


@signal(
    Family.ADDRESS,
    Feature("menu_body_fit", "cosine", 0, 1, "agreement in topic of menu and body"),
    Feature("title_body_fit", "cosine", 0, 1, "agreement in topic of title and body"),
    Feature("slug_body_fit", "cosine", 0, 1, "agreement in topic of slug and body"),
    Feature("head_tail_fit", "cosine", 0, 1, "agreement in topic of the text's first and last third"),
    Feature(
        "menu_mismatch", "log terms", 0, 5, "topic weight of the body where the menu is about something else"
    ),
)
def part_fit(view: View) -> Measurement:
    """Compare the parts of the page with each other."""
    topics = view.topics
    body, menu = topics.body, topics.menu
    size = len(view.page.text)
    head, tail = topics.window(0, size // 3), topics.window(2 * size // 3, size)
    values: dict[str, float] = {}
    _compare(values, "menu_body_fit", menu, body)
    _compare(values, "title_body_fit", topics.title, body, 1.0)
    _compare(values, "slug_body_fit", topics.slug, body, 1.0)
    _compare(values, "head_tail_fit", head, tail)
    if "menu_body_fit" in values:
        values["menu_mismatch"] = math.log2(1.0 + min(body.total, menu.total)) * (
            values["menu_body_fit"] < 0.05
        )
    return Measurement(values)


@signal(
    Family.ADDRESS,
    Feature("menu_subjects", "subjects", 0, 20, "unrelated subjects in the menu: catch-all sites name many"),
    Feature("body_subjects", "subjects", 0, 20, "unrelated subjects in the body"),
    Feature("topic_jumps", "share", 0, 1, "neighbouring paragraphs with topics of which none is kindred"),
    Feature("topic_focus", "share", 0, 1, "share of the body's topic terms that its strongest topic holds"),
    Feature("topic_density", "per 1,000 characters", 0, 100, "topic terms in the visible text"),
)
def spread(view: View) -> Measurement:
    """Count the unrelated subjects that the page touches, and its jumps between them."""
    topics = view.topics
    if len(view.page.text) < 200:
        return Measurement({})
    blocks = [{hit.entry.category for hit in hits} for _, hits in topics.by_block if len(hits) > 1]
    steps = [not akin(left, right) for left, right in pairwise(blocks[:200])]
    return Measurement(
        {
            "menu_subjects": float(subjects(topics.menu.topics)),
            "body_subjects": float(subjects(topics.body.topics)),
            "topic_jumps": sum(steps) / len(steps) if steps else MISSING,
            "topic_focus": topics.body.share([topics.body.main])
            if topics.body.total >= MIN_TERMS
            else MISSING,
            "topic_density": 1_000 * len(topics.hits) / view.analysed,
        }
    )


def _compare(values: dict[str, float], name: str, left: Part, right: Part, least: float = MIN_TERMS) -> None:
    if left.total >= least and right.total >= MIN_TERMS:
        values[name] = fit(left.topics, right.topics)
