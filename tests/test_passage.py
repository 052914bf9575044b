"""The passage that is shown for a page's wording."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.passage import WIDTH, heaviest_passage
from detector.wording import BITS, HEAD, TAIL, Wording, bucket_of, text_bag
from tests.crawl import wording_of

STORY = "The council of Altwick repaired the harbour wall and counted the stones along its northern pier. "
PITCH = "unlock amazing bonus spins with zero deposit today"


def _wording(phrase: str, weight: float) -> Wording:
    weights = np.zeros(2**BITS)
    weights[text_bag("", phrase).buckets] = weight
    return wording_of(weights)


@pytest.mark.parametrize(
    "text",
    [
        f"{STORY * 3}{PITCH.upper()}. {STORY * 3}",
        f"{PITCH}  {STORY * 9}",
        f"{STORY}\n\n{PITCH.replace(' ', chr(10))}",
        f"{STORY * 100}{PITCH}",
        f"İstanbul'da İyi günler. {STORY * 3}{PITCH} {STORY * 3}",
    ],
    ids=["middle", "head", "lines", "tail of a long page", "letters that grow when lowered"],
)
def test_the_passage_holds_the_words_that_weigh_most(text: str) -> None:
    passage = heaviest_passage(text, _wording(PITCH, 1.0))
    assert passage is not None
    shown = " ".join(text[passage.start : passage.end].lower().split())
    assert PITCH in shown
    assert len(shown) <= WIDTH
    assert not (text[: passage.start][-1:] + text[passage.end :][:1]).strip(" .\n")


def test_words_around_it_that_weigh_nothing_are_not_shown() -> None:
    text = f"{STORY}{PITCH}. {STORY}"
    passage = heaviest_passage(text, _wording(PITCH, 1.0))
    assert passage is not None
    assert text[passage.start : passage.end] == PITCH


def test_where_words_stand_decides_between_equal_ones() -> None:
    weights = np.zeros(2**BITS)
    for term in ("offer", "^ offer"):
        weights[bucket_of(term)] = 1.0
    text = f"Our offer of {STORY * 4}\nOffer of {STORY}"
    passage = heaviest_passage(text, wording_of(weights))
    assert passage is not None
    assert text[passage.start : passage.end] == "Offer"


def test_the_kind_of_farm_that_a_page_is_nearest_to_decides_what_is_shown() -> None:
    handbags, essays = "cheap handbags outlet", "custom essays written"
    weights = np.zeros((2**BITS, 4), dtype=np.float16)  # of farms, two kinds of them, an honest kind
    weights[[bucket_of(word) for word in handbags.split()], 1] = 20.0
    weights[[bucket_of(word) for word in essays.split()], 2] = 15.0
    wording = Wording(np.ones(2**BITS, dtype=np.float32), weights, np.zeros(4), np.array([True, True, False]))
    alone = f"{handbags}. {STORY * 3}{essays}. {STORY * 3}"
    passage = heaviest_passage(alone, wording)
    assert passage is not None
    assert alone[passage.start : passage.end] == handbags
    scattered = alone + "".join(f"{STORY * 2}{word} " for word in essays.split() * 3)
    passage = heaviest_passage(scattered, wording)
    assert passage is not None
    assert scattered[passage.start : passage.end] == essays


def test_a_wording_that_speaks_for_the_page_has_no_passage() -> None:
    assert heaviest_passage(STORY, _wording(PITCH, -1.0)) is None
    assert heaviest_passage("", _wording(PITCH, 1.0)) is None


def test_what_is_not_scored_is_not_shown() -> None:
    text = "x" * HEAD + f" {PITCH} " + "y" * TAIL
    assert heaviest_passage(text, _wording(PITCH, 1.0)) is None


LETTERS = _wording("a b c d e f", 1.0)


@given(st.text(max_size=400))
def test_any_text_gives_a_span_inside_it(text: str) -> None:
    passage = heaviest_passage(text, LETTERS)
    assert passage is None or 0 <= passage.start < passage.end <= min(len(text), passage.start + WIDTH)
