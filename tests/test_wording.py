"""The terms that wording is counted in, and what their weights add up to."""

import math
from unicodedata import category

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.page import Page
from detector.wording import (
    BITS,
    HEAD,
    OPENING,
    TAIL,
    Bag,
    Slot,
    Wording,
    bags,
    bucket_of,
    fold,
    gram_bag,
    located_terms,
    spans_read,
    text_bag,
)
from tests.crawl import wording_of

FILLER = "word " * OPENING  # pushes what follows behind the opening
TEXTS = st.text(max_size=300) | st.text("aB İΣ9.\n文กㄱ\u200b\u0301", max_size=300)

LOG_ODDS = st.lists(st.floats(-30, 30), min_size=6, max_size=6)
TABLE = np.zeros((2**BITS, 6), dtype=np.float16)
KINDS = Wording(
    TABLE[:, 0].astype(np.float32), TABLE, np.zeros(6), np.array([True, True, True, False, False])
)


def terms_of(bag: Bag) -> dict[int, int]:
    return dict(zip(bag.buckets.tolist(), bag.counts.tolist(), strict=True))


def holds(bag: Bag, term: str) -> bool:
    return bucket_of(term) in bag.buckets


@given(TEXTS, TEXTS)
def test_any_text_gives_distinct_buckets_within_the_table(title: str, text: str) -> None:
    for bag in (text_bag(title, text), gram_bag(text)):
        assert len(bag.buckets) == len(set(bag.buckets.tolist())) == len(bag.counts)
        assert ((bag.buckets >= 0) & (bag.buckets < 2**BITS)).all()
        assert (bag.counts >= 1).all()


def test_case_digits_and_spaces_between_words_do_not_change_the_terms() -> None:
    for count in (gram_bag, lambda text: text_bag(text, text)):
        assert terms_of(count("Call 0800 now")) == terms_of(count("cALL 9911 NOW"))
    assert terms_of(text_bag("", "Call 0800  12\tnow")) == terms_of(text_bag("", "call 9911 55 now"))


def test_words_signs_and_pairs_of_unspaced_letters_are_terms() -> None:
    bag = text_bag("", "Don't 買い物! ｶｼﾞﾉ")
    for term in ("don", "'", "t", "買い", "い物", "!", "ｶｼ", "ﾞﾉ"):
        assert holds(bag, term), term
    assert not holds(bag, "買い物")


@pytest.mark.parametrize("hidden", ["\u200b", "\u00ad", "\u2060", "\u0301", "\U000e0062"])
def test_a_character_that_nobody_sees_does_not_split_a_word(hidden: str) -> None:
    plain = "casino bonus"
    marked = hidden.join(plain)
    assert terms_of(text_bag(plain, plain)) == terms_of(text_bag(marked, marked))
    spans = [(start, end) for start, end, _ in located_terms(marked, 0, len(marked))]
    assert [marked[start:end].replace(hidden, "") for start, end in spans] == ["casino", "bonus"]


def test_a_word_counts_the_same_whatever_stands_beside_it() -> None:
    assert holds(text_bag("", "ΟΔΟΣ"), fold("Οδος"))
    assert holds(text_bag("", "x ΟΔΟΣ. x"), fold("οδοσ"))


def test_what_is_read_ends_between_words() -> None:
    text = "casinofoo " * HEAD
    parts = [text[start:end] for start, end in spans_read(text)]
    assert [set(part.split()) for part in parts] == [{"casinofoo"}, {"casinofoo"}]
    assert spans_read("x" * 2 * HEAD) == [(0, HEAD), (2 * HEAD - TAIL, 2 * HEAD)]


def test_where_a_word_stands_counts_too() -> None:
    bag = text_bag("Ferry news", f"{FILLER}\nHome of all\nsailings")
    inside = ("home", "of", "all", "sailings", "ferry", "news")
    at_edges = (
        "^ home",
        "$ all",
        "^ sailings",
        "$ sailings",
        "^ ferry",
        "$ news",
        "= ferry",
        "= news",
        "> word",
    )
    for term in inside + at_edges:
        assert holds(bag, term), term
    for term in ("^ of", "$ of", "> home", "> ferry", "= home"):
        assert not holds(bag, term), term


@given(TEXTS)
def test_located_terms_are_those_that_are_counted(text: str) -> None:
    long = text + FILLER + text
    counted = text_bag("", long)
    total = 0
    for part in spans_read(long):
        for start, end, terms in located_terms(long, *part):
            assert part[0] <= start < end <= part[1]
            assert terms[0] == fold(long[start:end])
            assert all(holds(counted, term) for term in terms)
            total += len(terms)
    assert total == counted.counts.sum()


def test_folding_drops_marks_and_leaves_every_other_character_in_its_place() -> None:
    lengths = {code: len(fold(chr(code))) for code in range(0x110000)}
    dropped = {category(chr(code)) for code, length in lengths.items() if length == 0}
    assert set(lengths.values()) == {0, 1}
    assert dropped <= {"Mn", "Mc", "Me", "Cf", "Cn"}  # Cn: tags that are not assigned yet


def test_a_text_is_read_at_both_ends_only() -> None:
    text = "head " + "a " * HEAD + "middle " + "z " * TAIL + "tail"
    bag = bags(Page.from_text(text, url="https://www.example.org/caf%C3%A9"))
    assert holds(bag[Slot.TEXT], "head")
    assert holds(bag[Slot.TEXT], "tail")
    assert not holds(bag[Slot.TEXT], "middle")
    assert terms_of(bag[Slot.ADDRESS]) == terms_of(gram_bag("example.org/café"))


def test_log_odds_are_the_cosine_with_the_weights() -> None:
    bag = gram_bag("abcd")
    weights = np.zeros(2**BITS)
    weights[bag.buckets] = 1.0
    assert np.isclose(wording_of(weights, -0.5).log_odds(bag), np.sqrt(len(bag.buckets)) - 0.5)


def test_where_nothing_stands_nothing_can_be_said() -> None:
    for nothing in (gram_bag(""), text_bag("", " \n ")):
        assert math.isnan(wording_of(np.ones(2**BITS), 1.0).log_odds(nothing))


@given(LOG_ODDS)
def test_a_page_near_one_kind_of_farm_is_judged_as_if_near_all(log_odds: list[float]) -> None:
    """The odds of kinds of a side add up: the nearest one decides, however far the others are."""
    of_farm, nearest, honest = log_odds[0], max(log_odds[1:4]), max(log_odds[4:])
    joined = float(KINDS.joined(np.array(log_odds)))
    assert of_farm + nearest - honest - np.log(2) <= joined <= of_farm + nearest - honest + np.log(3)


@given(LOG_ODDS)
def test_the_pull_is_the_slope_of_what_is_joined(log_odds: list[float]) -> None:
    step = 1e-6
    at = np.array(log_odds)
    slopes = [
        (KINDS.joined(at + step * unit) - KINDS.joined(at - step * unit)) / (2 * step) for unit in np.eye(6)
    ]
    assert np.allclose(KINDS.pull(at), slopes, atol=1e-3)
