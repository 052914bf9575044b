"""Topics of the parts of a page, and the cut of host names, on invented pages."""

from __future__ import annotations

import string
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.address import cut, fold, parse_address
from detector.lexicons import load_lexicon
from detector.page import Page
from detector.topics import MONEY, NEUTRAL, fit, kin, subjects, weigh
from detector.view import View


@pytest.mark.parametrize(
    ("label", "pieces"),
    [
        ("bestgardenguide", ["best", "garden", "guide"]),
        ("my-hotel-shop", ["my", "hotel", "shop"]),
        ("casino24", ["casino", "24"]),
        ("qzxvnk", ["qzxvnk"]),
        ("alphabet", ["alphabet"]),
    ],
)
def test_a_label_falls_into_its_words(label: str, pieces: list[str]) -> None:
    assert [segment.text for segment in cut(label)] == pieces


@pytest.mark.parametrize("label", ["alphabet", "sussex", "therapist", "unrelatedqbet"])
def test_a_short_word_inside_a_longer_one_is_no_topic(label: str) -> None:
    topics = {topic for segment in cut(label) for topic in segment.topics}
    assert not topics & {"gambling", "adult"}


@pytest.mark.parametrize(
    ("text", "folded"),
    [("Café Zürich", "cafe zurich"), ("Чайник", "chaynik"), ("Łódź", "lodz"), ("ABC", "abc")],
)
def test_folding_spells_in_ascii(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text(alphabet=string.ascii_lowercase + string.digits, max_size=63))
def test_the_pieces_of_a_label_make_the_label(label: str) -> None:
    assert "".join(segment.text for segment in cut(label)) == label


@given(st.text(max_size=200))
def test_any_url_is_taken_apart(tail: str) -> None:
    address = parse_address("https://shop.example.org/" + tail, "shop.example.org")
    assert (address.label, address.subdomain) == ("example", "shop")


def test_the_slug_is_percent_decoded_and_loses_its_extension() -> None:
    address = parse_address("https://a.example.org/caf%C3%A9-bar/menu.html?q=red+wine", "a.example.org")
    assert address.slug == ("café", "bar", "menu", "q", "red", "wine")


def test_percent_encoded_capitals_read_like_small_letters() -> None:
    capitals = parse_address(f"https://a.example.org/{quote('КАЗИНО')}?Q={quote('КЛУБ')}", "a.example.org")
    small = parse_address(f"https://a.example.org/{quote('казино')}?q={quote('клуб')}", "a.example.org")
    assert capitals.path == small.path
    assert capitals.slug == small.slug == ("казино", "q", "клуб")


@pytest.mark.parametrize(
    ("host", "subdomain", "words"),
    [
        ("www.example.org", "", []),
        ("www.shop.example.org", "shop", ["shop"]),
        ("wwwclub.example.org", "wwwclub", ["www", "club"]),
        ("xn--80aodfsg.example.org", "xn--80aodfsg", ["kazino"]),
        ("www.xn--80aodfsg.club.example.org", "xn--80aodfsg.club", ["kazino", "club"]),
        ("xn--.example.org", "xn--", ["xn"]),
    ],
)
def test_a_subdomain_is_cut_as_it_reads(host: str, subdomain: str, words: list[str]) -> None:
    address = parse_address(f"https://{host}/", host)
    assert address.subdomain == subdomain
    assert [segment.text for segment in address.sub_segments] == words


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Beste Freispiele ohne Einzahlung: Glücksspiel und Sportwetten im Vergleich erklärt", "gambling"),
        ("Situs slot gacor dengan maxwin, taruhan dan togel setiap hari untuk semua orang", "gambling"),
        ("Онлайн казино и игровые автоматы, ставки на спорт, фриспины для новых игроков", "gambling"),
        ("娱乐城提供百家乐、老虎机和体育投注，欢迎来到我们的网站", "gambling"),
        ("Préchauffer le four, mélanger la farine, le sucre et le beurre: une recette facile", "food"),
        ("Unser Rechtsanwalt hilft bei Scheidung und vor Gericht, die Kanzlei liegt zentral", "legal"),
        ("Préstamos personales e hipoteca sin intereses: pida su crédito y tarjeta de crédito", "loans"),
    ],
)
def test_a_text_is_about_its_topic_in_its_language(text: str, topic: str) -> None:
    assert View(Page.from_text(text)).topics.whole.main == topic


def test_a_word_of_another_language_is_not_taken_for_a_topic() -> None:
    page = Page.from_text(
        "They sold the mode of the day and it was a rather robe and gift for the handy reader. " * 3
    )
    assert View(page).topics.whole.topics == {}


def test_fit_is_one_for_the_same_mixture_and_zero_for_strangers() -> None:
    assert fit({"pets": 2.0}, {"pets": 5.0}) == pytest.approx(1.0)
    assert fit({"pets": 2.0}, {"loans": 5.0}) == 0.0
    assert 0.0 < fit({"hotels": 1.0}, {"travel": 1.0}) < 1.0
    assert fit({}, {"pets": 1.0}) == 0.0


def test_kinship_is_mutual() -> None:
    topics = {entry.category for entry in load_lexicon("topics").entries}
    assert all(one in kin(other) for one in topics for other in kin(one))


def test_kindred_topics_are_one_subject() -> None:
    assert subjects({"hotels": 3.0, "travel": 2.0, "loans": 2.0, "pets": 1.0}) == 2


def test_a_repeated_term_weighs_less_than_a_new_one() -> None:
    twice = View(Page.from_text("casino and casino")).hits("topics")
    two = View(Page.from_text("casino and roulette")).hits("topics")
    assert weigh(two)["gambling"] > weigh(twice)["gambling"] > 1.0


def test_every_topic_of_the_code_and_of_host_words_has_terms() -> None:
    topics = {entry.category for entry in load_lexicon("topics").entries}
    assert topics >= MONEY
    assert topics >= {entry.category for entry in load_lexicon("host_words").entries} - NEUTRAL


@pytest.mark.parametrize("topic", sorted(MONEY))
def test_topics_that_spam_sells_are_known_in_many_languages(topic: str) -> None:
    languages = {entry.language for entry in load_lexicon("topics").entries if entry.category == topic}
    assert len(languages) >= 15


def test_host_words_are_looked_up_and_never_matched_in_texts() -> None:
    assert View(Page.from_text("best deals hub zone world daily guide")).hits("host_words") == []
