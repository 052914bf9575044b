"""Synthetic pages: pairs that differ in what makes a farm, and in nothing else."""

from __future__ import annotations

import gzip
from collections import Counter
from functools import cache
from pathlib import Path

import orjson
import pytest

from detector.errors import DatasetError
from training.synthesis import Article, SyntheticPage, load_articles, synthesise
from training.synthesis.articles import untokenise
from training.synthesis.farm import RECIPES as FARM_RECIPES
from training.synthesis.legit import RECIPES as LEGIT_RECIPES

RESERVED = ("example", "test", "invalid")
ARTICLES = [
    Article(
        id=f"a{number}",
        title=f"Council of Ambleford votes on bridge {number}",
        publisher=f"Paper {number % 3}",
        url=f"https://paper{number % 3}.example/bridge-{number}",
        date="2024-05-0" + str(number + 1),
        paragraphs=tuple(
            f"Part {part} of story {number}: the council said that many people had told it about the bridge, "
            "and that work on the new piers would start in the last week of the year."
            for part in range(12)
        ),
    )
    for number in range(6)
]


@cache
def pages(count: int = 300, seed: int = 3) -> list[SyntheticPage]:
    return list(synthesise(ARTICLES, count, seed, suffixes=RESERVED))


def written(page: SyntheticPage) -> str:
    if page.html is None:
        return page.text or ""
    encoding = (
        page.html.split(b'charset="')[1].split(b'"')[0].decode() if b'charset="' in page.html else "utf-16"
    )
    return page.html.decode(encoding)


def test_same_seed_gives_the_same_pages() -> None:
    assert pages() == list(synthesise(ARTICLES, 300, 3, suffixes=RESERVED))


def test_another_seed_gives_other_pages() -> None:
    assert {page.url for page in pages(seed=3)}.isdisjoint(page.url for page in pages(seed=4))


def test_a_shorter_run_is_the_beginning_of_a_longer_one() -> None:
    assert pages(40) == pages(90)[:40]


def test_farms_and_twins_share_article_and_surface() -> None:
    for farm, twin in zip(pages()[::2], pages()[1::2], strict=True):
        assert (farm.farm, twin.farm) == (True, False)
        assert (farm.article, farm.group) == (twin.article, twin.group)
        assert (farm.html is None) == (twin.html is None)
        if farm.html and twin.html:
            assert (b"charset" in farm.html) == (b"charset" in twin.html)


def test_lengths_and_numbers_of_links_do_not_tell_farms_from_twins() -> None:
    made = pages(1_500)
    for measure in (len, lambda text: text.count("<a ")):
        farm, legit = (sorted(measure(written(p)) for p in made if p.farm is side) for side in (True, False))
        middle, other = farm[len(farm) // 2], legit[len(legit) // 2]
        assert middle == pytest.approx(other, rel=0.25, abs=3)


def test_every_recipe_occurs() -> None:
    seen = Counter((page.farm, page.recipe) for page in pages(1_500))
    assert set(seen) == {(True, name) for name in FARM_RECIPES} | {(False, name) for name in LEGIT_RECIPES}


def test_invented_domains_stay_under_the_given_suffixes() -> None:
    for page in pages():
        assert page.url.split("/")[2].rsplit(".", 1)[1] in RESERVED


def test_pages_of_one_article_share_a_group() -> None:
    groups: dict[str, set[str]] = {}
    for page in pages():
        groups.setdefault(page.article, set()).add(page.group)
    assert len(groups) == len(ARTICLES)
    assert all(len(found) == 1 for found in groups.values())


def test_html_reads_in_its_declared_encoding() -> None:
    charsets = set()
    for page in pages(900):
        if page.html is not None:
            assert "</html>" in written(page)
            charsets.add(page.html[:40].startswith((b"\xff\xfe", b"\xfe\xff")) or page.html.split(b'"')[3])
    assert {True, b"utf-8", b"cp1252", b"shift_jis"} <= charsets


@pytest.mark.parametrize(
    ("recipe", "shown"),
    [("spun", "expressed"), ("syndicated", "Paper"), ("templated", " in "), ("business", "555-01")],
)
def test_recipes_show_what_they_are_named_for(recipe: str, shown: str) -> None:
    made = [page for page in pages(1_500) if page.recipe == recipe]
    assert any(shown in written(page) for page in made)


def test_republished_pages_carry_the_article() -> None:
    for page in pages():
        if page.recipe in ("republished", "syndicated"):
            assert ARTICLES[int(page.article[1:])].paragraphs[0] in written(page)


def test_no_articles_is_an_error() -> None:
    with pytest.raises(ValueError, match="no articles"):
        next(synthesise([], 1, 1))


@pytest.mark.parametrize(
    ("tokenised", "expected"),
    [
        ("It ’ s late .", "It’s late."),
        ("she said ( twice ) , “ no ”", "she said (twice), “no”"),
        ('the " big " one', 'the "big" one'),
        ("costs $ 65 , he ’ ll pay", "costs $65, he’ll pay"),
        ("China 's plan", "China's plan"),
        ("nothing to undo", "nothing to undo"),
    ],
)
def test_untokenise(tokenised: str, expected: str) -> None:
    assert untokenise(tokenised) == expected


RECORD = {"id": "x", "title": "T", "publisher": "P", "url": "u", "date": None, "text": "a\nb\n\nc"}
CUT_OFF = gzip.compress(orjson.dumps(RECORD) * 50, mtime=0)[:-9]


def test_load_articles_reads_gz_and_skips_stubs(tmp_path: Path) -> None:
    path = tmp_path / "originals.jsonl.gz"
    path.write_bytes(gzip.compress(orjson.dumps(RECORD) + b"\n" + orjson.dumps(RECORD | {"text": "a"})))
    assert load_articles(path) == [Article("x", "T", "P", "u", "", ("a", "b", "c"))]


def test_load_articles_names_the_bad_line(tmp_path: Path) -> None:
    path = tmp_path / "originals.jsonl"
    path.write_bytes(orjson.dumps(RECORD) + b'\n{"id": 1}\n')
    with pytest.raises(DatasetError, match=r"originals\.jsonl, line 2"):
        load_articles(path)
    path.write_bytes(orjson.dumps(RECORD | {"url": None}))
    with pytest.raises(DatasetError, match=r"line 1.*url"):
        load_articles(path)


@pytest.mark.parametrize("content", [b"not gzip at all", CUT_OFF])
def test_articles_that_can_not_be_read_are_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "originals.jsonl.gz").write_bytes(content)
    with pytest.raises(DatasetError, match=r"originals\.jsonl\.gz"):
        load_articles(tmp_path / "originals.jsonl.gz")
