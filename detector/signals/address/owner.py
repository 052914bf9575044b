"""Whether the page names its own site as its owner does: in head, foot, copyright line, e-mail or profile.

A real company calls itself by its name; a taken-over or made-up host often stands in no line of its pages.
"""

from __future__ import annotations

import math
import re

from detector.address import Address, fold
from detector.signals.base import MISSING, Family, Feature, Measurement, signal
from detector.topics import MONEY, kin, subjects
from detector.view import View

MIN_LABEL = 4
"""Characters from which a label can be looked for inside running text."""
HEAD = 600
"""Characters of the page's head, where a site shows its name."""
TAIL = 600
EDGE = 1_200
"""Characters at either end of the page in which its name is looked for."""
FOOT = 2_000
"""Characters of the page's end in which its copyright line stands."""
MIN_PART = 4

MAX_PART = 20

_SPACED = bytes(code if chr(code).isalnum() else 32 for code in range(128)) + bytes(128 * [32])
_NOT_ALNUM = bytes(code for code in range(128) if not chr(code).isalnum())
_COPYRIGHT = re.compile(r"(?:©|&copy;|\(c\)|copyright)[^\n]{0,120}")
_SOCIAL = frozenset(
    {
        "facebook.com",
        "twitter.com",
        "x.com",
        "instagram.com",
        "linkedin.com",
        "youtube.com",
        "tiktok.com",
        "vk.com",
    }
)


@signal(
    Family.ADDRESS,
    Feature("brand_named", "0/1", 0, 1, "the label stands in the text as words, not only as a domain"),
    Feature("brand_in_head", "0/1", 0, 1, "… among the first 600 characters"),
    Feature("brand_in_tail", "0/1", 0, 1, "… among the last 600 characters"),
    Feature("brand_as_domain", "0/1", 0, 1, "the page writes its own domain out"),
    Feature("label_covered", "share", 0, 1, "letters of the label that words of the page cover"),
    Feature(
        "unowned",
        "share",
        0,
        1,
        "letters of the label that the page never spells, 0 where it signs by e-mail",
    ),
    Feature("unowned_off_topic", "log terms", 0, 5, "unowned, times a sold topic that the host doesn't name"),
    Feature("unowned_mixed", "subjects", 0, 20, "unowned, times the unrelated subjects on the page"),
)
def brand(view: View) -> Measurement:
    """Look for the host's name in the page's own words."""
    address = view.address
    label = _plain_label(address)
    if address is None or len(label) < MIN_LABEL or len(view.page.text) < 200:
        return Measurement({})
    text = view.page.text
    head = fold(text[:HEAD])
    edges = head + " " + fold(text[HEAD:EDGE]) + " " + fold(text[max(EDGE, len(text) - EDGE) :])
    tail = edges[-TAIL:] if len(text) > HEAD + TAIL else ""
    domain = label + squeeze(address.suffix)
    named = _named(edges, label, domain)
    covered = _covered(label, edges)
    signed = f"@{address.label}.{address.suffix}" in view.lowered
    unowned = 0.0 if named or signed else 1.0 - covered
    topics = view.topics.whole.topics
    host = view.topics.host.topics.keys()
    sold = max((topics[t] for t in MONEY & topics.keys() if kin(t).isdisjoint(host)), default=0.0)
    own = f"{address.label}.{address.suffix}"
    return Measurement(
        {
            "brand_named": float(named),
            "brand_in_head": float(_named(head, label, domain)),
            "brand_in_tail": float(_named(tail, label, domain)) if tail else MISSING,
            "brand_as_domain": float(own in view.lowered),
            "label_covered": covered,
            "unowned": unowned,
            "unowned_off_topic": unowned * math.log2(1.0 + sold),
            "unowned_mixed": unowned * subjects(topics),
        }
    )


@signal(
    Family.ADDRESS,
    Feature("owner_line", "0/1", 0, 1, "there is a copyright line"),
    Feature("owner_is_host", "0/1", 0, 1, "the copyright line names the host"),
    Feature(
        "owner_foreign",
        "0/1",
        0,
        1,
        "the copyright line names someone whose name shares no part with the host",
    ),
    Feature("own_email", "0/1", 0, 1, "an e-mail address at the page's own domain"),
    Feature("own_profile", "0/1", 0, 1, "a social profile that bears the host's name", markup_only=True),
    Feature(
        "site_name_is_host",
        "share",
        0,
        1,
        "letters of the label that the declared site name covers",
        markup_only=True,
    ),
)
def owner(view: View) -> Measurement:
    """Copyright line, e-mail, social profiles and declared site name against the host."""
    address = view.address
    label = _plain_label(address)
    if address is None or len(label) < 3 or len(view.page.text) < 200:
        return Measurement({})
    own = f"@{address.label}.{address.suffix}"
    values = _copyright(view.lowered[-FOOT:], label)
    values["own_email"] = float(own in view.lowered)
    if view.page.links:
        profiles = (link.url for link in view.page.links[:500] if link.domain in _SOCIAL)
        values["own_profile"] = float(any(label in squeeze(fold(url)) for url in profiles))
    if view.page.metadata.site_name:
        name = fold(view.page.metadata.site_name[:200])
        whole = bool(squeeze(name)) and squeeze(name) in label
        values["site_name_is_host"] = 1.0 if whole else _covered(label, name)
    return Measurement(values)


def _copyright(text: str, label: str) -> dict[str, float]:
    line = _COPYRIGHT.search(text)
    if line is None:
        return {"owner_line": 0.0}
    name = fold(line.group())
    named = label in squeeze(name)
    covered = _covered(label, name)
    return {
        "owner_line": 1.0,
        "owner_is_host": float(named),
        "owner_foreign": float(not named and covered < 0.3 and len(name) > 25),
    }


def _plain_label(address: Address | None) -> str:
    return "".join(segment.text for segment in address.segments) if address else ""


def squeeze(text: str) -> str:
    """Return the ASCII letters and digits of a folded text in a row."""
    return text.encode("ascii", "ignore").translate(None, _NOT_ALNUM).decode("ascii")


def _named(text: str, label: str, domain: str) -> bool:
    """Whether the label's letters stand in a row in the text other than as the domain itself."""
    squeezed = squeeze(text)
    return squeezed.count(label) > squeezed.count(domain)


def _covered(label: str, folded: str) -> float:
    """Return the share of a label's letters that a text's words of four letters or more cover, best cut."""
    spaced = f" {folded} ".encode("ascii", "ignore").translate(_SPACED).decode("ascii")
    size = len(label)
    best = [0] * (size + 1)  # letters covered from each place to the label's end
    for start in range(size - 1, -1, -1):
        best[start] = best[start + 1]
        if start <= size - MIN_PART and f" {label[start : start + MIN_PART]}" in spaced:
            for end in range(start + MIN_PART, min(size, start + MAX_PART) + 1):
                if f" {label[start:end]} " in spaced:
                    best[start] = max(best[start], best[end] + end - start)
    return best[0] / size if size else 0.0
