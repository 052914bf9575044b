"""Pairs of synthetic pages: each farm with a legitimate twin of the same article and the same surface."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from detector.page import Page
from training.synthesis import farm, legit
from training.synthesis.articles import Article
from training.synthesis.markup import Draft, to_html, to_text
from training.synthesis.names import SUFFIXES
from training.synthesis.parts import Draw
from training.synthesis.shape import Shape, draw_shape

Recipes = Mapping[str, tuple[float, Callable[[Draw, Article], Draft]]]


@dataclass(frozen=True, slots=True)
class SyntheticPage:
    """A made page with its label. Exactly one of ``html`` and ``text`` is set.

    Pages of one ``article`` (and those of one publisher, ``group``) belong in the same fold.
    """

    id: str  # "synthetic-<seed>-<index>"
    recipe: str
    farm: bool
    url: str
    title: str
    html: bytes | None
    text: str | None
    article: str
    group: str

    def page(self) -> Page:
        """Parse the page."""
        if self.html is not None:
            return Page.from_html(self.html, url=self.url)
        return Page.from_text(self.text or "", url=self.url, title=self.title)


def synthesise(
    articles: Sequence[Article], count: int, seed: int, suffixes: Sequence[str] = SUFFIXES
) -> Iterator[SyntheticPage]:
    """Yield ``count`` pages, farms at even places, each followed by its twin.

    The same articles and seed give the same pages, and a shorter run is the beginning of a longer one.
    Articles are used in turn, in an order drawn from the seed. Domains are invented under ``suffixes``;
    give reserved ones (RFC 2606) where pages are kept. Raises ValueError where there are no articles.
    """
    if not articles:
        raise ValueError("no articles to dress: give at least one")
    order = list(range(len(articles)))
    random.Random(f"{seed}:order").shuffle(order)
    for index in range(count):
        pair = index // 2
        article = articles[order[pair % len(order)]]
        shared = random.Random(f"{seed}:pair:{pair}")
        shape = draw_shape(shared)
        farm_recipe = _pick(shared, farm.RECIPES)
        is_farm = index % 2 == 0
        recipes = farm.RECIPES if is_farm else legit.TWINS.get(farm_recipe, legit.STORIES)
        recipe = farm_recipe if is_farm else _pick(shared, recipes)
        draw = Draw(random.Random(f"{seed}:page:{index}"), suffixes, shape)
        yield _write(
            f"synthetic-{seed}-{index}", recipe, is_farm, article, shape, recipes[recipe][1](draw, article)
        )


def _write(
    name: str, recipe: str, is_farm: bool, article: Article, shape: Shape, draft: Draft
) -> SyntheticPage:
    return SyntheticPage(
        id=name,
        recipe=recipe,
        farm=is_farm,
        url=draft.url,
        title=draft.head.title,
        html=to_html(draft, shape.encoding) if shape.html else None,
        text=None if shape.html else to_text(draft),
        article=article.id,
        group=article.publisher or article.id,
    )


def _pick(rng: random.Random, recipes: Recipes) -> str:
    return rng.choices(list(recipes), [weight for weight, _ in recipes.values()])[0]
