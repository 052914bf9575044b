"""Whether a page holds together: from sentence to sentence, head against tail, menu against text."""

from __future__ import annotations

from collections import Counter

from detector.parsing.language import detect_language
from detector.signals.base import MISSING, Evidence, Family, Feature, Measurement, signal
from detector.signals.quality.function_words import EVERY
from detector.signals.quality.prose import MIN_TOKENS, prose_of
from detector.view import View

MIN_SENTENCES = 5
MAX_SENTENCES = 24
MIN_PART = 120
MIN_LABELS = 3
STEMS_OF_GRAMMAR = frozenset(word[:6] for word in EVERY)


@signal(
    Family.QUALITY,
    Feature("topic_jumps", "share", 0, 1, "share of sentences that take up no word of the three before"),
    Feature("head_tail", "share", 0, 1, "share of the tail's words that stand in the head, grammar apart"),
)
def cohesion(view: View) -> Measurement:
    """Measure how far sentences take up words of those before them, and the tail those of the head."""
    prose = prose_of(view)
    if prose.unspaced or len(prose.tokens) < MIN_TOKENS:
        return Measurement({})
    values: dict[str, float] = {}
    content = [_content(words) for words in prose.sentence_words[:MAX_SENTENCES]]
    content = [words for words in content if len(words) >= 3]
    if len(content) >= MIN_SENTENCES:
        nothing = set[str]()
        befores = zip([nothing, nothing, *content], [nothing, *content], content, content[1:], strict=False)
        jumps = [
            words.isdisjoint(one) and words.isdisjoint(two) and words.isdisjoint(three)
            for one, two, three, words in befores
        ]
        values["topic_jumps"] = sum(jumps) / len(jumps)
    third = len(prose.tokens) // 3
    if third >= MIN_TOKENS:
        tail = {word for word in prose.tokens[-third:] if len(word) > 3} - EVERY
        values["head_tail"] = len(tail.intersection(prose.tokens[:third])) / len(tail) if tail else MISSING
    return Measurement(values)


@signal(
    Family.QUALITY,
    Feature(
        "head_tail_language", "0/1", 0, 1, "head and tail of the running text are in different languages"
    ),
    Feature(
        "menu_language",
        "0/1",
        0,
        1,
        "the menu's labels are in another language than the text (English apart)",
    ),
    Feature("english_menu", "0/1", 0, 1, "the menu's labels are English and the text is not"),
)
def languages(view: View) -> Measurement:
    """Compare the languages of the page's parts."""
    prose = prose_of(view)
    body = view.language if len(prose.text) >= 2 * MIN_PART else ""
    if not body:
        return Measurement({})
    values: dict[str, float] = {}
    evidence: tuple[Evidence, ...] = ()
    if len(prose.text) > 6 * MIN_PART:
        tail = detect_language(prose.text[-(len(prose.text) // 4) :])
        values["head_tail_language"] = float(bool(tail) and tail != body)
        if values["head_tail_language"]:
            evidence = (_tail(view, body, tail),)
    labels = (hit.entry.language for hit in view.hits("trust_furniture"))
    votes = Counter(language for language in labels if language != "*")
    if votes.total() >= MIN_LABELS:
        best = votes.most_common(1)[0][0]
        foreign = not votes[body] and votes[best] >= MIN_LABELS
        values["menu_language"] = float(foreign and best != "en")
        values["english_menu"] = float(foreign and best == "en")
    return Measurement(values, evidence)


def _tail(view: View, body: str, tail: str) -> Evidence:
    last = prose_of(view).paragraphs[-1]
    message = f"the text begins in '{body}' and ends in '{tail}'"
    excerpt = view.page.excerpt(last.start, last.end)
    return Evidence(
        "quality.head_tail_language", message, last.start, last.end, excerpt, ("head_tail_language",)
    )


def _content(words: list[str]) -> set[str]:
    """Return the stems of the words that carry meaning: their first six letters."""
    return {word[:6] for word in words if len(word) > 3} - STEMS_OF_GRAMMAR
