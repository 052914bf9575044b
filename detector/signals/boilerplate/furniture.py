"""Furniture around the text: theme labels, their share and their language, parked and gallery phrases."""

from __future__ import annotations

from collections import Counter
from itertools import islice

from detector.parsing.language import detect_language
from detector.signals.base import MISSING, Evidence, Family, Feature, Measurement, signal
from detector.view import View

MIN_CHARACTERS = 200
THEME_LABELS = frozenset(
    ("share", "comments", "nav", "related", "default_cms", "mobile_switcher", "feed_tail")
)
CLOSE_LANGUAGES = frozenset(
    frozenset(pair)
    for pair in (
        ("id", "ms"), ("cs", "sk"), ("ru", "uk"), ("ru", "be"), ("ru", "bg"), ("sv", "no"), ("sv", "da"),
        ("sv", "fi"), ("es", "gl"), ("es", "ca"), ("pt", "gl"), ("hi", "mr"), ("hi", "ne"), ("fa", "ar"),
        ("ar", "ur"), ("fa", "ur"), ("nl", "af"), ("bg", "sr"), ("bg", "hr"), ("uk", "be"), ("tr", "az"),
        ("ru", "kk"), ("es", "pt"), ("id", "jv"), ("nl", "fy"), ("fa", "ckb"), ("bg", "mk"), ("uk", "bg"),
        ("zh", "ja"), ("ru", "ky"), ("ru", "tt"), ("id", "su"), ("de", "lb"), ("fa", "ps"), ("es", "eu"),
    )
)  # fmt: skip
"""Pairs whose labels are alike, or whose readers share one default: no clash."""


@signal(
    Family.BOILERPLATE,
    Feature("furniture_density", "per 1,000 characters", 0, 20, "default labels of themes"),
    Feature("furniture_kinds", "kinds", 0, 7, "kinds of default labels: sharing, comments, navigation …"),
    Feature("advertising_labels", "labels", 0, 20, "labels that announce an advertisement"),
    Feature("related_labels", "per 1,000 characters", 0, 10, "labels of related, recent and popular posts"),
    Feature("parked_phrases", "phrases", 0, 10, "phrases of parked or expired domains"),
    Feature("gallery_phrases", "per 1,000 characters", 0, 10, "phrases of automatic galleries and downloads"),
    Feature("comment_spam", "phrases", 0, 10, "stock flattery of comment spam"),
)
def furniture(view: View) -> Measurement:
    """How much of the page is the default wording of a theme, and of which kind."""
    if len(view.page.text) < MIN_CHARACTERS:
        return Measurement({})
    hits = view.hits("stock_phrases")
    kinds = Counter([hit.entry.category for hit in hits])
    thousands = view.analysed / 1000
    apart = kinds["parked"] + kinds["gallery"] + kinds["comment_spam"]
    values = {
        "furniture_density": (len(hits) - apart) / thousands,
        "furniture_kinds": float(len(kinds.keys() - {"parked", "gallery", "comment_spam"})),
        "advertising_labels": float(kinds["ads"]),
        "related_labels": kinds["related"] / thousands,
        "parked_phrases": float(kinds["parked"]),
        "gallery_phrases": kinds["gallery"] / thousands,
        "comment_spam": float(kinds["comment_spam"]),
    }
    evidence = [
        Evidence(
            f"boilerplate.{name}",
            message,
            hit.start,
            hit.end,
            view.page.excerpt(hit.start, hit.end),
            (name,),
        )
        for category, name, least, message in SHOWN
        if kinds[category] >= least
        for hit in [hit for hit in hits if hit.entry.category == category][:2]
    ]
    return Measurement(values, tuple(evidence))


SHOWN = (
    ("parked", "parked_phrases", 1, "a phrase of a parked or expired domain"),
    ("comment_spam", "comment_spam", 2, "stock flattery as comment spam uses it"),
)


@signal(
    Family.BOILERPLATE,
    Feature(
        "furniture_clash", "0/1", 0, 1, "theme labels in one language (not English), the text in another"
    ),
    Feature("english_furniture", "0/1", 0, 1, "English theme labels around a text in another language"),
)
def furniture_language(view: View) -> Measurement:
    """Whether the theme's labels speak the text's language: on a hacked site the theme stays the owner's."""
    labels = [
        hit
        for name in ("stock_phrases", "template_residue")
        for hit in view.hits(name)
        if len(hit.entry.language) == 2 and hit.entry.category in THEME_LABELS
    ]
    terms = Counter(language for language, _ in {(hit.entry.language, hit.entry.term) for hit in labels})
    body = _body_language(view, terms) if labels else ""
    if not body:
        return Measurement({"furniture_clash": MISSING, "english_furniture": MISSING})
    language, count = next((pair for pair in terms.most_common() if pair[0] != "en"), ("", 0))
    alike = body in terms or any(frozenset((other, body)) in CLOSE_LANGUAGES for other in terms)
    clash = not alike and count >= 2
    english = not alike and not count and "en" in terms
    values = {"furniture_clash": float(clash), "english_furniture": float(english)}
    if not clash:
        return Measurement(values)
    hit = next(hit for hit in labels if hit.entry.language == language)
    message = f"the theme's labels are in language '{language}', the text is in '{body}'"
    excerpt = view.page.excerpt(hit.start, hit.end)
    found = Evidence(
        "boilerplate.furniture_clash", message, hit.start, hit.end, excerpt, ("furniture_clash",)
    )
    return Measurement(values, (found,))


def _body_language(view: View, labels: Counter[str]) -> str:
    """Return the text's language, of the longer paragraphs alone where labels could outweigh them."""
    others = sum(count for language, count in labels.items() if language != "en")
    if view.language in labels and (view.language == "en" or others < 2):
        return view.language
    text = view.page.text
    long = ((start, end) for start, end, _, _, _ in view.page.blocks[:400] if end - start >= 60)
    prose = "\n".join([text[start:end] for start, end in islice(long, 12)])[:1_500]
    return detect_language(prose) if len(prose) >= MIN_CHARACTERS else ""
