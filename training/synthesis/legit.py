"""The legitimate dress: the same articles where they belong, and honest pages that name as many domains."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from detector.page import Region
from training.synthesis import disguise, phrases
from training.synthesis.articles import Article
from training.synthesis.markup import Block, Draft, Head, Layout, Line, Run, block
from training.synthesis.names import Site
from training.synthesis.parts import (
    Draw,
    address,
    body,
    captions,
    channels,
    entry,
    furniture,
    mobile_residue,
    site_list,
    written,
)

MOBILE_RATE = 0.08
OWNERSHIP_RATE = 0.75
"""How many honest pages show each mark of ownership: byline and date, imprint, canonical address."""


def syndicated(draw: Draw, article: Article) -> Draft:
    """Return the article on a local paper that says where it comes from."""
    site = draw.names.newspaper()
    publisher = article.publisher or draw.rng.choice(phrases.AGENCIES)
    credit = draw.fill(draw.rng.choice(phrases.SYNDICATION), publisher=publisher)
    text = _story(draw, article)
    placed = (
        [block(Layout.PARAGRAPH, credit), *text]
        if draw.chance(0.4)
        else [*text, block(Layout.PARAGRAPH, credit)]
    )
    draft = _sew(draw, article, site, placed, _sisters(draw, site) if draw.chance(0.3) else [])
    return replace(draft, head=replace(draft.head, canonical=article.url)) if draw.chance(0.6) else draft


def related(draw: Draw, article: Article) -> Draft:
    """Return the article at its publisher, with a block of related stories and links into other sites."""
    site = draw.names.newspaper()
    return _sew(draw, article, site, _story(draw, article), _described(draw, "related"))


def sisters(draw: Draw, article: Article) -> Draft:
    """Return the article on a paper whose footer names the other papers of its house."""
    site = draw.names.newspaper()
    return _sew(draw, article, site, _story(draw, article), _sisters(draw, site))


def blogroll(draw: Draw, article: Article) -> Draft:
    """Return a comment on the article with the blogs that its writer reads."""
    site = draw.names.club()
    return _sew(draw, article, site, _story(draw, article), _plain_list(draw, "blogroll"))


def partners(draw: Draw, article: Article) -> Draft:
    """Return news of an association with the partners that pay for it."""
    site = draw.names.club()
    return _sew(draw, article, site, _story(draw, article), _plain_list(draw, "partners"))


def newsletter(draw: Draw, article: Article) -> Draft:
    """Return a newsletter: the article as the lead, then described links."""
    site = draw.names.club()
    return _sew(draw, article, site, _story(draw, article), _described(draw, "newsletter"))


def indicators(draw: Draw, article: Article) -> Draft:
    """Return a security report with the domains and digests it saw, domains often defanged."""
    site = draw.names.club()
    write = draw.rng.choice((disguise.bracketed, disguise.plain, disguise.spelled))
    seen = (
        draw.names.sisters(draw.shape.items) if draw.chance(0.5) else draw.names.unrelated(draw.shape.items)
    )
    lines: list[Line] = [(Run(write(item.host)),) for item in seen]
    lines += [(Run(f"{draw.rng.getrandbits(256):064x}"),) for _ in range(draw.rng.randint(0, 4))]
    head = draw.rng.choice(phrases.BLOCK_HEADS["indicators"])
    return _sew(draw, article, site, _story(draw, article), site_list(draw, head, lines))


def directory(draw: Draw, article: Article) -> Draft:
    """Return a directory of sites, each with a description, under the article's first lines."""
    site = draw.names.club()
    lead = body(article, replace(draw.shape, characters=300))
    return _sew(draw, article, site, [block(Layout.PARAGRAPH, *lead)], _described(draw, "directory"))


def resources(draw: Draw, article: Article) -> Draft:
    """Return the article with its sources and further reading."""
    site = draw.names.club()
    return _sew(draw, article, site, _story(draw, article), _described(draw, "resources"))


def business(draw: Draw, article: Article) -> Draft:
    """Return the page of a real firm in a town: people, prices, hours; nothing is taken from the article."""
    town, service = draw.names.town(), draw.rng.choice(phrases.SERVICES)
    site = draw.names.firm(service)
    count = draw.rng.randint(4, len(phrases.BUSINESS))
    texts = [
        draw.fill(text, town=town, service=service, site=site.name)
        for text in draw.rng.sample(phrases.BUSINESS, count)
    ]
    brands = _plain_list(draw, "shop") if draw.chance(0.5) else []
    titled = replace(article, title=f"{service.title()} in {town}", publisher="")
    return _sew(draw, titled, site, [block(Layout.PARAGRAPH, *texts)], brands)


