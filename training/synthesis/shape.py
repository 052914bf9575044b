"""The surface of a page, drawn once for a farm and its legitimate twin, so that neither can be told by it."""

from __future__ import annotations

import random
from dataclasses import dataclass

from training.synthesis import phrases

ENCODINGS = ("utf-8",) * 16 + ("cp1252", "utf-16", "shift_jis", "iso-8859-2", "koi8-r")
EXCERPT = 1_000
"""Characters of article kept on pages in the manner of crawl snippets."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a farm and its twin share."""

    html: bool
    encoding: str
    characters: int  # of the article's text to keep, at least its first paragraph
    items: int  # entries of the page's list of domains
    early: bool  # the list stands above the article
    linked: bool  # list entries are links; else bare text
    named: bool  # list entries show names beside or instead of domains
    marker: str  # what opens a list entry in plain text, "" for nothing
    call: str  # line above the list
    year: int
    path: str  # of the URL, with a ``{slug}`` where the title goes
    menu: tuple[str, ...]
    sharing: tuple[str, ...]
    generator: str
    mobile: float  # 0 to 1; a page under its dress's rate carries what a mobile switcher leaves


def draw_shape(rng: random.Random) -> Shape:
    """Draw a surface."""
    year = rng.randint(2012, 2026)
    paths = (
        "/{slug}/",
        f"/{year}/{rng.randint(1, 12):02}/{{slug}}",
        "/news/{slug}.html",
        f"/?p={rng.randint(9, 9999)}",
    )
    symbols = (*phrases.EMOJI, *phrases.BULLETS, "#", "", "")
    return Shape(
        html=rng.random() < 0.6,
        encoding=rng.choice(ENCODINGS),
        characters=rng.choice((EXCERPT, rng.randint(EXCERPT, 4_000), rng.randint(2_000, 20_000))),
        items=min(40, 3 + int(rng.expovariate(1 / 8))),
        early=rng.random() < 0.12,
        linked=rng.random() < 0.55,
        named=rng.random() < 0.4,
        marker=rng.choice(symbols),
        call=rng.choice(phrases.FOLLOW)[1],
        year=year,
        path=rng.choice(paths),
        menu=tuple(rng.sample(phrases.MENU, rng.choice((0, 4, 6, 8)))),
        sharing=tuple(rng.sample(phrases.SHARING, rng.choice((0, 0, 2, 4)))),
        generator=rng.choice(phrases.GENERATORS),
        mobile=rng.random(),
    )
