"""The farm dress: a real article on an unrelated host, with promotion, residue and missing ownership."""

from __future__ import annotations

import re
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
)

MOBILE_RATE = 0.3
_WORD = re.compile(r"[A-Za-z]+")


def republished(draw: Draw, article: Article) -> Draft:
    """Return the article whole, under a promotional block, as on the page this project was born from."""
    site = _host(draw)
    return _sew(draw, article, site, _paragraphs(draw, article), promotion(draw, site))


def spun(draw: Draw, article: Article) -> Draft:
    """Return the article with words exchanged by a spinner, and a few promoted domains."""
    site = _host(draw)
    lines = tuple((Run(spin(draw, text)),) for text in body(article, draw.shape))
    promoted = promotion(draw, site) if draw.chance(0.5) else []
    return _sew(draw, article, site, [Block(Layout.PARAGRAPH, lines)], promoted)


def anchored(draw: Draw, article: Article) -> Draft:
    """Return the article with keyword anchors set into its sentences."""
    site = _host(draw)
    lines = [_with_anchor(draw, text) for text in body(article, draw.shape)]
    return _sew(draw, article, site, [Block(Layout.PARAGRAPH, tuple(lines))], [])


def appended(draw: Draw, article: Article) -> Draft:
    """Return the article with paragraphs of casino, essay, pharmacy or loan text behind it."""
    site = _host(draw)
    count = draw.rng.randint(1, 3)
    texts = [
        draw.fill(text, site=draw.names.brand().host) for text in draw.rng.sample(phrases.APPENDED, count)
    ]
    promoted = promotion(draw, site) if draw.chance(0.3) else []
    return _sew(draw, article, site, _paragraphs(draw, article), [block(Layout.PARAGRAPH, *texts), *promoted])


def templated(draw: Draw, article: Article) -> Draft:
    """Return a doorway page whose sentences hold for any town; nothing is taken from the article."""
    town, service = draw.names.town(), draw.rng.choice(phrases.SERVICES)
    site = draw.names.firm(service) if draw.chance(0.5) else draw.names.brand()
    count = draw.rng.randint(4, len(phrases.TEMPLATE))
    texts = [
        draw.fill(text, town=town, service=service, site=site.name)
        for text in draw.rng.sample(phrases.TEMPLATE, count)
    ]
    promoted = promotion(draw, site) if draw.chance(0.3) else []
    titled = replace(article, title=f"{service.title()} in {town}", publisher="")
    return _sew(draw, titled, site, [block(Layout.PARAGRAPH, *texts)], promoted)


def bare_list(draw: Draw, article: Article) -> Draft:
    """Return the first lines of the article and then domains alone."""
    site = _host(draw)
    excerpt = body(article, replace(draw.shape, characters=300))
    return _sew(draw, article, site, [block(Layout.PARAGRAPH, *excerpt)], promotion(draw, site))


RECIPES: dict[str, tuple[float, Callable[[Draw, Article], Draft]]] = {
    "republished": (6, republished),
    "spun": (1.5, spun),
    "anchored": (1.5, anchored),
    "appended": (1.5, appended),
    "templated": (1, templated),
    "bare_list": (0.5, bare_list),
}
"""Each recipe with its weight among farm pages."""


def promotion(draw: Draw, site: Site) -> list[Block]:
    """Return a block that promotes domains, in one of many styles, the host's own name often among them."""
    write = disguise.draw_disguise(draw.rng)
    sites = _promoted(draw, site)
    head = draw.shape.call if draw.chance(0.7) else draw.rng.choice(phrases.FARM_HEADS)
    if draw.shape.marker in phrases.EMOJI and draw.chance(0.7):
        head = f"{draw.shape.marker}{head}{draw.shape.marker}"
    style = draw.rng.choice((_listed, _listed, _listed, _inline, _keyworded, _numbered, _footer, _hidden))
    return style(draw, head, sites, write)


def spin(draw: Draw, text: str) -> str:
    """Exchange four in five of the words that the spinner knows."""

    def exchange(match: re.Match[str]) -> str:
        word = match[0]
        choices = phrases.SPIN.get(word.lower())
        if choices is None or draw.chance(0.2):
            return word
        chosen = draw.rng.choice(choices)
        return chosen.capitalize() if word[0].isupper() else chosen

    return _WORD.sub(exchange, text)


Write = Callable[[str], str]


def _listed(draw: Draw, head: str, sites: list[Site], write: Write) -> list[Block]:
    return site_list(draw, head, [entry(draw, site, write) for site in sites])


