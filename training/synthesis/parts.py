"""Blocks that both dresses are sewn from: body, menu, sharing, captions, lists of sites."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from detector.page import Region
from training.synthesis import phrases
from training.synthesis.articles import Article
from training.synthesis.markup import Block, Layout, Line, Run, block
from training.synthesis.names import Names, Site
from training.synthesis.shape import Shape


class Draw:
    """What a dress draws from: the random generator, the invented names and the shared surface."""

    def __init__(self, rng: random.Random, suffixes: Sequence[str], shape: Shape) -> None:
        self.rng = rng
        self.names = Names(rng, suffixes)
        self.shape = shape

    def chance(self, rate: float) -> bool:
        """Return True at the rate."""
        return self.rng.random() < rate

    def fill(self, template: str, **slots: str) -> str:
        """Fill a template's slots; those not given get invented values."""
        defaults: dict[str, Callable[[], str]] = {
            "person": self.names.person,
            "second": self.names.person,
            "town": self.names.town,
            "other": self.names.town,
            "agency": lambda: self.rng.choice(phrases.AGENCIES),
            "year": lambda: str(self.shape.year),
            "date": lambda: written(self.day()),
            "number": lambda: str(self.rng.randint(3, 90)),
            "digits": lambda: f"{self.rng.randint(0, 99):02}",
            "price": lambda: f"{self.rng.randint(20, 400)}.{self.rng.choice(('00', '50', '90'))}",
            "keyword": lambda: self.rng.choice(phrases.KEYWORDS),
            "adjective": lambda: self.rng.choice(phrases.ADJECTIVES),
            "subject": lambda: self.rng.choice(phrases.SUBJECTS),
            "audience": lambda: self.rng.choice(phrases.AUDIENCES),
        }
        drawn = {
            name: make() for name, make in defaults.items() if f"{{{name}}}" in template and name not in slots
        }
        return template.format(**drawn, **slots)

    def day(self) -> date:
        """Return a day of the page's year."""
        return date(self.shape.year, 1, 1) + timedelta(days=self.rng.randrange(360))


def written(day: date) -> str:
    """Return a day as an English page writes it."""
    return f"{day:%B} {day.day}, {day.year}"


def address(site: Site, shape: Shape, title: str) -> str:
    """Return the page's URL on a site."""
    slug = "-".join(re.findall(r"[a-z0-9]+", title.lower())[:8]) or "story"
    return f"https://{site.host}{shape.path.format(slug=slug)}"


def body(article: Article, shape: Shape) -> list[str]:
    """Return the article's paragraphs, cut to the shape's length; a cut paragraph ends within a word."""
    kept: list[str] = []
    left = shape.characters
    for paragraph in article.paragraphs:
        if left <= 0:
            break
        kept.append(paragraph[:left])
        left -= len(paragraph)
    return kept


def furniture(draw: Draw, site: Site) -> list[Block]:
    """Return the site's name, its menu and what sharing buttons leave."""
    shape = draw.shape
    blocks = [block(Layout.PARAGRAPH, site.name, region=Region.HEADER)]
    if shape.menu:
        lines = tuple((Run(item, f"/{item.lower()}"),) for item in shape.menu)
        blocks.append(Block(Layout.LIST, lines, Region.NAV))
    if shape.sharing:
        blocks.append(block(Layout.BREAKS, *shape.sharing))
    return blocks


def mobile_residue(site: Site) -> tuple[Block, Block]:
    """Return the lines that a mobile-switcher theme leaves at the head and at the foot of a page."""
    return (
        block(Layout.PARAGRAPH, f"Site icon {site.name}", region=Region.HEADER),
        block(Layout.PARAGRAPH, "Exit mobile version", region=Region.FOOTER),
    )


def site_list(
    draw: Draw,
    head: str,
    entries: Sequence[Line],
    layouts: Sequence[Layout] = (Layout.LIST, Layout.BREAKS, Layout.PARAGRAPH),
    region: Region = Region.MAIN,
) -> list[Block]:
    """Return a headed list in one of the layouts."""
    return [
        block(Layout.PARAGRAPH, head, region=region),
        Block(draw.rng.choice(layouts), tuple(entries), region),
    ]


def entry(
    draw: Draw,
    site: Site,
    write: Callable[[str], str] = str,
    note: str = "",
    named: bool = False,
    linked: bool = False,
) -> Line:
    """Return a list entry for a site, in the shape's manner unless told to be ``named`` or ``linked``.

    ``write`` disguises the domain's spelling.
    """
    shape = draw.shape
    named, linked = named or shape.named, linked or shape.linked
    shown = write(site.host)
    if named:
        shown = site.name if linked else f"{site.name} ({shown})"
    run = Run(shown, f"https://{site.host}/" if linked else "")
    return (Run(f"{shape.marker} " if shape.marker else ""), run, Run(f": {note}" if note else ""))


def captions(draw: Draw) -> list[Block]:
    """Return a photo's caption with its credit, now and then twice, the first time cut short."""
    caption = draw.fill(draw.rng.choice(phrases.CAPTIONS))
    credit = draw.fill(draw.rng.choice(phrases.PHOTO_CREDITS))
    lines = [caption, credit]
    if draw.chance(0.4):
        lines.insert(0, caption[: len(caption) * 3 // 5].rstrip() + "…")
    return [block(Layout.CAPTION, *lines)]


def channels(draw: Draw) -> list[Block]:
    """Return a call to follow the site on networks of the kind that every site is on."""
    lines = tuple(
        (Run(name, f"https://www.{name.lower()}.com/"),) for name in draw.rng.sample(phrases.CHANNELS, 3)
    )
    return site_list(draw, draw.shape.call, lines, region=Region.FOOTER)
