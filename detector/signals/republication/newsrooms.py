"""Who a page's host is among newsrooms, and whether a name or a domain is somebody else's."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from detector.address import squeeze
from detector.lexicons import load_lexicon
from detector.page import Page

PRESS_WORD = re.compile(
    r"news|times$|herald|gazette|tribune|journal|chronicle|courier|dispatch|telegraph|daily|weekly|radio"
    r"|(?:^|[-.])tv|tv(?:$|[-.\d])|(?:^|[-.])fm(?:$|[-.])|post$|(?<!ex)(?<!em)(?<!word)press$|zeitung|anzeiger"
    r"|nachrichten|rundschau|kurier|tagblatt|diario|noticia|periodico|prensa|jornal|folha|gazeta|correio"
    r"|giornale|corriere|notizie|presse$|haber|gazete|akhbar|khabar|samachar|patrika|berita|kabar|warta"
    r"|novosti|novini|vesti|pravda|wiadomosci|krant|nieuws|dagblad|tidning|blad$|zpravy|stiri|ziar|hirek|hirlap"
    r"|shimbun|ilbo|sinmun|xinwen|ribao|wanbao"
)


@cache
def publishers() -> frozenset[str]:
    """Return the registrable domains of the known publishers."""
    return frozenset(entry.category for entry in load_lexicon("publishers").entries)


@cache
def _groups() -> dict[str, str]:
    return {entry.term: entry.category for entry in load_lexicon("publisher_groups").entries}


@lru_cache(maxsize=4096)
def is_newsroom(domain: str) -> bool:
    """Tell whether a domain belongs to a known publisher or to an agency."""
    return domain in publishers() or domain in _groups()


@lru_cache(maxsize=4096)
def reads_as_press(host: str) -> bool:
    """Tell whether a host's name holds a word of the press, as thousands of local papers' names do."""
    return bool(PRESS_WORD.search(host.rpartition(".")[0] or host))


@lru_cache(maxsize=8192)
def same_house(one: str, other: str) -> bool:
    """Tell whether two registrable domains are one site, one house, or one name in two countries."""
    if one == other:
        return True
    group = _groups().get(one)
    if group and group == _groups().get(other):
        return True
    label, other_label = one.partition(".")[0], other.partition(".")[0]
    return label == other_label and len(label) > 3


def is_own_name(name: str, page: Page) -> bool:
    """Tell whether a name is the page's own: its host's, or the site name that its metadata gives."""
    short = squeeze(name)
    if not short:
        return True
    own = [squeeze(page.domain.partition(".")[0]), squeeze(page.host), squeeze(page.metadata.site_name)]
    return any(len(other) > 3 and (other in short or short in other) for other in own if other)