def _numbered(draw: Draw, head: str, sites: list[Site], write: Write) -> list[Block]:
    lines: list[Line] = [(Run(f"{n}. {write(site.host)}"),) for n, site in enumerate(sites, 1)]
    return site_list(draw, head, lines, (Layout.BREAKS, Layout.PARAGRAPH))


def _inline(draw: Draw, head: str, sites: list[Site], write: Write) -> list[Block]:
    joint = draw.rng.choice((" | ", ", ", " / ", " ", " · "))
    names = joint.join(write(site.host) for site in sites)
    text = phrases.PROMO_SENTENCE.format(list=names) if draw.chance(0.4) else f"{head}: {names}"
    return [block(Layout.PARAGRAPH, text)]


def _keyworded(draw: Draw, head: str, sites: list[Site], write: Write) -> list[Block]:
    del write  # a keyword stands for the domain
    lines = [(Run(draw.rng.choice(phrases.KEYWORDS), f"https://{site.host}/"),) for site in sites]
    return site_list(draw, head, lines)


def _footer(draw: Draw, head: str, sites: list[Site], write: Write) -> list[Block]:
    return site_list(draw, head, [entry(draw, site, write) for site in sites], region=Region.FOOTER)


def _hidden(draw: Draw, head: str, sites: list[Site], write: Write) -> list[Block]:
    return site_list(draw, head, [entry(draw, site, write) for site in sites], (Layout.HIDDEN,))


def _host(draw: Draw) -> Site:
    return draw.names.newspaper() if draw.chance(0.3) else draw.names.brand()


def _promoted(draw: Draw, site: Site) -> list[Site]:
    count = draw.shape.items
    sites = draw.names.sisters(count) if draw.chance(0.6) else draw.names.unrelated(count)
    if draw.chance(0.5):
        sites[draw.rng.randrange(len(sites))] = site
    if draw.chance(0.3):
        again = draw.rng.choice(sites)
        sites.append(Site(f"www.{again.host}", again.name))
    return sites


def _paragraphs(draw: Draw, article: Article) -> list[Block]:
    """Return the article as it was lifted: foreign credits and captions kept."""
    blocks = [block(Layout.PARAGRAPH, *body(article, draw.shape))]
    if draw.chance(0.4):
        blocks[:0] = captions(draw)
    if draw.chance(0.5):
        credit = draw.fill(draw.rng.choice(phrases.AGENCY_CREDITS))
        blocks.append(block(Layout.PARAGRAPH, credit))
    return blocks


def _with_anchor(draw: Draw, text: str) -> Line:
    words = text.split(" ")
    if len(words) < 8 or draw.chance(0.5):
        return (Run(text),)
    place = draw.rng.randrange(3, len(words) - 2)
    keyword, target = draw.rng.choice(phrases.KEYWORDS), draw.names.brand().host
    anchor = Run(keyword, f"https://{target}/") if draw.shape.linked else Run(f"{keyword} ({target})")
    return (Run(" ".join(words[:place]) + " "), anchor, Run(" " + " ".join(words[place:])))


def _sew(draw: Draw, article: Article, site: Site, text: list[Block], promoted: list[Block]) -> Draft:
    content = [*promoted, *text] if draw.shape.early else [*text, *promoted]
    blocks = [*furniture(draw, site), block(Layout.HEADING, article.title)]
    if draw.chance(0.35):
        blocks.append(block(Layout.PARAGRAPH, *draw.fill("By {person}\n{date}").split("\n")))
    blocks += content
    if draw.chance(0.3):
        blocks += channels(draw)
    if draw.shape.mobile < MOBILE_RATE:
        top, bottom = mobile_residue(site)
        blocks = [top, *blocks, bottom]
    elif draw.chance(0.7):
        imprint = draw.fill(draw.rng.choice(phrases.THIN_IMPRINT), site=site.name)
        blocks.append(block(Layout.PARAGRAPH, imprint, region=Region.FOOTER))
    url = address(site, draw.shape, article.title)
    return Draft(url, _head(draw, article, site, url), tuple(blocks))


def _head(draw: Draw, article: Article, site: Site, url: str) -> Head:
    lifted = draw.chance(0.3)  # the head was copied together with the text
    return Head(
        title=f"{article.title} - {site.name}" if draw.chance(0.6) else article.title,
        site_name=site.name if draw.chance(0.5) else "",
        canonical=article.url if lifted and draw.chance(0.5) else (url if draw.chance(0.5) else ""),
        publisher=article.publisher if lifted else (site.name if draw.chance(0.3) else ""),
        image=f"{article.url.rstrip('/')}/photo.jpg" if lifted else "",
        published=f"{article.date}T08:00:00Z" if lifted and article.date else "",
        generator=draw.shape.generator,
    )
