"""Invented names: domains, sites, towns, people. All come from syllables, so none is meant to exist."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

SUFFIXES = (
    *("com",) * 12,
    *("net", "org", "info", "co.uk", "com.au", "in", "de") * 2,
    *(
        "online",
        "site",
        "xyz",
        "help",
        "blog",
        "shop",
        "biz",
        "io",
        "co",
        "com.bd",
        "com.br",
        "ru",
        "fr",
        "id",
    ),
)
"""Public suffixes to draw from, common ones repeated. Farm and legitimate pages draw from the same bag."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


THEMES = _words(
    "forex phone food travel loan crypto seo web movers dental roof fashion fit tech pet home auto law "
    "tax jobs study visa cargo print solar garden coffee shoes watch hosting vpn game music yoga vape bet "
    "slot dating"
)
_PURSUITS = _words(
    "notes blog lab press books review radio archive diary museum trust forum school letters maps"
)
_ONSETS = _words("b br c ch d dr f g gr h j k kl l m n p pr r s sh st t tr v w y z")
_VOWELS = _words("a e i o u ai ea oo a e i o")
_CODAS = ("", "", "", *_words("l m n r s t nd rn x ll ss"))
_TOWN_ENDS = _words("ton ville ford field bury haven dale port brook wick mouth burg stead ham")
_PAPERS = _words("Herald Gazette Courier Tribune Chronicle Observer Record Sentinel Times Journal Mercury")
_BRAND_ENDS = _words("ly ify hub zone world base online pro express mart point 24 365 plus direct")
_GIVEN = _words(
    "Alma Bruno Carla Dilek Emil Farah Goran Hana Ivo Jasna Karim Lena Mirko Nadia Oskar Priya Rafa"
)


@dataclass(frozen=True, slots=True)
class Site:
    """A host with the name that it shows to readers."""

    host: str
    name: str


class Names:
    """Draws invented names from a random generator; ``suffixes`` are put under every domain."""

    def __init__(self, rng: random.Random, suffixes: Sequence[str] = SUFFIXES) -> None:
        self._rng = rng
        self._suffixes = suffixes

    def word(self, syllables: int = 2) -> str:
        """Return a pronounceable word in lower case."""
        pick = self._rng.choice
        return "".join(pick(_ONSETS) + pick(_VOWELS) + pick(_CODAS) for _ in range(syllables))

    def town(self) -> str:
        """Return a place name."""
        return (self.word(1) + self._rng.choice(_TOWN_ENDS)).capitalize()

    def person(self) -> str:
        """Return a given name and a family name."""
        return f"{self._rng.choice(_GIVEN)} {self.word().capitalize()}"

    def domain(self, stem: str) -> str:
        """Return a stem under a suffix."""
        return f"{stem}.{self._rng.choice(self._suffixes)}"

    def brand_stem(self) -> str:
        """Return the stem of a commercial domain: a theme, an invented word, or both."""
        theme, word, end = self._rng.choice(THEMES), self.word(), self._rng.choice(_BRAND_ENDS)
        return self._rng.choice(
            (theme + word, word + theme, word + end, f"{word}-{theme}", word + self.word(1))
        )

    def brand(self) -> Site:
        """Return a company, shop or personal site."""
        stem = self.brand_stem()
        return Site(self.domain(stem), stem.replace("-", " ").title())

    def club(self) -> Site:
        """Return a site run for its subject's sake: a blog, an association, a tool's home."""
        word, pursuit = self.word(), self._rng.choice(_PURSUITS)
        stem = self._rng.choice((f"{word}{pursuit}", f"{word}-{pursuit}", f"{word}{self.word(1)}"))
        return Site(self.domain(stem), f"{word.capitalize()} {pursuit.capitalize()}")

    def firm(self, service: str) -> Site:
        """Return a firm named after its owner and its service."""
        owner, trade = self.word(), service.split()[0]
        return Site(self.domain(f"{owner}{trade}"), f"{owner.capitalize()} {service.title()}")

    def newspaper(self, town: str = "") -> Site:
        """Return a local news site; its host spells its name."""
        town = town or self.town()
        paper = self._rng.choice(_PAPERS)
        stem = self._rng.choice((f"{town}{paper}", f"the{town}{paper}", f"{town}-{paper}")).lower()
        return Site(self.domain(stem), f"{self._rng.choice(('The ', ''))}{town} {paper}")

    def unrelated(self, count: int) -> list[Site]:
        """Return sites that share nothing."""
        return [self.brand() for _ in range(count)]

    def sisters(self, count: int) -> list[Site]:
        """Return sites of a few families of sister names, as one operator registers them."""
        hosts: list[str] = []
        while len(hosts) < count:
            stem = self.brand_stem()
            variants = [stem, f"{stem}online", f"my{stem}", f"{stem}-{self._rng.choice(THEMES)}", _slip(stem)]
            hosts += [self.domain(v) for v in self._rng.sample(variants, self._rng.randint(2, 4))]
        return [Site(host, host.split(".")[0].replace("-", " ").title()) for host in hosts[:count]]


def _slip(stem: str) -> str:
    middle = len(stem) // 2
    return stem[:middle] + stem[middle + 1 :]