STORIES: dict[str, tuple[float, Callable[[Draw, Article], Draft]]] = {
    "syndicated": (4, syndicated),
    "related": (1.5, related),
    "sisters": (1, sisters),
    "blogroll": (1, blogroll),
    "partners": (1, partners),
    "newsletter": (1, newsletter),
    "indicators": (1, indicators),
    "resources": (1, resources),
}
"""Twins of farms that carry an article, each with its weight."""

RECIPES = STORIES | {"directory": (1.0, directory), "business": (1.0, business)}
TWINS = {"templated": {"business": RECIPES["business"]}, "bare_list": {"directory": RECIPES["directory"]}}
"""Farms that carry no article get the honest page that looks like them; all others draw from STORIES."""


def _story(draw: Draw, article: Article) -> list[Block]:
    blocks = [block(Layout.PARAGRAPH, *body(article, draw.shape))]
    return [*captions(draw), *blocks] if draw.chance(0.4) else blocks


def _described(draw: Draw, kind: str) -> list[Block]:
    notes = [draw.fill(draw.rng.choice(phrases.DESCRIPTIONS)) for _ in range(draw.shape.items)]
    sites = _honest_sites(draw)
    lines = [_entry(draw, site, note) for site, note in zip(sites, notes, strict=True)]
    return site_list(draw, draw.rng.choice(phrases.BLOCK_HEADS[kind]), lines)


def _honest_sites(draw: Draw) -> list[Site]:
    return [draw.names.brand() if draw.chance(0.3) else draw.names.club() for _ in range(draw.shape.items)]


def _entry(draw: Draw, site: Site, note: str = "") -> Line:
    """Return an entry as honest pages write it: mostly a linked name, seldom a bare domain."""
    return entry(draw, site, note=note, named=draw.chance(0.8), linked=draw.chance(0.85))


def _plain_list(draw: Draw, kind: str) -> list[Block]:
    lines = [_entry(draw, site) for site in _honest_sites(draw)]
    region = draw.rng.choice((Region.MAIN, Region.ASIDE, Region.FOOTER))
    return site_list(draw, draw.rng.choice(phrases.BLOCK_HEADS[kind]), lines, region=region)


def _sisters(draw: Draw, site: Site) -> list[Block]:
    count = max(3, draw.shape.items // 2)
    papers = [site, *(draw.names.newspaper() for _ in range(count))]
    head = draw.fill(draw.rng.choice(phrases.BLOCK_HEADS["sisters"]))
    return site_list(draw, head, [_entry(draw, paper) for paper in papers], region=Region.FOOTER)


def _sew(draw: Draw, article: Article, site: Site, text: list[Block], listed: list[Block]) -> Draft:
    author, day = draw.names.person(), draw.day()
    signed = draw.chance(OWNERSHIP_RATE)
    blocks = [*furniture(draw, site), block(Layout.HEADING, article.title)]
    if signed:
        blocks.append(block(Layout.PARAGRAPH, f"By {author}", written(day)))
    blocks += [*listed, *text] if draw.shape.early else [*text, *listed]
    if draw.chance(0.3):
        blocks += channels(draw)
    if draw.chance(OWNERSHIP_RATE):
        imprint = draw.fill(draw.rng.choice(phrases.IMPRINT), site=site.name)
        blocks.append(block(Layout.PARAGRAPH, imprint, region=Region.FOOTER))
    if draw.shape.mobile < MOBILE_RATE:
        top, bottom = mobile_residue(site)
        blocks = [top, *blocks, bottom]
    url = address(site, draw.shape, article.title)
    head = Head(
        title=f"{article.title} - {site.name}" if draw.chance(0.6) else article.title,
        site_name=site.name if draw.chance(0.6) else "",
        canonical=url if draw.chance(OWNERSHIP_RATE) else "",
        publisher=site.name if draw.chance(0.5) else "",
        author=author if signed else "",
        published=day.isoformat() if signed else "",
        generator=draw.shape.generator,
    )
    return Draft(url, head, tuple(blocks))
