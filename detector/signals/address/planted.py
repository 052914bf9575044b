"""Topics planted on a site that is about something else: gambling, pharma, escort or essay text on any host.

Expired and hacked hosts carry them; the host's own words, its menu and an institutional suffix tell what the
site was made for.
"""

from __future__ import annotations

import math

from detector.parsing.domains import is_institution
from detector.signals.base import Evidence, Family, Feature, Measurement, signal
from detector.topics import MONEY, NEUTRAL, VICE, Part, TopicProfile, kin
from detector.view import View

MIN_WEIGHT = 3.0
"""Topic weight from which a text is about a topic, not just naming it."""
MIN_SHARE = 0.25
"""Share of the page's topic terms from which a planted topic is told to a moderator."""
MAX_EVIDENCE = 3
ADULT = frozenset({"adult", "escort", "dating"})

LABELS = {
    "pharma": "pills and supplements",
    "drugs": "drugs",
    "replica": "replica goods",
    "essay": "essays for sale",
}


@signal(
    Family.ADDRESS,
    Feature("vice_weight", "log terms", 0, 5, "strength of the strongest often planted topic on the page"),
    Feature("vice_share", "share", 0, 1, "share of all topic terms that this topic holds"),
    Feature(
        "vice_off_host", "log terms", 0, 5, "strength of that topic where the host's words don't name it"
    ),
    Feature("vice_against_host", "log terms", 0, 5, "… where the host's words name an unrelated topic"),
    Feature("vice_off_menu", "log terms", 0, 5, "… in the body, where the menu is about something unrelated"),
    Feature("vice_in_slug", "0/1", 0, 1, "the slug names such a topic and the host doesn't"),
    Feature("vice_topics", "topics", 0, 7, "often planted topics that the page is about"),
)
def planted(view: View) -> Measurement:
    """Weigh often planted topics, from gambling to essays for sale, against host and menu."""
    topics = view.topics
    whole = topics.whole
    if view.page.text == "" and topics.address is None:
        return Measurement({})
    topic = _strongest(whole, VICE)
    weight = whole.topics.get(topic, 0.0)
    strength = math.log2(1.0 + weight)
    values = {
        "vice_weight": strength,
        "vice_share": whole.share([topic]) if weight >= MIN_WEIGHT else 0.0,
        "vice_topics": float(sum(whole.topics.get(vice, 0.0) >= MIN_WEIGHT for vice in VICE)),
        "vice_off_menu": _off_menu(topics, topic),
    }
    if topics.address is not None:
        off_host = bool(weight) and not _names(topics, topic)
        against = off_host and _unrelated(topics, topic)
        values["vice_off_host"] = strength * off_host
        values["vice_against_host"] = strength * against
        values["vice_in_slug"] = float(any(_planted_in_slug(topics, vice) for vice in VICE))
    least = math.log2(1 + MIN_WEIGHT)
    told = values.get("vice_off_host", 0.0) >= least and values["vice_share"] >= MIN_SHARE
    if topic in ADULT:  # sites of that trade bear any name; only a name about something else tells
        told = values.get("vice_against_host", 0.0) >= least
    return Measurement(values, _evidence(view, topic) if told else ())


@signal(
    Family.ADDRESS,
    Feature("money_weight", "log terms", 0, 5, "strength of the strongest topic that spam sells"),
    Feature("money_share", "share", 0, 1, "share of all topic terms that this topic holds"),
    Feature(
        "money_against_host", "log terms", 0, 5, "its strength where the host's words name an unrelated topic"
    ),
    Feature("money_host", "0/1", 0, 1, "the host's own words name a topic that spam sells"),
    Feature(
        "money_on_institution",
        "log terms",
        0,
        5,
        "its strength on an institutional suffix (.edu, .gov, .ac.xx)",
    ),
)
def money(view: View) -> Measurement:
    """Weigh topics that spam sells, on hosts of other topics and on the suffixes of institutions."""
    topics = view.topics
    whole = topics.whole
    topic = _strongest(whole, MONEY)
    strength = math.log2(1.0 + whole.topics.get(topic, 0.0))
    values = {"money_weight": strength, "money_share": whole.share([topic]) if topic else 0.0}
    evidence: tuple[Evidence, ...] = ()
    if topics.address is not None:
        against = bool(topic) and not _names(topics, topic) and _unrelated(topics, topic)
        values["money_against_host"] = strength * against
        values["money_host"] = float(topics.host.share(MONEY) > 0)
        planted_topic = _strongest(whole, VICE)
        weight = whole.topics.get(planted_topic, 0.0)
        on_institution = is_institution(view.page.host) and topics.host.share(kin(planted_topic)) == 0
        values["money_on_institution"] = math.log2(1.0 + weight) * on_institution
        if on_institution and weight >= MIN_WEIGHT:
            evidence = (_institution_evidence(view, planted_topic),)
    return Measurement(values, evidence)


def _strongest(part: Part, among: frozenset[str]) -> str:
    return max((t for t in part.topics if t in among), key=lambda t: (part.topics[t], t), default="")


def _names(topics: TopicProfile, topic: str) -> bool:
    """Whether the host or its sub-domain names the topic or a kindred one."""
    return topics.host.share(kin(topic)) > 0 or topics.subdomain.share(kin(topic)) > 0


def _unrelated(topics: TopicProfile, topic: str) -> bool:
    """Whether the host's words name topics, all of them unrelated to this one."""
    return bool(topics.host.topics) and topics.host.share(kin(topic)) == 0


def _off_menu(topics: TopicProfile, topic: str) -> float:
    others = sum(weight for other, weight in topics.menu.topics.items() if other not in kin(topic))
    if not topic or others < 2 or topics.menu.topics.get(topic, 0.0) > others / 3:
        return 0.0
    return math.log2(1.0 + topics.body.topics.get(topic, 0.0))


def _planted_in_slug(topics: TopicProfile, vice: str) -> bool:
    return vice in topics.slug.topics and not _names(topics, vice)


def _evidence(view: View, topic: str) -> tuple[Evidence, ...]:
    page = view.page
    own = sorted(set(view.topics.host.topics) - NEUTRAL)
    site = f"{page.domain or page.host}" + (f" (a name about {', '.join(own)})" if own else "")
    count = sum(hit.entry.category == topic for hit in view.topics.hits)
    seen: set[str] = set()
    found: list[Evidence] = []
    for hit in view.topics.hits:
        if hit.entry.category != topic or hit.entry.term in seen or len(found) == MAX_EVIDENCE:
            continue
        seen.add(hit.entry.term)
        message = f"text about {LABELS.get(topic, topic)} ({count} terms) on {site}"
        excerpt = page.excerpt(hit.start, hit.end)
        found.append(
            Evidence("address.planted_topic", message, hit.start, hit.end, excerpt, ("vice_off_host",))
        )
    return tuple(found)


def _institution_evidence(view: View, topic: str) -> Evidence:
    hit = next(hit for hit in view.topics.hits if hit.entry.category == topic)
    message = f"text about {LABELS.get(topic, topic)} on an institution's host, {view.page.host}"
    excerpt = view.page.excerpt(hit.start, hit.end)
    return Evidence("address.institution", message, hit.start, hit.end, excerpt, ("money_on_institution",))
