"""The words a host's name is made of: a keyword, a generic promise, a place, or a name of one's own."""

from __future__ import annotations

from detector.address import Segment
from detector.signals.base import Family, Feature, Measurement, signal
from detector.topics import ANY_TOPIC, NEUTRAL, kin
from detector.view import View

KEYWORD_WORDS = 2
"""Known words from which a label is a phrase."""


@signal(
    Family.ADDRESS,
    Feature("host_known", "share", 0, 1, "letters of the label in known words"),
    Feature(
        "host_generic", "share", 0, 1, "letters of the label in words that fit any site: best, online, guide"
    ),
    Feature("host_topic_words", "share", 0, 1, "letters of the label in words of a topic"),
    Feature("host_topics", "topics", 0, 5, "unrelated topics among the label's words"),
    Feature("host_place", "0/1", 0, 1, "the label names a place"),
    Feature("host_media", "0/1", 0, 1, "the label names a news medium"),
    Feature("host_words", "words", 0, 8, "pieces that the label falls into"),
    Feature(
        "keyword_host", "0/1", 0, 1, "nothing but two or more topic and generic words: an exact-match domain"
    ),
)
def host_words(view: View) -> Measurement:
    """Cut the host's name into words and tell what kinds they are."""
    address = view.address
    if address is None or not address.label:
        return Measurement({})
    segments = address.segments
    letters = sum(len(segment.text) for segment in segments)
    if not letters:
        return Measurement({})
    topical = [s for s in segments if _topics(s)]
    topics = sorted({topic for segment in topical for topic in _topics(segment)})
    generic = [s for s in segments if "generic" in s.topics]
    whole = all(segment.topics or segment.text.isdigit() for segment in segments)
    keyword = whole and len(segments) >= KEYWORD_WORDS and bool(topical) and len(topical) + len(generic) >= 2
    return Measurement(
        {
            "host_known": sum(len(s.text) for s in segments if s.topics) / letters,
            "host_generic": sum(len(s.text) for s in generic) / letters,
            "host_topic_words": sum(len(s.text) for s in topical) / letters,
            "host_topics": float(_unrelated(topics)),
            "host_place": float(any("place" in s.topics for s in segments)),
            "host_media": float(any(ANY_TOPIC & set(s.topics) for s in segments)),
            "host_words": float(len(segments)),
            "keyword_host": float(keyword),
        }
    )


def _topics(segment: Segment) -> list[str]:
    return [topic for topic in segment.topics if topic not in NEUTRAL]


def _unrelated(topics: list[str]) -> int:
    kept: list[str] = []
    for topic in topics:
        if not any(topic in kin(other) for other in kept):
            kept.append(topic)
    return len(kept)
