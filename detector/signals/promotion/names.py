"""Domain names compared: platforms that everybody names, labels, families of sister names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache

from detector.lexicons import load_lexicon

PREFIX = 5
"""Letters that two labels must open with to count as sisters: ``bdphone`` and ``bdphoneonline``."""
SUFFIX = 8
MAX_NAMES = 200
GENERIC = frozenset(
    (
        "casin",
        "onlin",
        "googl",
        "busin",
        "inter",
        "natio",
        "ameri",
        "travel",
        "world",
        "micro",
        "smart",
        "green",
    )
)
"""Openings that unrelated names share."""


@cache
def platforms() -> frozenset[str]:
    """Return the domains that pages of every kind name, and that promote nobody in particular."""
    return frozenset(entry.term for entry in load_lexicon("platforms").entries)


@cache
def shorteners() -> frozenset[str]:
    """Return the domains of link shorteners, those of one platform's own links left out."""
    return frozenset(
        entry.term for entry in load_lexicon("shorteners").entries if entry.category != "platform"
    )


def label(domain: str) -> str:
    """Return a registrable domain's own label without hyphens: ``ultrasim`` of ``ultra-sim.com``."""
    return domain.partition(".")[0].replace("-", "")


def sister_families(domains: Iterable[str]) -> list[list[str]]:
    """Group domains whose labels are variants of each other: largest group first, single names left out.

    Labels are sisters where they are equal, open or end alike, or differ by one letter. The last uses the
    deletion neighbourhood of each label (Mor & Fraenkel 1982), so that the cost is linear in their number.
    """
    names = list(dict.fromkeys(domains))[:MAX_NAMES]
    if len(names) < 2:
        return []
    parent = list(range(len(names)))
    buckets: dict[str, list[int]] = defaultdict(list)
    for index, name in enumerate(names):
        for key in _keys(label(name)):
            buckets[key].append(index)
    for members in buckets.values():
        for other in members[1:]:
            parent[_root(parent, other)] = _root(parent, members[0])
    groups: dict[int, list[str]] = defaultdict(list)
    for index, name in enumerate(names):
        groups[_root(parent, index)].append(name)
    return sorted((group for group in groups.values() if len(group) > 1), key=lambda group: -len(group))


def _keys(name: str) -> set[str]:
    keys = {f"={name}"}
    if len(name) > PREFIX and name[:PREFIX] not in GENERIC:
        keys.add(f"<{name[:PREFIX]}")
    if len(name) > SUFFIX:
        keys.add(f">{name[-SUFFIX:]}")
    if PREFIX < len(name) <= 40:
        keys.update(f"~{name[:i]}{name[i + 1 :]}" for i in range(len(name)))
        keys.add(f"~{name}")
    return keys


def _root(parent: Sequence[int], index: int) -> int:
    while parent[index] != index:
        index = parent[index]
    return index
